/**
 * The syntax tree: what a statement says, before anybody asks whether it makes sense.
 *
 *   Statement ─► Query ─► QueryBody: Select | SetOperation | Values | TableQuery | Query
 *                              Select ─► SelectItem, Relation, Expression
 *
 * Invariants
 *  * Every node is immutable, has a `kind` and `at`: where errors about it are reported, as the
 *    ancestor does. That is the operator's token for logical, comparison, arithmetic, concat,
 *    quantified, at-time-zone and set-operation nodes; the first token of the predicate's own words
 *    (NOT, BETWEEN, IN, LIKE, IS) for between, in-…, like, is-null and distinct-from; otherwise the
 *    node's first token.
 *  * Parentheses leave no node. `!=` is `<>`, SOME is ANY, a comma in FROM is a cross join,
 *    FETCH FIRST is LIMIT.
 *  * POSITION(a IN b), SUBSTRING(s FROM i FOR n), TRIM(LEADING c FROM s) and NORMALIZE(s, NFC)
 *    are plain calls: strpos(b, a), substring(s, i, n), ltrim(s, c), normalize(s, 'NFC').
 *  * AND and OR hold all their operands in one node (two or more), so long lists stay flat.
 *  * No branch is deeper than SQL_DEPTH_MAX, so walking it recursively is safe.
 *
 * Names keep the case they were written in, without quotes. Function and type names too are
 * compared without case, by whoever resolves them.
 */

import type {
  CurrentValue,
  Describe,
  Identifier,
  Limit,
  Literal,
  Node,
  Offset,
  Parameter,
  QualifiedName,
  ShowDatabases,
  ShowFunctions,
  ShowMeasures,
  ShowTables,
  StringLiteral,
  TypeSyntax,
} from './ast-leaves.ts';

export type * from './ast-leaves.ts';

// --- statements ---

export type Statement =
  | QueryStatement
  | ShowDatabases
  | ShowTables
  | ShowMeasures
  | ShowFunctions
  | Describe
  | Unload
  | Explain;

export interface QueryStatement extends Node<'query-statement'> {
  readonly query: Query;
}

export interface Unload extends Node<'unload'> {
  readonly query: Query;
  readonly target: StringLiteral;
  readonly options: readonly UnloadOption[];
}

export interface UnloadOption extends Node<'unload-option'> {
  readonly name: Identifier;
  readonly value: Expression;
}

/** Extension. */
export interface Explain extends Node<'explain'> {
  readonly analyze: boolean;
  readonly statement: Statement;
}

// --- queries ---

export interface Query extends Node<'query'> {
  readonly with: With | undefined;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  /** Extension. */
  readonly offset: Offset | undefined;
  readonly limit: Limit | undefined;
}

/** A Query inside a Query is a parenthesised branch with an ORDER BY, LIMIT or WITH of its own. */
export type QueryBody = Select | SetOperation | Values | TableQuery | Query;

export interface With extends Node<'with'> {
  readonly recursive: boolean;
  readonly queries: readonly NamedQuery[];
}

