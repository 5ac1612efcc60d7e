/**
 * The rows of a tile: per series a list of chunks, each a block of shared memory (layout.ts).
 *
 *   series ──first──► chunk ◄──next/previous──► chunk ◄──► chunk ◄──last── series
 *                     times ascending and unique; chunks do not overlap and are in order
 *
 * A row that is newer than its series is written beyond the published length of the last chunk, in
 * place: no snapshot looks there. Everything else makes a new block: a full one is copied to one of
 * twice the capacity, or followed by a new chunk; late rows and upserts are merged
 * (chunk-merge.ts). Replaced blocks are retired to the arena, which keeps them for the snapshots
 * that see them.
 *
 * What the writer knows of a chunk is a record of ten ints (below), so that neither a walk along a
 * series nor a snapshot touches the chunks themselves.
 */
import { byteOf, type SharedArena, slabOf } from './arena.ts';
import { type Block, copyRows, type RowCopy, setNull } from './block.ts';
import { compareHalves, isLess } from './halves.ts';
import type { ChunkLayout, Layouts } from './layout.ts';
import type { SeriesTable } from './series-table.ts';
import type { ShapeMapping } from './shape.ts';

export const STRIDE = 10;
export const ADDRESS = 0;
export const CAPACITY = 1;
export const ROWS = 2;
export const LAYOUT = 3;
export const FIRST_LO = 4;
export const FIRST_HI = 5;
export const LAST_LO = 6;
export const LAST_HI = 7;
export const NEXT = 8;
export const PREVIOUS = 9;

/** A series' first chunk starts this small, as most series of a wide table stay short. */
const CAPACITY_FIRST = 8;
/**
 * A series that filled a chunk will fill more of the next: half of CHUNK_ROWS_MAX leaves a quarter
 * of a chunk unused on average, and copies each row every other time instead of once.
 */
const CAPACITY_LATER = 512;

/** The row to be written: `row` of the entry, whose cells start at `cell`. Reused, as it is hot. */
export interface RowSource {
  time: Int32Array;
  version: Int32Array;
  cells: Int32Array;
  textCodes: Int32Array;
  row: number;
  cell: number;
}

export class Chunks {
  records = new Int32Array(STRIDE * 64);
  count = 0;
  rows = 0;
  bytes = 0;
  replaced = 0;
  readonly arena: SharedArena;
  readonly layouts: Layouts;
  readonly #series: SeriesTable;

  constructor(arena: SharedArena, layouts: Layouts, series: SeriesTable) {
    this.arena = arena;
    this.layouts = layouts;
    this.#series = series;
  }

  block(chunk: number): Block {
    const at = chunk * STRIDE;
    return {
      address: this.records[at + ADDRESS]!,
      capacity: this.records[at + CAPACITY]!,
      layout: this.layouts.get(this.records[at + LAYOUT]!),
    };
  }

  layoutOf(chunk: number): ChunkLayout {
    return this.layouts.get(this.records[chunk * STRIDE + LAYOUT]!);
  }

  /** Room for one more row at the end of the series, in a chunk that has the layout. */
  roomAtEnd(series: number, layout: ChunkLayout): number {
    const last = this.#series.lastChunk[series]!;
    if (last < 0) return this.append(series, this.allocate(layout, CAPACITY_FIRST));
    const at = last * STRIDE;
    if (this.records[at + LAYOUT] !== layout.id) {
      return this.append(series, this.allocate(layout, CAPACITY_FIRST));
    }
    const capacity = this.records[at + CAPACITY]!;
    if (this.records[at + ROWS]! < capacity) return last;
    if (capacity >= layout.rowsMax) {
      const next = Math.min(CAPACITY_LATER, layout.rowsMax);
      return this.append(series, this.allocate(layout, next));
    }
    this.#grow(last, Math.min(layout.rowsMax, capacity * 2));
    return last;
  }

  /** Writes the row behind the last one of the chunk, which has room and is older. */
  appendRow(chunk: number, mapping: ShapeMapping, source: RowSource): void {
    const at = chunk * STRIDE;
    const { records } = this;
    const rows = records[at + ROWS]!;
    this.writeRow(chunk, rows, mapping, source);
    const lo = source.time[source.row * 2]!;
    const hi = source.time[source.row * 2 + 1]!;
    if (rows === 0) {
      records[at + FIRST_LO] = lo;
      records[at + FIRST_HI] = hi;
    }
    records[at + LAST_LO] = lo;
    records[at + LAST_HI] = hi;
    records[at + ROWS] = rows + 1;
    this.rows += 1;
  }

