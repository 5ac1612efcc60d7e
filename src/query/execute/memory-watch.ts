/**
 * Keeps the memory of the whole process in bounds. The engine counts what its operators hold, but
 * not what expressions make of a row, nor what kernels do: a few functions around each other could
 * fill the machine unseen.
 *
 *   resident ─┬─ accounted for: memory store, decoded objects, this thread's objects
 *             ├─ there when no query runs
 *             └─ the rest: what the running queries hold ── more than they may? ──► `onExceeded`
 *
 * Checked a few times a second. In between, and where the engine sees no interrupt, large values
 * ask for their memory before they are made (kernels/size-kernels.ts): the ceiling is shared with
 * the workers for that.
 *
 * What queries have left behind in the allocator counts as being there when none runs, so that it
 * is not held against the next one.
 */
import {
  QUERY_MEMORY_CHECK_MS,
  QUERY_MEMORY_GRACE_MS,
  QUERY_MEMORY_MARGIN_BYTES,
} from '../../base/limits.ts';
import type { ProcessMemory } from '../../host/process-memory.ts';
import type { Timers } from '../../host/timers.ts';

export interface MemoryWatchOptions {
  readonly process: ProcessMemory;
  readonly timers: Timers;
  /** Of all running queries together. */
  readonly queryBytesMax: number;
  /** What the stores and caches hold. */
  readonly accountedBytes: () => number;
  readonly isIdle: () => boolean;
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
  /** Checks left in which those that were stopped may give their memory back. */
  #grace = 0;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#restBytes = this.#unaccounted();
    this.check();
    this.#stopTimer = options.timers.every(QUERY_MEMORY_CHECK_MS, () => this.check());
  }

  check(): void {
    const { queryBytesMax, isIdle, accountedBytes, onChecked, onExceeded } = this.#options;
    const unaccounted = this.#unaccounted();
    if (isIdle()) this.#restBytes = unaccounted;
    const bytesMax = queryBytesMax + QUERY_MEMORY_MARGIN_BYTES;
    this.#ceiling[0] =
      this.#restBytes + bytesMax + this.#options.process.heapBytes() + accountedBytes();
    const bytes = Math.max(0, unaccounted - this.#restBytes);
    onChecked(bytes);
    if (bytes <= bytesMax) this.#grace = 0;
    else if (this.#grace > 0) this.#grace--;
    else {
      this.#grace = Math.ceil(QUERY_MEMORY_GRACE_MS / QUERY_MEMORY_CHECK_MS);
      onExceeded(bytes);
    }
  }

  stop(): void {
    this.#stopTimer();
  }

  #unaccounted(): number {
    const { process, accountedBytes } = this.#options;
    return process.residentBytes() - process.heapBytes() - accountedBytes();
  }
}
