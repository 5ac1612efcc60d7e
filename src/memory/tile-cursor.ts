/**
 * Gathers the rows of a snapshot into vectors, column by column.
 *
 *   next(2048) ──►  runs:  slice 4 rows 10…500 → 0…490 · slice 5 rows 0…7 → 490…497 · …
 *   readTime(out), readCells(id, out, nulls), …   copy each run to its place in `out`
 *
 * All that belongs to a series (measure name, dimensions) is constant within a run, so it is asked
 * per run: `runSeries(i)`, `runFrom(i)`, `runUntil(i)`, then reader.dimensionCode(). Outputs are
 * ordinary or shared arrays of the caller; 8-byte columns are copied as halves, whatever their
 * type.
 */
import { SLICE, SLICE_INTS } from './snapshot.ts';
import type { TileReader } from './tile-reader.ts';

/** Below this a loop is faster than making a view to copy from. */
const LOOP_ROWS_MAX = 24;

/** Which rows of a slice are wanted; asked once for each slice. */
export interface SliceFilter {
  /** Looks at the slice; false when it has no wanted row. The rest is valid until the next call. */
  apply(slice: number): boolean;
  readonly from: number;
  readonly until: number;
  /** 1 for the wanted rows of [from, until); undefined: all of them. */
  readonly mask: Uint8Array | undefined;
}

export interface NullSink {
  setNull(row: number): void;
  setNulls(from: number, until: number): void;
}

export class TileCursor {
  runs = 0;
  rows = 0;
  readonly #reader: TileReader;
  readonly #until: number;
  readonly #filter: SliceFilter | undefined;
  #slice: number;
  /** Next row within the slice; -1 when the slice has not been begun. */
  #row = -1;
  #runSlice = new Int32Array(64);
  #runRow = new Int32Array(64);
  /** Where each run starts in the output; one more entry than runs. */
  #runAt = new Int32Array(65);

  /** All slices, or those of [from, until) alone, as one worker's share. */
  constructor(
    reader: TileReader,
    slices: { readonly from: number; readonly until: number } = {
      from: 0,
      until: reader.sliceCount,
    },
    filter?: SliceFilter,
  ) {
    this.#filter = filter;
    this.#reader = reader;
    this.#slice = slices.from;
    this.#until = slices.until;
  }

