/** UntagResource (write-api 4.11, query-api 9): keys that are not there are no fault. */
import type { Catalog } from '../../catalog/api.ts';
import type { Operation } from '../operation.ts';
import { readRequest, required } from '../shapes/shape.ts';
import { RESOURCE_ARN, TAG_KEYS } from '../shapes/tag.ts';

const REQUEST = { ResourceARN: RESOURCE_ARN, TagKeys: required(TAG_KEYS) };

export function untagResource(catalog: Catalog): Operation {
  return {
    name: 'UntagResource',
    async run(body) {
      const { ResourceARN, TagKeys } = readRequest(body, REQUEST);
      await catalog.untagResource(ResourceARN, TagKeys);
      return '{}';
    },
  };
}
