/**
 * Smallest and largest values. A NaN is above everything (query-language 3.6); of equal values the
 * first stays, as 0 and -0 differ in their text.
 */
import { type Accumulator, grownDoubles, grownInts, type Runs } from './accumulator.ts';
import type { ColumnView } from './column-view.ts';

export class DoubleExtremes implements Accumulator {
  values: Float64Array = new Float64Array(0);
  /** 1 where a value has come. */
  seen: Int32Array = new Int32Array(0);
  readonly #view: ColumnView;
  readonly #largest: boolean;

  constructor(view: ColumnView, which: 'min' | 'max') {
    this.#view = view;
    this.#largest = which === 'max';
  }

  reserve(slots: number): void {
    this.values = grownDoubles(this.values, slots);
    this.seen = grownInts(this.seen, slots);
  }

  clear(slots: number): void {
    this.seen.fill(0, 0, slots);
  }

  bind(): void {}

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const { doubles, base, valid, isAbsent } = this.#view;
    if (isAbsent) return;
    let row = from;
    if (valid !== undefined) while (row < until && valid[row] === 0) row++;
    if (row === until) return;
    let best = this.values[slot]!;
    if (this.seen[slot] === 0) {
      this.seen[slot] = 1;
      best = doubles[base + row]!;
      row++;
    }
    this.values[slot] = this.#largest
      ? largest(best, doubles, { base, valid, row, until })
      : smallest(best, doubles, { base, valid, row, until });
  }
}

interface Rest {
  readonly base: number;
  readonly valid: Uint8Array | undefined;
  readonly row: number;
  readonly until: number;
}

function largest(best: number, doubles: Float64Array, { base, valid, row, until }: Rest): number {
  for (; row < until; row++) {
    const x = doubles[base + row]!;
    if ((x > best || Number.isNaN(x)) && (valid === undefined || valid[row] === 1)) best = x;
  }
  return best;
}

function smallest(best: number, doubles: Float64Array, { base, valid, row, until }: Rest): number {
  for (; row < until; row++) {
    const x = doubles[base + row]!;
    if ((x < best || Number.isNaN(best)) && (valid === undefined || valid[row] === 1)) best = x;
  }
  return best;
}

/** Of bigint and timestamp, as halves. */
export class IntegerExtremes implements Accumulator {
  low: Int32Array = new Int32Array(0);
  high: Int32Array = new Int32Array(0);
  seen: Int32Array = new Int32Array(0);
  readonly #view: ColumnView;
  /** 1 or -1: what a comparison's sign is multiplied by. */
  readonly #sign: number;

  constructor(view: ColumnView, which: 'min' | 'max') {
    this.#view = view;
    this.#sign = which === 'max' ? 1 : -1;
  }

  reserve(slots: number): void {
    this.low = grownInts(this.low, slots);
    this.high = grownInts(this.high, slots);
    this.seen = grownInts(this.seen, slots);
  }

  clear(slots: number): void {
    this.seen.fill(0, 0, slots);
  }

  bind(): void {}

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const { ints, base, valid, isAbsent } = this.#view;
    if (isAbsent) return;
    let low = this.low[slot]!;
    let high = this.high[slot]!;
    let seen = this.seen[slot]!;
    for (let row = from; row < until; row++) {
      if (valid !== undefined && valid[row] === 0) continue;
      const at = (base + row) * 2;
      const sign = ints[at + 1]! - high || (ints[at]! >>> 0) - (low >>> 0);
      if (seen === 1 && sign * this.#sign <= 0) continue;
      low = ints[at]!;
      high = ints[at + 1]!;
      seen = 1;
    }
    this.low[slot] = low;
    this.high[slot] = high;
    this.seen[slot] = seen;
  }
}
