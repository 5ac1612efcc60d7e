/** DeleteTable (write-api 4.9). */
import type { Catalog } from '../../catalog/api.ts';
import type { Operation } from '../operation.ts';
import { NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';

const REQUEST = { DatabaseName: NAME, TableName: NAME };

export function deleteTable(catalog: Catalog): Operation {
  return {
    name: 'DeleteTable',
    async run(body) {
      const { DatabaseName: database, TableName: table } = readRequest(body, REQUEST);
      await catalog.deleteTable({ database, table });
      return '{}';
    },
  };
}
