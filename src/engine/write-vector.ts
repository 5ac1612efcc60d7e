/**
 * Collects what a function returns, and copies it into DuckDB's vector in one move per buffer.
 *
 *   begin(rows) ─► the function writes cells, NULLs, texts, lists ─► flush(vector, rows)
 *
 * One writer serves all calls of a function, so its buffers are reused. Short texts are written
 * as DuckDB's own cells; longer ones wait until flush(), as their bytes must lie in DuckDB's heap.
 */
import duckdb from '@duckdb/node-bindings';
import { assert, known } from '../base/assert.ts';
import { STEP_TEXT_BYTES_MAX, TEXT_BYTES_MAX } from '../base/limits.ts';
import { TEXT_TOO_LARGE } from '../base/too-large.ts';
import { TEXT_CELL_BYTES, type TextCells, writeInline } from './text-cell.ts';
import type { ResultVector } from './vector.ts';
import { cellBytes, type VectorType } from './vector-type.ts';

/** No list vector of one call may hold more entries: 256 MB of 16-byte cells. */
const LIST_ENTRIES_MAX = 1 << 24;

export class VectorWriter implements ResultVector, TextCells {
  readonly type: VectorType;
  doubles!: Float64Array;
  bigints!: BigInt64Array;
  cells32!: Int32Array;
  ints!: Int32Array;
  bytes!: Uint8Array;
  readonly fields: readonly VectorWriter[];
  readonly #cellBytes: number;
  readonly #child: VectorWriter | undefined;
  #buffer = new ArrayBuffer(0);
  #capacity = 0;
  #validity = new Uint8Array(0);
  #nulls = 0;
  #longRows: number[] = [];
  #longTexts: string[] = [];
  /** Characters in them. */
  #longLength = 0;
  /** Entries handed out of a list's child. */
  #entries = 0;

  constructor(type: VectorType) {
    this.type = type;
    this.#cellBytes = cellBytes(type);
    const nested = typeof type === 'object' ? type : undefined;
    this.#child =
      nested !== undefined && 'list' in nested ? new VectorWriter(nested.list) : undefined;
    this.fields =
      nested !== undefined && 'struct' in nested
        ? nested.struct.map(([, fieldType]) => new VectorWriter(fieldType))
        : [];
    this.#reserve(0);
  }

  get child(): VectorWriter {
    return known(this.#child, 'the child of a list');
  }

  /** Every row valid; texts and lists empty, so that a row left out cannot hold a stale pointer. */
  begin(rows: number): void {
    this.#reserve(rows);
    if (this.#nulls > 0) this.#validity.fill(0xff);
    this.#nulls = 0;
    this.#longRows.length = 0;
    this.#longTexts.length = 0;
    this.#longLength = 0;
    this.#entries = 0;
    if (this.#cellBytes === TEXT_CELL_BYTES) this.cells32.fill(0, 0, 4 * rows);
    this.#child?.begin(0);
    for (const field of this.fields) field.begin(rows);
  }

  setNull(row: number): void {
    this.#nulls += 1;
    this.#validity[row >> 3]! &= ~(1 << (row & 7));
    for (const field of this.fields) field.setNull(row);
  }

  /** Throws an Error for a text that is too large, or when all of them are. */
  setText(row: number, text: string): void {
    if (writeInline(this, row, text)) return;
    this.#longLength += text.length;
    if (text.length > TEXT_BYTES_MAX || this.#longLength > STEP_TEXT_BYTES_MAX) {
      throw new Error(TEXT_TOO_LARGE);
    }
    this.#longRows.push(row);
    this.#longTexts.push(text);
  }

  startList(row: number, length: number): number {
    const offset = this.#entries;
    const until = offset + length;
    assert(until <= LIST_ENTRIES_MAX, `a list vector of ${until} entries is too large`);
    this.child.#extend(offset, until);
    this.#entries = until;
    this.cells32[4 * row] = offset;
    this.cells32[4 * row + 2] = length;
    return offset;
  }

  flush(vector: duckdb.Vector, rows: number): void {
    if (rows === 0) return;
    if (this.#child !== undefined) {
      duckdb.list_vector_reserve(vector, this.#entries);
      duckdb.list_vector_set_size(vector, this.#entries);
      this.#child.flush(duckdb.list_vector_get_child(vector), this.#entries);
    }
    for (const [k, field] of this.fields.entries()) {
      field.flush(duckdb.struct_vector_get_child(vector, k), rows);
    }
    if (this.#cellBytes > 0) {
      duckdb.copy_data_to_vector(vector, 0, this.#buffer, 0, rows * this.#cellBytes);
    }
    for (const [i, row] of this.#longRows.entries()) {
      duckdb.vector_assign_string_element(vector, row, this.#longTexts[i]!);
    }
    if (this.#nulls > 0) writeValidity(vector, this.#validity, rows);
  }

  /** Makes rows `from` up to `until` writable, as begin() does, and keeps those before. */
  #extend(from: number, until: number): void {
    this.#reserve(until);
    if (this.#cellBytes === TEXT_CELL_BYTES) this.cells32.fill(0, 4 * from, 4 * until);
    for (const field of this.fields) field.#extend(from, until);
  }

  #reserve(rows: number): void {
    if (rows <= this.#capacity && this.#capacity > 0) return;
    const capacity = Math.max(64, (Math.max(rows, 2 * this.#capacity) + 63) & ~63);
    const buffer = new ArrayBuffer(capacity * Math.max(this.#cellBytes, 8));
    const validity = new Uint8Array(capacity >> 3).fill(0xff);
    new Uint8Array(buffer).set(new Uint8Array(this.#buffer));
    validity.set(this.#validity);
    this.#buffer = buffer;
    this.#validity = validity;
    this.#capacity = capacity;
    this.doubles = new Float64Array(buffer);
    this.bigints = new BigInt64Array(buffer);
    this.cells32 = new Int32Array(buffer);
    this.ints = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }
}

/** `bits`: one bit a row, at least up to the next multiple of 64 rows. */
export function writeValidity(vector: duckdb.Vector, bits: Uint8Array, rows: number): void {
  const { buffer } = bits;
  assert(buffer instanceof ArrayBuffer, 'validity lies in an ordinary buffer');
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, buffer, bits.byteOffset, ((rows + 63) >> 6) << 3);
}
