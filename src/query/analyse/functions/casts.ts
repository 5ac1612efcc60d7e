/**
 * What every legal cast does (query-language 3.4), as DuckDB text. Which casts are legal at all is
 * coercion.ts; implicit coercions use the same texts. TRY_CAST is TRY around the cast; that is why
 * they have no coalesce(), which DuckDB computes wrong in a TRY.
 *
 * Casts between types with the same physical form and meaning are the text itself.
 */
import { assert } from '../../../base/assert.ts';
import {
  physicalFieldNames,
  physicalType,
  type RowField,
  type ScalarKind,
  type SqlType,
  sameType,
} from '../types.ts';
import {
  bound,
  dateOfDays,
  daysOfTimestamp,
  floorTo,
  NANOS_PER_DAY,
  nanosOfDay,
  raiseComputed,
} from './sql-text.ts';

/** `text` is of type `from`; the caller has checked canCast. */
export function castText(text: string, from: SqlType, to: SqlType): string {
  if (from.kind === 'unknown') return `CAST(NULL AS ${physicalType(to)})`;
  if (from.kind === 'array' && to.kind === 'array') {
    return castElements(text, (element) => castText(element, from.element, to.element));
  }
  if (from.kind === 'timeseries' && to.kind === 'timeseries') {
    return castSeries(text, from.value, to.value);
  }
  if (from.kind === 'row' && to.kind === 'row') return castRow(text, from.fields, to.fields);
  if (from.kind === 'map' && to.kind === 'map') return castMap(text, from, to);
  if (to.kind === 'varchar') return castToVarchar(text, from, to.length);
  if ('precision' in to && to.precision !== undefined) {
    return castToPrecision(text, from, { kind: to.kind, precision: to.precision });
  }
  if (sameType(from, to)) return text;
  const cast = CASTS[`${from.kind}>${to.kind}`];
  assert(cast !== undefined, `no cast from ${from.kind} to ${to.kind}`);
  return cast(text);
}

function castElements(text: string, cast: (element: string) => string): string {
  const probe = 'element_1';
  const body = cast(probe);
  if (body === probe) return text;
  const taken = [...body.matchAll(/\belement_(\d+)\b/g)].map((match) => Number(match[1]));
  const name = `element_${Math.max(...taken, 1) + 1}`;
  return `list_transform(${text}, lambda ${name}: ${cast(name)})`;
}

type MapType = Extract<SqlType, { kind: 'map' }>;

function castMap(text: string, from: MapType, to: MapType): string {
  const entries = castElements(`map_entries(${text})`, (entry) => {
    const key = castText(`${entry}."key"`, from.key, to.key);
    const value = castText(`${entry}."value"`, from.value, to.value);
    const isSame = key === `${entry}."key"` && value === `${entry}."value"`;
    return isSame ? entry : `{'key': ${key}, 'value': ${value}}`;
  });
  return entries === `map_entries(${text})` ? text : `map_from_entries(${entries})`;
}

function castSeries(text: string, from: SqlType, to: SqlType): string {
  return castElements(text, (point) => {
    const value = castText(`${point}."value"`, from, to);
    if (value === `${point}."value"`) return point;
    return `{'time': ${point}."time", 'value': ${value}}`;
  });
}

function castRow(text: string, from: readonly RowField[], to: readonly RowField[]): string {
  const [sources, targets] = [physicalFieldNames(from), physicalFieldNames(to)];
  const unchanged =
    sources.every((name, at) => name === targets[at]) &&
    from.every((field, at) => {
      const target = to[at];
      return target !== undefined && castText('x', field.type, target.type) === 'x';
    });
  if (unchanged) return text;
  return bound(text, (row) => {
    const fields = from.map((field, at) => {
      const source = `struct_extract(${row}, ${literal(sources[at])})`;
      return `${literal(targets[at])}: ${castText(source, field.type, to[at]?.type ?? field.type)}`;
    });
    return `CASE WHEN ${row} IS NULL THEN NULL ELSE {${fields.join(', ')}} END`;
  });
}

function literal(name: string | undefined): string {
  return `'${(name ?? '').replaceAll("'", "''")}'`;
}

function castToVarchar(text: string, from: SqlType, length: number | undefined): string {
  const cast = TEXTS[from.kind];
  assert(cast !== undefined, `no cast from ${from.kind} to varchar`);
  const whole = cast(text);
  const shorter =
    length !== undefined &&
    !(from.kind === 'varchar' && from.length !== undefined && from.length <= length);
  return shorter ? `left(${whole}, ${length})` : whole;
}

/**
 * Rounds half up to so many digits of a second; a time of day wraps around midnight. Digits below
 * nanoseconds are cut off a text first: what they would round up could carry twice.
 */
function castToPrecision(
  text: string,
  from: SqlType,
  { kind, precision }: { readonly kind: ScalarKind; readonly precision: number },
): string {
  const kept = 'precision' in from && from.kind === kind ? from.precision : undefined;
  if (kept !== undefined && kept <= precision) return text;
  const source =
    from.kind === 'varchar'
      ? `regexp_replace(${text}, '(\\.[0-9]{9})[0-9]{1,3}([^0-9]|$)', '\\1\\2')`
      : text;
  const unit = 10n ** BigInt(9 - precision);
  const rounded = floorTo(`(${castText(source, from, { kind })} + ${unit / 2n})`, `${unit}`);
  return kind === 'time' ? `(${rounded} % ${NANOS_PER_DAY})` : rounded;
}

