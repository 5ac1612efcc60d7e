/**
 * Keeps the memory of the whole process in bounds. The engine counts what its operators hold, but
 * not what expressions make of a row, nor what kernels do: a few functions around each other could
 * fill the machine unseen.
 *
 *   resident ─┬─ accounted for: memory store, decoded objects, this thread's objects
 *             ├─ there when no page is being made
 *             └─ the rest: what the pages being made take ── more than they may? ──► `onExceeded`
 *
 * Checked a few times a second. In between, and where the engine sees no interrupt, large values
 * ask for their memory before they are made (kernels/size-kernels.ts): the ceiling is shared with
 * the workers for that.
 *
 * What queries have left behind in the allocator counts as being there when none is at work, so
 * that it is not held against the next one. On a server that is never idle it is found out when all
 * that were at work at the last stop have ended, and the memory has not gone with them.
 */
import {
  QUERY_MEMORY_CHECK_MS,
  QUERY_MEMORY_GRACE_MS,
  QUERY_MEMORY_MARGIN_BYTES,
} from '../../base/limits.ts';
import type { ProcessMemory } from '../../host/process-memory.ts';
import type { Timers } from '../../host/timers.ts';

/**
 * Pages that are being made, numbered in the order in which they begin, from 1. What a run holds
 * between two pages is the engine's, which counts it.
 */
export interface PagesInMaking {
  /** Undefined when there is none. */
  oldest(): number | undefined;
  /** Of all that have begun. */
  newest(): number;
}

export interface MemoryWatchOptions {
  readonly process: ProcessMemory;
  readonly timers: Timers;
  /** Of all running queries together. */
  readonly queryBytesMax: number;
  /** What the stores and caches hold. */
  readonly accountedBytes: () => number;
  readonly pages: PagesInMaking;
  /** Called with what the queries hold. */
  readonly onExceeded: (bytes: number) => void;
  /** Called at every check with what the queries hold. */
  readonly onChecked: (bytes: number) => void;
}

export class MemoryWatch {
  /** One double: the most bytes that the process may hold as of the last check. */
  readonly ceiling = new SharedArrayBuffer(8);
  readonly #ceiling = new Float64Array(this.ceiling);
  readonly #options: MemoryWatchOptions;
  readonly #stopTimer: () => void;
  #restBytes: number;
  /** Of the last time when no page was being made. */
  #idleBytes: number;
  /** Checks left in which those that were stopped may give their memory back. */
  #grace = 0;
  /** The newest page that was being made at the last stop. */
  #stopped = 0;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#restBytes = this.#unaccounted();
    this.#idleBytes = this.#restBytes;
    this.check();
    this.#stopTimer = options.timers.every(QUERY_MEMORY_CHECK_MS, () => this.check());
  }

  check(): void {
    const { queryBytesMax, pages, accountedBytes, onChecked, onExceeded } = this.#options;
    const unaccounted = this.#unaccounted();
    const oldest = pages.oldest();
    if (oldest === undefined || unaccounted < this.#restBytes) this.#restBytes = unaccounted;
    if (oldest === undefined) this.#idleBytes = unaccounted;
    const bytesMax = queryBytesMax + QUERY_MEMORY_MARGIN_BYTES;
    this.#ceiling[0] =
      this.#restBytes + bytesMax + this.#options.process.heapBytes() + accountedBytes();
    const bytes = Math.max(0, unaccounted - this.#restBytes);
    onChecked(bytes);
    if (bytes <= bytesMax) this.#grace = 0;
    else if (this.#grace > 0) this.#grace--;
    else if (this.#isLeftBehind(oldest, unaccounted)) {
      this.#restBytes = Math.min(unaccounted, this.#idleBytes + queryBytesMax);
      this.#stopped = 0;
    } else {
      this.#stopped = pages.newest();
      this.#grace = Math.ceil(QUERY_MEMORY_GRACE_MS / QUERY_MEMORY_CHECK_MS);
      onExceeded(bytes);
    }
  }

  /**
   * Nobody is left of those that may have made it. Believed up to the queries' limit, so that one
   * large query after the other cannot raise the memory of the process step by step.
   */
  #isLeftBehind(oldest: number | undefined, unaccounted: number): boolean {
    if (this.#stopped === 0 || oldest === undefined || oldest <= this.#stopped) return false;
    const { queryBytesMax } = this.#options;
    const bytesMax = queryBytesMax + QUERY_MEMORY_MARGIN_BYTES;
    return unaccounted - (this.#idleBytes + queryBytesMax) <= bytesMax;
  }

  stop(): void {
    this.#stopTimer();
  }

  #unaccounted(): number {
    const { process, accountedBytes } = this.#options;
    return process.residentBytes() - process.heapBytes() - accountedBytes();
  }
}
