/**
 * The typed tree: what a query means, with every name resolved and every expression typed.
 *
 * Columns are numbers, unique in the whole statement, so that no two relations share one and
 * neither qualifiers nor user names are left: the lowering prints column 17 as `c17`, wherever it
 * is visible, also from inside a correlated sub-query. A relation hands its columns on:
 *
 *     scan, values, cte-scan, unnest, set    their own, new ones
 *     filter, sort, distinct, with           those of their input
 *     extend, window                         those of their input and further ones
 *     project, aggregate                     only those listed, under their numbers
 *     join                                   those of both sides
 *
 * A SELECT is a pipe of these, in this order:
 *
 *     from → filter (WHERE) → extend (grouping keys) → aggregate → filter (HAVING)
 *          → extend/window → extend (select list) → distinct → sort → project
 *
 * Coercions are explicit (`cast` with mode `coerce`): whoever reads the tree never asks which type
 * turns into which. Literals hold JS values in physical form (types.ts): bigint for bigint,
 * timestamp, time and day-second intervals; number for integer, double, date and year-month.
 *
 * This file holds no behaviour; walking and comparing trees is tree.ts.
 */
import type { Operator } from './functions/operators.ts';
import type { FunctionOverload } from './functions/overload.ts';
import type { ColumnRef, TableRef } from './schema-lookup.ts';
import type { SqlType } from './types.ts';

export type ColumnId = number;
/** A lambda parameter or a value bound by `let`. Numbered like columns, in a range of their own. */
export type ArgumentId = number;

export interface Column {
  readonly id: ColumnId;
  readonly type: SqlType;
}

export type LiteralValue = null | boolean | number | bigint | string;

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface LambdaParameter {
  readonly argument: ArgumentId;
  readonly type: SqlType;
}

export interface CaseBranch {
  readonly when: Expression;
  readonly result: Expression;
}

export type Expression = { readonly type: SqlType } & (
  | { readonly kind: 'literal'; readonly value: LiteralValue }
  | { readonly kind: 'column'; readonly column: ColumnId }
  | { readonly kind: 'argument'; readonly argument: ArgumentId }
  /** Named parameter without a value: PrepareQuery only. */
  | { readonly kind: 'parameter'; readonly name: string }
  /** A scalar function of the registry; arguments already have the types it wants. */
  | {
      readonly kind: 'call';
      readonly overload: FunctionOverload;
      readonly arguments: readonly Expression[];
    }
  /** `coerce` is implicit and never fails but for text to time; `try` gives NULL on failure. */
  | {
      readonly kind: 'cast';
      readonly mode: 'coerce' | 'cast' | 'try';
      readonly value: Expression;
    }
  /** An operator of functions/operators.ts; operands already have the types it wants. */
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly overload: FunctionOverload;
      readonly operands: readonly Expression[];
    }
  /** Never over doubles: there NaN makes it two comparisons. The same holds for `in-list`. */
  | {
      readonly kind: 'between';
      readonly value: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly value: Expression }
  | { readonly kind: 'is-null'; readonly value: Expression }
  | {
      readonly kind: 'in-list';
      readonly value: Expression;
      readonly options: readonly Expression[];
    }
  | {
      readonly kind: 'case';
      readonly branches: readonly CaseBranch[];
      readonly otherwise: Expression;
    }
  | { readonly kind: 'coalesce'; readonly values: readonly Expression[] }
  /** NULL when `equal`, else the value. */
  | { readonly kind: 'null-if'; readonly value: Expression; readonly equal: Expression }
  | { readonly kind: 'try'; readonly value: Expression }
  | { readonly kind: 'row'; readonly values: readonly Expression[] }
  | { readonly kind: 'array'; readonly elements: readonly Expression[] }
  | { readonly kind: 'field'; readonly value: Expression; readonly index: number }
  | {
      readonly kind: 'lambda';
      readonly parameters: readonly LambdaParameter[];
      readonly body: Expression;
    }
  | { readonly kind: 'scalar-subquery'; readonly query: Subquery }
  | { readonly kind: 'exists'; readonly query: Subquery }
  /** `all` of `<>` and `any` of `=` are NOT IN and IN. */
  | {
      readonly kind: 'quantified';
      readonly operator: Comparison;
      readonly quantifier: 'all' | 'any';
      readonly value: Expression;
      readonly query: Subquery;
    }
);

