/**
 * Sealed rows in the form of hot tiles, for readers that want their layout: what a query worker
 * keeps of objects that it has decoded.
 *
 *     series in the order of the object, each with its number of rows
 *     vectors of rows, in the same order ──► chunks, filled column by column
 *
 * A resident tile never changes once it is filled. Its memory is an arena of the thread's own, so
 * nothing is shared with other threads; which objects are kept, and for how long, is the caller's
 * business.
 */
import { assert } from '../base/assert.ts';
import type { GenerationId, TableId } from '../base/brand.ts';
import type { VectorView } from '../engine/api.ts';
import { byteOf, SharedArena, type Slabs, slabOf } from './arena.ts';
import { type Block, setNull } from './block.ts';
import type { SeriesDefinition, SnapshotRequest, TileSnapshot } from './contract.ts';
import { HotTile } from './hot-tile.ts';
import type { ChunkLayout, ColumnDefinition } from './layout.ts';
import { takeSnapshot } from './snapshot.ts';

export interface ResidentSeries {
  readonly definition: Pick<SeriesDefinition, 'dimensions' | 'measureName'>;
  readonly rows: number;
}

export class ResidentTiles {
  readonly #arena = new SharedArena();

  get slabs(): Slabs {
    return this.#arena.slabs;
  }

  get usedBytes(): number {
    return this.#arena.usedBytes;
  }

  newTile(table: TableId, columns: readonly ColumnDefinition[]): ResidentTile {
    return new ResidentTile(this.#arena, table, columns);
  }
}

/** No generation of the memory store has this number. */
const NO_GENERATION = 0 as GenerationId;

export class ResidentTile {
  readonly #arena: SharedArena;
  readonly #tile: HotTile;
  readonly #layout: ChunkLayout;
  /** In the order of the layout's slots: which of the vectors. */
  readonly #vectorOf: readonly number[];
  #series: readonly ResidentSeries[] = [];
  /** The series being filled, and how many of its rows are there. */
  #at = 0;
  #filled = 0;
  #block: Block | undefined;
  #chunk = -1;
  #chunkRows = 0;

  constructor(arena: SharedArena, table: TableId, columns: readonly ColumnDefinition[]) {
    this.#arena = arena;
    this.#tile = new HotTile(arena, { generation: NO_GENERATION, table });
    this.#layout = this.#tile.layouts.of(columns);
    this.#vectorOf = this.#layout.columns.map(({ id }) =>
      columns.findIndex((one) => one.id === id),
    );
  }

  begin(series: readonly ResidentSeries[]): void {
    this.#series = series;
    // The coordinate in space is of no use here.
    for (const [at, { definition }] of series.entries()) {
      const id = this.#tile.series.resolve({ ...definition, partitionKey: '' });
      assert(id === at, 'the rows of a series follow each other');
    }
  }

  /** The next rows: times as BIGINT nanoseconds, and a vector for each of `columns`, in order. */
  append(rows: number, times: VectorView, vectors: readonly VectorView[]): void {
    const halves = halvesOf(times);
    for (let row = 0; row < rows; ) {
      const block = this.#room();
      const series = this.#series[this.#at]!;
      const taken = Math.min(
        rows - row,
        block.capacity - this.#chunkRows,
        series.rows - this.#filled,
      );
      this.#copyTimes(block, halves, row, taken);
      this.#layout.columns.forEach((_, slot) => {
        this.#copyColumn({ block, slot, vector: vectors[this.#vectorOf[slot]!]!, row, taken });
      });
      this.#chunkRows += taken;
      this.#filled += taken;
      row += taken;
      if (this.#chunkRows === block.capacity || this.#filled === series.rows) this.#publish();
    }
  }

  end(): void {
    assert(this.#at === this.#series.length, 'a resident tile has all rows of its series');
  }

  snapshot(request: SnapshotRequest): TileSnapshot {
    return takeSnapshot(this.#arena, this.#tile, request);
  }

  drop(): void {
    this.#tile.drop();
  }

  /** The block for the next row. */
  #room(): Block {
    if (this.#block !== undefined) return this.#block;
    const series = this.#series[this.#at];
    assert(series !== undefined, 'rows belong to a series');
    const left = series.rows - this.#filled;
    const capacity = Math.min(this.#layout.rowsMax, (left + 7) & ~7);
    this.#block = this.#tile.chunks.allocate(this.#layout, capacity);
    this.#chunk = this.#tile.chunks.append(this.#at, this.#block);
    this.#chunkRows = 0;
    return this.#block;
  }

  #publish(): void {
    this.#tile.chunks.publish(this.#chunk, this.#chunkRows);
    this.#block = undefined;
    if (this.#filled < this.#series[this.#at]!.rows) return;
    this.#at += 1;
    this.#filled = 0;
  }

  #copyTimes(block: Block, times: Int32Array, row: number, rows: number): void {
    const ints = this.#arena.slabs.i32[slabOf(block.address)]!;
    const to = (byteOf(block.address) + this.#layout.headBytes) >>> 2;
    ints.set(times.subarray(row * 2, (row + rows) * 2), to + this.#chunkRows * 2);
  }

  #copyColumn(copy: {
    readonly block: Block;
    readonly slot: number;
    readonly vector: VectorView;
    readonly row: number;
    readonly taken: number;
  }): void {
    const { block, slot, vector, row, taken } = copy;
    const { slabs } = this.#arena;
    const slab = slabOf(block.address);
    const bytes = this.#layout.cellBytes[slot]!;
    const column = byteOf(block.address) + this.#layout.columnByte(block.capacity, slot);
    const byte = column + this.#chunkRows * bytes;
    if (vector.kind === 'varchar') {
      this.#copyTexts(vector, slabs.i32[slab]!.subarray(byte >>> 2), row, taken);
    } else if (vector.kind === 'boolean') {
      slabs.u8[slab]!.set(vector.bytes.subarray(row, row + taken), byte);
    } else {
      slabs.i32[slab]!.set(halvesOf(vector).subarray(row * 2, (row + taken) * 2), byte >>> 2);
    }
    if (vector.allValid) return;
    for (let i = 0; i < taken; i++) {
      if (vector.isNull(row + i)) setNull(slabs, block, slot, this.#chunkRows + i);
    }
  }

  #copyTexts(
    vector: Extract<VectorView, { readonly kind: 'varchar' }>,
    codes: Int32Array,
    row: number,
    rows: number,
  ): void {
    for (let i = 0; i < rows; i++) {
      codes[i] = vector.isNull(row + i) ? 0 : this.#tile.dictionary.intern(vector.text(row + i));
    }
  }
}

/** 8-byte cells as halves. */
function halvesOf(vector: VectorView): Int32Array {
  if (vector.kind === 'bigint') return vector.cells32;
  assert(vector.kind === 'double', `cells of 8 bytes, not ${vector.kind}`);
  const { buffer, byteOffset, length } = vector.doubles;
  return new Int32Array(buffer, byteOffset, length * 2);
}
