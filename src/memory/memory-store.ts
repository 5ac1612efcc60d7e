/**
 * All hot tiles of the process behind one log, by generation: finds the generation, guards the
 * memory limit, and keeps the fail-stop rule. What happens within one is in tile-writer.ts (writes)
 * and snapshot.ts (reads).
 *
 * Not responsible for which tile and generation a row belongs to (ingest, by the tile index), for
 * checking records (ingest), nor for when tiles are sealed, split or dropped (tasks).
 */
import type { Registry } from 'prom-client';
import { assert } from '../base/assert.ts';
import type { GenerationId, LogIndex, TableId } from '../base/brand.ts';
import { ServiceError } from '../base/errors.ts';
import type { Log } from '../substrate/log/api.ts';
import { SharedArena, SlabFeed, type Slabs } from './arena.ts';
import type {
  GenerationUsage,
  MemoryStore,
  MemoryUsage,
  RecoveryOptions,
  RecoverySummary,
  SeriesDefinition,
  SnapshotRequest,
  TileSnapshot,
  TimeExtent,
  WriteOutcome,
} from './contract.ts';
import { EntryEncoder } from './entry-encoder.ts';
import { HotTile } from './hot-tile.ts';
import { createMemoryMetrics, type MemoryMetrics } from './metrics.ts';
import { recoverTiles } from './recovery.ts';
import { takeSnapshot } from './snapshot.ts';
import { extentOf, spaceCutsOf } from './tile-extent.ts';
import { TileWriter } from './tile-writer.ts';
import type { ColumnTypes, WriteBatch } from './write-batch.ts';

export interface MemoryStoreOptions {
  readonly log: Log;
  /** Used memory from which writes are refused. Recovery may go beyond it. */
  readonly memoryLimitBytes: number;
  readonly registry?: Registry;
}

export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  return new HotTiles(options);
}

class HotTiles implements MemoryStore {
  readonly #arena = new SharedArena();
  readonly #log: Log;
  readonly #limitBytes: number;
  readonly #logged = { bytes: 0 };
  readonly #encoder = new EntryEncoder();
  readonly #metrics: MemoryMetrics | undefined;
  readonly #generations = new Map<GenerationId, TileWriter>();
  #failure: Error | undefined;
  #hasWritten = false;
  /** Chunks replaced in generations that are gone. */
  #replacedBefore = 0;

  constructor(options: MemoryStoreOptions) {
    this.#log = options.log;
    this.#limitBytes = options.memoryLimitBytes;
    this.#metrics =
      options.registry &&
      createMemoryMetrics(
        options.registry,
        () => this.usage(),
        () => this.#chunksReplaced(),
      );
  }

  get slabs(): Slabs {
    return this.#arena.slabs;
  }

  openGeneration(id: GenerationId, table: TableId): void {
    const known = this.#generations.get(id);
    if (known !== undefined) {
      assert(known.tile.table === table, `generation ${id} belongs to table ${known.tile.table}`);
      return;
    }
    const writer = new TileWriter({
      tile: new HotTile(this.#arena, { generation: id, table }),
      log: this.#log,
      logged: this.#logged,
      encoder: this.#encoder,
      metrics: this.#metrics,
      onLogFailure: (cause) => this.#fail(cause),
    });
    this.#generations.set(id, writer);
  }

  hasGeneration(generation: GenerationId): boolean {
    return this.#generations.has(generation);
  }

  resolveSeries(generation: GenerationId, definition: SeriesDefinition): number {
    return this.#get(generation).tile.series.resolve(definition);
  }

  async write(
    generation: GenerationId,
    batch: WriteBatch,
    columnTypes: ColumnTypes,
  ): Promise<WriteOutcome> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.isFull()) {
      throw new ServiceError(
        'ThrottlingException',
        'The memory store is full. Please try again later.',
      );
    }
    this.#hasWritten = true;
    return this.#get(generation).write(batch, columnTypes);
  }

  async freeze(generation: GenerationId): Promise<void> {
    await this.#generations.get(generation)?.freeze();
  }

  turnAway(generation: GenerationId): void {
    this.#generations.get(generation)?.turnAway();
  }

  recover(options: RecoveryOptions = {}): Promise<RecoverySummary> {
    assert(!this.#hasWritten, 'recovery comes before the first write');
    return recoverTiles(this.#log, options, {
      tileOf: (generation) => this.#generations.get(generation)?.tile,
      onEntry: (generation, index, bytes) => {
        const writer = this.#generations.get(generation);
        if (writer === undefined) this.#logged.bytes += bytes;
        else writer.countEntry(index, bytes);
      },
    });
  }

  snapshot(generation: GenerationId, request: SnapshotRequest): TileSnapshot {
    return takeSnapshot(this.#arena, this.#get(generation).tile, request);
  }

  drop(generation: GenerationId): void {
    const writer = this.#generations.get(generation);
    if (writer === undefined) return;
    this.#generations.delete(generation);
    this.#replacedBefore += writer.tile.chunks.replaced;
    writer.tile.drop();
    writer.refuseWaiting(tableIsGone());
  }

  async trimLog(): Promise<LogIndex> {
    let needed = this.#log.durable;
    for (const { firstEntry } of this.#generations.values()) {
      if (firstEntry !== undefined && firstEntry < needed) needed = firstEntry;
    }
    await this.#log.trim(needed);
    return needed;
  }

  isFull(): boolean {
    return this.#arena.usedBytes >= this.#limitBytes;
  }

  usage(): MemoryUsage {
    let series = 0;
    let rows = 0;
    for (const { tile } of this.#generations.values()) {
      series += tile.series.count;
      rows += tile.chunks.rows;
    }
    return {
      usedBytes: this.#arena.usedBytes,
      reservedBytes: this.#arena.reservedBytes,
      limitBytes: this.#limitBytes,
      generations: this.#generations.size,
      series,
      rows,
    };
  }

  usageOf(generation: GenerationId): GenerationUsage | undefined {
    const writer = this.#generations.get(generation);
    if (writer === undefined) return undefined;
    const { series, chunks } = writer.tile;
    return {
      rows: chunks.rows,
      series: series.count,
      bytes: chunks.bytes,
      firstEntry: writer.firstEntry,
      logBytes: writer.logBytes,
    };
  }

  extentOf(generation: GenerationId): TimeExtent | undefined {
    return extentOf(this.#get(generation).tile);
  }

  spaceCuts(generation: GenerationId, parts: number): readonly bigint[] {
    return spaceCutsOf(this.#get(generation).tile, parts);
  }

  createSlabFeed(): SlabFeed {
    return new SlabFeed(this.#arena.slabs);
  }

  #get(generation: GenerationId): TileWriter {
    const writer = this.#generations.get(generation);
    if (writer === undefined) throw tableIsGone();
    return writer;
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    for (const writer of this.#generations.values()) writer.refuseWaiting(this.#failure);
  }

  #chunksReplaced(): number {
    let replaced = this.#replacedBefore;
    for (const { tile } of this.#generations.values()) replaced += tile.chunks.replaced;
    return replaced;
  }
}

/** Generations go with their table, which may happen between any two steps of a request. */
function tableIsGone(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The table does not exist.');
}
