/** UpdateTable (write-api 4.8): each structure is replaced as a whole, or left alone. */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';
import { renderTable, TABLE_PROPERTIES, tablePropertiesFrom } from '../shapes/table.ts';

const REQUEST = { DatabaseName: NAME, TableName: NAME, ...TABLE_PROPERTIES };

export function updateTable(catalog: Catalog): Operation {
  return {
    name: 'UpdateTable',
    async run(body, { region }) {
      const { DatabaseName, TableName, ...properties } = readRequest(body, REQUEST);
      const table = await catalog.updateTable({
        database: DatabaseName,
        table: TableName,
        ...tablePropertiesFrom(properties),
      });
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({ Table: renderTable(table, scope) });
    },
  };
}
