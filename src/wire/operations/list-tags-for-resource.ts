/**
 * ListTagsForResource (write-api 4.11, query-api 9). The write API's form has no pages; the query
 * API's has, larger than a resource can have tags. So one answer serves both.
 */
import { TAGS_PAGE_MAX } from '../../base/limits.ts';
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { pageRequest } from '../shapes/names.ts';
import { integer, readRequest, text } from '../shapes/shape.ts';
import { RESOURCE_ARN, renderTags } from '../shapes/tag.ts';

const REQUEST = {
  ResourceARN: RESOURCE_ARN,
  NextToken: text(),
  MaxResults: integer({ min: 1, max: TAGS_PAGE_MAX }),
};

export function listTagsForResource(catalog: Catalog): Operation {
  return {
    name: 'ListTagsForResource',
    async run(body) {
      const { ResourceARN, ...members } = readRequest(body, REQUEST);
      const page = catalog.listTags(ResourceARN, pageRequest(members));
      return stringifyExact({ Tags: renderTags(page.items), NextToken: page.token });
    },
  };
}
