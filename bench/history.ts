/** Hands out the write requests of one table in the order of time, so that no record comes twice. */
import { INTERVAL_MS, type PreparedRequest, type Target, writeRequest } from './signed-requests.ts';

export class History {
  written = 0;
  readonly #target: Target;
  /** Half a day back: everything is within the memory store's retention. */
  readonly #startMs = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS - 12 * 3_600_000;

  constructor(target: Target) {
    this.#target = target;
  }

  next(count: number): PreparedRequest[] {
    return Array.from({ length: count }, () =>
      writeRequest(this.#target, { startMs: this.#startMs, index: this.written++ }),
    );
  }
}
