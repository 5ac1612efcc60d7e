/**
 * The memory store, as the layers above may use it: the recent rows of all tiles of this process.
 *
 *   ingest ── resolveSeries(), write() ──►  hot tiles in shared memory, behind the log
 *   scan, query ◄── snapshot() ──           read in place or in worker threads (TileReader)
 *
 * One writer, the main thread; any number of readers, each on a snapshot, without locks or copies.
 * To read in a worker: post `feed.take()` and `snapshot.descriptor` to it; there, add the slabs to
 * its `Slabs` and make a TileReader; when it has answered, `snapshot.release()` here.
 */
export { type SlabFeed, type SlabHandle, Slabs } from './arena.ts';
export { MalformedEntry } from './batch-format.ts';
export type {
  DimensionValue,
  GenerationUsage,
  MemoryStore,
  MemoryUsage,
  RecoveryOptions,
  RecoverySummary,
  RejectedRow,
  RejectionReason,
  SeriesDefinition,
  SnapshotDescriptor,
  SnapshotRequest,
  SnapshotStatistics,
  TileSnapshot,
  TimeExtent,
  WriteOutcome,
} from './contract.ts';
export type { DictionaryReader } from './dictionary.ts';
export { type EntrySummary, summarizeEntry } from './entry-summary.ts';
export { followCatalog, openGenerations } from './follow-catalog.ts';
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { type ResidentSeries, type ResidentTile, ResidentTiles } from './resident-tiles.ts';
export { type SpaceCoordinate, spaceOf } from './series-key.ts';
export { type NullSink, type SliceFilter, TileCursor } from './tile-cursor.ts';
export { TileReader } from './tile-reader.ts';
export { TileChanged } from './tile-writer.ts';
export {
  Cells,
  type ColumnTypes,
  WriteBatch,
} from './write-batch.ts';
