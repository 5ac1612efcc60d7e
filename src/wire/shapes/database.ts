/** A database on the wire (write-api 4.1). */
import { type ArnScope, type DatabaseEntry, databaseArn } from '../../catalog/api.ts';
import type { JsonObject } from '../json.ts';
import { epochSeconds } from './epoch-seconds.ts';
import { text } from './shape.ts';

export const KMS_KEY_ID = text({ min: 1, max: 2048 });

export function renderDatabase(database: DatabaseEntry, scope: ArnScope): JsonObject {
  return {
    Arn: databaseArn(scope, database.name),
    DatabaseName: database.name,
    TableCount: database.tables.size,
    KmsKeyId: database.kmsKeyArn,
    CreationTime: epochSeconds(database.createdMs),
    LastUpdatedTime: epochSeconds(database.updatedMs),
  };
}
