/**
 * Scalar functions written in TypeScript, called by SQL over whole vectors.
 *
 * `run` gets up to 2,048 rows at once. With nulls: 'propagate' a row with a NULL argument is NULL in
 * the result whatever `run` wrote there (it may loop over all rows and must not mind what NULL rows
 * hold); with 'called' the function sees to NULLs itself. An error it throws ends the query with
 * that error's message. Functions whose rows are independent and not hot are written with perRow().
 */
import type { ResultVector, VectorView } from './vector.ts';
import type { VectorType } from './vector-type.ts';

/** 'any' takes every type as it is; the kind is seen on the view. */
export type ArgumentType = VectorType | 'any';

export interface ScalarFunction {
  /** Registering a name again with other parameters adds an overload. */
  readonly name: string;
  readonly parameters: readonly ArgumentType[];
  /** Any number of further arguments of this type. */
  readonly varargs?: ArgumentType;
  readonly result: VectorType;
  readonly nulls: 'propagate' | 'called';
  /** Called for every row even when the arguments are constants, as random() must be. */
  readonly volatile?: boolean;
  /** The views are valid during the call only: DuckDB owns the texts they lead to. */
  run(args: readonly VectorView[], rows: number, out: ResultVector): void;
}

/**
 * A value of a row: bigint columns give bigint, integer and double give number, lists give arrays,
 * structs give objects by field name.
 */
export type VectorValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly VectorValue[]
  | { readonly [field: string]: VectorValue };
