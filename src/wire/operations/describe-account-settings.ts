/** DescribeAccountSettings (query-api 8). */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { renderAccountSettings } from '../shapes/account-settings.ts';
import { readRequest } from '../shapes/shape.ts';

export function describeAccountSettings(catalog: Catalog): Operation {
  return {
    name: 'DescribeAccountSettings',
    async run(body) {
      readRequest(body, {});
      return stringifyExact(renderAccountSettings(catalog.accountSettings()));
    },
  };
}
