/**
 * Metadata folded from a guarded log, with snapshots in objects.
 *
 *   open      newest mark in the log ─► its snapshot ─► records from its position on
 *   change    one at a time (a queue): decide, append at our position, fold
 *   snapshot  object ─► mark in the log ─► trim below the snapshot ─► older objects deleted
 *
 * A crash between any two of those steps loses nothing: an object without a mark is never read; a
 * log not yet trimmed holds records that the snapshot has too, and they are not folded again.
 * The snapshot before the newest is kept for readers that are just opening it.
 */
import { assert } from '../../base/assert.ts';
import type { LogIndex } from '../../base/brand.ts';
import { METADATA_CHANGE_TRIES_MAX, METADATA_SNAPSHOT_RECORDS } from '../../base/limits.ts';
import type { Objects } from '../objects/api.ts';
import { findStart, type Start } from './find-start.ts';
import {
  type GuardedLog,
  type Metadata,
  MetadataContended,
  type MetadataModel,
  type MetadataRecord,
} from './metadata.ts';
import {
  decodeRecord,
  encodeRecord,
  encodeSnapshot,
  isMark,
  type SnapshotMark,
  snapshotMark,
} from './record-codec.ts';

export interface OpenMetadataOptions<State, Rec extends MetadataRecord> {
  readonly log: GuardedLog;
  readonly objects: Objects;
  readonly model: MetadataModel<State, Rec>;
  /** Snapshots are objects `<prefix>/<position>…`. */
  readonly prefix: string;
  readonly snapshotRecords?: number;
  /** A snapshot in the background failed. Nothing is lost; the next one is tried later. */
  onSnapshotFailed(error: unknown): void;
}

export async function openMetadata<State, Rec extends MetadataRecord>(
  options: OpenMetadataOptions<State, Rec>,
): Promise<Metadata<State, Rec>> {
  const start = await findStart(options);
  const metadata = new MetadataLog(options, start);
  await metadata.catchUp();
  return metadata;
}

class MetadataLog<State, Rec extends MetadataRecord> implements Metadata<State, Rec> {
  readonly #options: OpenMetadataOptions<State, Rec>;
  #state: State;
  #position: LogIndex;
  /** The newest snapshot known. */
  #mark: SnapshotMark | undefined;
  readonly #listeners = new Set<(state: State, record: Rec, index: LogIndex) => void>();
  /** The last of the queued changes; settles when all of them have. */
  #queue: Promise<unknown> = Promise.resolve();
  #snapshot: Promise<void> | undefined;

  constructor(options: OpenMetadataOptions<State, Rec>, start: Start<State>) {
    this.#options = options;
    this.#state = start.state;
    this.#position = start.position;
    this.#mark = start.mark;
  }

  get state(): State {
    return this.#state;
  }

  get position(): LogIndex {
    return this.#position;
  }

  append(record: Rec, expected: LogIndex): Promise<'appended' | 'conflict'> {
    return this.#enqueue(() => this.#appendNow(record, expected));
  }

  change(decide: (state: State) => Rec | Error | undefined): Promise<State> {
    return this.#enqueue(async () => {
      for (let attempt = 0; attempt < METADATA_CHANGE_TRIES_MAX; attempt++) {
        const decided = decide(this.#state);
        if (decided === undefined) return this.#state;
        if (decided instanceof Error) throw decided;
        if ((await this.#appendNow(decided, this.#position)) === 'appended') return this.#state;
        await this.#foldTail();
      }
      throw new MetadataContended(`lost ${METADATA_CHANGE_TRIES_MAX} races in a row`);
    });
  }

  catchUp(): Promise<State> {
    return this.#enqueue(async () => {
      await this.#foldTail();
      return this.#state;
    });
  }

  onChange(listener: (state: State, record: Rec, index: LogIndex) => void): () => void {
    const registered: typeof listener = (state, record, index) => listener(state, record, index);
    this.#listeners.add(registered);
    return () => this.#listeners.delete(registered);
  }

  takeSnapshot(): Promise<void> {
    this.#snapshot ??= this.#writeSnapshot().finally(() => {
      this.#snapshot = undefined;
    });
    return this.#snapshot;
  }

  async close(): Promise<void> {
    // Whoever waits for a snapshot or a change hears of its failure; this only waits for its end.
    await this.#snapshot?.catch(() => {});
    await this.#queue;
    await this.#options.log.close();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #appendNow(record: Rec | SnapshotMark, expected: LogIndex) {
    const payload = encodeRecord(record);
    const outcome = await this.#options.log.appendAt(expected, payload);
    if (outcome === 'conflict') return outcome;
    // Folded from its bytes, as every other reader folds it.
    if (expected === this.#position) this.#foldOne(payload);
    else await this.#foldTail();
    return outcome;
  }

  async #foldTail(): Promise<void> {
    for await (const { index, payload } of this.#options.log.read(this.#position)) {
      assert(index === this.#position, `record ${index} where ${this.#position} was expected`);
      this.#foldOne(payload);
    }
  }

  #foldOne(payload: Uint8Array): void {
    const { model } = this.#options;
    const index = this.#position;
    const record = decodeRecord<Rec>(payload, index, model.versions);
    if (isMark(record)) {
      if (record.position >= (this.#mark?.position ?? 0)) this.#mark = record;
    } else {
      this.#state = model.fold(this.#state, record);
    }
    this.#position = (index + 1) as LogIndex;
    if (isMark(record)) return;
    for (const listener of this.#listeners) listener(this.#state, record, index);
    this.#snapshotIfDue();
  }

  #snapshotIfDue(): void {
    const every = this.#options.snapshotRecords ?? METADATA_SNAPSHOT_RECORDS;
    const since = this.#position - (this.#mark?.position ?? 0);
    // Every N records and not all the time from then on, in case snapshots keep failing.
    if (since < every || since % every !== 0 || this.#snapshot !== undefined) return;
    this.takeSnapshot().catch((error) => this.#options.onSnapshotFailed(error));
  }

  async #writeSnapshot(): Promise<void> {
    const { objects, log, model, prefix } = this.#options;
    const position = this.#position;
    const previous = this.#mark;
    if (previous?.position === position) return;
    const { name, bytes } = encodeSnapshot(model.snapshot, this.#state, position);
    const key = `${prefix}/${name}`;
    await objects.putIfAbsent(key, bytes);
    await this.#appendMark(snapshotMark(key, position));
    await log.trim(position);
    await this.#deleteBefore(previous?.position ?? 0);
  }

  #appendMark(mark: SnapshotMark): Promise<void> {
    return this.#enqueue(async () => {
      for (let attempt = 0; attempt < METADATA_CHANGE_TRIES_MAX; attempt++) {
        if ((await this.#appendNow(mark, this.#position)) === 'appended') return;
        await this.#foldTail();
      }
      throw new MetadataContended(`lost ${METADATA_CHANGE_TRIES_MAX} races in a row`);
    });
  }

  async #deleteBefore(position: number): Promise<void> {
    const { objects, prefix } = this.#options;
    for await (const key of objects.list(`${prefix}/`)) {
      if (Number(key.slice(prefix.length + 1, prefix.length + 21)) < position) {
        await objects.delete(key);
      }
    }
  }
}