export interface NamedQuery extends Node<'named-query'> {
  readonly name: Identifier;
  /** Empty when the query's own column names stay. */
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

export interface SortItem extends Node<'sort-item'> {
  readonly key: Expression;
  readonly direction: 'ascending' | 'descending';
  /** Undefined when not said: last, for both directions. */
  readonly nulls: 'first' | 'last' | undefined;
}

export interface Select extends Node<'select'> {
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: Relation | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  /** Extension: WINDOW name AS (…). */
  readonly windows: readonly NamedWindow[];
  /** Extension. */
  readonly qualify: Expression | undefined;
}

export type SelectItem = SelectExpression | SelectAll | SelectFields;

export interface SelectExpression extends Node<'select-expression'> {
  readonly value: Expression;
  readonly alias: Identifier | undefined;
}

/** `*` or `name.*`, where the name may be a table's or, as an extension, a row's. */
export interface SelectAll extends Node<'select-all'> {
  readonly qualifier: QualifiedName | undefined;
  /** Extension: `AS (a, b)`. Mostly empty. */
  readonly columns: readonly Identifier[];
}

/** Extension: `expression.*`, the fields of a row, for an expression that is no name. */
export interface SelectFields extends Node<'select-fields'> {
  readonly row: Expression;
  readonly columns: readonly Identifier[];
}

export interface SetOperation extends Node<'set-operation'> {
  readonly operator: 'union' | 'intersect' | 'except';
  /** False for ALL. */
  readonly distinct: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

/** A row of several columns is a Row expression; anything else is a row of one column. */
export interface Values extends Node<'values'> {
  readonly rows: readonly Expression[];
}

/** TABLE name */
export interface TableQuery extends Node<'table-query'> {
  readonly name: QualifiedName;
}

export interface GroupBy extends Node<'group-by'> {
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

export type GroupingElement = SimpleGrouping | Rollup | Cube | GroupingSets;

/** `x`, `(x, y)` or `()`: one grouping set. */
export interface SimpleGrouping extends Node<'simple-grouping'> {
  readonly keys: readonly Expression[];
}

export interface Rollup extends Node<'rollup'> {
  readonly keys: readonly Expression[];
}

export interface Cube extends Node<'cube'> {
  readonly keys: readonly Expression[];
}

export interface GroupingSets extends Node<'grouping-sets'> {
  readonly sets: readonly (readonly Expression[])[];
}

// --- relations ---

export type Relation = TableReference | Aliased | DerivedTable | Unnest | Lateral | Sample | Join;

export interface TableReference extends Node<'table'> {
  readonly name: QualifiedName;
}

export interface Aliased extends Node<'aliased'> {
  readonly relation: Relation;
  readonly alias: Identifier;
  readonly columns: readonly Identifier[];
}

/** A query in FROM. */
export interface DerivedTable extends Node<'derived-table'> {
  readonly query: Query;
}

export interface Unnest extends Node<'unnest'> {
  readonly arguments: readonly Expression[];
  readonly ordinality: boolean;
}

export interface Lateral extends Node<'lateral'> {
  readonly query: Query;
}

export interface Sample extends Node<'sample'> {
  readonly relation: Relation;
  readonly method: 'bernoulli' | 'system';
  readonly percentage: Expression;
}

export interface Join extends Node<'join'> {
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly left: Relation;
  readonly right: Relation;
  /** Undefined for a cross join, and only there. */
  readonly criteria: JoinCriteria | undefined;
}

export type JoinCriteria = JoinOn | JoinUsing | JoinNatural;

export interface JoinOn extends Node<'on'> {
  readonly condition: Expression;
}

export interface JoinUsing extends Node<'using'> {
  readonly columns: readonly Identifier[];
}

export type JoinNatural = Node<'natural'>;

// --- expressions ---

export type Expression =
  | Literal
  | Identifier
  | Dereference
  | Subscript
  | Parameter
  | CurrentValue
  | Logical
  | Not
  | Comparison
  | Quantified
  | Between
  | InList
  | InSubquery
  | Like
  | IsNull
  | DistinctFrom
  | Exists
  | Arithmetic
  | Unary
  | Concat
  | AtTimeZone
  | Call
  | Grouping
  | Cast
  | Extract
  | Case
  | If
  | Coalesce
  | NullIf
  | Try
  | Lambda
  | Row
  | ArrayConstructor
  | Subquery;

/** `base.field`: a column of a table or alias, or a field of a row. */
export interface Dereference extends Node<'dereference'> {
  readonly base: Expression;
  readonly field: Identifier;
}

export interface Subscript extends Node<'subscript'> {
  readonly base: Expression;
  readonly index: Expression;
}

export interface Logical extends Node<'logical'> {
  readonly operator: 'and' | 'or';
  /** Two or more. `at` is the first operator's token. */
  readonly operands: readonly Expression[];
}

export interface Not extends Node<'not'> {
  readonly operand: Expression;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface Comparison extends Node<'comparison'> {
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** left operator ALL|ANY (query) */
export interface Quantified extends Node<'quantified'> {
  readonly operator: ComparisonOperator;
  readonly quantifier: 'all' | 'any';
  readonly left: Expression;
  readonly query: Query;
}

export interface Between extends Node<'between'> {
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}

export interface InList extends Node<'in-list'> {
  readonly operand: Expression;
  /** One or more; a sub-query alone, however parenthesised, makes an InSubquery. */
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

export interface InSubquery extends Node<'in-subquery'> {
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
}

export interface Like extends Node<'like'> {
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
}

export interface IsNull extends Node<'is-null'> {
  readonly operand: Expression;
  readonly negated: boolean;
}

/** IS DISTINCT FROM; negated, IS NOT DISTINCT FROM. */
export interface DistinctFrom extends Node<'distinct-from'> {
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
}

export interface Exists extends Node<'exists'> {
  readonly query: Query;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export interface Arithmetic extends Node<'arithmetic'> {
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Unary extends Node<'unary'> {
  readonly operator: '+' | '-';
  readonly operand: Expression;
}

export interface Concat extends Node<'concat'> {
  readonly left: Expression;
  readonly right: Expression;
}

/** The zone is a string or interval expression. */
export interface AtTimeZone extends Node<'at-time-zone'> {
  readonly operand: Expression;
  readonly zone: Expression;
}

/** A scalar, aggregate or window function. */
export interface Call extends Node<'call'> {
  readonly name: QualifiedName;
  readonly arguments: readonly Expression[];
  /** `f(*)`; there are no arguments then. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter: Expression | undefined;
  readonly nulls: 'ignore' | 'respect' | undefined;
  readonly over: Window | WindowReference | undefined;
}

/** GROUPING(column, …) */
export interface Grouping extends Node<'grouping'> {
  readonly columns: readonly Expression[];
}

/** CAST, or TRY_CAST when safe. */
export interface Cast extends Node<'cast'> {
  readonly operand: Expression;
  readonly type: TypeSyntax;
  readonly safe: boolean;
}

export interface Extract extends Node<'extract'> {
  /** In upper case, e.g. YEAR or DAY_OF_WEEK; not yet checked. */
  readonly field: string;
  readonly source: Expression;
}

export interface Case extends Node<'case'> {
  /** Undefined for the searched form, whose WHENs are conditions. */
  readonly operand: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | undefined;
}

export interface CaseBranch extends Node<'when'> {
  readonly when: Expression;
  readonly result: Expression;
}

export interface If extends Node<'if'> {
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression | undefined;
}

export interface Coalesce extends Node<'coalesce'> {
  /** Two or more. */
  readonly operands: readonly Expression[];
}

export interface NullIf extends Node<'nullif'> {
  readonly left: Expression;
  readonly right: Expression;
}

export interface Try extends Node<'try'> {
  readonly operand: Expression;
}

export interface Lambda extends Node<'lambda'> {
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}

/** `(a, b)` or `ROW(a, …)`. */
export interface Row extends Node<'row'> {
  readonly items: readonly Expression[];
}

export interface ArrayConstructor extends Node<'array'> {
  readonly items: readonly Expression[];
}

/** A scalar sub-query. */
export interface Subquery extends Node<'subquery'> {
  readonly query: Query;
}

// --- windows ---

export interface Window extends Node<'window'> {
  /** Extension: a named window this one builds on. */
  readonly base: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | undefined;
}

/** OVER name */
export interface WindowReference extends Node<'window-reference'> {
  readonly name: Identifier;
}

export interface NamedWindow extends Node<'named-window'> {
  readonly name: Identifier;
  readonly window: Window;
}

export interface WindowFrame extends Node<'window-frame'> {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  /** Undefined when only the start is said; the end is then the current row. */
  readonly end: FrameBound | undefined;
}

export type FrameBound =
  | Node<'unbounded-preceding'>
  | Node<'current-row'>
  | Node<'unbounded-following'>
  | FrameOffset;

export interface FrameOffset extends Node<'preceding' | 'following'> {
  readonly offset: Expression;
}
