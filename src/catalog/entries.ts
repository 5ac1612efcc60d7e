/**
 * Databases and tables as the catalog holds them: immutable, times in milliseconds since the epoch.
 * Their form on the wire is wire/shapes' business.
 */
import type { DatabaseId, TableId } from '../base/brand.ts';
import type { PersistentMap } from '../base/persistent-map.ts';
import type { TableSchema } from './table-schema.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type Tags = ReadonlyMap<string, string>;

export interface DatabaseEntry {
  readonly id: DatabaseId;
  readonly name: string;
  readonly kmsKeyArn: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Tags;
  /** By table name. */
  readonly tables: PersistentMap<string, TableId>;
}

export interface Retention {
  readonly memoryHours: number;
  readonly magneticDays: number;
}

/** Where reports of rejected late records go; every member is optional (write-api 4.6). */
export interface RejectedDataLocation {
  readonly bucketName?: string;
  readonly objectKeyPrefix?: string;
  readonly encryptionOption?: 'SSE_S3' | 'SSE_KMS';
  readonly kmsKeyId?: string;
}

export interface MagneticWrites {
  readonly enabled: boolean;
  /** Absent: none was given. `s3` absent: the location was given as an empty structure. */
  readonly rejectedDataLocation?: { readonly s3?: RejectedDataLocation };
}

export type PartitionKey =
  | { readonly kind: 'measure' }
  | {
      readonly kind: 'dimension';
      readonly name: string;
      readonly enforcement: 'REQUIRED' | 'OPTIONAL';
    };

export interface TableEntry {
  readonly id: TableId;
  readonly name: string;
  readonly database: string;
  readonly retention: Retention;
  readonly magneticWrites: MagneticWrites;
  readonly partitionKey: PartitionKey;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Tags;
  readonly schema: TableSchema;
}
