/**
 * A table on the wire (write-api 4.6): the structures of its requests, read into the catalog's
 * terms, and the Table structure of every answer.
 */
import { MAGNETIC_RETENTION_DAYS_MAX, MEMORY_RETENTION_HOURS_MAX } from '../../base/limits.ts';
import {
  type ArnScope,
  type MagneticWrites,
  type PartitionKey,
  type PartitionKeyRequest,
  type RejectedDataLocation,
  type Retention,
  type TableEntry,
  tableArn,
} from '../../catalog/api.ts';
import type { JsonObject } from '../json.ts';
import { epochSeconds } from './epoch-seconds.ts';
import { COMPOSITE_PARTITION_KEY, partitionKeyFrom } from './partition-key.ts';
import {
  choice,
  flag,
  integer,
  required,
  type StructureOf,
  structure,
  text,
  type ValueOf,
} from './shape.ts';

const RETENTION_PROPERTIES = structure({
  MemoryStoreRetentionPeriodInHours: required(integer({ min: 1, max: MEMORY_RETENTION_HOURS_MAX })),
  MagneticStoreRetentionPeriodInDays: required(
    integer({ min: 1, max: MAGNETIC_RETENTION_DAYS_MAX }),
  ),
});

const S3_CONFIGURATION = structure({
  BucketName: text({ min: 3, max: 63, pattern: '[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9]' }),
  ObjectKeyPrefix: text({
    min: 1,
    max: 928,
    pattern: "[a-zA-Z0-9|!\\-_*'\\(\\)]([a-zA-Z0-9]|[!\\-_*'\\(\\)\\/.])+",
  }),
  EncryptionOption: choice(['SSE_S3', 'SSE_KMS']),
  KmsKeyId: text({ min: 1, max: 2048 }),
});

const MAGNETIC_STORE_WRITE_PROPERTIES = structure({
  EnableMagneticStoreWrites: required(flag),
  MagneticStoreRejectedDataLocation: structure({ S3Configuration: S3_CONFIGURATION }),
});

/** The members that CreateTable and UpdateTable share. */
export const TABLE_PROPERTIES = {
  RetentionProperties: RETENTION_PROPERTIES,
  MagneticStoreWriteProperties: MAGNETIC_STORE_WRITE_PROPERTIES,
  Schema: structure({ CompositePartitionKey: COMPOSITE_PARTITION_KEY }),
};

type TableProperties = StructureOf<typeof TABLE_PROPERTIES>;

export function tablePropertiesFrom(properties: TableProperties): {
  readonly retention?: Retention;
  readonly magneticWrites?: MagneticWrites;
  readonly partitionKey?: PartitionKeyRequest;
} {
  const { RetentionProperties, MagneticStoreWriteProperties } = properties;
  const keys = properties.Schema?.CompositePartitionKey;
  return {
    ...(RetentionProperties && { retention: retentionFrom(RetentionProperties) }),
    ...(MagneticStoreWriteProperties && {
      magneticWrites: magneticWritesFrom(MagneticStoreWriteProperties),
    }),
    ...(keys && { partitionKey: partitionKeyFrom(keys) }),
  };
}

function retentionFrom(properties: ValueOf<typeof RETENTION_PROPERTIES>): Retention {
  return {
    memoryHours: properties.MemoryStoreRetentionPeriodInHours,
    magneticDays: properties.MagneticStoreRetentionPeriodInDays,
  };
}

function magneticWritesFrom(
  properties: ValueOf<typeof MAGNETIC_STORE_WRITE_PROPERTIES>,
): MagneticWrites {
  const enabled = properties.EnableMagneticStoreWrites;
  const location = properties.MagneticStoreRejectedDataLocation;
  if (location === undefined) return { enabled };
  const s3 = location.S3Configuration && s3From(location.S3Configuration);
  return { enabled, rejectedDataLocation: s3 === undefined ? {} : { s3 } };
}

function s3From(configuration: ValueOf<typeof S3_CONFIGURATION>): RejectedDataLocation {
  const { BucketName, ObjectKeyPrefix, EncryptionOption, KmsKeyId } = configuration;
  return {
    ...(BucketName !== undefined && { bucketName: BucketName }),
    ...(ObjectKeyPrefix !== undefined && { objectKeyPrefix: ObjectKeyPrefix }),
    ...(EncryptionOption !== undefined && { encryptionOption: EncryptionOption }),
    ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
  };
}

export function renderTable(table: TableEntry, scope: ArnScope): JsonObject {
  return {
    Arn: tableArn(scope, table.database, table.name),
    TableName: table.name,
    DatabaseName: table.database,
    TableStatus: 'ACTIVE',
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: table.retention.memoryHours,
      MagneticStoreRetentionPeriodInDays: table.retention.magneticDays,
    },
    CreationTime: epochSeconds(table.createdMs),
    LastUpdatedTime: epochSeconds(table.updatedMs),
    MagneticStoreWriteProperties: renderMagneticWrites(table.magneticWrites),
    Schema: { CompositePartitionKey: [renderPartitionKey(table.partitionKey)] },
  };
}

function renderMagneticWrites({ enabled, rejectedDataLocation }: MagneticWrites): JsonObject {
  if (rejectedDataLocation === undefined) return { EnableMagneticStoreWrites: enabled };
  const { s3 } = rejectedDataLocation;
  return {
    EnableMagneticStoreWrites: enabled,
    MagneticStoreRejectedDataLocation:
      s3 === undefined
        ? {}
        : {
            S3Configuration: {
              BucketName: s3.bucketName,
              ObjectKeyPrefix: s3.objectKeyPrefix,
              EncryptionOption: s3.encryptionOption,
              KmsKeyId: s3.kmsKeyId,
            },
          },
  };
}

function renderPartitionKey(key: PartitionKey): JsonObject {
  return key.kind === 'measure'
    ? { Type: 'MEASURE' }
    : { Type: 'DIMENSION', Name: key.name, EnforcementInRecord: key.enforcement };
}
