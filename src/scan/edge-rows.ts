/**
 * The row with the smallest or the largest time of each slot. A run is in order, so it costs one
 * look whatever its length; of rows with the same time the first that came stays.
 */
import { type Accumulator, grownInts, type Runs } from './accumulator.ts';
import type { OpenTile, SliceRows } from './open-tile.ts';

export class EdgeRows implements Accumulator {
  timeLow: Int32Array = new Int32Array(0);
  timeHigh: Int32Array = new Int32Array(0);
  /** Index of the row's tile; -1 before a row has come. */
  tile: Int32Array = new Int32Array(0);
  slice: Int32Array = new Int32Array(0);
  row: Int32Array = new Int32Array(0);
  readonly tiles: readonly OpenTile[];
  readonly #isLast: boolean;
  #rows: SliceRows | undefined;
  #ints: Int32Array = new Int32Array(0);
  #base = 0;

  constructor(tiles: readonly OpenTile[], which: 'first' | 'last') {
    this.tiles = tiles;
    this.#isLast = which === 'last';
  }

  reserve(slots: number): void {
    const from = this.tile.length;
    for (const name of ['timeLow', 'timeHigh', 'tile', 'slice', 'row'] as const) {
      this[name] = grownInts(this[name], slots);
    }
    this.tile.fill(-1, from);
  }

  clear(slots: number): void {
    this.tile.fill(-1, 0, slots);
  }

  bind(rows: SliceRows): void {
    const { reader } = rows.tile;
    this.#rows = rows;
    this.#ints = reader.slabs.i32[reader.slabOf(rows.slice)]!;
    this.#base = reader.timeByte(rows.slice) >>> 2;
  }

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const rows = this.#rows!;
    const { mask } = rows;
    let row = this.#isLast ? until - 1 : from;
    if (mask !== undefined) {
      const step = this.#isLast ? -1 : 1;
      while (row >= from && row < until && mask[row] === 0) row += step;
      if (row < from || row === until) return;
    }
    const low = this.#ints[this.#base + row * 2]!;
    const high = this.#ints[this.#base + row * 2 + 1]!;
    if (this.tile[slot]! >= 0) {
      const sign = high - this.timeHigh[slot]! || (low >>> 0) - (this.timeLow[slot]! >>> 0);
      if (this.#isLast ? sign <= 0 : sign >= 0) return;
    }
    this.timeLow[slot] = low;
    this.timeHigh[slot] = high;
    this.tile[slot] = rows.tile.index;
    this.slice[slot] = rows.slice;
    this.row[slot] = row;
  }
}
