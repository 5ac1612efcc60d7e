/**
 * The groups of a block of the result, numbered as slots: each a group of series and, where there
 * is a bin among the keys, the number of a bin.
 *
 *   startGroup(3)   slotOf(bin 17) ─► 0   slotOf(18) ─► 1   slotOf(17) ─► 0
 *   startGroup(4)   slotOf(bin 17) ─► 2   …
 *
 * The first series of a group meets its bins in order; others mostly meet the same ones again. So
 * the slot after the last one is tried first, then a binary search; only once a bin has come out of
 * order are they put in a map.
 */
import { grownDoubles, grownInts } from './accumulator.ts';

const SLOTS_MIN = 256;

export class Slots {
  count = 0;
  capacity = 0;
  /** Number of the group of series. */
  group: Int32Array = new Int32Array(0);
  /** Start of the bin, as halves. */
  low: Int32Array = new Int32Array(0);
  high: Int32Array = new Int32Array(0);
  #bins: Float64Array = new Float64Array(0);
  #group = 0;
  #first = 0;
  /** The slot met last. */
  #last = -1;
  #byBin: Map<number, number> | undefined;

  clear(): void {
    this.count = 0;
  }

  startGroup(group: number): void {
    this.#group = group;
    this.#first = this.count;
    this.#last = this.count - 1;
    this.#byBin = undefined;
  }

  /** The slot of the bin in the group at hand, or -1 when there is none yet. */
  find(bin: number): number {
    const next = this.#last + 1;
    if (next < this.count && this.#bins[next] === bin) {
      this.#last = next;
      return next;
    }
    const found = this.#byBin ? (this.#byBin.get(bin) ?? -1) : this.#search(bin);
    if (found >= 0) this.#last = found;
    return found;
  }

  /** A new slot. The bin is one that find() did not find. */
  add(bin: number, low: number, high: number): number {
    if (this.count === this.capacity) this.#grow();
    const slot = this.count++;
    const isInOrder = slot === this.#first || this.#bins[slot - 1]! < bin;
    this.group[slot] = this.#group;
    this.#bins[slot] = bin;
    this.low[slot] = low;
    this.high[slot] = high;
    if (this.#byBin) this.#byBin.set(bin, slot);
    else if (!isInOrder) this.#byBin = this.#mapOfGroup();
    this.#last = slot;
    return slot;
  }

  #search(bin: number): number {
    let low = this.#first;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#bins[middle]! < bin) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.#bins[low] === bin ? low : -1;
  }

  #mapOfGroup(): Map<number, number> {
    const map = new Map<number, number>();
    for (let slot = this.#first; slot < this.count; slot++) map.set(this.#bins[slot]!, slot);
    return map;
  }

  #grow(): void {
    this.capacity = Math.max(SLOTS_MIN, this.capacity * 2);
    this.group = grownInts(this.group, this.capacity);
    this.low = grownInts(this.low, this.capacity);
    this.high = grownInts(this.high, this.capacity);
    this.#bins = grownDoubles(this.#bins, this.capacity);
  }
}
