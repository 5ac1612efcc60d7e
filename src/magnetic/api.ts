/**
 * The magnetic store, as the layers above may use it: sealed rows as Parquet objects.
 *
 *   seal     objectLayout ─► mergedRelation ─► writeObject (in a worker) ─► MagneticStore.put
 *   scan     MagneticStore.pin ─► objectsRelation (in a worker's statement) ─► release
 *   replace  rejectedRelation ─► rejected reports;  MagneticStore.retire
 *
 * Which objects there are is the tile index' business; this folder knows how they are written, read
 * and deleted.
 */
export { fileChecksum } from './file-checksum.ts';
export { MagneticStore, type MagneticStoreOptions, type StoredFile } from './magnetic-store.ts';
export { type MergedSources, mergedRelation, rejectedRelation } from './merge-sources.ts';
export { type MagneticMetrics, type MagneticUsage, magneticMetrics } from './metrics.ts';
export type { ObjectContents } from './object-contents.ts';
export {
  type Held,
  type NamedColumn,
  type ObjectColumn,
  type ObjectLayout,
  objectColumn,
  objectLayout,
} from './object-layout.ts';
export { objectSeriesQuery, type SeriesQuery } from './object-series.ts';
export { type ObjectsRead, objectsRelation } from './read-objects.ts';
export {
  measureText,
  type RejectedRecord,
  type RejectedRowsOf,
  rejectedRecords,
} from './rejected-record.ts';
export {
  type RejectedOf,
  RejectedReports,
  type RejectedReportsOptions,
} from './rejected-report.ts';
export { ReportQueue } from './report-queue.ts';
export { objectReports, type ReportSink } from './report-sink.ts';
export { objectOrder, type SortKey, type WritePlan, writeObject } from './write-object.ts';
