/** count(*) and count(x). */
import { type Accumulator, grownDoubles, type Runs } from './accumulator.ts';
import type { ColumnView } from './column-view.ts';
import type { SliceRows } from './open-tile.ts';

export function countOnes(valid: Uint8Array, from: number, until: number): number {
  let count = 0;
  for (let row = from; row < until; row++) count += valid[row]!;
  return count;
}

export class RowCounts implements Accumulator {
  counts: Float64Array = new Float64Array(0);
  #mask: Uint8Array | undefined;

  reserve(slots: number): void {
    this.counts = grownDoubles(this.counts, slots);
  }

  clear(slots: number): void {
    this.counts.fill(0, 0, slots);
  }

  bind(rows: SliceRows): void {
    this.#mask = rows.mask;
  }

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    this.counts[slot]! += this.#mask ? countOnes(this.#mask, from, until) : until - from;
  }
}

export class ValueCounts implements Accumulator {
  counts: Float64Array = new Float64Array(0);
  readonly #view: ColumnView;

  constructor(view: ColumnView) {
    this.#view = view;
  }

  reserve(slots: number): void {
    this.counts = grownDoubles(this.counts, slots);
  }

  clear(slots: number): void {
    this.counts.fill(0, 0, slots);
  }

  /** Views are bound once for all accumulators that share them. */
  bind(): void {}

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const { isAbsent, valid } = this.#view;
    if (isAbsent) return;
    this.counts[slot]! += valid ? countOnes(valid, from, until) : until - from;
  }
}
