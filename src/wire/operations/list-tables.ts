/** ListTables (write-api 4.10): of one database, or of the whole account. */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { PAGE, pageRequest } from '../shapes/names.ts';
import { readRequest, text } from '../shapes/shape.ts';
import { renderTable } from '../shapes/table.ts';

const REQUEST = { DatabaseName: text({ min: 1 }), ...PAGE };

export function listTables(catalog: Catalog): Operation {
  return {
    name: 'ListTables',
    async run(body, { region }) {
      const { DatabaseName, ...members } = readRequest(body, REQUEST);
      const page = catalog.listTables(DatabaseName, pageRequest(members));
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({
        Tables: page.items.map((table) => renderTable(table, scope)),
        NextToken: page.token,
      });
    },
  };
}
