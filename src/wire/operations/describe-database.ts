/** DescribeDatabase (write-api 4.2). */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { renderDatabase } from '../shapes/database.ts';
import { NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';

const REQUEST = { DatabaseName: NAME };

export function describeDatabase(catalog: Catalog): Operation {
  return {
    name: 'DescribeDatabase',
    async run(body, { region }) {
      const { DatabaseName } = readRequest(body, REQUEST);
      const database = catalog.database(DatabaseName);
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({ Database: renderDatabase(database, scope) });
    },
  };
}