  /** Moves on to the next rows, up to `rowsMax`; returns how many, 0 at the end. */
  next(rowsMax: number): number {
    this.runs = 0;
    this.rows = 0;
    if (this.#filter !== undefined) return this.#nextFiltered(rowsMax, this.#filter);
    while (this.rows < rowsMax && this.#slice < this.#until) {
      const until = this.#reader.rowUntil(this.#slice);
      const row = this.#row < 0 ? this.#reader.rowFrom(this.#slice) : this.#row;
      const taken = Math.min(until - row, rowsMax - this.rows);
      this.#addRun(this.#slice, row, taken);
      if (row + taken === until) {
        this.#slice += 1;
        this.#row = -1;
      } else {
        this.#row = row + taken;
      }
    }
    return this.rows;
  }

  /** Moves to these rows, one by one, whatever came before. */
  take(slices: ArrayLike<number>, rows: ArrayLike<number>): void {
    this.runs = 0;
    this.rows = 0;
    for (let at = 0; at < slices.length; at++) this.#addRun(slices[at]!, rows[at]!, 1);
  }

  #nextFiltered(rowsMax: number, filter: SliceFilter): number {
    while (this.rows < rowsMax && this.#slice < this.#until) {
      if (this.#row < 0) this.#row = filter.apply(this.#slice) ? filter.from : filter.until;
      const { mask, until } = filter;
      const found = mask === undefined ? this.#row : mask.indexOf(1, this.#row);
      if (found < 0 || found >= until) {
        this.#slice += 1;
        this.#row = -1;
        continue;
      }
      const most = Math.min(until, found + rowsMax - this.rows);
      const end = mask?.indexOf(0, found) ?? -1;
      const stop = end < 0 ? most : Math.min(end, most);
      this.#addRun(this.#slice, found, stop - found);
      this.#row = stop;
    }
    return this.rows;
  }

  runSeries(run: number): number {
    return this.#reader.seriesOf(this.#runSlice[run]!);
  }

  runFrom(run: number): number {
    return this.#runAt[run]!;
  }

  runUntil(run: number): number {
    return this.#runAt[run + 1]!;
  }

  /** Halves of nanoseconds: [2r] low, [2r + 1] high. */
  readTime(out: Int32Array): void {
    for (let run = 0; run < this.runs; run++) {
      const slice = this.#runSlice[run]!;
      this.#copyHalves(run, this.#reader.timeByte(slice), out);
    }
  }

  readVersion(out: Int32Array): void {
    for (let run = 0; run < this.runs; run++) {
      const slice = this.#runSlice[run]!;
      this.#copyHalves(run, this.#reader.versionByte(slice), out);
    }
  }

  /** A double, bigint or timestamp column, as halves; NULL rows hold anything. */
  readCells(columnId: number, out: Int32Array, nulls: NullSink): void {
    const slots = this.#slots(columnId);
    for (let run = 0; run < this.runs; run++) {
      const slice = this.#runSlice[run]!;
      const slot = slots[this.#layoutNumber(slice)]!;
      if (slot >= 0) this.#copyHalves(run, this.#reader.columnByte(slice, slot), out);
      this.#putNulls(run, slot, nulls);
    }
  }

  /** A varchar column, as codes of reader.dictionary; -1 where it is NULL. */
  readCodes(columnId: number, out: Int32Array, nulls: NullSink): void {
    const nullCodes: NullSink = {
      setNull(row) {
        out[row] = -1;
        nulls.setNull(row);
      },
      setNulls(from, until) {
        out.fill(-1, from, until);
        nulls.setNulls(from, until);
      },
    };
    const slots = this.#slots(columnId);
    for (let run = 0; run < this.runs; run++) {
      const slice = this.#runSlice[run]!;
      const slot = slots[this.#layoutNumber(slice)]!;
      if (slot >= 0) {
        const ints = this.#reader.slabs.i32[this.#reader.slabOf(slice)]!;
        const from = (this.#reader.columnByte(slice, slot) >>> 2) + this.#runRow[run]!;
        const at = this.#runAt[run]!;
        const rows = this.#runAt[run + 1]! - at;
        if (rows > LOOP_ROWS_MAX) out.set(ints.subarray(from, from + rows), at);
        else for (let i = 0; i < rows; i++) out[at + i] = ints[from + i]!;
      }
      this.#putNulls(run, slot, nullCodes);
    }
  }

  /** A boolean column, 0 or 1. */
  readBooleans(columnId: number, out: Uint8Array, nulls: NullSink): void {
    const slots = this.#slots(columnId);
    for (let run = 0; run < this.runs; run++) {
      const slice = this.#runSlice[run]!;
      const slot = slots[this.#layoutNumber(slice)]!;
      if (slot >= 0) {
        const bytes = this.#reader.slabs.u8[this.#reader.slabOf(slice)]!;
        const from = this.#reader.columnByte(slice, slot) + this.#runRow[run]!;
        const at = this.#runAt[run]!;
        const rows = this.#runAt[run + 1]! - at;
        if (rows > LOOP_ROWS_MAX) out.set(bytes.subarray(from, from + rows), at);
        else for (let i = 0; i < rows; i++) out[at + i] = bytes[from + i]!;
      }
      this.#putNulls(run, slot, nulls);
    }
  }

  #addRun(slice: number, row: number, rows: number): void {
    if (this.runs === this.#runSlice.length) this.#growRuns();
    this.#runSlice[this.runs] = slice;
    this.#runRow[this.runs] = row;
    this.#runAt[this.runs] = this.rows;
    this.runs += 1;
    this.rows += rows;
    this.#runAt[this.runs] = this.rows;
  }

  #growRuns(): void {
    const grown = (old: Int32Array, length: number): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(length);
      next.set(old);
      return next;
    };
    const length = this.#runSlice.length * 2;
    this.#runSlice = grown(this.#runSlice, length);
    this.#runRow = grown(this.#runRow, length);
    this.#runAt = grown(this.#runAt, length + 1);
  }

  #layoutNumber(slice: number): number {
    return this.#reader.descriptor.slices[slice * SLICE_INTS + SLICE.layout]!;
  }

  #slots(columnId: number): number[] {
    return this.#reader.layouts.map((layout) => layout.slotOf(columnId));
  }

  #copyHalves(run: number, byte: number, out: Int32Array): void {
    const ints = this.#reader.slabs.i32[this.#reader.slabOf(this.#runSlice[run]!)]!;
    const from = (byte >>> 2) + this.#runRow[run]! * 2;
    const at = this.#runAt[run]! * 2;
    const halves = this.#runAt[run + 1]! * 2 - at;
    if (halves > 2 * LOOP_ROWS_MAX) out.set(ints.subarray(from, from + halves), at);
    else for (let i = 0; i < halves; i++) out[at + i] = ints[from + i]!;
  }

  #putNulls(run: number, slot: number, nulls: NullSink): void {
    const slice = this.#runSlice[run]!;
    const at = this.#runAt[run]!;
    const until = this.#runAt[run + 1]!;
    if (slot < 0) {
      nulls.setNulls(at, until);
      return;
    }
    if (!this.#reader.mayHaveNulls(slice, slot)) return;
    const bytes = this.#reader.slabs.u8[this.#reader.slabOf(slice)]!;
    const bits = this.#reader.nullsByte(slice, slot);
    let row = this.#runRow[run]!;
    for (let i = at; i < until; i++, row++) {
      if ((bytes[bits + (row >>> 3)]! & (1 << (row & 7))) !== 0) nulls.setNull(i);
    }
  }
}
