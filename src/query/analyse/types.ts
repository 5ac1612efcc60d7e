/**
 * The logical types of the query language (query-language 3.1), how they are spelt, compared, and
 * what stands for them inside DuckDB.
 *
 *   logical                       physical (DuckDB)
 *   boolean, integer, bigint,     the same
 *     double, varchar
 *   timestamp                     BIGINT   nanoseconds since the epoch
 *   date                          INTEGER  days since the epoch
 *   time                          BIGINT   nanoseconds of the day
 *   interval day to second        BIGINT   nanoseconds
 *   interval year to month        INTEGER  months
 *   array(T)                      T[]
 *   row(a T, U)                   STRUCT("a" T, "f1" U): a nameless field is named by its position
 *   timeseries(T)                 STRUCT("time" BIGINT, "value" T)[]
 *   unknown                       INTEGER, always NULL
 *
 * DuckDB never learns the logical type, so everything that depends on it (display, casts, calendar)
 * is decided here, above it. `varbinary`, `map` and `json` live inside expressions only: a query
 * cannot return them. `function` is the type of a lambda argument and of nothing else.
 */
import { assertNever } from '../../base/assert.ts';

export type ScalarKind =
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'double'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'interval-day-second'
  | 'interval-year-month'
  | 'unknown'
  | 'varbinary'
  | 'json';

export interface RowField {
  readonly name?: string;
  readonly type: SqlType;
}

export type SqlType =
  /** A precision, of digits of a second below nine, is where a cast to time or timestamp rounds. */
  | { readonly kind: ScalarKind; readonly precision?: number }
  | { readonly kind: 'varchar'; readonly length?: number }
  | { readonly kind: 'array'; readonly element: SqlType }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] }
  | { readonly kind: 'timeseries'; readonly value: SqlType }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType }
  | {
      readonly kind: 'function';
      readonly parameters: readonly SqlType[];
      readonly result: SqlType;
    };

export const BOOLEAN: SqlType = { kind: 'boolean' };
export const INTEGER: SqlType = { kind: 'integer' };
export const BIGINT: SqlType = { kind: 'bigint' };
export const DOUBLE: SqlType = { kind: 'double' };
export const VARCHAR: SqlType = { kind: 'varchar' };
export const DATE: SqlType = { kind: 'date' };
export const TIME: SqlType = { kind: 'time' };
export const TIMESTAMP: SqlType = { kind: 'timestamp' };
export const INTERVAL_DAY_SECOND: SqlType = { kind: 'interval-day-second' };
export const INTERVAL_YEAR_MONTH: SqlType = { kind: 'interval-year-month' };
export const UNKNOWN: SqlType = { kind: 'unknown' };
export const VARBINARY: SqlType = { kind: 'varbinary' };
export const JSON_TYPE: SqlType = { kind: 'json' };

export function arrayOf(element: SqlType): SqlType {
  return { kind: 'array', element };
}

/** The types that a type is made of. */
export function innerTypes(type: SqlType): readonly SqlType[] {
  switch (type.kind) {
    case 'array':
      return [type.element];
    case 'timeseries':
      return [type.value];
    case 'map':
      return [type.key, type.value];
    case 'row':
      return type.fields.map((field) => field.type);
    default:
      return [];
  }
}

/** The type of the elements of an array. */
export function elementOf(type: SqlType | undefined): SqlType {
  return type?.kind === 'array' ? type.element : UNKNOWN;
}

export function timeseriesOf(value: SqlType): SqlType {
  return { kind: 'timeseries', value };
}

export function rowOf(fields: readonly RowField[]): SqlType {
  return { kind: 'row', fields };
}

const SCALARS: Readonly<
  Record<ScalarKind, { readonly display: string; readonly physical: string }>
> = {
  boolean: { display: 'boolean', physical: 'BOOLEAN' },
  integer: { display: 'integer', physical: 'INTEGER' },
  bigint: { display: 'bigint', physical: 'BIGINT' },
  double: { display: 'double', physical: 'DOUBLE' },
  date: { display: 'date', physical: 'INTEGER' },
  time: { display: 'time', physical: 'BIGINT' },
  timestamp: { display: 'timestamp', physical: 'BIGINT' },
  'interval-day-second': { display: 'interval day to second', physical: 'BIGINT' },
  'interval-year-month': { display: 'interval year to month', physical: 'INTEGER' },
  unknown: { display: 'unknown', physical: 'INTEGER' },
  varbinary: { display: 'varbinary', physical: 'BLOB' },
  json: { display: 'json', physical: 'VARCHAR' },
};

/** The type as an error message or `typeof` spells it. */
export function displayType(type: SqlType): string {
  switch (type.kind) {
    case 'varchar':
      return type.length === undefined ? 'varchar' : `varchar(${type.length})`;
    case 'array':
      return `array(${displayType(type.element)})`;
    case 'timeseries':
      return `timeseries(${displayType(type.value)})`;
    case 'map':
      return `map(${displayType(type.key)}, ${displayType(type.value)})`;
    case 'row':
      return `row(${type.fields.map(displayField).join(', ')})`;
    case 'function':
      return `function(${[...type.parameters, type.result].map(displayType).join(',')})`;
    default:
      return SCALARS[type.kind].display;
  }
}

