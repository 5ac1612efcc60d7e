/**
 * The sequence of columns in which the cells of a row come, and how it maps to chunk layouts.
 *
 * All rows a client sends for a measure have one shape, so what can be worked out per shape is:
 * which slot of a layout each cell goes to, and which slots stay NULL. Shapes belong to a tile.
 */
import { STORED_TYPES } from '../base/types.ts';
import type { ChunkLayout, ColumnDefinition, Layouts } from './layout.ts';

/** A column and its type in one number, as log entries hold it. */
export function packColumn(column: ColumnDefinition): number {
  return (column.id << 3) | STORED_TYPES.indexOf(column.type);
}

/** Undefined when the number is none that packColumn() makes. */
export function unpackColumn(packed: number): ColumnDefinition | undefined {
  const type = STORED_TYPES[packed & 7];
  return type === undefined || packed < 0 ? undefined : { id: packed >>> 3, type };
}

/** Where the cells of a shape go in a chunk of a layout. */
export interface ShapeMapping {
  /** Per cell: its slot, bytes per row before the slot, bytes of the cell. */
  readonly slots: Int32Array;
  readonly before: Int32Array;
  readonly cellBytes: Int32Array;
  /** Whether all cells have 8 bytes. */
  readonly wide: boolean;
  /** Slots of the layout that the shape lacks. */
  readonly absent: Int32Array;
}

export class Shape {
  readonly columns: readonly ColumnDefinition[];
  readonly packed: Int32Array;
  /** The layout of just these columns. */
  readonly layout: ChunkLayout;
  /** Which of its cells are texts. */
  readonly textCells: Int32Array;
  /** By layout id; null when the layout lacks a column. */
  readonly #mappings: (ShapeMapping | null | undefined)[] = [];

  constructor(packed: Int32Array, columns: readonly ColumnDefinition[], layouts: Layouts) {
    this.packed = packed;
    this.columns = columns;
    this.layout = layouts.of(columns);
    this.textCells = Int32Array.from(columns.keys()).filter((i) => columns[i]!.type === 'varchar');
  }

  mapping(layout: ChunkLayout): ShapeMapping | null {
    const known = this.#mappings[layout.id];
    if (known !== undefined) return known;
    while (this.#mappings.length < layout.id) this.#mappings.push(undefined);
    const mapping = this.#map(layout);
    this.#mappings[layout.id] = mapping;
    return mapping;
  }

  #map(layout: ChunkLayout): ShapeMapping | null {
    const slots = Int32Array.from(this.columns, (column) => layout.slotOf(column.id));
    if (slots.includes(-1)) return null;
    const cellBytes = slots.map((slot) => layout.cellBytes[slot]!);
    return {
      slots,
      before: slots.map((slot) => layout.rowBytesBefore(slot)),
      cellBytes,
      wide: cellBytes.every((bytes) => bytes === 8),
      absent: Int32Array.from(layout.columns.keys()).filter((slot) => !slots.includes(slot)),
    };
  }
}

export class Shapes {
  readonly #layouts: Layouts;
  readonly #byKey = new Map<string, Shape>();
  #last: Shape | undefined;

  constructor(layouts: Layouts) {
    this.#layouts = layouts;
  }

  /** The shape of `packed[from … until)`, which the entry's reader has checked. */
  intern(packed: Int32Array, from: number, until: number): Shape {
    if (this.#last !== undefined && isSame(this.#last.packed, packed, from, until)) {
      return this.#last;
    }
    const own = packed.slice(from, until);
    const key = own.join(' ');
    let shape = this.#byKey.get(key);
    if (shape === undefined) {
      shape = new Shape(
        own,
        Array.from(own, (column) => unpackColumn(column)!),
        this.#layouts,
      );
      this.#byKey.set(key, shape);
    }
    this.#last = shape;
    return shape;
  }
}

function isSame(own: Int32Array, packed: Int32Array, from: number, until: number): boolean {
  if (own.length !== until - from) return false;
  for (let i = 0; i < own.length; i++) {
    if (own[i] !== packed[from + i]) return false;
  }
  return true;
}