type CastOf = (text: string) => string;

const native: CastOf = (text) => `CAST(${text} AS VARCHAR)`;

const TEXTS: Readonly<Partial<Record<SqlType['kind'], CastOf>>> = {
  varchar: (text) => text,
  json: (text) => `k_json_text(${text})`,
  boolean: native,
  integer: native,
  bigint: native,
  double: (text) => `k_double_text(${text})`,
  date: (text) => `k_date_text(${text})`,
  time: (text) => `k_time_text(${text})`,
  timestamp: (text) => `k_timestamp_text(${text})`,
  'interval-day-second': (text) => `k_day_second_text(${text})`,
  'interval-year-month': (text) => `k_year_month_text(${text})`,
};

const as =
  (physical: string): CastOf =>
  (text) =>
    `CAST(${text} AS ${physical})`;

/** The values that round to one of the type, as the ends of comparisons. */
interface DoubleRange {
  readonly above: string;
  readonly below: string;
}

/** Half away from zero, as Java's Math.round on the magnitude; DuckDB's own cast rounds to even. */
const rounded =
  (physical: string, { above, below }: DoubleRange, failure: (value: string) => string): CastOf =>
  (text) =>
    bound(text, (x) => {
      const failing = raiseComputed(failure(`k_double_text(${x})`), physical);
      return (
        `CASE WHEN ${x} ${above} AND ${x} ${below} THEN CAST(round(${x}) AS ${physical}) ` +
        `WHEN ${x} IS NOT NULL THEN ${failing} END`
      );
    });

const INTEGER_RANGE = { above: '> -2147483648.5e0', below: '< 2147483647.5e0' };
const BIGINT_RANGE = { above: '>= -9223372036854775808e0', below: '< 9223372036854775808e0' };

/**
 * Reads text by a form first, because DuckDB's own reading takes more than Java's. A number out of
 * range is DuckDB's to find: engine-texts.ts words it as here.
 */
function parsed(physical: string, name: string, form: string): CastOf {
  return (text) =>
    bound(text, (x) => {
      const failure = raiseComputed(`'Cannot cast ''' || ${x} || ''' to ${name}'`, physical);
      return (
        `CASE WHEN regexp_full_match(${x}, '${form}') THEN CAST(${x} AS ${physical}) ` +
        `WHEN ${x} IS NOT NULL THEN ${failure} END`
      );
    });
}

const WHOLE = '[+-]?[0-9]+';
const DECIMAL = '([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?';

function parseBoolean(text: string): string {
  return bound(text, (x) => {
    const failure = raiseComputed(`'Cannot cast ''' || ${x} || ''' to BOOLEAN'`, 'BOOLEAN');
    return (
      `CASE WHEN lower(${x}) IN ('t', 'true', '1') THEN true ` +
      `WHEN lower(${x}) IN ('f', 'false', '0') THEN false ` +
      `WHEN ${x} IS NULL THEN NULL ELSE ${failure} END`
    );
  });
}

const parseDouble: CastOf = (text) =>
  parsed('DOUBLE', 'DOUBLE', `[+-]?(NaN|Infinity|${DECIMAL})`)(`trim(${text})`);

const CASTS: Readonly<Record<string, CastOf>> = {
  'boolean>integer': as('INTEGER'),
  'boolean>bigint': as('BIGINT'),
  'boolean>double': as('DOUBLE'),
  'integer>boolean': (text) => `(${text} <> 0)`,
  'bigint>boolean': (text) => `(${text} <> 0)`,
  'double>boolean': (text) => `(${text} <> 0)`,
  'integer>bigint': as('BIGINT'),
  'integer>double': as('DOUBLE'),
  'bigint>integer': as('INTEGER'),
  'bigint>double': as('DOUBLE'),
  'double>integer': rounded(
    'INTEGER',
    INTEGER_RANGE,
    (x) => `'Out of range for integer: ' || ${x}`,
  ),
  'double>bigint': rounded(
    'BIGINT',
    BIGINT_RANGE,
    (x) => `'Unable to cast ' || ${x} || ' to bigint'`,
  ),
  'varchar>boolean': parseBoolean,
  'varchar>integer': parsed('INTEGER', 'INT', WHOLE),
  'varchar>bigint': parsed('BIGINT', 'BIGINT', WHOLE),
  'varchar>double': parseDouble,
  'varchar>date': (text) => `k_parse_date(${text})`,
  'varchar>time': (text) => `k_parse_time(${text})`,
  'varchar>timestamp': (text) => `k_parse_timestamp(${text})`,
  'varchar>varbinary': (text) => `encode(${text})`,
  'varchar>json': (text) => `k_json_quote(${text})`,
  'date>timestamp': (text) => `(CAST(${text} AS BIGINT) * ${NANOS_PER_DAY})`,
  'time>timestamp': (text) => text,
  'timestamp>date': daysOfTimestamp,
  'timestamp>time': nanosOfDay,
};

/** A DuckDB DATE of a date or a timestamp, for DuckDB's calendar functions. */
export function calendarDate(text: string, type: SqlType): string {
  return dateOfDays(type.kind === 'date' ? text : daysOfTimestamp(text));
}
