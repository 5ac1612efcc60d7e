/**
 * The value of an expression over constants, for pruning: now() and ago(), literals, text turned
 * into time, bin and calendar-free arithmetic over them.
 *
 * Undefined means "not known here", never "NULL": the condition stays in the SQL and decides there.
 * So whatever is rare or could fail is left out; nothing here raises.
 */

import type { Expression, ExpressionOf, LiteralValue } from '../analyse/typed.ts';
import { addMonthsToDays, NANOS_PER_DAY } from '../kernels/calendar.ts';
import { parseIsoTimestamp, parseTimestamp } from '../kernels/parse-time.ts';

export interface Constants {
  /** The time of now() in this query. */
  readonly nowNanos: bigint;
}

export function foldToNanos(expression: Expression, constants: Constants): bigint | undefined {
  const value = fold(expression, constants);
  return typeof value === 'bigint' ? value : undefined;
}

export function foldToText(expression: Expression, constants: Constants): string | undefined {
  const value = fold(expression, constants);
  return typeof value === 'string' ? value : undefined;
}

type Constant = Exclude<LiteralValue, null>;

function fold(expression: Expression, constants: Constants): Constant | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.value ?? undefined;
    case 'cast':
      return foldCast(expression, constants);
    case 'operation':
      return foldOperation(expression, constants);
    case 'call':
      return foldCall(expression, constants);
    default:
      return undefined;
  }
}

/** The readers of text throw what the query will fail with; here that only means: not known. */
function attempt(read: () => bigint): bigint | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function fitsInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function inRange<T extends number | bigint>(value: T): T | undefined {
  return typeof value === 'bigint' && !fitsInt64(value) ? undefined : value;
}

function foldCast(cast: ExpressionOf<'cast'>, constants: Constants): Constant | undefined {
  const value = fold(cast.value, constants);
  const from = cast.value.type.kind;
  const to = cast.type.kind;
  if (value === undefined || 'precision' in cast.type) return undefined;
  if (from === to && (to !== 'varchar' || !('length' in cast.type))) return value;
  if (to === 'timestamp' && typeof value === 'string') return attempt(() => parseTimestamp(value));
  if (to === 'timestamp' && from === 'date' && typeof value === 'number') {
    return inRange(BigInt(value) * NANOS_PER_DAY);
  }
  if (to === 'bigint' && from === 'integer' && typeof value === 'number') return BigInt(value);
  if (to === 'date' && from === 'timestamp' && typeof value === 'bigint') {
    return Number(floorTo(value, NANOS_PER_DAY) / NANOS_PER_DAY);
  }
  return undefined;
}

/** Sums of times and intervals. What is calendar or floating beyond that stays with DuckDB. */
function foldOperation(
  { operator, operands, type }: ExpressionOf<'operation'>,
  constants: Constants,
): bigint | undefined {
  const [left, right] = operands;
  if (left === undefined) return undefined;
  if (type.kind === 'timestamp' && right?.type.kind === 'interval-year-month') {
    return foldMonths(operator, left, right, constants);
  }
  const a = foldInteger(left, constants);
  if (a !== undefined && operator === 'negate') return inRange(-a);
  const b = right && foldInteger(right, constants);
  if (a === undefined || b === undefined) return undefined;
  if (type.kind !== 'timestamp' && type.kind !== 'interval-day-second' && type.kind !== 'bigint') {
    return undefined;
  }
  switch (operator) {
    case '+':
      return inRange(a + b);
    case '-':
      return inRange(a - b);
    case '*':
      return inRange(a * b);
    default:
      return undefined;
  }
}

/** A month later or earlier, cut to the end of the month. */
function foldMonths(
  operator: string,
  left: Expression,
  right: Expression,
  constants: Constants,
): bigint | undefined {
  const nanos = foldTyped(left, 'timestamp', constants);
  const months = fold(right, constants);
  if (nanos === undefined || typeof months !== 'number') return undefined;
  if (operator !== '+' && operator !== '-') return undefined;
  const midnight = floorTo(nanos, NANOS_PER_DAY);
  const days = Number(midnight / NANOS_PER_DAY);
  const moved = addMonthsToDays(days, operator === '+' ? months : -months);
  return inRange(BigInt(moved) * NANOS_PER_DAY + (nanos - midnight));
}

/** A whole number; an integer counts when it multiplies, a year-month interval never does. */
function foldInteger(expression: Expression, constants: Constants): bigint | undefined {
  if (expression.type.kind === 'interval-year-month') return undefined;
  if (expression.type.kind === 'date') return undefined;
  const value = fold(expression, constants);
  if (typeof value === 'number' && expression.type.kind === 'integer') return BigInt(value);
  return typeof value === 'bigint' ? value : undefined;
}

function foldCall(
  { overload, arguments: args, type }: ExpressionOf<'call'>,
  constants: Constants,
): Constant | undefined {
  switch (overload.name) {
    case 'now':
    case 'current_timestamp':
    case 'localtimestamp':
      return type.kind === 'timestamp' ? constants.nowNanos : undefined;
    case 'current_date':
      return Number(floorTo(constants.nowNanos, NANOS_PER_DAY) / NANOS_PER_DAY);
    case 'ago': {
      const interval = foldTyped(args[0], 'interval-day-second', constants);
      return interval === undefined ? undefined : inRange(constants.nowNanos - interval);
    }
    case 'bin': {
      const time = foldTyped(args[0], 'timestamp', constants);
      const interval = foldTyped(args[1], 'interval-day-second', constants);
      if (time === undefined || interval === undefined || interval <= 0n) return undefined;
      return inRange(floorTo(time, interval));
    }
    case 'from_nanoseconds':
      return foldScaled(args[0], 1n, constants);
    case 'from_milliseconds':
      return foldScaled(args[0], 1_000_000n, constants);
    case 'from_iso8601_timestamp': {
      const text = args[0] && fold(args[0], constants);
      return typeof text === 'string' ? attempt(() => parseIsoTimestamp(text)) : undefined;
    }
    case 'date_trunc':
      return foldTruncation(args, constants);
    default:
      return undefined;
  }
}

function foldTyped(
  expression: Expression | undefined,
  kind: 'timestamp' | 'interval-day-second',
  constants: Constants,
): bigint | undefined {
  if (expression?.type.kind !== kind) return undefined;
  return foldInteger(expression, constants);
}

function foldScaled(
  expression: Expression | undefined,
  factor: bigint,
  constants: Constants,
): bigint | undefined {
  const value = expression && foldInteger(expression, constants);
  return value === undefined ? undefined : inRange(value * factor);
}

/** Units that are a fixed length of time: truncating to them is taking the start of a bin. */
export const TRUNCATIONS: Readonly<Record<string, bigint>> = {
  millisecond: 1_000_000n,
  second: 1_000_000_000n,
  minute: 60_000_000_000n,
  hour: 3_600_000_000_000n,
  day: NANOS_PER_DAY,
};

function foldTruncation(args: readonly Expression[], constants: Constants): bigint | undefined {
  const unit = args[0] && fold(args[0], constants);
  const time = foldTyped(args[1], 'timestamp', constants);
  const nanos = typeof unit === 'string' ? TRUNCATIONS[unit.toLowerCase()] : undefined;
  if (time === undefined || nanos === undefined) return undefined;
  return inRange(floorTo(time, nanos));
}

function floorTo(value: bigint, step: bigint): bigint {
  const remainder = value % step;
  return value - (remainder < 0n ? remainder + step : remainder);
}
