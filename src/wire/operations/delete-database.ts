/** DeleteDatabase (write-api 4.4). */
import type { Catalog } from '../../catalog/api.ts';
import type { Operation } from '../operation.ts';
import { NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';

const REQUEST = { DatabaseName: NAME };

export function deleteDatabase(catalog: Catalog): Operation {
  return {
    name: 'DeleteDatabase',
    async run(body) {
      const { DatabaseName } = readRequest(body, REQUEST);
      await catalog.deleteDatabase(DatabaseName);
      return '{}';
    },
  };
}