  writeRow(chunk: number, row: number, mapping: ShapeMapping, source: RowSource): void {
    const record = chunk * STRIDE;
    const layout = this.layouts.get(this.records[record + LAYOUT]!);
    const capacity = this.records[record + CAPACITY]!;
    const address = this.records[record + ADDRESS]!;
    const ints = this.arena.slabs.i32[slabOf(address)]!;
    const body = byteOf(address) + layout.headBytes;
    const time = (body >>> 2) + row * 2;
    const from = source.row * 2;
    ints[time] = source.time[from]!;
    ints[time + 1] = source.time[from + 1]!;
    ints[time + capacity * 2] = source.version[from]!;
    ints[time + capacity * 2 + 1] = source.version[from + 1]!;

    if (mapping.wide) {
      const { before } = mapping;
      const { cells } = source;
      let cell = source.cell * 2;
      for (let i = 0; i < before.length; i++) {
        const to = ((body + capacity * before[i]!) >>> 2) + row * 2;
        ints[to] = cells[cell]!;
        ints[to + 1] = cells[cell + 1]!;
        cell += 2;
      }
    } else {
      this.#writeMixed(chunk, row, mapping, source);
    }
    const { absent } = mapping;
    if (absent.length === 0) return;
    const block = this.block(chunk);
    for (let i = 0; i < absent.length; i++) setNull(this.arena.slabs, block, absent[i]!, row);
  }

  /** A new block, not yet in any list; NULL counts and bits are zero. */
  allocate(layout: ChunkLayout, capacity: number): Block {
    const bytes = layout.bytesFor(capacity);
    const address = this.arena.allocate(bytes);
    this.bytes += bytes;
    if (layout.columns.length > 0) {
      const u8 = this.arena.slabs.u8[slabOf(address)]!;
      const base = byteOf(address);
      u8.fill(0, base, base + layout.headBytes);
      u8.fill(0, base + layout.nullsByte(capacity, 0), base + bytes);
    }
    return { address, capacity, layout };
  }

  retire(block: Block): void {
    const bytes = block.layout.bytesFor(block.capacity);
    this.bytes -= bytes;
    this.arena.retire(block.address, bytes);
  }

  /** Puts another block in the chunk's place. The caller sets rows and times. */
  replace(chunk: number, block: Block): void {
    this.retire(this.block(chunk));
    this.#setBlock(chunk, block);
    this.replaced += 1;
  }

  insertAfter(series: number, chunk: number, block: Block): number {
    const added = this.#addRecord(block);
    const next = this.records[chunk * STRIDE + NEXT]!;
    this.records[added * STRIDE + PREVIOUS] = chunk;
    this.records[added * STRIDE + NEXT] = next;
    this.records[chunk * STRIDE + NEXT] = added;
    if (next < 0) this.#series.lastChunk[series] = added;
    else this.records[next * STRIDE + PREVIOUS] = added;
    return added;
  }

  /** Sets rows and time bounds of a chunk whose block has been filled. */
  publish(chunk: number, rows: number): void {
    const at = chunk * STRIDE;
    const { address, layout } = this.block(chunk);
    const ints = this.arena.slabs.i32[slabOf(address)]!;
    const time = (byteOf(address) + layout.headBytes) >>> 2;
    this.records[at + ROWS] = rows;
    this.records[at + FIRST_LO] = ints[time]!;
    this.records[at + FIRST_HI] = ints[time + 1]!;
    this.records[at + LAST_LO] = ints[time + rows * 2 - 2]!;
    this.records[at + LAST_HI] = ints[time + rows * 2 - 1]!;
  }

  /** The last chunk that starts at or before the time; the first one if none does; -1 if empty. */
  chunkFor(series: number, lo: number, hi: number): number {
    const { records } = this;
    let chunk = this.#series.lastChunk[series]!;
    while (chunk >= 0) {
      const at = chunk * STRIDE;
      const previous = records[at + PREVIOUS]!;
      if (previous < 0) return chunk;
      if (!isLess(lo, hi, records[at + FIRST_LO]!, records[at + FIRST_HI]!)) return chunk;
      chunk = previous;
    }
    return chunk;
  }

