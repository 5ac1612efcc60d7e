/** DescribeTable (write-api 4.7). The columns are SQL's to tell. */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';
import { renderTable } from '../shapes/table.ts';

const REQUEST = { DatabaseName: NAME, TableName: NAME };

export function describeTable(catalog: Catalog): Operation {
  return {
    name: 'DescribeTable',
    async run(body, { region }) {
      const { DatabaseName: database, TableName: table } = readRequest(body, REQUEST);
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({ Table: renderTable(catalog.table({ database, table }), scope) });
    },
  };
}
