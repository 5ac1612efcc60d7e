/** DescribeEndpoints (write-api 2): where the account's cell is to be reached. */
import { addressFor, CACHE_PERIOD_MINUTES, type CellDirectory } from '../../cells/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { readRequest } from '../shapes/shape.ts';

export interface DescribeEndpointsOptions {
  readonly cells: CellDirectory;
  readonly accountId: string;
}

export function describeEndpoints({ cells, accountId }: DescribeEndpointsOptions): Operation {
  return {
    name: 'DescribeEndpoints',
    async run(body, context) {
      readRequest(body, {});
      const address = addressFor(cells.cellOf(accountId), context);
      return stringifyExact({
        Endpoints: [{ Address: address, CachePeriodInMinutes: CACHE_PERIOD_MINUTES }],
      });
    },
  };
}
