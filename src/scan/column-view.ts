/**
 * One column over the rows of the slice at hand: where its cells lie, and which rows count.
 *
 *   bind(rows) ──►  isAbsent        no row of the slice has a value
 *                   valid[row]      1 where the row passes the filters and is not NULL;
 *                                   undefined: all rows do
 *                   doubles[base + row]                       double, and bigint as a double
 *                   ints[2 (base + row)] low, [… + 1] high    bigint, timestamp
 *                   ints[base + row]                          varchar: codes
 *                   bytes[base + row]                         boolean
 */
import { assertNever } from '../base/assert.ts';
import { CHUNK_ROWS_MAX } from '../base/limits.ts';
import type { StoredType } from '../base/types.ts';
import type { SliceRows } from './open-tile.ts';
import type { KernelColumn } from './scan-kernel.ts';
import { seriesCode } from './series-filter.ts';

const HIGH = 2 ** 32;

export class ColumnView {
  readonly column: KernelColumn;
  isAbsent = true;
  valid: Uint8Array | undefined;
  base = 0;
  doubles: Float64Array = new Float64Array(0);
  ints: Int32Array = new Int32Array(0);
  bytes: Uint8Array = new Uint8Array(0);
  /** Cells of a bigint column that is read as doubles. */
  readonly #converted: Float64Array<ArrayBuffer> | undefined;
  readonly #valid = new Uint8Array(CHUNK_ROWS_MAX);

  constructor(column: KernelColumn, as: 'stored' | 'double' = 'stored') {
    this.column = column;
    if (column.kind === 'measure' && column.type !== 'double' && as === 'double') {
      this.#converted = new Float64Array(CHUNK_ROWS_MAX);
    }
  }

  bind(rows: SliceRows): void {
    const { column } = this;
    this.valid = rows.mask;
    switch (column.kind) {
      case 'time':
        this.isAbsent = false;
        return;
      case 'measure_name':
      case 'dimension':
        this.isAbsent = seriesCode(rows.tile, rows.series, column) < 0;
        return;
      case 'measure':
        this.#bindMeasure(rows, column);
        return;
      default:
        assertNever(column, 'column');
    }
  }

  #bindMeasure(
    rows: SliceRows,
    { columnId, type }: { readonly columnId: number; readonly type: StoredType },
  ): void {
    const { reader } = rows.tile;
    const { slice } = rows;
    const slot = reader.layoutOf(slice).slotOf(columnId);
    this.isAbsent = slot < 0;
    if (slot < 0) return;
    const slab = reader.slabOf(slice);
    const byte = reader.columnByte(slice, slot);
    switch (type) {
      case 'double':
        this.doubles = reader.slabs.f64[slab]!;
        this.base = byte >>> 3;
        break;
      case 'bigint':
      case 'timestamp':
        this.ints = reader.slabs.i32[slab]!;
        this.base = byte >>> 3;
        if (this.#converted !== undefined) this.#convert(this.#converted, rows);
        break;
      case 'varchar':
        this.ints = reader.slabs.i32[slab]!;
        this.base = byte >>> 2;
        break;
      case 'boolean':
        this.bytes = reader.slabs.u8[slab]!;
        this.base = byte;
        break;
      default:
        assertNever(type, 'stored type');
    }
    if (reader.mayHaveNulls(slice, slot)) this.#bindNulls(rows, slot);
  }

  /** 64 bits rounded to the nearest double: the high half is exact, so only the sum rounds. */
  #convert(converted: Float64Array<ArrayBuffer>, { from, until }: SliceRows): void {
    const { ints, base } = this;
    for (let row = from; row < until; row++) {
      const at = (base + row) * 2;
      converted[row] = ints[at + 1]! * HIGH + (ints[at]! >>> 0);
    }
    this.doubles = converted;
    this.base = 0;
  }

  #bindNulls({ tile, slice, from, until, mask }: SliceRows, slot: number): void {
    const bits = tile.reader.slabs.u8[tile.reader.slabOf(slice)]!;
    const first = tile.reader.nullsByte(slice, slot);
    const valid = this.#valid;
    for (let row = from; row < until; row++) {
      valid[row] = ((bits[first + (row >>> 3)]! >>> (row & 7)) & 1) ^ 1;
    }
    if (mask !== undefined) for (let row = from; row < until; row++) valid[row]! &= mask[row]!;
    this.valid = valid;
  }
}
