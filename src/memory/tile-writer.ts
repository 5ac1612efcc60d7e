/**
 * Brings batches through the version rule and the log into one tile, in an order that is fair.
 *
 *   write ──► must wait? ──no──► check ─► encode ─► log.append … durable ─► apply ─► answer
 *               │yes                                                   │
 *               ▼                                                      ▼
 *            waiting ◄─────────────── look again, in order ─────────── in flight − rows
 *
 * In flight: appended to the log and not yet applied. A row that needs a look-up cannot be judged
 * while its series has rows in flight, so its batch waits; so does a batch that shares a series
 * with one that waits already, or else newer batches would overtake it for ever.
 *
 * Between check and append nothing is awaited. A log that fails is final: rows in flight are
 * neither applied nor forgotten, and everything that waits or comes later is refused.
 */
import type { LogIndex } from '../base/brand.ts';
import { ServiceError } from '../base/errors.ts';
import { TILE_WAITING_WRITES_MAX } from '../base/limits.ts';
import type { Log } from '../substrate/log/api.ts';
import { type CheckedBatch, checkBatch, needsLookup } from './batch-check.ts';
import type { WriteOutcome } from './contract.ts';
import type { EncodedEntry, EntryEncoder } from './entry-encoder.ts';
import type { HotTile } from './hot-tile.ts';
import type { MemoryMetrics } from './metrics.ts';
import type { ColumnTypes, WriteBatch } from './write-batch.ts';

/** Nothing was taken: the rows may belong to another tile or generation by now. Route them again. */
export class TileChanged extends Error {
  override readonly name = 'TileChanged';
}

interface WaitingWrite {
  readonly batch: WriteBatch;
  readonly columnTypes: ColumnTypes;
  readonly resolve: (outcome: Promise<WriteOutcome>) => void;
  readonly reject: (error: Error) => void;
}

/** Bytes of all entries that the log was given, or gave back at recovery. */
export interface LoggedBytes {
  bytes: number;
}

export interface TileWriterOptions {
  readonly tile: HotTile;
  readonly log: Log;
  readonly logged: LoggedBytes;
  readonly encoder: EntryEncoder;
  readonly metrics: MemoryMetrics | undefined;
  /** Tells the store, which then fails its other tiles. */
  readonly onLogFailure: (cause: Error) => void;
}

export class TileWriter {
  readonly tile: HotTile;
  readonly #log: Log;
  readonly #logged: LoggedBytes;
  readonly #encoder: EntryEncoder;
  readonly #metrics: MemoryMetrics | undefined;
  readonly #onLogFailure: (cause: Error) => void;
  readonly #waiting: WaitingWrite[] = [];
  /** Rows of waiting batches by series. */
  readonly #waitingRows = new Map<number, number>();
  #rowsInFlight = 0;
  #isFrozen = false;
  /** Called when nothing is in flight any more. */
  readonly #drained: (() => void)[] = [];
  #first: { readonly entry: LogIndex; readonly bytesBefore: number } | undefined;

  constructor(options: TileWriterOptions) {
    this.tile = options.tile;
    this.#log = options.log;
    this.#logged = options.logged;
    this.#encoder = options.encoder;
    this.#metrics = options.metrics;
    this.#onLogFailure = options.onLogFailure;
  }

  /** The oldest entry of the log with rows of the tile. */
  get firstEntry(): LogIndex | undefined {
    return this.#first?.entry;
  }

  /** Of the log from that entry on. */
  get logBytes(): number {
    return this.#first === undefined ? 0 : this.#logged.bytes - this.#first.bytesBefore;
  }

  /** The log has the entry, which has rows of the tile. */
  countEntry(entry: LogIndex, bytes: number): void {
    this.#first ??= { entry, bytesBefore: this.#logged.bytes };
    this.#logged.bytes += bytes;
  }

  write(batch: WriteBatch, columnTypes: ColumnTypes): Promise<WriteOutcome> {
    if (this.#isFrozen) throw new TileChanged();
    if (!this.#mustWait(batch, this.#waitingRows)) return this.#start(batch, columnTypes);
    if (this.#waiting.length >= TILE_WAITING_WRITES_MAX) {
      throw new ServiceError(
        'ThrottlingException',
        'Too many requests write to the same time series. Please try again.',
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, columnTypes, resolve, reject });
      this.#countWaiting(batch, 1);
      this.#metrics?.waits.inc();
    });
  }

