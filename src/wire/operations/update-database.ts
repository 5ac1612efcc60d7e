/** UpdateDatabase (write-api 4.3): only the key can change. */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { KMS_KEY_ID, renderDatabase } from '../shapes/database.ts';
import { NAME } from '../shapes/names.ts';
import { readRequest, required } from '../shapes/shape.ts';

const REQUEST = { DatabaseName: NAME, KmsKeyId: required(KMS_KEY_ID) };

export function updateDatabase(catalog: Catalog): Operation {
  return {
    name: 'UpdateDatabase',
    async run(body, { region }) {
      const { DatabaseName: name, KmsKeyId: kmsKeyId } = readRequest(body, REQUEST);
      const database = await catalog.updateDatabase({ name, kmsKeyId, region });
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({ Database: renderDatabase(database, scope) });
    },
  };
}
