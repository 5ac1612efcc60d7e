/**
 * Decodes the texts of a varchar vector on demand. A cell has 16 bytes (duckdb_string_t):
 *
 *   0..4 length │ 4..16 bytes of the text, zero padded           length ≤ 12
 *   0..4 length │ 4..8 first bytes │ 8..16 pointer to all bytes  longer
 *
 * Following a pointer costs a call into the binding. But DuckDB writes the long texts of a chunk
 * one behind the other into an arena, so on the first one asked for all are fetched, a call for
 * each run of neighbours. Texts equal to the one read before, the rule for dimensions, are not
 * decoded again.
 */
import duckdb from '@duckdb/node-bindings';
import { INLINE_BYTES_MAX, TEXT_CELL_BYTES } from './text-cell.ts';
import { Validity } from './validity.ts';
import type { TextAccess } from './vector.ts';

/**
 * Arenas align to 8 bytes. A gap below 8 lies within an arena: separate allocations are further
 * apart, and reading between two live neighbours cannot fault.
 */
const GAP_MAX = 7;
const NO_BYTES = new Uint8Array(0);

export class TextView extends Validity implements TextAccess {
  readonly kind = 'varchar';
  /** Never read: keeps the memory alive that the pointers lead to. */
  readonly owner: object;
  readonly #data: ArrayBuffer;
  readonly #cells: Int32Array;
  readonly #inline: Buffer;
  #long: LongTexts | undefined;
  #lastRow = -1;
  #lastText = '';

  constructor(base: Validity, data: ArrayBuffer, owner: object) {
    super(base.rows, base.bits);
    this.owner = owner;
    this.#data = data;
    this.#cells = new Int32Array(data);
    this.#inline = Buffer.from(data);
  }

  text(row: number): string {
    if (this.isNull(row)) return '';
    if (this.#lastRow >= 0 && this.#same(row, this.#lastRow)) return this.#lastText;
    const length = this.#cells[4 * row]!;
    const bytes = length <= INLINE_BYTES_MAX ? this.#inline : this.#longTexts().bytes;
    const start = this.#startOf(row, length);
    const text = bytes.toString('utf8', start, start + length);
    this.#lastRow = row;
    this.#lastText = text;
    return text;
  }

  utf8(row: number): Uint8Array {
    if (this.isNull(row)) return NO_BYTES;
    const length = this.#cells[4 * row]!;
    const bytes = length <= INLINE_BYTES_MAX ? this.#inline : this.#longTexts().bytes;
    const start = this.#startOf(row, length);
    return bytes.subarray(start, start + length);
  }

  #startOf(row: number, length: number): number {
    if (length <= INLINE_BYTES_MAX) return row * TEXT_CELL_BYTES + 4;
    return this.#longTexts().starts[row]!;
  }

  #same(a: number, b: number): boolean {
    const cells = this.#cells;
    const i = 4 * a;
    const j = 4 * b;
    if (cells[i] !== cells[j] || cells[i + 1] !== cells[j + 1]) return false;
    if (cells[i + 2] === cells[j + 2] && cells[i + 3] === cells[j + 3]) return true;
    const length = cells[i]!;
    if (length <= INLINE_BYTES_MAX) return false;
    const { bytes, starts } = this.#longTexts();
    const from = starts[a]!;
    const other = starts[b]!;
    // The end first: hosts of one kind differ there.
    for (let k = length - 1; k >= 0; k--) if (bytes[from + k] !== bytes[other + k]) return false;
    return true;
  }

  #longTexts(): LongTexts {
    this.#long ??= fetchLongTexts(this, this.#data, this.#cells);
    return this.#long;
  }
}

interface LongTexts {
  readonly bytes: Buffer;
  /** Where the text of a row begins in `bytes`; meaningless for rows without a long text. */
  readonly starts: Int32Array;
}

/** Collects neighbouring texts into runs and fetches run by run. */
function fetchLongTexts(validity: Validity, data: ArrayBuffer, cells: Int32Array): LongTexts {
  const starts = new Int32Array(validity.rows);
  const byAddress = new Map<number, number>();
  const runs: Uint8Array[] = [];
  let total = 0;
  let runRow = -1;
  let runAddress = 0;
  let runBytes = 0;
  const endRun = (): void => {
    if (runRow < 0) return;
    runs.push(duckdb.get_data_from_pointer(data, TEXT_CELL_BYTES * runRow + 8, runBytes));
    total += runBytes;
  };
  for (let row = 0; row < validity.rows; row++) {
    const length = cells[4 * row]!;
    if (length <= INLINE_BYTES_MAX || validity.isNull(row)) continue;
    // Pointers have 48 bits: exact in a number.
    const address = (cells[4 * row + 2]! >>> 0) + cells[4 * row + 3]! * 2 ** 32;
    const gap = address - (runAddress + runBytes);
    if (runRow >= 0 && gap >= 0 && gap <= GAP_MAX) {
      starts[row] = total + runBytes + gap;
      runBytes += gap + length;
      byAddress.set(address, row);
      continue;
    }
    const before = byAddress.get(address);
    if (before !== undefined && cells[4 * before]! >= length) {
      starts[row] = starts[before]!;
      continue;
    }
    endRun();
    runRow = row;
    runAddress = address;
    runBytes = length;
    starts[row] = total;
    byAddress.set(address, row);
  }
  endRun();
  return { bytes: toBuffer(runs), starts };
}

function toBuffer(runs: readonly Uint8Array[]): Buffer {
  const [only] = runs;
  if (only === undefined || runs.length > 1) return Buffer.concat(runs);
  return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
}
