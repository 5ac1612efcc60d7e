/**
 * The rows of one request for one tile, as columns: what ingest fills and the store consumes.
 *
 *   row r      seriesId[r]  recordIndex[r]  time[r]  version[r]
 *   its cells  cellStart[r] … cellStart[r+1]  of  cellColumn[], cells[]
 *
 * A cell is 8 bytes, little-endian, under three views of one buffer (`Cells`). What it holds
 * follows from its column's type: double → f64, bigint and timestamp → i64, boolean → 0 or 1 in the
 * low half, varchar → an index into `texts` in the low half.
 *
 * A batch is made for reuse: `clear()` keeps its memory. Between `MemoryStore.write()` and the
 * settling of its promise it belongs to the store and must not be touched.
 *
 * Texts must be well-formed (no lone surrogates): they are kept as UTF-8. Not responsible for what
 * a record may contain; ingest has checked that, including that no column occurs twice in a row.
 */
import type { StoredType } from '../base/types.ts';

/**
 * The type of a table's column. Columns 0 … 3 are measure_value::double, ::bigint, ::varchar and
 * ::boolean; from 4 on, the attributes of multi-measure records.
 */
export type ColumnTypes = (columnId: number) => StoredType;

/** Growable 8-byte cells under three views. The views are replaced when it grows. */
export class Cells {
  f64: Float64Array;
  i64: BigInt64Array;
  /** `i32[2i]` is the low half of cell i, `i32[2i + 1]` the high half. */
  i32: Int32Array;

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity * 8);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.i32 = new Int32Array(buffer);
  }

  get capacity(): number {
    return this.f64.length;
  }

  grow(): void {
    const old = this.i32;
    const buffer = new ArrayBuffer(old.byteLength * 2);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.i32.set(old);
  }
}

export class WriteBatch {
  rows = 0;
  cellCount = 0;
  seriesId: Int32Array;
  /** Where the row stood in its request; comes back with a rejection. */
  recordIndex: Int32Array;
  readonly time: Cells;
  readonly version: Cells;
  cellStart: Int32Array;
  cellColumn: Int32Array;
  readonly cells: Cells;
  readonly texts: string[] = [];

  constructor(rowsHint = 128, cellsHint = 2048) {
    this.seriesId = new Int32Array(rowsHint);
    this.recordIndex = new Int32Array(rowsHint);
    this.time = new Cells(rowsHint);
    this.version = new Cells(rowsHint);
    this.cellStart = new Int32Array(rowsHint + 1);
    this.cellColumn = new Int32Array(cellsHint);
    this.cells = new Cells(cellsHint);
  }

  clear(): void {
    this.rows = 0;
    this.cellCount = 0;
    this.texts.length = 0;
    this.cellStart[0] = 0;
  }

  /** Starts a row and returns its number; the caller sets its time and version (`Cells` views). */
  addRow(seriesId: number, recordIndex: number): number {
    const row = this.rows;
    if (row === this.seriesId.length) this.#growRows();
    this.seriesId[row] = seriesId;
    this.recordIndex[row] = recordIndex;
    this.rows = row + 1;
    this.cellStart[row + 1] = this.cellCount;
    return row;
  }

  /** Adds a cell to the last row and returns its number; the caller sets its value. */
  addCell(columnId: number): number {
    const cell = this.cellCount;
    if (cell === this.cellColumn.length) this.#growCells();
    this.cellColumn[cell] = columnId;
    this.cellCount = cell + 1;
    this.cellStart[this.rows] = cell + 1;
    return cell;
  }

  addDouble(columnId: number, value: number): void {
    const cell = this.addCell(columnId);
    this.cells.f64[cell] = value;
  }

  addBigint(columnId: number, value: bigint): void {
    const cell = this.addCell(columnId);
    this.cells.i64[cell] = value;
  }

  /** A bigint or timestamp given as its two halves. */
  addHalves(columnId: number, lo: number, hi: number): void {
    const cell = this.addCell(columnId);
    this.cells.i32[cell * 2] = lo;
    this.cells.i32[cell * 2 + 1] = hi;
  }

  addBoolean(columnId: number, value: boolean): void {
    this.addHalves(columnId, value ? 1 : 0, 0);
  }

  addText(columnId: number, value: string): void {
    const index = this.texts.push(value) - 1;
    this.addHalves(columnId, index, 0);
  }

  #growRows(): void {
    this.seriesId = grown(this.seriesId, this.seriesId.length * 2);
    this.recordIndex = grown(this.recordIndex, this.recordIndex.length * 2);
    this.cellStart = grown(this.cellStart, this.seriesId.length + 1);
    this.time.grow();
    this.version.grow();
  }

  #growCells(): void {
    this.cellColumn = grown(this.cellColumn, this.cellColumn.length * 2);
    this.cells.grow();
  }
}

function grown(old: Int32Array, length: number): Int32Array {
  const next = new Int32Array(length);
  next.set(old);
  return next;
}
