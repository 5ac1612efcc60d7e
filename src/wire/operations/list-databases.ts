/** ListDatabases (write-api 4.5). */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { renderDatabase } from '../shapes/database.ts';
import { PAGE, pageRequest } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';

export function listDatabases(catalog: Catalog): Operation {
  return {
    name: 'ListDatabases',
    async run(body, { region }) {
      const page = catalog.listDatabases(pageRequest(readRequest(body, PAGE)));
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({
        Databases: page.items.map((database) => renderDatabase(database, scope)),
        NextToken: page.token,
      });
    },
  };
}
