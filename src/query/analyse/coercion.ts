/**
 * Which type turns into which by itself, and what two types have in common (query-language 3.3).
 *
 *   unknown → anything      integer → bigint → double      date → timestamp
 *   varchar → timestamp, varchar → date    (Timestream's own: text where a time is needed)
 *
 * Arrays, rows, maps and series follow element by element. The cost of a coercion is how the
 * function resolver tells a near overload from a far one; text to time is the farthest, so that
 * `f(varchar)` wins over `f(timestamp)` wherever both exist.
 */
import { arrayOf, type RowField, rowOf, type SqlType, sameType, timeseriesOf } from './types.ts';

const SCALAR_COSTS: Readonly<Record<string, number>> = {
  'integer>bigint': 1,
  'bigint>double': 2,
  'integer>double': 3,
  'date>timestamp': 2,
  'varchar>timestamp': 20,
  'varchar>date': 21,
};

const UNKNOWN_COST = 1;

/** What turning `from` into `to` costs: 0 if nothing is to be done, undefined if it cannot be. */
export function coercionCost(from: SqlType, to: SqlType): number | undefined {
  if (sameType(from, to)) return 0;
  if (from.kind === 'unknown') return to.kind === 'function' ? undefined : UNKNOWN_COST;
  if (from.kind === 'array' && to.kind === 'array') return coercionCost(from.element, to.element);
  if (from.kind === 'timeseries' && to.kind === 'timeseries') {
    return coercionCost(from.value, to.value);
  }
  if (from.kind === 'row' && to.kind === 'row') return rowCost(from.fields, to.fields);
  if (from.kind === 'map' && to.kind === 'map') return rowCost(entryOf(from), entryOf(to));
  return SCALAR_COSTS[`${from.kind}>${to.kind}`];
}

type MapType = Extract<SqlType, { kind: 'map' }>;

/** Key and value, as the fields of a row. */
function entryOf({ key, value }: MapType): readonly [RowField, RowField] {
  return [{ type: key }, { type: value }];
}

function rowCost(from: readonly RowField[], to: readonly RowField[]): number | undefined {
  if (from.length !== to.length) return undefined;
  let total = 0;
  for (const [at, field] of from.entries()) {
    const target = to[at];
    const cost = target === undefined ? undefined : coercionCost(field.type, target.type);
    if (cost === undefined) return undefined;
    total += cost;
  }
  return total;
}

export function canCoerce(from: SqlType, to: SqlType): boolean {
  return coercionCost(from, to) !== undefined;
}

/** The narrowest type both turn into, for CASE branches, UNION columns, IN lists, comparisons. */
export function commonSuperType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'varchar' && b.kind === 'varchar') {
    return a.length !== undefined && b.length !== undefined
      ? { kind: 'varchar', length: Math.max(a.length, b.length) }
      : { kind: 'varchar' };
  }
  if (a.kind === 'array' && b.kind === 'array') {
    const element = commonSuperType(a.element, b.element);
    return element && arrayOf(element);
  }
  if (a.kind === 'timeseries' && b.kind === 'timeseries') {
    const value = commonSuperType(a.value, b.value);
    return value && timeseriesOf(value);
  }
  if (a.kind === 'row' && b.kind === 'row') return commonRow(a.fields, b.fields);
  if (a.kind === 'map' && b.kind === 'map') {
    const key = commonSuperType(a.key, b.key);
    const value = commonSuperType(a.value, b.value);
    return key && value && { kind: 'map', key, value };
  }
  if (canCoerce(a, b)) return withoutPrecision(b);
  if (canCoerce(b, a)) return withoutPrecision(a);
  return undefined;
}

/** A precision is where a cast rounds; nothing is to be rounded by meeting another value. */
function withoutPrecision(type: SqlType): SqlType {
  return 'precision' in type ? { kind: type.kind } : type;
}

/** A field keeps its name where both rows agree on it. */
function commonRow(a: readonly RowField[], b: readonly RowField[]): SqlType | undefined {
  if (a.length !== b.length) return undefined;
  const fields: RowField[] = [];
  for (const [at, left] of a.entries()) {
    const right = b[at];
    const type = right && commonSuperType(left.type, right.type);
    if (type === undefined) return undefined;
    const named = left.name !== undefined && left.name === right?.name;
    fields.push(named ? { name: left.name, type } : { type });
  }
  return rowOf(fields);
}

export function commonSuperTypeOf(types: readonly SqlType[]): SqlType | undefined {
  let common: SqlType | undefined = types[0];
  for (const type of types.slice(1)) {
    if (common === undefined) return undefined;
    common = commonSuperType(common, type);
  }
  return common;
}

const NUMBERS = ['integer', 'bigint', 'double'];
const INTERVALS = ['interval-day-second', 'interval-year-month'];

/** From which kinds a cast to the key is legal, beside the kind itself (query-language 3.4). */
const CASTS: Readonly<Record<string, readonly string[]>> = {
  boolean: [...NUMBERS, 'varchar'],
  integer: ['boolean', ...NUMBERS, 'varchar'],
  bigint: ['boolean', ...NUMBERS, 'varchar'],
  double: ['boolean', ...NUMBERS, 'varchar'],
  varchar: ['boolean', ...NUMBERS, 'date', 'time', 'timestamp', ...INTERVALS, 'json'],
  date: ['varchar', 'timestamp'],
  time: ['varchar', 'timestamp'],
  timestamp: ['varchar', 'date', 'time'],
  varbinary: ['varchar'],
  json: ['varchar'],
};

/** Whether `CAST(from AS to)` is legal at all; what it does is in functions/casts.ts. */
export function canCast(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'unknown' || sameType(from, to)) return true;
  if (from.kind === 'array' && to.kind === 'array') return canCast(from.element, to.element);
  if (from.kind === 'row' && to.kind === 'row') {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, at) => {
        const target = to.fields[at];
        return target !== undefined && canCast(field.type, target.type);
      })
    );
  }
  if (from.kind === 'map' && to.kind === 'map') {
    return canCast(from.key, to.key) && canCast(from.value, to.value);
  }
  return CASTS[to.kind]?.includes(from.kind) ?? false;
}
