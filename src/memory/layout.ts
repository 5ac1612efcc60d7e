/**
 * How the columns of a chunk lie in its block, for a given set of measure columns.
 *
 *   ┌────────────────────────────┐ 0
 *   │ NULL counts, 4 bytes each  │      one per column: lets a reader skip the bits
 *   ├────────────────────────────┤ headBytes (multiple of 8)
 *   │ time     8 × capacity      │
 *   │ version  8 × capacity      │
 *   │ 8-byte columns             │      double, bigint, timestamp
 *   │ 4-byte columns             │      varchar: codes of the tile's dictionary
 *   │ 1-byte columns             │      boolean
 *   ├────────────────────────────┤
 *   │ NULL bits, capacity / 8    │      one run per column; 1 = NULL
 *   └────────────────────────────┘
 *
 * Capacities are multiples of 8, so everything is aligned. NULL counts and bits only ever grow
 * while a chunk lives, and bits of rows that a snapshot holds never change: reading them needs no
 * lock.
 *
 * A slot is a column's place in its layout; slots are ordered by cell size, then by column id.
 * Layouts belong to a tile, are never changed and never removed.
 */
import { assert, assertNever } from '../base/assert.ts';
import { CHUNK_BYTES_MAX, CHUNK_ROWS_MAX } from '../base/limits.ts';
import type { StoredType } from '../base/types.ts';

export interface ColumnDefinition {
  readonly id: number;
  readonly type: StoredType;
}

export function cellBytesOf(type: StoredType): 8 | 4 | 1 {
  switch (type) {
    case 'double':
    case 'bigint':
    case 'timestamp':
      return 8;
    case 'varchar':
      return 4;
    case 'boolean':
      return 1;
    default:
      return assertNever(type, 'stored type');
  }
}

export class ChunkLayout {
  readonly id: number;
  readonly columns: readonly ColumnDefinition[];
  readonly cellBytes: Int32Array;
  readonly headBytes: number;
  /** Bytes of one row, NULL bits apart. */
  readonly rowBytes: number;
  /** Rows of the largest chunk; a multiple of 8. */
  readonly rowsMax: number;
  /** Sum of the bytes per row of what lies before each slot. */
  readonly #before: Int32Array;
  readonly #slots = new Map<number, number>();

  constructor(id: number, columns: Iterable<ColumnDefinition>) {
    this.id = id;
    this.columns = [...columns].sort(bySizeThenId);
    const count = this.columns.length;
    this.cellBytes = new Int32Array(count);
    this.#before = new Int32Array(count);
    this.headBytes = Math.ceil(count / 2) * 8;
    let rowBytes = 16;
    this.columns.forEach((column, slot) => {
      this.#slots.set(column.id, slot);
      this.#before[slot] = rowBytes;
      this.cellBytes[slot] = cellBytesOf(column.type);
      rowBytes += this.cellBytes[slot]!;
    });
    assert(this.#slots.size === count, 'a layout names a column twice');
    this.rowBytes = rowBytes;
    const fitting = Math.floor(CHUNK_BYTES_MAX / (rowBytes + count / 8)) & ~7;
    this.rowsMax = Math.max(8, Math.min(CHUNK_ROWS_MAX, fitting));
  }

  /** -1 when the layout lacks the column. */
  slotOf(columnId: number): number {
    return this.#slots.get(columnId) ?? -1;
  }

  bytesFor(capacity: number): number {
    return this.nullsByte(capacity, this.columns.length);
  }

  rowBytesBefore(slot: number): number {
    return this.#before[slot]!;
  }

  versionByte(capacity: number): number {
    return this.headBytes + capacity * 8;
  }

  columnByte(capacity: number, slot: number): number {
    return this.headBytes + capacity * this.#before[slot]!;
  }

  nullsByte(capacity: number, slot: number): number {
    return this.headBytes + capacity * this.rowBytes + slot * (capacity >>> 3);
  }
}

function bySizeThenId(a: ColumnDefinition, b: ColumnDefinition): number {
  return cellBytesOf(b.type) - cellBytesOf(a.type) || a.id - b.id;
}

/** The layouts of one tile: equal sets of columns share one. */
export class Layouts {
  readonly #layouts: ChunkLayout[] = [];
  readonly #byKey = new Map<string, ChunkLayout>();

  get(id: number): ChunkLayout {
    return this.#layouts[id]!;
  }

  of(columns: Iterable<ColumnDefinition>): ChunkLayout {
    const layout = new ChunkLayout(this.#layouts.length, columns);
    const key = layout.columns.map((column) => column.id).join(' ');
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, layout);
    this.#layouts.push(layout);
    return layout;
  }

  /** The layout that also has the given columns; the same one if it has them already. */
  including(layout: ChunkLayout, columns: readonly ColumnDefinition[]): ChunkLayout {
    const missing = columns.filter((column) => layout.slotOf(column.id) < 0);
    return missing.length === 0 ? layout : this.of([...layout.columns, ...missing]);
  }
}
