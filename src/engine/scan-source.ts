/**
 * What SQL can read of ours: a set of rows, scanned as `FROM tile_scan(<id>)`.
 *
 *   engine.addScan(source) ─► id     bind: columns    open: projected ordinals    next, next, … 0
 *
 * DuckDB pushes the projection down, predicates it does not: a source prunes before it is added.
 * A cursor fills buffers that are reused from call to call, at most SCAN_ROWS_MAX rows at a time.
 * One scan may be opened several times (a self-join); each cursor is drawn from one after the
 * other.
 */

/** Rows of one DuckDB vector; the buffers of a ScanColumn hold as many. */
export const SCAN_ROWS_MAX = 2048;

/** Physical types of scanned columns; what they mean (timestamp, date …) the planner knows. */
export type ColumnType = 'boolean' | 'integer' | 'bigint' | 'double' | 'varchar';

export interface ScanSource {
  /** Column names must differ also when case is ignored. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** How many rows come, or about how many: DuckDB orders joins by it. */
  readonly rowsEstimated?: number;
  /**
   * `projected`: ordinals of `columns` that the statement reads, in the order in which they are to
   * be filled. For count(*) alone DuckDB reads column 0: put the cheapest first.
   */
  open(projected: readonly number[]): ScanCursor;
}

export interface ScanCursor {
  /** Fills `out[k]` for every projected ordinal; returns the number of rows, 0 at the end. */
  next(out: readonly ScanColumn[]): number;
}

/**
 * One column of the rows being filled. All views lie over one ordinary ArrayBuffer of 2048 cells of
 * 8 bytes (DuckDB's binding refuses shared ones): copy from a SharedArrayBuffer with `set()`.
 *
 *   double   doubles[i]                  bigint   bigints[i], or cells32[2i] low, [2i+1] high
 *   integer  ints[i]                     boolean  bytes[i], 0 or 1
 *   varchar  fillText, putCodes, setText
 *
 * When next() is called every row is valid. Rows whose cells are not written hold what the call
 * before left there.
 */
export interface ScanColumn {
  readonly type: ColumnType;
  readonly doubles: Float64Array;
  readonly bigints: BigInt64Array;
  readonly cells32: Int32Array;
  readonly ints: Int32Array;
  readonly bytes: Uint8Array;
  setNull(row: number): void;
  /** Rows `from` up to, not including, `until`. */
  setNulls(from: number, until: number): void;
  /** A run of rows with the same text, as all rows of a series have for a dimension. */
  fillText(dictionary: ScanDictionary, code: number, from: number, until: number): void;
  /** Rows from `row` on take the texts of `codes[from .. until)`; a negative code is NULL. */
  putCodes(
    dictionary: ScanDictionary,
    codes: ArrayLike<number>,
    range: { readonly from: number; readonly until: number; readonly row: number },
  ): void;
  /** Text that belongs to no dictionary; several times slower than a code when long. */
  setText(row: number, text: string): void;
}

/**
 * Texts by code. It may grow but never change. The engine converts each text it meets once and
 * keeps it for the life of the scan; with a `key` it keeps it, within bounds, for later scans too.
 */
export interface ScanDictionary {
  /** Dictionaries of one key, also different objects, give the same text for the same code. */
  readonly key?: string;
  text(code: number): string;
}

/** A dictionary over an array of strings, which may be appended to. */
export function scanDictionary(texts: readonly string[], key?: string): ScanDictionary {
  const text = (code: number): string => texts[code] ?? '';
  return key === undefined ? { text } : { key, text };
}
