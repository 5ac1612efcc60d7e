/**
 * Reads a snapshot, on any thread that has the slabs: codes of series, places of columns, texts.
 *
 * Two ways to the rows:
 *   kernels   slice by slice: `columnByte()` and friends say where a column lies in its slab
 *   cursors   TileCursor gathers rows of many slices into vectors of up to 2048 (tile-cursor.ts)
 *
 * Pure over the shared memory: no copy is made here, nothing is kept between calls.
 */
import { known } from '../base/assert.ts';
import { byteOf, type Slabs, slabOf } from './arena.ts';
import type { SnapshotDescriptor } from './contract.ts';
import { DictionaryReader } from './dictionary.ts';
import { ChunkLayout, type ColumnDefinition } from './layout.ts';
import { readPagedInt } from './paged-ints.ts';
import { unpackColumn } from './shape.ts';
import { SLICE, SLICE_INTS } from './snapshot.ts';

export class TileReader {
  readonly slabs: Slabs;
  readonly descriptor: SnapshotDescriptor;
  readonly dictionary: DictionaryReader;
  readonly sliceCount: number;
  readonly layouts: readonly ChunkLayout[];

  constructor(slabs: Slabs, descriptor: SnapshotDescriptor) {
    this.slabs = slabs;
    this.descriptor = descriptor;
    this.dictionary = new DictionaryReader(slabs, descriptor.dictionary);
    this.sliceCount = descriptor.slices.length / SLICE_INTS;
    this.layouts = unpackLayouts(descriptor.layouts);
  }

  /** Code, in the dictionary, of the series' measure name. */
  measureCode(series: number): number {
    return this.#code(0, series);
  }

  /** -1 when the series lacks the dimension. */
  dimensionCode(series: number, dimensionId: number): number {
    return this.#code(1 + dimensionId, series);
  }

  seriesOf(slice: number): number {
    return this.descriptor.slices[slice * SLICE_INTS + SLICE.series]!;
  }

  rowFrom(slice: number): number {
    return this.descriptor.slices[slice * SLICE_INTS + SLICE.rowFrom]!;
  }

  rowUntil(slice: number): number {
    return this.descriptor.slices[slice * SLICE_INTS + SLICE.rowUntil]!;
  }

  layoutOf(slice: number): ChunkLayout {
    return this.layouts[this.descriptor.slices[slice * SLICE_INTS + SLICE.layout]!]!;
  }

  slabOf(slice: number): number {
    return slabOf(this.#address(slice));
  }

  /** Byte in the slab of row 0 of the chunk's times, 8 bytes each. */
  timeByte(slice: number): number {
    return byteOf(this.#address(slice)) + this.layoutOf(slice).headBytes;
  }

  versionByte(slice: number): number {
    return byteOf(this.#address(slice)) + this.layoutOf(slice).versionByte(this.#capacity(slice));
  }

  /** Byte in the slab of row 0 of the column; cells have `layout.cellBytes[slot]` bytes. */
  columnByte(slice: number, slot: number): number {
    const column = this.layoutOf(slice).columnByte(this.#capacity(slice), slot);
    return byteOf(this.#address(slice)) + column;
  }

  /** False means that no row of the column is NULL; true that the bits must be asked. */
  mayHaveNulls(slice: number, slot: number): boolean {
    const address = this.#address(slice);
    return this.slabs.i32[slabOf(address)]![(byteOf(address) >>> 2) + slot] !== 0;
  }

  /** Byte in the slab of the column's NULL bits: row r is bit r & 7 of byte r >>> 3. */
  nullsByte(slice: number, slot: number): number {
    const nulls = this.layoutOf(slice).nullsByte(this.#capacity(slice), slot);
    return byteOf(this.#address(slice)) + nulls;
  }

  #address(slice: number): number {
    return this.descriptor.slices[slice * SLICE_INTS + SLICE.address]!;
  }

  #capacity(slice: number): number {
    return this.descriptor.slices[slice * SLICE_INTS + SLICE.capacity]!;
  }

  #code(column: number, series: number): number {
    const directory = this.descriptor.directories[column] ?? 0;
    return readPagedInt(this.slabs, directory, { index: series, width: 1, part: 0 }) - 1;
  }
}

function unpackLayouts(packed: Int32Array): ChunkLayout[] {
  const layouts: ChunkLayout[] = [];
  for (let at = 0; at < packed.length; ) {
    const count = packed[at]!;
    const columns: ColumnDefinition[] = [];
    for (let i = 1; i <= count; i++) columns.push(known(unpackColumn(packed[at + i]!), 'column'));
    layouts.push(new ChunkLayout(layouts.length, columns));
    at += 1 + count;
  }
  return layouts;
}
