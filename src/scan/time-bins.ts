/**
 * Cuts the rows of a slice, which are in order of time, into runs of one bin each.
 *
 * Nanoseconds since the epoch do not fit a double, so times are taken relative to the start of a
 * bin near by, the base: up to 2^52 that is exact. A row further away than that becomes the new
 * base. Bins are numbered from the epoch; with bins of a millisecond or more the numbers are exact.
 */
import { assert } from '../base/assert.ts';
import type { Runs } from './accumulator.ts';
import type { SliceRows } from './open-tile.ts';
import type { Slots } from './slots.ts';

export const BIN_NANOS_MIN = 1_000_000n;
export const BIN_NANOS_MAX = 1n << 52n;

const LIMB = 2 ** 32;
const EXACT_MAX = 2 ** 52;

export class TimeBins {
  readonly #nanos: bigint;
  readonly #size: number;
  readonly #slots: Slots;
  #ints: Int32Array = new Int32Array(0);
  #at = 0;
  #baseLow = 0;
  #baseHigh = 0;
  #baseBin = 0;
  /** Length of the run before: most are alike. */
  #guess = 1;

  constructor(nanos: bigint, slots: Slots) {
    assert(nanos >= BIN_NANOS_MIN && nanos <= BIN_NANOS_MAX, 'bins are of a size that is exact');
    this.#nanos = nanos;
    this.#size = Number(nanos);
    this.#slots = slots;
  }

  /** A run whose rows are all masked out makes no slot. */
  cut({ tile, slice, from, until, mask }: SliceRows, runs: Runs): void {
    const { reader } = tile;
    this.#ints = reader.slabs.i32[reader.slabOf(slice)]!;
    this.#at = reader.timeByte(slice) >>> 2;
    this.#rebase(from);
    for (let row = from; row < until; ) {
      let since = this.#since(row);
      if (since > EXACT_MAX) {
        this.#rebase(row);
        since = this.#since(row);
      }
      const bin = Math.floor(since / this.#size);
      const end = this.#end(row, until, (bin + 1) * this.#size);
      this.#guess = end - row;
      if (mask === undefined || hasOne(mask, row, end)) runs.push(this.#slot(bin), row, end);
      row = end;
    }
  }

  #slot(bin: number): number {
    const number = this.#baseBin + bin;
    const known = this.#slots.find(number);
    if (known >= 0) return known;
    const since = bin * this.#size;
    const sinceHigh = Math.floor(since / LIMB);
    const low = this.#baseLow + (since - sinceHigh * LIMB);
    const carry = low >= LIMB ? 1 : 0;
    return this.#slots.add(number, low - carry * LIMB, this.#baseHigh + sinceHigh + carry);
  }

  /** Nanoseconds since the base; exact up to 2^53, and never out of order beyond. */
  #since(row: number): number {
    const at = this.#at + row * 2;
    return (
      (this.#ints[at + 1]! - this.#baseHigh) * LIMB + ((this.#ints[at]! >>> 0) - this.#baseLow)
    );
  }

  #rebase(row: number): void {
    const at = this.#at + row * 2;
    const time = (BigInt(this.#ints[at + 1]!) << 32n) | BigInt(this.#ints[at]! >>> 0);
    const rest = time % this.#nanos;
    const start = time - (rest < 0n ? rest + this.#nanos : rest);
    this.#baseLow = Number(BigInt.asUintN(32, start));
    this.#baseHigh = Number(start >> 32n);
    this.#baseBin = Number(start / this.#nanos);
  }

  /** The first row from `row` on, which is before it, that is not before the limit. */
  #end(row: number, until: number, limit: number): number {
    const guess = Math.min(row + this.#guess, until);
    if (this.#since(guess - 1) < limit && (guess === until || this.#since(guess) >= limit)) {
      return guess;
    }
    let low = row + 1;
    let high = low;
    for (let step = 1; high < until && this.#since(high) < limit; step *= 2) {
      low = high + 1;
      high = Math.min(high + step, until);
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#since(middle) < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hasOne(mask: Uint8Array, from: number, until: number): boolean {
  for (let row = from; row < until; row++) if (mask[row] === 1) return true;
  return false;
}
