/**
 * All hot tiles of the process behind one log: finds the tile, guards the memory limit, and keeps
 * the fail-stop rule. What happens within a tile is in tile-writer.ts (writes) and snapshot.ts
 * (reads).
 *
 * Not responsible for which tile a row belongs to (ingest, by the tile index), for checking records
 * (ingest), nor for when tiles are sealed, split or dropped.
 */
import type { Registry } from 'prom-client';
import { assert } from '../base/assert.ts';
import type { TableId, TileId } from '../base/brand.ts';
import { ServiceError } from '../base/errors.ts';
import type { Log } from '../substrate/log/api.ts';
import { SharedArena, SlabFeed, type Slabs } from './arena.ts';
import type {
  MemoryStore,
  MemoryUsage,
  RecoveryOptions,
  RecoverySummary,
  SeriesDefinition,
  SnapshotRequest,
  TileSnapshot,
  WriteOutcome,
} from './contract.ts';
import { EntryEncoder } from './entry-encoder.ts';
import { HotTile } from './hot-tile.ts';
import { createMemoryMetrics, type MemoryMetrics } from './metrics.ts';
import { recoverTiles } from './recovery.ts';
import { takeSnapshot } from './snapshot.ts';
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
  readonly #encoder = new EntryEncoder();
  readonly #metrics: MemoryMetrics | undefined;
  readonly #tiles = new Map<TileId, TileWriter>();
  #failure: Error | undefined;
  #hasWritten = false;
  /** Chunks replaced in tiles that are gone. */
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

  openTile(tile: TileId, table: TableId): void {
    this.#open(tile, table);
  }

  hasTile(tile: TileId): boolean {
    return this.#tiles.has(tile);
  }

  resolveSeries(tile: TileId, definition: SeriesDefinition): number {
    return this.#get(tile).tile.series.resolve(definition);
  }

  async write(tile: TileId, batch: WriteBatch, columnTypes: ColumnTypes): Promise<WriteOutcome> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.isFull()) {
      throw new ServiceError(
        'ThrottlingException',
        'The memory store is full. Please try again later.',
      );
    }
    this.#hasWritten = true;
    return this.#get(tile).write(batch, columnTypes);
  }

  recover(options: RecoveryOptions): Promise<RecoverySummary> {
    assert(!this.#hasWritten, 'recovery comes before the first write');
    return recoverTiles(this.#log, options, (tile, table) => {
      return (this.#tiles.get(tile) ?? this.#open(tile, table)).tile;
    });
  }

  snapshot(tile: TileId, request: SnapshotRequest): TileSnapshot {
    return takeSnapshot(this.#arena, this.#get(tile).tile, request);
  }

  drop(tile: TileId): void {
    const writer = this.#tiles.get(tile);
    if (writer === undefined) return;
    this.#tiles.delete(tile);
    this.#replacedBefore += writer.tile.chunks.replaced;
    writer.tile.drop();
    writer.refuseWaiting(tableIsGone());
  }

  isFull(): boolean {
    return this.#arena.usedBytes >= this.#limitBytes;
  }

  usage(): MemoryUsage {
    let series = 0;
    let rows = 0;
    for (const { tile } of this.#tiles.values()) {
      series += tile.series.count;
      rows += tile.chunks.rows;
    }
    return {
      usedBytes: this.#arena.usedBytes,
      reservedBytes: this.#arena.reservedBytes,
      limitBytes: this.#limitBytes,
      tiles: this.#tiles.size,
      series,
      rows,
    };
  }

  createSlabFeed(): SlabFeed {
    return new SlabFeed(this.#arena.slabs);
  }

  #open(id: TileId, table: TableId): TileWriter {
    const known = this.#tiles.get(id);
    if (known !== undefined) {
      assert(known.tile.table === table, `tile ${id} belongs to table ${known.tile.table}`);
      return known;
    }
    const writer = new TileWriter({
      tile: new HotTile(this.#arena, { tile: id, table }),
      log: this.#log,
      encoder: this.#encoder,
      metrics: this.#metrics,
      onLogFailure: (cause) => this.#fail(cause),
    });
    this.#tiles.set(id, writer);
    return writer;
  }

  #get(id: TileId): TileWriter {
    const writer = this.#tiles.get(id);
    if (writer === undefined) throw tableIsGone();
    return writer;
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    for (const writer of this.#tiles.values()) writer.refuseWaiting(this.#failure);
  }

  #chunksReplaced(): number {
    let replaced = this.#replacedBefore;
    for (const { tile } of this.#tiles.values()) replaced += tile.chunks.replaced;
    return replaced;
  }
}

/** Tiles are dropped with their table, which may happen between any two steps of a request. */
function tableIsGone(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The table does not exist.');
}
