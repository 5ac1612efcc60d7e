/**
 * Exact sums of int64, in limbs of 32 bits that are doubles:
 *
 *   sum = top · 2^64 + middle · 2^32 + low        0 <= low, middle < 2^32; top has the sign
 *
 * A run has at most CHUNK_ROWS_MAX rows, so the halves of its cells add up exactly; then the
 * carries are moved on. Only the sum itself has to fit 64 bits, not what it is on the way.
 */
import { type Accumulator, grownDoubles, type Runs } from './accumulator.ts';
import type { ColumnView } from './column-view.ts';

const LIMB = 2 ** 32;
const SIGN = 2 ** 31;

export class IntegerSums implements Accumulator {
  low: Float64Array = new Float64Array(0);
  middle: Float64Array = new Float64Array(0);
  top: Float64Array = new Float64Array(0);
  counts: Float64Array = new Float64Array(0);
  readonly #view: ColumnView;

  constructor(view: ColumnView) {
    this.#view = view;
  }

  reserve(slots: number): void {
    this.low = grownDoubles(this.low, slots);
    this.middle = grownDoubles(this.middle, slots);
    this.top = grownDoubles(this.top, slots);
    this.counts = grownDoubles(this.counts, slots);
  }

  clear(slots: number): void {
    for (const limb of [this.low, this.middle, this.top, this.counts]) limb.fill(0, 0, slots);
  }

  bind(): void {}

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const { ints, base, valid, isAbsent } = this.#view;
    if (isAbsent) return;
    let low = 0;
    let high = 0;
    let count = 0;
    for (let row = from; row < until; row++) {
      if (valid !== undefined && valid[row] === 0) continue;
      const at = (base + row) * 2;
      low += ints[at]! >>> 0;
      high += ints[at + 1]!;
      count++;
    }
    this.counts[slot]! += count;
    low += this.low[slot]!;
    const carry = Math.floor(low / LIMB);
    this.low[slot] = low - carry * LIMB;
    high += this.middle[slot]! + carry;
    const carryHigh = Math.floor(high / LIMB);
    this.middle[slot] = high - carryHigh * LIMB;
    this.top[slot]! += carryHigh;
  }

  fits(slot: number): boolean {
    const isNegative = this.middle[slot]! >= SIGN;
    return this.top[slot] === (isNegative ? -1 : 0);
  }
}