  freeze(): Promise<void> {
    this.#isFrozen = true;
    this.turnAway();
    if (this.#rowsInFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  turnAway(): void {
    this.refuseWaiting(new TileChanged());
  }

  /** Refuses everything that waits: the tile was dropped or the log has failed. */
  refuseWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#waitingRows.clear();
  }

  #mustWait(batch: WriteBatch, ahead: { has(series: number): boolean; size: number }): boolean {
    if (this.#rowsInFlight === 0 && ahead.size === 0) return false;
    const { series } = this.tile;
    for (let row = 0; row < batch.rows; row++) {
      const id = batch.seriesId[row]!;
      if (ahead.size > 0 && ahead.has(id)) return true;
      if (series.inFlight[id]! > 0 && needsLookup(series, batch, row)) return true;
    }
    return false;
  }

  async #start(batch: WriteBatch, columnTypes: ColumnTypes): Promise<WriteOutcome> {
    const { tile } = this;
    const checked = checkBatch(tile, batch, columnTypes);
    const { accepted } = checked;
    if (accepted.length === 0) return outcomeOf(checked);

    const encoded = this.#encoder.encode({
      generation: tile.id,
      table: tile.table,
      batch,
      accepted,
      columnTypes,
      series: tile.series,
      dictionary: tile.dictionary,
    });
    await this.#append(encoded);
    this.#metrics?.rows.inc(accepted.length);
    return outcomeOf(checked);
  }

  /** Resolves when the entry is durable and applied. */
  async #append(encoded: EncodedEntry): Promise<void> {
    const { series: ids } = encoded.entry;
    const next = this.#log.next;
    const appended = this.#log.append(encoded.bytes);
    const isRefused = this.#log.next === next;
    if (!isRefused) {
      this.countEntry(next, encoded.bytes.length);
      this.#markInFlight(encoded);
    }
    try {
      await appended;
    } catch (error) {
      if (isRefused && error instanceof ServiceError) {
        // The log's queue is full. Nothing was appended, so nothing but the rows is lost.
        this.#encoder.release(encoded);
        throw error;
      }
      this.#onLogFailure(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    if (!this.tile.isDropped) this.tile.apply(encoded.entry, ids);
    this.#rowsInFlight -= ids.length;
    const { inFlight } = this.tile.series;
    for (let row = 0; row < ids.length; row++) inFlight[ids[row]!]! -= 1;
    this.#encoder.release(encoded);
    if (this.#waiting.length > 0) this.#wake();
    if (this.#rowsInFlight === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  #markInFlight(encoded: EncodedEntry): void {
    const { series } = this.tile;
    const ids = encoded.entry.series;
    this.#rowsInFlight += ids.length;
    for (let row = 0; row < ids.length; row++) series.inFlight[ids[row]!]! += 1;
    for (const id of encoded.defined) series.isLogged[id] = 1;
  }

  /** Starts every waiting batch that can go, in the order in which they came. */
  #wake(): void {
    const ahead = new Set<number>();
    const waiting = this.#waiting.splice(0);
    for (const write of waiting) {
      if (this.#mustWait(write.batch, ahead)) {
        this.#waiting.push(write);
        for (let row = 0; row < write.batch.rows; row++) ahead.add(write.batch.seriesId[row]!);
      } else {
        this.#countWaiting(write.batch, -1);
        write.resolve(this.#start(write.batch, write.columnTypes));
      }
    }
  }

  #countWaiting(batch: WriteBatch, sign: 1 | -1): void {
    for (let row = 0; row < batch.rows; row++) {
      const id = batch.seriesId[row]!;
      const rows = (this.#waitingRows.get(id) ?? 0) + sign;
      if (rows === 0) this.#waitingRows.delete(id);
      else this.#waitingRows.set(id, rows);
    }
  }
}

function outcomeOf(checked: CheckedBatch): WriteOutcome {
  const { accepted, repeated, rejected } = checked;
  return { accepted: accepted.length + repeated, repeated, rejected };
}
