/**
 * Writes the 16-byte cells in which DuckDB keeps texts (the table is in read-vector.ts), for texts
 * that fit into the cell itself. Longer ones need memory that DuckDB owns.
 */

/** Texts up to this many bytes of UTF-8 lie in the cell. */
export const INLINE_BYTES_MAX = 12;
export const TEXT_CELL_BYTES = 16;

const encoder = new TextEncoder();
const scratch = new Uint8Array(3 * (INLINE_BYTES_MAX + 1));

/** A buffer of cells, seen as bytes and as 32-bit words. */
export interface TextCells {
  readonly bytes: Uint8Array;
  readonly cells32: Int32Array;
}

/** Writes `text` into cell `row`; false, with the cell left empty, when it does not fit. */
export function writeInline(cells: TextCells, row: number, text: string): boolean {
  clearCell(cells.cells32, row);
  const length = text.length;
  if (length > INLINE_BYTES_MAX) return false;
  const start = row * TEXT_CELL_BYTES + 4;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return writeEncoded(cells, row, text);
    cells.bytes[start + i] = code;
  }
  cells.cells32[4 * row] = length;
  return true;
}

export function clearCell(cells32: Int32Array, row: number): void {
  const cell = 4 * row;
  cells32[cell] = 0;
  cells32[cell + 1] = 0;
  cells32[cell + 2] = 0;
  cells32[cell + 3] = 0;
}

function writeEncoded(cells: TextCells, row: number, text: string): boolean {
  clearCell(cells.cells32, row);
  const { written } = encoder.encodeInto(text, scratch);
  if (written > INLINE_BYTES_MAX) return false;
  const start = row * TEXT_CELL_BYTES + 4;
  for (let i = 0; i < written; i++) cells.bytes[start + i] = scratch[i]!;
  cells.cells32[4 * row] = written;
  return true;
}
