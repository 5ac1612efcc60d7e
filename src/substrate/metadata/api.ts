/** What other folders may use of the metadata seam: its contract (metadata.ts) and its implementations. */

export type { StoredMetadata } from './find-start.ts';
export { guardOwnLog } from './guarded-log.ts';
export type {
  GuardedLog,
  Metadata,
  MetadataModel,
  MetadataRecord,
  SnapshotCodec,
} from './metadata.ts';
export { MetadataContended, MetadataDamaged, UnknownRecord } from './metadata.ts';
export { type OpenMetadataOptions, openMetadata } from './metadata-log.ts';
export { type ReadMetadata, readMetadata } from './read-metadata.ts';
export { parseRecord } from './record-codec.ts';