export type ExpressionOf<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** A query inside an expression. For quantified ones over rows the column is a row. */
export interface Subquery {
  readonly relation: Relation;
  readonly column: Column;
}

export interface ComputedColumn {
  readonly column: Column;
  readonly expression: Expression;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface AggregateCall {
  readonly column: Column;
  readonly overload: FunctionOverload;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Expression;
  readonly orderBy: readonly SortKey[];
}

/** Which grouping columns a row does not have, as bits: the first operand is the highest bit. */
export interface GroupingCall {
  readonly column: Column;
  readonly operands: readonly ColumnId[];
}

export type FrameBound =
  | { readonly kind: 'unbounded-preceding' | 'current-row' | 'unbounded-following' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: Expression };

export interface Frame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
}

export interface WindowCall {
  readonly column: Column;
  /** An aggregate or a window function. */
  readonly overload: FunctionOverload;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  readonly filter?: Expression;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: Frame;
}

export interface ScanColumn {
  readonly column: Column;
  readonly source: ColumnRef;
}

export interface UnnestedArray {
  readonly array: Expression;
  /** One for an array of scalars, one per field for rows; `time` and `value` for a series. */
  readonly columns: readonly Column[];
  /** The elements are rows, each field a column. */
  readonly expandsRows: boolean;
}

export type ScanId = number;
export type CteId = number;

export interface Scan {
  readonly kind: 'scan';
  readonly scan: ScanId;
  readonly table: TableRef;
  readonly columns: readonly ScanColumn[];
}

export interface Cte {
  readonly cte: CteId;
  readonly relation: Relation;
  readonly columns: readonly Column[];
}

export type JoinType = 'inner' | 'left' | 'right' | 'full';
export type SetOperator = 'union' | 'intersect' | 'except';

export type Relation =
  | Scan
  | { readonly kind: 'single-row' }
  | {
      readonly kind: 'values';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Expression[])[];
    }
  | {
      readonly kind: 'cte-scan';
      readonly cte: CteId;
      readonly columns: readonly { readonly column: Column; readonly source: ColumnId }[];
    }
  | { readonly kind: 'with'; readonly ctes: readonly Cte[]; readonly input: Relation }
  | { readonly kind: 'filter'; readonly input: Relation; readonly condition: Expression }
  | { readonly kind: 'project'; readonly input: Relation; readonly columns: readonly Column[] }
  | {
      readonly kind: 'extend';
      readonly input: Relation;
      readonly additions: readonly ComputedColumn[];
    }
  | {
      readonly kind: 'aggregate';
      readonly input: Relation;
      readonly keys: readonly Column[];
      /** Which keys each grouping set has. One set of all keys is a plain GROUP BY. */
      readonly sets: readonly (readonly ColumnId[])[];
      readonly aggregates: readonly AggregateCall[];
      readonly groupings: readonly GroupingCall[];
    }
  | { readonly kind: 'window'; readonly input: Relation; readonly calls: readonly WindowCall[] }
  | {
      readonly kind: 'join';
      readonly type: JoinType;
      readonly left: Relation;
      readonly right: Relation;
      /** Absent: cross join. */
      readonly condition?: Expression;
      /** The right side refers to columns of the left. */
      readonly lateral: boolean;
    }
  | {
      readonly kind: 'unnest';
      readonly arrays: readonly UnnestedArray[];
      readonly ordinality?: Column;
    }
  | {
      readonly kind: 'set';
      readonly operator: SetOperator;
      readonly all: boolean;
      readonly columns: readonly Column[];
      readonly left: Relation;
      readonly leftColumns: readonly ColumnId[];
      readonly right: Relation;
      readonly rightColumns: readonly ColumnId[];
    }
  | { readonly kind: 'distinct'; readonly input: Relation; readonly columns: readonly Column[] }
  | {
      readonly kind: 'sort';
      readonly input: Relation;
      /** Without keys it only limits. */
      readonly keys: readonly SortKey[];
      readonly limit?: bigint;
      readonly offset?: bigint;
    };

export type RelationOf<Kind extends Relation['kind']> = Extract<Relation, { kind: Kind }>;
