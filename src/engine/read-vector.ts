/**
 * Reads a DuckDB vector into a VectorView. The binding hands out copies, never live memory, so a
 * view stays good when DuckDB goes on; texts keep the chunk that owns them (text-view.ts).
 *
 * A list cell, 16 bytes: 0..8 offset into the child, 8..16 length; both fit in 32 bits here.
 */
import duckdb from '@duckdb/node-bindings';
import { assert } from '../base/assert.ts';
import { TextView } from './text-view.ts';
import { Validity } from './validity.ts';
import type { VectorView } from './vector.ts';
import { cellBytes, type VectorType } from './vector-type.ts';

interface Source {
  readonly vector: duckdb.Vector;
  readonly type: VectorType;
  readonly rows: number;
  /** Whatever must stay alive for pointers to be valid. */
  readonly owner: object;
  /** Validity of the structs around this vector; null: all valid. */
  readonly outer: Uint8Array | null;
}

export function readVector(
  vector: duckdb.Vector,
  options: { readonly type: VectorType; readonly rows: number; readonly owner: object },
): VectorView {
  return read({ vector, ...options, outer: null });
}

function read(source: Source): VectorView {
  const { vector, type, rows } = source;
  const validity = intersect(readValidity(vector, rows), source.outer);
  const base = new Validity(rows, validity);
  if (typeof type === 'object') {
    return 'list' in type ? readList(source, type.list, base) : readStruct(source, base);
  }
  const data = readCells(vector, rows * cellBytes(type));
  switch (type) {
    case 'boolean':
      return new BooleanView(base, new Uint8Array(data));
    case 'integer':
      return new IntegerView(base, new Int32Array(data));
    case 'bigint':
      return new BigintView(base, data);
    case 'double':
      return new DoubleView(base, new Float64Array(data));
    case 'varchar':
      return new TextView(base, data, source.owner);
  }
}

function readCells(vector: duckdb.Vector, bytes: number): ArrayBuffer {
  if (bytes === 0) return new ArrayBuffer(0);
  const data = duckdb.vector_get_data(vector, bytes);
  const { buffer } = data;
  assert(buffer instanceof ArrayBuffer, 'vector data lies in an ordinary buffer');
  if (data.byteOffset === 0 && buffer.byteLength === bytes) return buffer;
  return buffer.slice(data.byteOffset, data.byteOffset + bytes);
}

function readValidity(vector: duckdb.Vector, rows: number): Uint8Array | null {
  if (rows === 0) return null;
  // Null when the vector has no validity mask at all, which the declared type leaves out.
  const bits = duckdb.vector_get_validity(vector, ((rows + 63) >> 6) << 3) as Uint8Array | null;
  return bits === null || bits.length === 0 || allSet(bits, rows) ? null : bits;
}

function allSet(bits: Uint8Array, rows: number): boolean {
  const whole = rows >> 3;
  for (let i = 0; i < whole; i++) if (bits[i] !== 0xff) return false;
  const rest = (1 << (rows & 7)) - 1;
  return rest === 0 || (bits[whole]! & rest) === rest;
}

function intersect(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null) return b;
  if (b === null) return a;
  return a.map((bits, i) => bits & b[i]!);
}

function readList(source: Source, childType: VectorType, base: Validity): VectorView {
  const cells = new Int32Array(readCells(source.vector, source.rows * 16));
  if (!base.allValid) {
    for (let row = 0; row < source.rows; row++)
      if (base.isNull(row)) cells.fill(0, 4 * row, 4 * row + 4);
  }
  const child = read({
    vector: duckdb.list_vector_get_child(source.vector),
    type: childType,
    rows: duckdb.list_vector_get_size(source.vector),
    owner: source.owner,
    outer: null,
  });
  return new ListView(base, cells, child);
}

function readStruct(source: Source, base: Validity): VectorView {
  const { type } = source;
  assert(typeof type === 'object' && 'struct' in type, 'a struct has a struct type');
  const fields = type.struct.map(([, fieldType], k) =>
    read({
      vector: duckdb.struct_vector_get_child(source.vector, k),
      type: fieldType,
      rows: source.rows,
      owner: source.owner,
      outer: base.bits,
    }),
  );
  const names = type.struct.map(([name]) => name);
  return new StructView(base, names, fields);
}

class BooleanView extends Validity {
  readonly kind = 'boolean';
  readonly bytes: Uint8Array;

  constructor(base: Validity, bytes: Uint8Array) {
    super(base.rows, base.bits);
    this.bytes = bytes;
  }
}

class IntegerView extends Validity {
  readonly kind = 'integer';
  readonly ints: Int32Array;

  constructor(base: Validity, ints: Int32Array) {
    super(base.rows, base.bits);
    this.ints = ints;
  }
}

class BigintView extends Validity {
  readonly kind = 'bigint';
  readonly bigints: BigInt64Array;
  readonly cells32: Int32Array;

  constructor(base: Validity, data: ArrayBuffer) {
    super(base.rows, base.bits);
    this.bigints = new BigInt64Array(data);
    this.cells32 = new Int32Array(data);
  }
}

class DoubleView extends Validity {
  readonly kind = 'double';
  readonly doubles: Float64Array;

  constructor(base: Validity, doubles: Float64Array) {
    super(base.rows, base.bits);
    this.doubles = doubles;
  }
}

class ListView extends Validity {
  readonly kind = 'list';
  readonly child: VectorView;
  readonly #cells: Int32Array;

  constructor(base: Validity, cells: Int32Array, child: VectorView) {
    super(base.rows, base.bits);
    this.#cells = cells;
    this.child = child;
  }

  offset(row: number): number {
    return this.#cells[4 * row]!;
  }

  length(row: number): number {
    return this.#cells[4 * row + 2]!;
  }
}

class StructView extends Validity {
  readonly kind = 'struct';
  readonly names: readonly string[];
  readonly fields: readonly VectorView[];

  constructor(base: Validity, names: readonly string[], fields: readonly VectorView[]) {
    super(base.rows, base.bits);
    this.names = names;
    this.fields = fields;
  }
}
