/**
 * What a reduce() does at each element, as data: the lowering writes it (lower/fold-steps.ts), the
 * kernel (fold-kernels.ts) makes closures of it and runs them in one loop. DuckDB's own
 * list_reduce evaluates a vector for each element: microseconds, where a closure takes nanoseconds.
 *
 * Values are those of kernel.ts, but for the types that DuckDB carries as BIGINT: a whole number is
 * a number where that is exact and a bigint beyond (wholeOf), because bigints cost ten times as
 * much. So equal values are of one form. A row is an array of its fields. Every operation answers,
 * and fails with the same text, as the lowering of the operator of its name; what could differ is
 * not in the list.
 */

export type CellType = 'boolean' | 'integer' | 'bigint' | 'double' | 'varchar';

export type CellValue = null | boolean | number | bigint | string;

export type FoldValue = CellValue | readonly FoldValue[];

export type NumberType = 'integer' | 'bigint' | 'double';

export type Arithmetic = UnaryArithmetic | BinaryArithmetic;
export type UnaryArithmetic = 'negate' | 'abs' | 'floor' | 'ceil' | 'sqrt';
export type BinaryArithmetic = '+' | '-' | '*' | '/' | '%' | 'greatest' | 'least';

export type FoldComparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type FoldNode =
  /** A value as text, so that it survives JSON: bigints, NaN. */
  | { readonly op: 'literal'; readonly type: CellType; readonly text: string }
  | { readonly op: 'null' | 'state' | 'element' }
  /** A value from around the lambda, by its place among the outer values. */
  | { readonly op: 'outer' | 'element-field'; readonly at: number }
  | { readonly op: 'field'; readonly at: number; readonly of: readonly [FoldNode] }
  | {
      readonly op: 'row' | 'and' | 'or' | 'coalesce' | 'concat';
      readonly of: readonly FoldNode[];
    }
  | { readonly op: 'not' | 'is-null'; readonly of: readonly [FoldNode] }
  | {
      readonly op: 'arithmetic';
      readonly name: Arithmetic;
      readonly type: NumberType;
      readonly of: readonly FoldNode[];
    }
  | {
      readonly op: 'compare';
      readonly name: FoldComparison;
      readonly of: readonly [FoldNode, FoldNode];
    }
  /** Of an integer or a bigint, to a wider type or to its digits. */
  | {
      readonly op: 'widen';
      readonly to: 'bigint' | 'double' | 'varchar';
      readonly of: readonly [FoldNode];
    }
  /** when, result, when, result, …, otherwise. */
  | { readonly op: 'case'; readonly of: readonly FoldNode[] }
  /** Whether they are equal, and the value. */
  | { readonly op: 'null-if'; readonly of: readonly [FoldNode, FoldNode] };

/** A value of a BIGINT in its one form. */
export function wholeOf(value: bigint): number | bigint {
  return value >= -EXACT_MAX && value <= EXACT_MAX ? Number(value) : value;
}

const EXACT_MAX = BigInt(Number.MAX_SAFE_INTEGER);

export interface FoldProgram {
  readonly step: FoldNode;
  readonly finish: FoldNode;
}

/** What the closures read; the loop of the kernel sets it before each call. */
export interface FoldFrame {
  state: FoldValue;
  /** The element's row in the list's column of elements. */
  at: number;
  outer: readonly FoldValue[];
}

export interface ElementReader {
  readonly whole: (at: number) => FoldValue;
  readonly fields: readonly ((at: number) => FoldValue)[];
}

export type FoldClosure = () => FoldValue;
