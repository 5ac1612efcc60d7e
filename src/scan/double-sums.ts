/** Sums and counts of doubles, for sum and avg: added one by one, in the order of the rows. */
import { type Accumulator, grownDoubles, type Runs } from './accumulator.ts';
import type { ColumnView } from './column-view.ts';

export class DoubleSums implements Accumulator {
  sums: Float64Array = new Float64Array(0);
  counts: Float64Array = new Float64Array(0);
  readonly #view: ColumnView;

  constructor(view: ColumnView) {
    this.#view = view;
  }

  reserve(slots: number): void {
    this.sums = grownDoubles(this.sums, slots);
    this.counts = grownDoubles(this.counts, slots);
  }

  clear(slots: number): void {
    this.sums.fill(0, 0, slots);
    this.counts.fill(0, 0, slots);
  }

  bind(): void {}

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const { doubles, base, valid, isAbsent } = this.#view;
    if (isAbsent) return;
    let sum = this.sums[slot]!;
    if (valid === undefined) {
      for (let row = from; row < until; row++) sum += doubles[base + row]!;
      this.counts[slot]! += until - from;
    } else {
      let count = 0;
      for (let row = from; row < until; row++) {
        if (valid[row] === 0) continue;
        sum += doubles[base + row]!;
        count++;
      }
      this.counts[slot]! += count;
    }
    this.sums[slot] = sum;
  }
}
