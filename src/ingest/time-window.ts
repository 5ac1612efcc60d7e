/**
 * Which times a table takes, and for which store (write-api 5.7).
 *
 *      start              memoryStart                 now        end
 *        │ slack │ magnetic    │ memory retention      │ future   │
 *        ├───────┴─────────────┼───────────────────────┴──────────┤
 *        │    magnetic store   │           memory store           │    magnetic writes on
 *        │      rejected  │slack          memory store           │    magnetic writes off
 *
 * Retentions are those of the table now, and add up. The window is half-open; the slack makes it
 * 40 minutes wider than the retention, as the real service prints it. With magnetic writes on,
 * times in the slack before memoryStart count for the magnetic store.
 */
import { compareInt64, fromBigInt } from '../base/int64.ts';
import { FUTURE_WINDOW_MS, PAST_SLACK_MS } from '../base/limits.ts';
import type { TableEntry } from '../catalog/api.ts';
import { outsideWindow, type Rejection } from './reasons.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NANOS_PER_MS = 1_000_000n;

interface Halves {
  readonly lo: number;
  readonly hi: number;
}

export type Placement = 'memory' | 'magnetic' | 'outside';

export class TimeWindow {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #hasMagneticWrites: boolean;
  readonly #start: Halves;
  readonly #memoryStart: Halves;
  readonly #end: Halves;

  constructor(table: TableEntry, now: number) {
    const nowMs = Math.floor(now);
    const { retention, magneticWrites } = table;
    const memoryStartMs = nowMs - retention.memoryHours * HOUR_MS;
    const magneticMs = magneticWrites.enabled ? retention.magneticDays * DAY_MS : 0;
    this.#hasMagneticWrites = magneticWrites.enabled;
    this.#startMs = memoryStartMs - magneticMs - PAST_SLACK_MS;
    this.#endMs = nowMs + FUTURE_WINDOW_MS;
    this.#start = halvesOf(this.#startMs);
    this.#memoryStart = magneticWrites.enabled ? halvesOf(memoryStartMs) : this.#start;
    this.#end = halvesOf(this.#endMs);
  }

  /** Of a time in nanoseconds, as its halves. */
  place(lo: number, hi: number): Placement {
    if (compareInt64(lo, hi, this.#end.lo, this.#end.hi) >= 0) return 'outside';
    if (compareInt64(lo, hi, this.#memoryStart.lo, this.#memoryStart.hi) >= 0) return 'memory';
    return compareInt64(lo, hi, this.#start.lo, this.#start.hi) >= 0 ? 'magnetic' : 'outside';
  }

  /** Reason C without magnetic writes, reason D with them. */
  rejection(): Rejection {
    const what = this.#hasMagneticWrites ? 'data ingestion window' : 'memory store';
    return outsideWindow(this.#startMs, this.#endMs, what);
  }
}

function halvesOf(ms: number): Halves {
  return fromBigInt(BigInt(ms) * NANOS_PER_MS);
}
