/**
 * Literals into typed literals (query-language 1.4).
 */
import { parseDate, parseTime, parseTimestamp } from '../kernels/api.ts';
import type * as ast from '../parse/ast.ts';
import { literal } from './build.ts';
import { fault } from './fault.ts';
import { functionCall } from './function-call.ts';
import { typeNamed } from './type-name.ts';
import type { Expression } from './typed.ts';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  displayType,
  INTEGER,
  INTERVAL_DAY_SECOND,
  INTERVAL_YEAR_MONTH,
  type SqlType,
  TIME,
  TIMESTAMP,
} from './types.ts';

const INT32_MAX = 2n ** 31n - 1n;
const INT64_MAX = 2n ** 63n - 1n;

/** The parser writes the sign into the one literal that has no positive. */
export function integerLiteral({ text, at }: ast.IntegerLiteral): Expression {
  return wholeNumber(BigInt(text), text, at);
}

export function negativeIntegerLiteral({ text, at }: ast.IntegerLiteral): Expression {
  return wholeNumber(-BigInt(text), `-${text}`, at);
}

function wholeNumber(value: bigint, text: string, at: ast.Position): Expression {
  // The digits decide, before the sign: -2147483648 is a bigint.
  if (value <= INT32_MAX && value >= -INT32_MAX) return literal(Number(value), INTEGER);
  if (BigInt.asIntN(64, value) === value) return literal(value, BIGINT);
  throw fault(at, `Invalid numeric literal: ${text}`);
}

export function doubleLiteral({ text }: ast.DoubleLiteral): Expression {
  return literal(Number(text), DOUBLE);
}

/** `DATE '2020-03-01'` and the like; any other type is a cast of the text. */
export function typedLiteral({ type: name, text, at }: ast.TypedLiteral): Expression {
  const type = typeNamed(name);
  switch (type.kind) {
    case 'date':
      return literal(
        readTime(() => parseDate(text), at, `'${text}' is not a valid date literal`),
        DATE,
      );
    case 'time':
      return literal(
        readTime(() => parseTime(text), at, `'${text}' is not a valid time literal`),
        TIME,
      );
    case 'timestamp':
      return literal(
        readTime(() => parseTimestamp(text), at, `'${text}' is not a valid timestamp literal`),
        TIMESTAMP,
      );
    case 'integer':
    case 'bigint':
      return wholeLiteral(text, type, at);
    case 'double':
      return numberLiteral(text, at);
    case 'boolean':
      if (/^(true|t|1)$/i.test(text)) return literal(true, BOOLEAN);
      if (/^(false|f|0)$/i.test(text)) return literal(false, BOOLEAN);
      throw notLiteral(text, type, at);
    case 'varchar':
      return literal(text, type);
    case 'json':
      // Spelt out, where a cast makes a JSON string of the text.
      return functionCall({ name: 'json_parse', args: [textLiteral(text)], at });
    default:
      return { kind: 'cast', mode: 'cast', type, value: textLiteral(text) };
  }
}

function textLiteral(text: string): Expression {
  return literal(text, { kind: 'varchar', length: [...text].length });
}

/** The readers of text throw what a cast would say; a literal has its own words. */
function readTime<T>(read: () => T, at: ast.Position, text: string): T {
  try {
    return read();
  } catch {
    throw fault(at, text);
  }
}

function wholeLiteral(text: string, type: SqlType, at: ast.Position): Expression {
  if (!/^[+-]?\d+$/.test(text)) throw notLiteral(text, type, at);
  const value = BigInt(text.replace('+', ''));
  const bits = type.kind === 'integer' ? 32 : 64;
  if (BigInt.asIntN(bits, value) !== value) throw notLiteral(text, type, at);
  return literal(type.kind === 'integer' ? Number(value) : value, type);
}

function numberLiteral(text: string, at: ast.Position): Expression {
  const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (!isNumber && !/^[+-]?(Infinity|NaN)$/.test(text)) throw notLiteral(text, DOUBLE, at);
  return literal(Number(/NaN/.test(text) ? 'NaN' : text), DOUBLE);
}

function notLiteral(text: string, type: SqlType, at: ast.Position): Error {
  return fault(at, `'${text}' is not a valid ${displayType(type)} literal`);
}

// --- intervals ---

const UNITS: readonly ast.IntervalField[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

const UNIT_NANOS: Readonly<Partial<Record<ast.ShortIntervalUnit | ast.IntervalField, bigint>>> = {
  nanosecond: 1n,
  microsecond: 1000n,
  millisecond: 1_000_000n,
  second: 1_000_000_000n,
  minute: 60_000_000_000n,
  hour: 3_600_000_000_000n,
  day: 86_400_000_000_000n,
  week: 604_800_000_000_000n,
};

const UNIT_MONTHS: Readonly<Partial<Record<ast.ShortIntervalUnit | ast.IntervalField, number>>> = {
  year: 12,
  month: 1,
};

/** `15m`, `72.5h`, `5y`. A fraction below a nanosecond, or a month, is cut. */
export function shortInterval({ text, unit, at }: ast.ShortIntervalLiteral): Expression {
  const monthsOf = UNIT_MONTHS[unit];
  const months = Math.trunc(Number(text) * (monthsOf ?? 0));
  const nanos = times(text, UNIT_NANOS[unit] ?? 0n);
  if (nanos > INT64_MAX || months > Number(INT32_MAX)) {
    throw fault(at, `Invalid interval literal: ${text} ${unit}`);
  }
  if (monthsOf === undefined) return literal(nanos, INTERVAL_DAY_SECOND);
  return literal(months, INTERVAL_YEAR_MONTH);
}

function times(number: string, nanos: bigint): bigint {
  const [whole = '', fraction = ''] = number.split('.');
  const digits = BigInt(`${whole}${fraction}` || '0');
  return (digits * nanos) / 10n ** BigInt(fraction.length);
}

/** `INTERVAL '2' DAY`, `INTERVAL '3 05:10' DAY TO MINUTE`. */
export function intervalLiteral(node: ast.IntervalLiteral): Expression {
  const { from, to, at } = node;
  const invalid = () => fault(at, `Invalid interval literal: ${node.text}`);
  const text = node.text.trim();
  const sign = node.negative !== text.startsWith('-') ? -1n : 1n;
  const numbers = text.replace(/^[+-]/, '').split(/[-: ]/);
  // The last fields of a range may be left out: INTERVAL '2' YEAR TO MONTH.
  const fields = (to === undefined ? [from] : fieldsBetween(from, to)).slice(0, numbers.length);
  if (fields.length !== numbers.length) throw invalid();
  let months = 0;
  let nanos = 0n;
  for (const [at, field] of fields.entries()) {
    const number = numbers[at] ?? '';
    const fractional = field === 'second' ? /^\d+(\.\d{1,9})?$/ : /^\d+$/;
    if (!fractional.test(number)) throw invalid();
    const monthsOf = UNIT_MONTHS[field];
    if (monthsOf !== undefined) months += Number(number) * monthsOf;
    else nanos += times(number, UNIT_NANOS[field] ?? 0n);
  }
  if (from === 'year' || from === 'month') {
    if (months > Number(INT32_MAX)) throw invalid();
    return literal(Number(sign) * months, INTERVAL_YEAR_MONTH);
  }
  if (nanos > INT64_MAX) throw invalid();
  return literal(sign * nanos, INTERVAL_DAY_SECOND);
}

function fieldsBetween(
  from: ast.IntervalField,
  to: ast.IntervalField,
): readonly ast.IntervalField[] {
  return UNITS.slice(UNITS.indexOf(from), UNITS.indexOf(to) + 1);
}
