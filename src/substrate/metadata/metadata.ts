/**
 * Metadata: a log of small records, folded in memory into one immutable state.
 *
 *     decide(state) ──► record ──► log, at the expected position ──► fold(state, record) ──► state'
 *            ▲                              │ conflict: somebody was first
 *            └──── fold what they wrote ◄───┘
 *
 * fold is pure: a snapshot plus the records after it give the same state everywhere. Reads are
 * `metadata.state`, synchronous and immutable. Changes are guarded: of two that raced, one wins
 * and the other decides again on the new state.
 *
 * Records are JSON objects `{"v": 1, "kind": …}`. A record this version does not know stops the
 * start with UnknownRecord; it is never skipped, because the fold would then differ from others'.
 */
import type { LogIndex } from '../../base/brand.ts';

export interface MetadataRecord {
  /** Version of the record's kind. */
  readonly v: number;
  readonly kind: string;
}

/** What the owner of a state (the catalog, the tile index) tells about it. */
export interface MetadataModel<State, Rec extends MetadataRecord> {
  readonly initial: State;
  /** Pure; must not change `state`. Throwing is a bug. */
  fold(state: State, record: Rec): State;
  /** Highest version of each record kind that this program understands. */
  readonly versions: Readonly<Record<Rec['kind'], number>>;
  readonly snapshot: SnapshotCodec<State>;
}

export interface SnapshotCodec<State> {
  /** Version of the snapshot's form; a newer one than this stops the start. */
  readonly version: number;
  /** To and from a JSON value; fromJson gets the version it was written with. */
  toJson(state: State): unknown;
  fromJson(json: unknown, version: number): State;
}

/** A log several writers may append to, each saying at which position it expects to land. */
export interface GuardedLog {
  readonly first: LogIndex;
  appendAt(expected: LogIndex, payload: Uint8Array): Promise<'appended' | 'conflict'>;
  read(from: LogIndex): AsyncIterable<{ readonly index: LogIndex; readonly payload: Uint8Array }>;
  trim(upTo: LogIndex): Promise<void>;
  close(): Promise<void>;
}

export interface Metadata<State, Rec extends MetadataRecord> {
  readonly state: State;
  /** Position after the last record folded into `state`. */
  readonly position: LogIndex;

  /** Appends at an expected position; folds it when it was appended. */
  append(record: Rec, expected: LogIndex): Promise<'appended' | 'conflict'>;

  /**
   * Runs `decide` on the newest state and appends what it returns; again, if somebody else was
   * first. `undefined` changes nothing; an Error (returned or thrown) rejects with it. Resolves
   * with the state after the change. `decide` may run several times and must be pure.
   */
  change(decide: (state: State) => Rec | Error | undefined): Promise<State>;

  /** Folds what other writers appended. */
  catchUp(): Promise<State>;

  /** Called synchronously after each fold, in order. Returns the function that ends it. */
  onChange(listener: (state: State, record: Rec, index: LogIndex) => void): () => void;

  /** Writes a snapshot now and trims the log before it. */
  takeSnapshot(): Promise<void>;

  close(): Promise<void>;
}

/** A record or snapshot that only a newer version of the program understands. */
export class UnknownRecord extends Error {
  override readonly name = 'UnknownRecord';
}

/** The metadata cannot be rebuilt from what is stored. */
export class MetadataDamaged extends Error {
  override readonly name = 'MetadataDamaged';
}

/** Lost the race too often in a row; the caller may try again later. */
export class MetadataContended extends Error {
  override readonly name = 'MetadataContended';
}
