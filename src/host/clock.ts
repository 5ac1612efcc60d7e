/**
 * Time, as a port: everything above asks a Clock, so that tests (and users, with the manual clock)
 * can move it. `now` is what records and retention are judged by; `elapsedMs` measures durations
 * and never jumps.
 */
import type { Nanos } from '../base/brand.ts';

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC; the fraction, where there is one, is kept. */
  nowMs(): number;
  /** Monotonic milliseconds from an arbitrary start. */
  elapsedMs(): number;
}

export function nowNanos(clock: Clock): Nanos {
  return (BigInt(Math.floor(clock.nowMs())) * 1_000_000n) as Nanos;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
};

/** A clock that stands still until it is advanced (`--clock manual`). */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  elapsedMs(): number {
    return performance.now();
  }

  advance(byMs: number): void {
    if (!(byMs >= 0)) throw new RangeError(`a clock cannot be advanced by ${byMs} ms`);
    this.#nowMs += byMs;
  }
}