  /** The first row of the chunk whose time is not below the given one. */
  lowerBound(chunk: number, lo: number, hi: number): number {
    const { address, layout } = this.block(chunk);
    const ints = this.arena.slabs.i32[slabOf(address)]!;
    const time = (byteOf(address) + layout.headBytes) >>> 2;
    let from = 0;
    let until = this.records[chunk * STRIDE + ROWS]!;
    while (from < until) {
      const middle = (from + until) >>> 1;
      const at = time + middle * 2;
      if (compareHalves(ints[at]!, ints[at + 1]!, lo, hi) < 0) from = middle + 1;
      else until = middle;
    }
    return from;
  }

  isTime(chunk: number, row: number, lo: number, hi: number): boolean {
    if (row >= this.records[chunk * STRIDE + ROWS]!) return false;
    const { address, layout } = this.block(chunk);
    const at = ((byteOf(address) + layout.headBytes) >>> 2) + row * 2;
    const ints = this.arena.slabs.i32[slabOf(address)]!;
    return ints[at] === lo && ints[at + 1] === hi;
  }

  copyRows(copy: RowCopy): void {
    copyRows(this.arena.slabs, copy);
  }

  retireAll(): void {
    for (let series = 0; series < this.#series.count; series++) {
      let chunk = this.#series.firstChunk[series]!;
      while (chunk >= 0) {
        this.retire(this.block(chunk));
        chunk = this.records[chunk * STRIDE + NEXT]!;
      }
      this.#series.firstChunk[series] = -1;
      this.#series.lastChunk[series] = -1;
    }
    this.rows = 0;
    this.count = 0;
  }

  #writeMixed(chunk: number, row: number, mapping: ShapeMapping, source: RowSource): void {
    const { address, capacity, layout } = this.block(chunk);
    const slab = slabOf(address);
    const ints = this.arena.slabs.i32[slab]!;
    const u8 = this.arena.slabs.u8[slab]!;
    const body = byteOf(address) + layout.headBytes;
    const { before, cellBytes } = mapping;
    let cell = source.cell * 2;
    for (let i = 0; i < before.length; i++) {
      const size = cellBytes[i]!;
      const byte = body + capacity * before[i]! + row * size;
      if (size === 8) {
        ints[byte >>> 2] = source.cells[cell]!;
        ints[(byte >>> 2) + 1] = source.cells[cell + 1]!;
      } else if (size === 4) {
        ints[byte >>> 2] = source.textCodes[source.cells[cell]!]!;
      } else {
        u8[byte] = source.cells[cell]!;
      }
      cell += 2;
    }
  }

  #grow(chunk: number, capacity: number): void {
    const from = this.block(chunk);
    const to = this.allocate(from.layout, capacity);
    const rows = this.records[chunk * STRIDE + ROWS]!;
    this.copyRows({ from, row: 0, to, at: 0, rows });
    this.retire(from);
    this.#setBlock(chunk, to);
  }

  /** Adds a block behind the series' last chunk; its rows are published when it has been filled. */
  append(series: number, block: Block): number {
    const last = this.#series.lastChunk[series]!;
    if (last >= 0) return this.insertAfter(series, last, block);
    const added = this.#addRecord(block);
    this.#series.firstChunk[series] = added;
    this.#series.lastChunk[series] = added;
    return added;
  }

  #addRecord(block: Block): number {
    const chunk = this.count;
    this.count = chunk + 1;
    if (this.count * STRIDE > this.records.length) {
      const records = new Int32Array(this.records.length * 2);
      records.set(this.records);
      this.records = records;
    }
    this.#setBlock(chunk, block);
    this.records[chunk * STRIDE + ROWS] = 0;
    this.records[chunk * STRIDE + NEXT] = -1;
    this.records[chunk * STRIDE + PREVIOUS] = -1;
    return chunk;
  }

  #setBlock(chunk: number, block: Block): void {
    const at = chunk * STRIDE;
    this.records[at + ADDRESS] = block.address;
    this.records[at + CAPACITY] = block.capacity;
    this.records[at + LAYOUT] = block.layout.id;
  }
}
