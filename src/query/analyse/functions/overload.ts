/**
 * What a function is, as data: signature, behaviour, documentation, lowering. The type checker,
 * SHOW FUNCTIONS, the lowering and the reference documentation all read this and nothing else.
 *
 * Signatures are written the way the documentation prints them and parsed once (signature.ts):
 *
 *     (varchar, bigint) -> varchar
 *     <T orderable>(array(T)) -> T
 *     <T, U>(array(T), (T) -> U) -> array(U)
 *     (varchar, varchar, varchar...) -> varchar        the last parameter may repeat, or be absent
 *
 * A lowering gets the texts of its arguments already lowered, already coerced to the parameter
 * types, in physical form (types.ts), each of them safe to stand anywhere (parenthesised). A text
 * must not repeat an argument, or its length explodes with nesting: bind it first with `bound`
 * (sql-text.ts).
 */
import type { SqlType, TypeTrait } from '../types.ts';

export type TypePattern =
  | { readonly kind: 'exact'; readonly type: SqlType }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly element: TypePattern }
  | { readonly kind: 'timeseries'; readonly value: TypePattern }
  | { readonly kind: 'map'; readonly key: TypePattern; readonly value: TypePattern }
  | {
      readonly kind: 'row';
      readonly fields: readonly { readonly name?: string; readonly type: TypePattern }[];
    }
  | {
      readonly kind: 'function';
      readonly parameters: readonly TypePattern[];
      readonly result: TypePattern;
    };

export interface TypeVariable {
  readonly name: string;
  readonly trait?: TypeTrait;
}

/** What holds for a whole query and is only known when it is lowered. */
export interface LoweringContext {
  /** The time of `now()`, the same for the whole query. */
  readonly nowNanos: bigint;
}

export interface CallTypes {
  readonly arguments: readonly SqlType[];
  readonly result: SqlType;
}

export type SqlTextOf = (
  args: readonly string[],
  types: CallTypes,
  context: LoweringContext,
) => string;

/** One DuckDB aggregate; the caller adds the call's own DISTINCT, FILTER, ORDER BY and OVER. */
export interface AggregatePart {
  readonly name: string;
  readonly args: readonly string[];
  /** DISTINCT of its own, as approx_distinct needs. */
  readonly distinct?: boolean;
  /** A condition on the rows, to be ANDed to the call's own FILTER. */
  readonly filter?: string;
  /** An order the aggregate needs; the call's own ORDER BY goes before it. */
  readonly orderBy?: string;
}

/**
 * An aggregate call: mostly one DuckDB aggregate. `finish` makes the result out of the texts of the
 * parts once they are complete (`sum(x) FILTER (…) OVER (…)`); without it there is one part, and
 * it is the result.
 */
export interface AggregateText {
  readonly parts: readonly AggregatePart[];
  readonly finish?: (parts: readonly string[]) => string;
}

export type AggregateTextOf = (
  args: readonly string[],
  types: CallTypes,
  context: LoweringContext,
) => AggregateText;

export type Lowering =
  /** Expression text. */
  | { readonly kind: 'sql'; readonly text: SqlTextOf }
  /** A call of a TypeScript kernel of this name (query/kernels), with the arguments as they are. */
  | { readonly kind: 'kernel'; readonly name: string }
  | { readonly kind: 'aggregate-sql'; readonly call: AggregateTextOf }
  /** The call without its OVER. */
  | { readonly kind: 'window-sql'; readonly text: SqlTextOf }
  /** The analyser and the lowering know this form by its name. */
  | { readonly kind: 'special' }
  | { readonly kind: 'not-yet' };

export interface FunctionOverload {
  readonly name: string;
  readonly kind: 'scalar' | 'aggregate' | 'window';
  /** As documented, e.g. `(varchar, bigint) -> varchar`. */
  readonly signature: string;
  readonly variables: readonly TypeVariable[];
  readonly parameters: readonly TypePattern[];
  /** The last parameter may repeat, or be absent. */
  readonly variadic: boolean;
  readonly result: TypePattern | ((args: readonly SqlType[]) => SqlType);
  readonly doc: string;
  readonly example?: string;
  /** `propagate`: a NULL argument gives NULL. `called`: the function decides. */
  readonly nulls: 'propagate' | 'called';
  /** Texts of the errors it can raise. */
  readonly errors: readonly string[];
  readonly deterministic: boolean;
  /** Known by name and type, refused by the analyser as not supported yet. */
  readonly notYet: boolean;
  readonly lower: Lowering;
}
