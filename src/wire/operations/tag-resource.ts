/** TagResource (write-api 4.11, query-api 9): both APIs share it. */
import type { Catalog } from '../../catalog/api.ts';
import type { Operation } from '../operation.ts';
import { readRequest, required } from '../shapes/shape.ts';
import { RESOURCE_ARN, TAGS, tagsFrom } from '../shapes/tag.ts';

const REQUEST = { ResourceARN: RESOURCE_ARN, Tags: required(TAGS) };

export function tagResource(catalog: Catalog): Operation {
  return {
    name: 'TagResource',
    async run(body) {
      const { ResourceARN, Tags } = readRequest(body, REQUEST);
      await catalog.tagResource(ResourceARN, tagsFrom(Tags));
      return '{}';
    },
  };
}
