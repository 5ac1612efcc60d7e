/**
 * The buffers that a ScanCursor fills, and their way into DuckDB's vectors: one memcpy a column and
 * call, plus one of the validity when a row is NULL. A column that holds one text throughout, as
 * dimensions mostly do, is handed over as a constant vector, which DuckDB hashes and compares once.
 */
import duckdb from '@duckdb/node-bindings';
import { known } from '../base/assert.ts';
import { DictionaryCells, type ScanCells } from './dictionary-cells.ts';
import {
  type ColumnType,
  SCAN_ROWS_MAX,
  type ScanColumn,
  type ScanDictionary,
} from './scan-source.ts';
import { TEXT_CELL_BYTES, type TextCells, writeInline } from './text-cell.ts';
import { cellBytes } from './vector-type.ts';
import { writeValidity } from './write-vector.ts';

export class ScanBuffer implements ScanColumn, TextCells {
  readonly type: ColumnType;
  readonly doubles: Float64Array;
  readonly bigints: BigInt64Array;
  readonly cells32: Int32Array;
  readonly ints: Int32Array;
  readonly bytes: Uint8Array;
  readonly #buffer: ArrayBuffer;
  readonly #validity = new Uint8Array(SCAN_ROWS_MAX / 8).fill(0xff);
  #nulls = 0;
  readonly #scanCells: ScanCells;
  #lastDictionary: ScanDictionary | undefined;
  #lastCells = new DictionaryCells();
  /** Rows 0 up to this are to hold the text of #runCode, but are not written yet; 0: no run. */
  #runUntil = 0;
  #runCode = 0;
  #runDictionary: ScanDictionary | undefined;
  #constant: { readonly text: string; readonly value: duckdb.Value } | undefined;
  readonly #longRows: number[] = [];
  readonly #longTexts: string[] = [];

  constructor(type: ColumnType, scanCells: ScanCells) {
    this.type = type;
    this.#scanCells = scanCells;
    this.#buffer = new ArrayBuffer(SCAN_ROWS_MAX * (type === 'varchar' ? TEXT_CELL_BYTES : 8));
    this.doubles = new Float64Array(this.#buffer);
    this.bigints = new BigInt64Array(this.#buffer);
    this.cells32 = new Int32Array(this.#buffer);
    this.ints = new Int32Array(this.#buffer);
    this.bytes = new Uint8Array(this.#buffer);
  }

  begin(): void {
    if (this.#nulls > 0) this.#validity.fill(0xff);
    this.#nulls = 0;
    this.#longRows.length = 0;
    this.#longTexts.length = 0;
    this.#runUntil = 0;
  }

  setNull(row: number): void {
    if (this.#runUntil > 0) this.#writeRun();
    this.#nulls += 1;
    this.#validity[row >> 3]! &= ~(1 << (row & 7));
  }

  setNulls(from: number, until: number): void {
    for (let row = from; row < until; row++) this.setNull(row);
  }

  fillText(dictionary: ScanDictionary, code: number, from: number, until: number): void {
    if (code < 0) {
      this.setNulls(from, until);
      return;
    }
    const ofRun = code === this.#runCode && dictionary === this.#runDictionary;
    if (from === 0 && this.#runUntil > until) this.#writeRun();
    if (from === 0 || (from === this.#runUntil && ofRun)) {
      this.#runUntil = until;
      this.#runCode = code;
      this.#runDictionary = dictionary;
      return;
    }
    if (this.#runUntil > 0) this.#writeRun();
    this.#fill(dictionary, code, from, until);
  }

  #writeRun(): void {
    const until = this.#runUntil;
    this.#runUntil = 0;
    this.#fill(known(this.#runDictionary, 'the dictionary of a run'), this.#runCode, 0, until);
  }

  #fill(dictionary: ScanDictionary, code: number, from: number, until: number): void {
    const source = this.#cellsOf(dictionary);
    if (source.known[code] !== 1) source.learn(dictionary, code);
    const cells = this.cells32;
    const cell0 = source.cells32[4 * code]!;
    const cell1 = source.cells32[4 * code + 1]!;
    const cell2 = source.cells32[4 * code + 2]!;
    const cell3 = source.cells32[4 * code + 3]!;
    for (let i = 4 * from; i < 4 * until; i += 4) {
      cells[i] = cell0;
      cells[i + 1] = cell1;
      cells[i + 2] = cell2;
      cells[i + 3] = cell3;
    }
  }

  putCodes(
    dictionary: ScanDictionary,
    codes: ArrayLike<number>,
    range: { readonly from: number; readonly until: number; readonly row: number },
  ): void {
    if (this.#runUntil > 0) this.#writeRun();
    const source = this.#cellsOf(dictionary);
    const cells = this.cells32;
    let to = 4 * range.row;
    for (let i = range.from; i < range.until; i++, to += 4) {
      const code = codes[i]!;
      if (code < 0) {
        this.setNull(to >> 2);
        continue;
      }
      if (source.known[code] !== 1) source.learn(dictionary, code);
      const from = 4 * code;
      const learned = source.cells32;
      cells[to] = learned[from]!;
      cells[to + 1] = learned[from + 1]!;
      cells[to + 2] = learned[from + 2]!;
      cells[to + 3] = learned[from + 3]!;
    }
  }

  setText(row: number, text: string): void {
    if (this.#runUntil > 0) this.#writeRun();
    if (writeInline(this, row, text)) return;
    this.#longRows.push(row);
    this.#longTexts.push(text);
  }

  flush(vector: duckdb.Vector, rows: number): void {
    if (this.#runUntil >= rows && this.#nulls === 0) {
      duckdb.vector_reference_value(vector, this.#valueOfRun());
      return;
    }
    if (this.#runUntil > 0) this.#writeRun();
    duckdb.copy_data_to_vector(vector, 0, this.#buffer, 0, rows * cellBytes(this.type));
    for (const [i, row] of this.#longRows.entries()) {
      duckdb.vector_assign_string_element(vector, row, this.#longTexts[i]!);
    }
    if (this.#nulls > 0) writeValidity(vector, this.#validity, rows);
  }

  #valueOfRun(): duckdb.Value {
    const text = known(this.#runDictionary, 'the dictionary of a run').text(this.#runCode);
    if (this.#constant?.text !== text)
      this.#constant = { text, value: duckdb.create_varchar(text) };
    return this.#constant.value;
  }

  #cellsOf(dictionary: ScanDictionary): DictionaryCells {
    if (dictionary !== this.#lastDictionary) {
      this.#lastCells = this.#scanCells.of(dictionary);
      this.#lastDictionary = dictionary;
    }
    return this.#lastCells;
  }
}
