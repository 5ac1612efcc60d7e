/**
 * What the memory store promises to the layers above, as types; api.ts is the door they come
 * through.
 */
import type { GenerationId, LogIndex, Nanos, TableId } from '../base/brand.ts';
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
  readonly generation: GenerationId;
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
  /** Ids of the measure columns that rows may have a value in, in no order. */
  readonly columns: readonly number[];
  /** Idempotent. Only when no reader will touch the rows again. */
  release(): void;
}

export interface RecoveryOptions {
  readonly onProgress?: (progress: RecoverySummary) => void;
}

export interface RecoverySummary {
  readonly entries: number;
  readonly rows: number;
  readonly bytes: number;
  /** Of generations that are not open: sealed, or gone with their table. */
  readonly skippedEntries: number;
}

/** What a generation holds, for those who decide when to seal it and where to cut its tile. */
export interface GenerationUsage {
  readonly rows: number;
  readonly series: number;
  /** Shared memory of its rows. */
  readonly bytes: number;
  /** The oldest entry of the log that it needs; undefined when it needs none. */
  readonly firstEntry: LogIndex | undefined;
  /** Of the log from that entry on: what it keeps from being trimmed. */
  readonly logBytes: number;
}

export interface TimeExtent {
  readonly oldest: Nanos;
  readonly newest: Nanos;
}

export interface MemoryUsage {
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly limitBytes: number;
  readonly generations: number;
  readonly series: number;
  readonly rows: number;
}

export interface MemoryStore {
  /** Makes the generation known; of a known one nothing changes. Needs no record in the log. */
  openGeneration(generation: GenerationId, table: TableId): void;
  hasGeneration(generation: GenerationId): boolean;
  /**
   * The dense id, within the generation, of a series; made on first sight. Costs a few dictionary
   * look-ups, so ingest keeps its own cache; ids stay valid until the generation is dropped.
   */
  resolveSeries(generation: GenerationId, definition: SeriesDefinition): number;
  /**
   * Checks the rows against the version rule, appends what is accepted to the log as one entry,
   * applies it, and resolves: from then on every new snapshot holds all of it. Rejects when the log
   * fails (the store then refuses all further writes), with ThrottlingException when memory, the
   * log's queue or the generation's is full, and with TileChanged when the rows have to be routed
   * again: then nothing of the batch was taken. A batch must fit one entry of the log
   * (LOG_ENTRY_BYTES_MAX).
   */
  write(
    generation: GenerationId,
    batch: WriteBatch,
    columnTypes: ColumnTypes,
  ): Promise<WriteOutcome>;
  /**
   * From now on the generation takes no writes; those that wait for their turn are refused with
   * TileChanged. Resolves when nothing of it is in flight any more. Idempotent.
   */
  freeze(generation: GenerationId): Promise<void>;
  /**
   * Refuses the writes that wait for their turn with TileChanged: extentOf() then tells of all
   * rows that can still come into the generation, if whoever routes holds back new ones.
   */
  turnAway(generation: GenerationId): void;
  /** Replays the log into the open generations. Once, before the first write. */
  recover(options?: RecoveryOptions): Promise<RecoverySummary>;
  /** The rows that match, as they are now. Must be released, or replaced memory is never reused. */
  snapshot(generation: GenerationId, request: SnapshotRequest): TileSnapshot;
  /** Frees the generation's memory, as soon as no snapshot sees it any more. */
  drop(generation: GenerationId): void;
  /** Lets the log forget what no open generation needs. Resolves with the entry it now begins at. */
  trimLog(): Promise<LogIndex>;
  /** Undefined when it is not open. */
  usageOf(generation: GenerationId): GenerationUsage | undefined;
  /** Of its rows, those in flight included; undefined without rows. Costs a walk over the series. */
  extentOf(generation: GenerationId): TimeExtent | undefined;
  /**
   * Space coordinates that cut the generation's rows into parts of about the same size, ascending;
   * fewer than asked when single series are larger than a part.
   */
  spaceCuts(generation: GenerationId, parts: number): readonly bigint[];
  /** Whether writes are being refused for lack of memory. */
  isFull(): boolean;
  usage(): MemoryUsage;
  /** Tracks which slabs one receiver (a worker thread) has been sent. */
  createSlabFeed(): SlabFeed;
  /** For readers on the main thread. */
  readonly slabs: Slabs;
}
