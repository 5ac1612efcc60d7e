/**
 * The log seam: an ordered, durable sequence of byte entries, numbered 0, 1, 2 … without gaps.
 *
 * Promises that every implementation keeps, and that log-contract.test.ts checks on each:
 *
 *   durable   append() resolves only when the entry, and every entry before it, survives a power
 *             cut. Entries become durable in the order of the calls.
 *   fenced    whoever opens a log last owns it. Appends of earlier owners are refused with
 *             StaleWriter and are never seen by a reader, whatever the clocks say.
 *   fail-stop after a failed write nobody knows what the disk holds, so every later append of this
 *             owner is refused with LogFailed; only a new open() (a restart) looks again.
 *   honest    damage is reported (LogCorruption), never skipped.
 *
 * What an entry means is the caller's business; so is retrying.
 */
import type { LogIndex } from '../../base/brand.ts';

export interface LogEntry {
  readonly index: LogIndex;
  /** Belongs to the reader; never overwritten. */
  readonly payload: Uint8Array;
}

export interface Log {
  /** Index that the next append will get. Counts appends that are not durable yet. */
  readonly next: LogIndex;
  /** Entries below this index are durable; read() ends here. */
  readonly durable: LogIndex;
  /** Oldest entry still kept; equals `next` when there is none. */
  readonly first: LogIndex;

  /**
   * Resolves with the entry's index when it is durable. The bytes are copied before the call
   * returns, and `next` has moved by then: an entry's index is `next` just before the call.
   * Rejects with StaleWriter, LogFailed or LogClosed, or with a ThrottlingException when more
   * than LOG_QUEUE_BYTES_MAX wait for the disk; then nothing was appended.
   */
  append(entry: Uint8Array): Promise<LogIndex>;

  /**
   * The entries from `from` up to what is durable when the call is made, with bounded memory.
   * Throws LogTrimmed if `from` has been trimmed away.
   */
  read(from: LogIndex): AsyncIterable<LogEntry>;

  /** Entries below `upTo` are no longer needed. Some of them may be kept for a while. */
  trim(upTo: LogIndex): Promise<void>;

  /** Waits for the appends under way, then lets go of the log. Idempotent. */
  close(): Promise<void>;
}

export interface OpenLogOptions {
  /** Who writes, for messages: a process or node name. */
  readonly writer: string;
}

/** All logs of one installation, by name (`metadata`, `shard-0`). Names are [a-z0-9-]{1,64}. */
export interface Logs {
  /** Recovers the log, creating it if it is new, and fences whoever had it open. */
  open(name: string, options: OpenLogOptions): Promise<Log>;
  /** Names of the logs that exist, sorted. */
  list(): Promise<readonly string[]>;
}

/** A group of entries became durable together. For metrics; must not throw. */
export interface LogFlush {
  readonly log: string;
  readonly entries: number;
  readonly bytes: number;
  readonly writeMs: number;
  readonly syncMs: number;
}

/** What recovery found when a log was opened. */
export interface LogRecovery {
  readonly log: string;
  readonly first: LogIndex;
  readonly next: LogIndex;
  readonly epoch: number;
  readonly segments: number;
  readonly bytes: number;
  /** The unfinished end of an interrupted write, which was cut off; never acknowledged. */
  readonly tornTail:
    | { readonly file: string; readonly offset: number; readonly bytes: number }
    | undefined;
}

export interface LogObserver {
  flushed?(flush: LogFlush): void;
  recovered?(recovery: LogRecovery): void;
  /** The log has refused everything since this error. The process should end and recover. */
  failed?(log: string, cause: Error): void;
}

/** A newer owner has the log; this one must stop. */
export class StaleWriter extends Error {
  override readonly name = 'StaleWriter';
}

/** A write or sync failed earlier; nothing more is accepted until the log is opened anew. */
export class LogFailed extends Error {
  override readonly name = 'LogFailed';
}

export class LogClosed extends Error {
  override readonly name = 'LogClosed';
}

export class LogTrimmed extends Error {
  override readonly name = 'LogTrimmed';
}

/** Bytes that were durable once cannot be read back. */
export class LogCorruption extends Error {
  override readonly name = 'LogCorruption';
  readonly file: string;
  readonly offset: number;
  readonly index: number;

  constructor(where: { file: string; offset: number; index: number }, what: string) {
    super(`${where.file} is damaged at offset ${where.offset} (entry ${where.index}): ${what}`);
    this.file = where.file;
    this.offset = where.offset;
    this.index = where.index;
  }
}
