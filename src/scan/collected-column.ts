/**
 * A column of a kernel's result, gathered in memory: filled vector by vector as a ScanColumn, then
 * compared and read by row.
 */
import { assert } from '../base/assert.ts';
import {
  type ColumnType,
  SCAN_ROWS_MAX,
  type ScanColumn,
  type ScanDictionary,
  type VectorView,
} from '../engine/api.ts';

type Filling = Omit<ScanColumn, 'type'>;

export class CollectedColumn implements ScanColumn, Filling {
  readonly type: ColumnType;
  readonly doubles: Float64Array;
  readonly bigints: BigInt64Array;
  readonly cells32: Int32Array;
  readonly ints: Int32Array;
  readonly bytes: Uint8Array;
  readonly #texts: string[] = [];
  readonly #isNull: Uint8Array;
  #rows = 0;
  #kept = new Int32Array(2 * 64);
  #keptNull = new Uint8Array(64);
  readonly #keptTexts: string[] = [];
  #hasNulls = false;
  #lastDictionary: ScanDictionary | undefined;
  #lastCode = -1;
  #lastText = '';

  /** `rowsMax`: of one vector. */
  constructor(type: ColumnType, rowsMax = SCAN_ROWS_MAX) {
    this.type = type;
    this.#isNull = new Uint8Array(rowsMax);
    const buffer = new ArrayBuffer(rowsMax * 8);
    this.doubles = new Float64Array(buffer);
    this.bigints = new BigInt64Array(buffer);
    this.cells32 = new Int32Array(buffer);
    this.ints = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  get rows(): number {
    return this.#rows;
  }

  setNull(row: number): void {
    this.#isNull[row] = 1;
    this.#hasNulls = true;
  }

  setNulls(from: number, until: number): void {
    this.#isNull.fill(1, from, until);
    this.#hasNulls = true;
  }

  fillText(dictionary: ScanDictionary, code: number, from: number, until: number): void {
    const text = this.#text(dictionary, code);
    for (let row = from; row < until; row++) this.#texts[row] = text;
  }

  putCodes(
    dictionary: ScanDictionary,
    codes: ArrayLike<number>,
    range: { readonly from: number; readonly until: number; readonly row: number },
  ): void {
    let row = range.row;
    for (let at = range.from; at < range.until; at++, row++) {
      const code = codes[at]!;
      if (code < 0) this.setNull(row);
      else this.#texts[row] = this.#text(dictionary, code);
    }
  }

  setText(row: number, text: string): void {
    this.#texts[row] = text;
  }

  /** Takes over the rows that have been filled, and makes room for the next. */
  keep(rows: number): void {
    const from = this.#rows;
    this.#rows += rows;
    if (this.#rows > this.#keptNull.length) this.#grow();
    if (this.type === 'varchar') {
      for (let row = 0; row < rows; row++) this.#keptTexts[from + row] = this.#texts[row] ?? '';
    } else if (this.type === 'boolean') {
      for (let row = 0; row < rows; row++) this.#kept[(from + row) * 2] = this.bytes[row]!;
    } else this.#kept.set(this.cells32.subarray(0, rows * 2), from * 2);
    this.#keptNull.set(this.#isNull.subarray(0, rows), from);
    this.#isNull.fill(0, 0, rows);
  }

  /** As SQL orders values: NULLs apart, NaN above all, texts by their UTF-8. */
  compare(a: number, b: number): number {
    switch (this.type) {
      case 'varchar':
        return compareTexts(this.#keptTexts[a]!, this.#keptTexts[b]!);
      case 'double':
        return compareDoubles(this.#double(a), this.#double(b));
      default: {
        const high = this.#kept[a * 2 + 1]! - this.#kept[b * 2 + 1]!;
        return high || (this.#kept[a * 2]! >>> 0) - (this.#kept[b * 2]! >>> 0);
      }
    }
  }

  isNull(row: number): boolean {
    return this.#keptNull[row] === 1;
  }

  /** The rows in this order, as a result has them. */
  view(order: Int32Array): VectorView {
    const base = {
      rows: order.length,
      allValid: !this.#hasNulls,
      isNull: (row: number) => this.#keptNull[order[row]!] === 1,
    };
    if (this.type === 'varchar') {
      const text = (row: number) => this.#keptTexts[order[row]!]!;
      return { ...base, kind: 'varchar', text, utf8: (row) => Buffer.from(text(row)) };
    }
    if (this.type === 'boolean') {
      return {
        ...base,
        kind: 'boolean',
        bytes: Uint8Array.from(order, (row) => this.#kept[row * 2]!),
      };
    }
    const cells32 = new Int32Array(order.length * 2);
    for (let at = 0; at < order.length; at++) {
      const row = order[at]! * 2;
      cells32[at * 2] = this.#kept[row]!;
      cells32[at * 2 + 1] = this.#kept[row + 1]!;
    }
    if (this.type === 'double') {
      return { ...base, kind: 'double', doubles: new Float64Array(cells32.buffer) };
    }
    assert(this.type === 'bigint', `a kernel has no column of type ${this.type}`);
    return { ...base, kind: 'bigint', cells32, bigints: new BigInt64Array(cells32.buffer) };
  }

  #double(row: number): number {
    scratchInts[0] = this.#kept[row * 2]!;
    scratchInts[1] = this.#kept[row * 2 + 1]!;
    return scratchDoubles[0]!;
  }

  /** Rows of a group have the same text, so the last one is often the next one. */
  #text(dictionary: ScanDictionary, code: number): string {
    if (dictionary !== this.#lastDictionary || code !== this.#lastCode) {
      this.#lastDictionary = dictionary;
      this.#lastCode = code;
      this.#lastText = dictionary.text(code);
    }
    return this.#lastText;
  }

  #grow(): void {
    let capacity = this.#keptNull.length;
    while (capacity < this.#rows) capacity *= 2;
    const kept = new Int32Array(capacity * 2);
    kept.set(this.#kept);
    this.#kept = kept;
    const nulls = new Uint8Array(capacity);
    nulls.set(this.#keptNull);
    this.#keptNull = nulls;
  }
}

const scratchDoubles = new Float64Array(1);
const scratchInts = new Int32Array(scratchDoubles.buffer);

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

const HIGH = /[\ud800-\uffff]/;

/** UTF-8 orders as code points do, which code units do not above the surrogates. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (HIGH.test(a) || HIGH.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
