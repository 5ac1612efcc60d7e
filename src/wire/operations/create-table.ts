/** CreateTable (write-api 4.6). */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { NAME, NEW_NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';
import { renderTable, TABLE_PROPERTIES, tablePropertiesFrom } from '../shapes/table.ts';
import { TAGS, tagsFrom } from '../shapes/tag.ts';

const REQUEST = { DatabaseName: NAME, TableName: NEW_NAME, Tags: TAGS, ...TABLE_PROPERTIES };

export function createTable(catalog: Catalog): Operation {
  return {
    name: 'CreateTable',
    async run(body, { region }) {
      const { DatabaseName, TableName, Tags, ...properties } = readRequest(body, REQUEST);
      const table = await catalog.createTable({
        database: DatabaseName,
        table: TableName,
        ...tablePropertiesFrom(properties),
        ...(Tags && { tags: tagsFrom(Tags) }),
      });
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({ Table: renderTable(table, scope) });
    },
  };
}
