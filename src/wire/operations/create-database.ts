/** CreateDatabase (write-api 4.1). */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { KMS_KEY_ID, renderDatabase } from '../shapes/database.ts';
import { NEW_NAME } from '../shapes/names.ts';
import { readRequest } from '../shapes/shape.ts';
import { TAGS, tagsFrom } from '../shapes/tag.ts';

const REQUEST = { DatabaseName: NEW_NAME, KmsKeyId: KMS_KEY_ID, Tags: TAGS };

export function createDatabase(catalog: Catalog): Operation {
  return {
    name: 'CreateDatabase',
    async run(body, { region }) {
      const { DatabaseName, KmsKeyId, Tags } = readRequest(body, REQUEST);
      const database = await catalog.createDatabase({
        name: DatabaseName,
        region,
        ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
        ...(Tags && { tags: tagsFrom(Tags) }),
      });
      const scope = { region, accountId: catalog.accountId };
      return stringifyExact({ Database: renderDatabase(database, scope) });
    },
  };
}
