/**
 * What the memory store promises to the layers above, as types; api.ts is the door they come
 * through.
 */
import type { Nanos, TableId, TileId } from '../base/brand.ts';
import type { SlabFeed, Slabs } from './arena.ts';
import type { ColumnTypes, WriteBatch } from './write-batch.ts';

/** A dimension by its id in the catalog (dense per table, 0 … 127) and the value of one record. */
export interface DimensionValue {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

export interface SeriesDefinition {
  /** In any order; ids are distinct. */
  readonly dimensions: readonly DimensionValue[];
  readonly measureName: string;
  /** The partition key's value: the measure name by default, '' for a missing dimension. */
  readonly partitionKey: string;
}

/** Why the version rule refused a row (write-api 5.6, reasons A and B). */
export type RejectionReason = 'same-version' | 'lower-version';

export interface RejectedRow {
  readonly row: number;
  readonly recordIndex: number;
  readonly reason: RejectionReason;
  readonly version: bigint;
  readonly existingVersion: bigint;
}

export interface WriteOutcome {
  /** Rows stored, and repeats of what was stored already. */
  readonly accepted: number;
  /** How many of the accepted changed nothing. */
  readonly repeated: number;
  readonly rejected: readonly RejectedRow[];
}

export interface SnapshotRequest {
  /** Half-open: fromTime ≤ time < untilTime. */
  readonly fromTime: Nanos;
  readonly untilTime: Nanos;
  /** Dimension id → allowed values; a series must match all of them. */
  readonly dimensions?: ReadonlyMap<number, readonly string[]>;
  readonly measureNames?: readonly string[];
}

export interface SnapshotStatistics {
  readonly rows: number;
  /** Of the rows with all their columns, for estimates of cost. */
  readonly bytes: number;
  readonly series: number;
  readonly slices: number;
  /** Undefined when there are no rows. */
  readonly minTime: Nanos | undefined;
  readonly maxTime: Nanos | undefined;
}

export interface SnapshotDescriptor {
  readonly tile: TileId;
  readonly table: TableId;
  readonly slices: Int32Array;
  /** Per layout: number of columns, then each packed (shape.ts). */
  readonly layouts: Int32Array;
  /** Directories of the codes of series: measure name, then dimension 0, 1 … */
  readonly directories: Int32Array;
  readonly dictionary: { readonly directory: number; readonly size: number };
  readonly statistics: SnapshotStatistics;
}

export interface TileSnapshot {
  readonly descriptor: SnapshotDescriptor;
  /** For postMessage; the descriptor can then no longer be used here. */
  readonly transfer: readonly ArrayBuffer[];
  readonly statistics: SnapshotStatistics;
  /** Idempotent. Only when no reader will touch the rows again. */
  release(): void;
}

export interface RecoveryOptions {
  /** Entries of a table that has been deleted since are skipped and counted. */
  readonly tableExists: (table: TableId) => boolean;
  readonly onProgress?: (progress: RecoverySummary) => void;
}

export interface RecoverySummary {
  readonly entries: number;
  readonly rows: number;
  readonly bytes: number;
  readonly skippedEntries: number;
}

export interface MemoryUsage {
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly limitBytes: number;
  readonly tiles: number;
  readonly series: number;
  readonly rows: number;
}

export interface MemoryStore {
  /** Makes the tile known; of a known one nothing changes. Needs no record in the log. */
  openTile(tile: TileId, table: TableId): void;
  hasTile(tile: TileId): boolean;
  /**
   * The dense id, within the tile, of a series; made on first sight. Costs a few dictionary
   * look-ups, so ingest keeps its own cache; ids stay valid until the tile is dropped.
   */
  resolveSeries(tile: TileId, definition: SeriesDefinition): number;
  /**
   * Checks the rows against the version rule, appends what is accepted to the log as one entry,
   * applies it, and resolves: from then on every new snapshot holds all of it. Rejects when the log
   * fails (the store then refuses all further writes), and with ThrottlingException when memory,
   * the log's queue or the tile's is full. A batch must fit one entry of the log
   * (LOG_ENTRY_BYTES_MAX).
   */
  write(tile: TileId, batch: WriteBatch, columnTypes: ColumnTypes): Promise<WriteOutcome>;
  /** Replays the log into the tiles. Once, before the first write. */
  recover(options: RecoveryOptions): Promise<RecoverySummary>;
  /** The rows that match, as they are now. Must be released, or replaced memory is never reused. */
  snapshot(tile: TileId, request: SnapshotRequest): TileSnapshot;
  /** Frees the tile's memory, as soon as no snapshot sees it any more. */
  drop(tile: TileId): void;
  /** Whether writes are being refused for lack of memory. */
  isFull(): boolean;
  usage(): MemoryUsage;
  /** Tracks which slabs one receiver (a worker thread) has been sent. */
  createSlabFeed(): SlabFeed;
  /** For readers on the main thread. */
  readonly slabs: Slabs;
}