function displayField(field: RowField): string {
  const type = displayType(field.type);
  if (field.name === undefined) return type;
  return /^[a-z_][a-z0-9_]*$/i.test(field.name)
    ? `${field.name} ${type}`
    : `"${field.name.replaceAll('"', '""')}" ${type}`;
}

/** The DuckDB type that carries values of this type. */
export function physicalType(type: SqlType): string {
  switch (type.kind) {
    case 'varchar':
      return 'VARCHAR';
    case 'array':
      return `${physicalType(type.element)}[]`;
    case 'timeseries':
      return `STRUCT("time" BIGINT, "value" ${physicalType(type.value)})[]`;
    case 'map':
      return `MAP(${physicalType(type.key)}, ${physicalType(type.value)})`;
    case 'row': {
      const names = physicalFieldNames(type.fields);
      const fields = type.fields.map(
        (field, at) => `${quoteIdentifier(names[at] ?? '')} ${physicalType(field.type)}`,
      );
      return `STRUCT(${fields.join(', ')})`;
    }
    case 'function':
      return 'LAMBDA';
    default:
      return SCALARS[type.kind].physical;
  }
}

/**
 * DuckDB's names for the fields of a row. It compares them without case, so a name that occurs
 * again (`row(a integer, A integer)`) is named by its position, like one that is missing.
 */
export function physicalFieldNames(fields: readonly RowField[]): readonly string[] {
  const taken = new Set<string>();
  return fields.map((field, at) => {
    const wanted = field.name;
    const free = wanted !== undefined && wanted !== '' && !taken.has(wanted.toLowerCase());
    let name = free ? wanted : `f${at}`;
    while (taken.has(name.toLowerCase())) name = `_${name}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Same type. Names of row fields do not count, nor does the declared length of a varchar. */
export function sameType(a: SqlType, b: SqlType): boolean {
  switch (a.kind) {
    case 'array':
      return b.kind === 'array' && sameType(a.element, b.element);
    case 'timeseries':
      return b.kind === 'timeseries' && sameType(a.value, b.value);
    case 'map':
      return b.kind === 'map' && sameType(a.key, b.key) && sameType(a.value, b.value);
    case 'row':
      return b.kind === 'row' && sameTypes(a.fields.map(typeOf), b.fields.map(typeOf));
    case 'function':
      return (
        b.kind === 'function' &&
        sameTypes(a.parameters, b.parameters) &&
        sameType(a.result, b.result)
      );
    default:
      return a.kind === b.kind;
  }
}

function sameTypes(a: readonly SqlType[], b: readonly SqlType[]): boolean {
  return a.length === b.length && a.every((type, at) => sameType(type, b[at] ?? UNKNOWN));
}

function typeOf(field: RowField): SqlType {
  return field.type;
}

export type TypeTrait = 'comparable' | 'orderable' | 'printable';

/**
 * Whether `=` (comparable) or `<` and ORDER BY (orderable) apply (query-language 3.6), or a cast to
 * varchar (printable).
 */
export function hasTrait(type: SqlType, trait: TypeTrait): boolean {
  if (trait === 'printable') return !UNPRINTABLE.includes(type.kind);
  switch (type.kind) {
    case 'array':
      return hasTrait(type.element, trait);
    case 'row':
      return type.fields.every((field) => hasTrait(field.type, trait));
    case 'map':
      return trait === 'comparable' && hasTrait(type.key, trait) && hasTrait(type.value, trait);
    case 'json':
      return trait === 'comparable';
    case 'timeseries':
    case 'function':
      return false;
    case 'boolean':
    case 'integer':
    case 'bigint':
    case 'double':
    case 'varchar':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'interval-day-second':
    case 'interval-year-month':
    case 'unknown':
    case 'varbinary':
      return true;
    default:
      return assertNever(type, 'type');
  }
}

const UNPRINTABLE = ['array', 'row', 'map', 'timeseries', 'function', 'varbinary'];

/** Whether a query may have a column of this type in its result. */
export function isReturnable(type: SqlType): boolean {
  switch (type.kind) {
    case 'array':
      return isReturnable(type.element);
    case 'timeseries':
      return isReturnable(type.value);
    case 'row':
      return type.fields.every((field) => isReturnable(field.type));
    default:
      return !['map', 'json', 'varbinary', 'function'].includes(type.kind);
  }
}

/** Whether kernels can read values of this type: neither maps nor bytes inside. */
export function isColumnar(type: SqlType): boolean {
  switch (type.kind) {
    case 'array':
      return isColumnar(type.element);
    case 'timeseries':
      return isColumnar(type.value);
    case 'row':
      return type.fields.every((field) => isColumnar(field.type));
    default:
      return type.kind !== 'map' && type.kind !== 'varbinary';
  }
}

/** Whether an `=` on this type has to look out for NaN, which DuckDB holds equal to itself. */
export function containsDouble(type: SqlType): boolean {
  switch (type.kind) {
    case 'double':
      return true;
    case 'array':
      return containsDouble(type.element);
    case 'timeseries':
      return containsDouble(type.value);
    case 'row':
      return type.fields.some((field) => containsDouble(field.type));
    case 'map':
      return containsDouble(type.key) || containsDouble(type.value);
    default:
      return false;
  }
}
