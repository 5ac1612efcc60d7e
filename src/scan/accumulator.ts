/**
 * States of aggregates, one per slot, in columns of their own.
 *
 *   slot   a group of the result: a combination of dimensions and a bin
 *   state  what an aggregate remembers of a slot; several aggregates may be made of one
 *
 * Rows come slice by slice, and within it in runs of rows that belong to one slot, in the order in
 * which a cursor over the same snapshot yields them: sums of doubles depend on it.
 */
import { CHUNK_ROWS_MAX } from '../base/limits.ts';
import type { SliceRows } from './open-tile.ts';

export interface Accumulator {
  /** Makes room for this many slots. */
  reserve(slots: number): void;
  /** Slots from 0 up to, not including, `slots` are as if no row had come. */
  clear(slots: number): void;
  /** The slice that the rows to come are of. */
  bind(rows: SliceRows): void;
  /** Rows of the bound slice; those that its mask leaves out do not count. */
  add(runs: Runs): void;
}

/** Consecutive rows of a slice, each run belonging to one slot. Reused from slice to slice. */
export class Runs {
  count = 0;
  readonly slots = new Int32Array(CHUNK_ROWS_MAX);
  readonly from = new Int32Array(CHUNK_ROWS_MAX);
  readonly until = new Int32Array(CHUNK_ROWS_MAX);

  push(slot: number, from: number, until: number): void {
    this.slots[this.count] = slot;
    this.from[this.count] = from;
    this.until[this.count] = until;
    this.count++;
  }
}

export function grownDoubles(old: Float64Array, length: number): Float64Array {
  const grown = new Float64Array(length);
  grown.set(old);
  return grown;
}

export function grownInts(old: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length);
  grown.set(old);
  return grown;
}
