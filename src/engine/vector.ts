/**
 * Columns of values: VectorView to read (results, arguments of functions), ResultVector to write
 * (what a function returns). Both are plain typed arrays with a validity beside them.
 *
 * All `Int32Array` named cells32 are the 8-byte cells taken as halves: [2i] low, [2i+1] high.
 */
import type { ScalarType, VectorType } from './vector-type.ts';

interface ViewBase {
  readonly rows: number;
  isNull(row: number): boolean;
  /** True when no row is NULL, so that loops can leave out the test. */
  readonly allValid: boolean;
}

/** A column to read. Cells of NULL rows hold anything, except that texts and lists are empty. */
export type VectorView = ViewBase &
  (
    | { readonly kind: 'boolean'; readonly bytes: Uint8Array }
    | { readonly kind: 'integer'; readonly ints: Int32Array }
    | { readonly kind: 'bigint'; readonly bigints: BigInt64Array; readonly cells32: Int32Array }
    | { readonly kind: 'double'; readonly doubles: Float64Array }
    | TextAccess
    | {
        readonly kind: 'list';
        /** Row i holds the child's rows offset(i) up to offset(i) + length(i). */
        offset(row: number): number;
        length(row: number): number;
        readonly child: VectorView;
      }
    | {
        readonly kind: 'struct';
        readonly names: readonly string[];
        /** A NULL struct has NULL fields. */
        readonly fields: readonly VectorView[];
      }
  );

export interface TextAccess {
  readonly kind: 'varchar';
  text(row: number): string;
  /** The bytes of the text; valid until the chunk is let go, not to be written to. */
  utf8(row: number): Uint8Array;
}

/**
 * A column to write. Only the arrays of its own type may be used. Inside lists, arrays are
 * replaced as the list grows: take them from the vector again after every startList().
 */
export interface ResultVector {
  readonly type: VectorType;
  readonly doubles: Float64Array;
  readonly bigints: BigInt64Array;
  readonly cells32: Int32Array;
  readonly ints: Int32Array;
  readonly bytes: Uint8Array;
  setNull(row: number): void;
  setText(row: number, text: string): void;
  /** Gives the row a list of `length` entries; returns the row of `child` where they start. */
  startList(row: number, length: number): number;
  /** The entries of all lists of a list vector. */
  readonly child: ResultVector;
  /** Of a struct vector. */
  readonly fields: readonly ResultVector[];
}

export type { ScalarType };
