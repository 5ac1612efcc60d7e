/**
 * The nodes of the syntax tree that contain neither expressions nor queries: names, literals,
 * types, row counts, statements about the catalog.
 *
 * The rest, and what holds for all of them, is in ast.ts, which exports these too.
 */

/** Counted from 1; columns count code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly at: Position;
}

/** A name; as an expression, a column (or lambda parameter, or row to dereference). */
export interface Identifier extends Node<'identifier'> {
  readonly name: string;
}

/** One part or more, joined by dots. */
export interface QualifiedName extends Node<'qualified-name'> {
  readonly parts: readonly Identifier[];
}

// --- literals and other constants ---

export type Literal =
  | NullLiteral
  | BooleanLiteral
  | IntegerLiteral
  | DoubleLiteral
  | StringLiteral
  | BinaryLiteral
  | TypedLiteral
  | IntervalLiteral
  | ShortIntervalLiteral;

export type NullLiteral = Node<'null-literal'>;

export interface BooleanLiteral extends Node<'boolean-literal'> {
  readonly value: boolean;
}

/**
 * Digits within 64 bits. Carries a sign only for the smallest bigint, `-9223372036854775808`, whose
 * magnitude alone is no bigint; every other negative number is a Unary.
 */
export interface IntegerLiteral extends Node<'integer-literal'> {
  readonly text: string;
}

/** `12.5`, `.5`, `12.`, `1e3`: as written. */
export interface DoubleLiteral extends Node<'double-literal'> {
  readonly text: string;
}

export interface StringLiteral extends Node<'string-literal'> {
  readonly value: string;
}

/** X'…': pairs of upper-case hexadecimal digits, blanks removed. */
export interface BinaryLiteral extends Node<'binary-literal'> {
  readonly hex: string;
}

/** DATE '…', TIMESTAMP '…', BIGINT '…': the type is named, the text not yet checked. */
export interface TypedLiteral extends Node<'typed-literal'> {
  readonly type: NamedType;
  readonly text: string;
}

export type IntervalField = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second';

/** INTERVAL [sign] 'text' FROM-FIELD [TO to-field]; the text is not yet checked. */
export interface IntervalLiteral extends Node<'interval-literal'> {
  readonly negative: boolean;
  readonly text: string;
  readonly from: IntervalField;
  readonly to: IntervalField | undefined;
}

export type ShortIntervalUnit =
  | 'nanosecond'
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'month'
  | 'year';

/** `15m`, `72.5h`: digits, possibly with a fraction, and the unit's full name. */
export interface ShortIntervalLiteral extends Node<'short-interval-literal'> {
  readonly text: string;
  readonly unit: ShortIntervalUnit;
}

/** `@name`, without the `@`. */
export interface Parameter extends Node<'parameter'> {
  readonly name: string;
}

export type CurrentValueName =
  | 'current_date'
  | 'current_time'
  | 'current_timestamp'
  | 'current_user'
  | 'localtime'
  | 'localtimestamp';

/** The values that are called without parentheses. */
export interface CurrentValue extends Node<'current-value'> {
  readonly name: CurrentValueName;
  readonly precision: number | undefined;
}

// --- types (query-language 3.4) ---

/**
 * The type as written: whether it exists, and how many arguments it takes, is the analyser's to
 * say. Spellings of one type are made one: INT is `integer`, DOUBLE PRECISION `double`, ARRAY<T>
 * and T ARRAY are ARRAY(T), TIMESTAMP WITHOUT TIME ZONE is `timestamp`.
 */
export type TypeSyntax = NamedType | ArrayType | RowType | IntervalType;

export interface NamedType extends Node<'named-type'> {
  /** In lower case, e.g. `bigint`, `varchar`, `timestamp with time zone`. */
  readonly name: string;
  /** `varchar(10)`, `decimal(9, 2)`, `map(varchar, double)`. */
  readonly arguments: readonly (number | TypeSyntax)[];
}

export interface ArrayType extends Node<'array-type'> {
  readonly element: TypeSyntax;
}

export interface RowType extends Node<'row-type'> {
  readonly fields: readonly RowTypeField[];
}

export interface RowTypeField extends Node<'row-type-field'> {
  readonly name: Identifier | undefined;
  readonly type: TypeSyntax;
}

export interface IntervalType extends Node<'interval-type'> {
  readonly family: 'day-to-second' | 'year-to-month';
}

// --- numbers of rows ---

export interface Limit extends Node<'limit'> {
  /** Undefined for LIMIT ALL. */
  readonly rows: bigint | undefined;
}

export interface Offset extends Node<'offset'> {
  readonly rows: bigint;
}

// --- statements about the catalog (query-language 2.5) ---

export interface LikePattern extends Node<'like-pattern'> {
  readonly pattern: StringLiteral;
  readonly escape: StringLiteral | undefined;
}

export interface ShowDatabases extends Node<'show-databases'> {
  readonly like: LikePattern | undefined;
}

export interface ShowTables extends Node<'show-tables'> {
  readonly database: Identifier | undefined;
  readonly like: LikePattern | undefined;
}

export interface ShowMeasures extends Node<'show-measures'> {
  readonly table: QualifiedName;
  readonly like: LikePattern | undefined;
}

/** Extension. */
export interface ShowFunctions extends Node<'show-functions'> {
  readonly like: LikePattern | undefined;
}

export interface Describe extends Node<'describe'> {
  readonly table: QualifiedName;
}
