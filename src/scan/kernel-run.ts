/**
 * A kernel at work: goes through the groups of series, each from its first row to its last, and
 * fills blocks of results.
 *
 *   advance(cells) … advance(cells) ─► true     a block is complete: slots 0 … slots.count - 1
 *   next(), advance(cells) … ─► true            the next one; after the last, `isOver`
 *
 * A group is never spread over two blocks. A block has some ten thousand slots, or more if a
 * single group has: memory follows the size of the largest group, not that of the result.
 * advance() returns after about as many cells as it was given, so that a thread can see to other
 * things in between.
 */
import { known } from '../base/assert.ts';
import { Runs } from './accumulator.ts';
import { clampTimes } from './clamp-times.ts';
import { type OpenTile, SliceRows } from './open-tile.ts';
import { type ResultColumn, textResults } from './results.ts';
import { RowFilters } from './row-filter.ts';
import type { KernelKey, ScanKernel } from './scan-kernel.ts';
import { groupSeries, type SeriesGroup } from './series-groups.ts';
import { Slots } from './slots.ts';
import { States } from './states.ts';
import { TimeBins } from './time-bins.ts';

/** A block this large is handed over before the next group begins. */
const BLOCK_SLOTS = 16_384;
/** What looking at a slice costs besides its rows, counted in cells. */
const SLICE_CELLS = 64;

export class KernelRun {
  readonly slots = new Slots();
  /** Keys, then aggregates. */
  readonly columns: readonly ResultColumn[];
  /** Or passed over, where no row had to be looked at. */
  rowsRead = 0;
  /** The block at hand is complete. */
  isReady = false;
  /** It is the last one. */
  isOver = false;
  /** It is the only one. */
  isWhole = false;
  readonly #kernel: ScanKernel;
  readonly #groups: readonly SeriesGroup[];
  readonly #filters: RowFilters;
  readonly #states: States;
  readonly #bins: TimeBins | undefined;
  readonly #rows: SliceRows | undefined;
  readonly #runs = new Runs();
  #group = 0;
  #segment = 0;
  /** -1 when the segment has not been begun. */
  #slice = -1;
  #reserved = 0;
  #hasMoved = false;

  constructor(kernel: ScanKernel, tiles: readonly OpenTile[]) {
    this.#kernel = kernel;
    this.#groups = groupSeries(kernel, tiles);
    this.#filters = new RowFilters(kernel.rowFilters);
    this.#states = new States(kernel.aggregates, tiles);
    const bin = kernel.keys.find((key) => key.kind === 'bin');
    this.#bins = bin && new TimeBins(bin.nanos, this.slots);
    const [tile] = tiles;
    this.#rows = tile && new SliceRows(tile);
    this.columns = [...this.#keyColumns(kernel.keys), ...this.#states.columns];
  }

  /** Whether a block is complete. */
  advance(cells: number): boolean {
    let left = cells;
    for (; this.#group < this.#groups.length; this.#group++) {
      const { segments } = known(this.#groups[this.#group], 'a group of series');
      if (this.#segment === 0 && this.#slice < 0) this.#startGroup();
      for (; this.#segment < segments.length; this.#segment++) {
        const segment = known(segments[this.#segment], 'a segment');
        if (this.#slice < 0) this.#slice = segment.from;
        for (; this.#slice < segment.until; this.#slice++) {
          if (left <= 0) return false;
          left -= this.#addSlice(segment.tile, segment.series, this.#slice);
        }
        this.#slice = -1;
      }
      this.#segment = 0;
      if (this.slots.count < BLOCK_SLOTS) continue;
      this.#group++;
      break;
    }
    this.isReady = true;
    this.isOver = this.#group === this.#groups.length;
    this.isWhole = this.isOver && !this.#hasMoved;
    return true;
  }

  /** Makes room for the next block. */
  next(): void {
    this.#hasMoved = true;
    this.isReady = false;
    this.#states.clear(this.slots.count);
    this.slots.clear();
  }

  #startGroup(): void {
    this.slots.startGroup(this.#group);
    // Without keys there is a result even of no rows.
    if (this.#kernel.keys.length === 0) this.#reserve(this.slots.add(0, 0, 0));
  }

  /** Returns what it cost, in cells. */
  #addSlice(tile: OpenTile, series: number, slice: number): number {
    const rows = known(this.#rows, 'rows of a tile');
    rows.tile = tile;
    rows.series = series;
    rows.slice = slice;
    rows.from = tile.reader.rowFrom(slice);
    rows.until = tile.reader.rowUntil(slice);
    this.rowsRead += rows.until - rows.from;
    clampTimes(rows, this.#kernel.time);
    if (rows.from < rows.until && this.#filters.apply(rows)) this.#addRows(rows);
    return SLICE_CELLS + (rows.until - rows.from) * (1 + this.#states.accumulators.length);
  }

  #addRows(rows: SliceRows): void {
    const runs = this.#runs;
    runs.count = 0;
    if (this.#bins) this.#bins.cut(rows, runs);
    else {
      const found = this.slots.find(0);
      runs.push(found >= 0 ? found : this.slots.add(0, 0, 0), rows.from, rows.until);
    }
    this.#reserve(this.slots.count - 1);
    this.#states.add(rows, runs);
  }

  #reserve(slot: number): void {
    if (slot < this.#reserved) return;
    this.#reserved = this.slots.capacity;
    this.#states.reserve(this.#reserved);
  }

  #keyColumns(keys: readonly KernelKey[]): readonly ResultColumn[] {
    let ofSeries = 0;
    return keys.map((key): ResultColumn => {
      if (key.kind === 'bin') return this.#binColumn();
      const at = ofSeries++;
      return textResults(
        (slot) => this.#groups[this.slots.group[slot]!]!.tile,
        (_, slot) => this.#groups[this.slots.group[slot]!]!.codes[at]!,
      );
    });
  }

  #binColumn(): ResultColumn {
    const { slots } = this;
    return {
      write(out, from, until) {
        for (let slot = from; slot < until; slot++) {
          out.cells32[(slot - from) * 2] = slots.low[slot]!;
          out.cells32[(slot - from) * 2 + 1] = slots.high[slot]!;
        }
      },
    };
  }
}
