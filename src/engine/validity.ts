/**
 * Which rows of a view are NULL: DuckDB's mask, one bit a row, 1 for valid; null when all are.
 */
export class Validity {
  readonly rows: number;
  readonly bits: Uint8Array | null;
  readonly allValid: boolean;

  constructor(rows: number, bits: Uint8Array | null) {
    this.rows = rows;
    this.bits = bits;
    this.allValid = bits === null;
  }

  isNull(row: number): boolean {
    return this.bits !== null && (this.bits[row >> 3]! & (1 << (row & 7))) === 0;
  }
}
