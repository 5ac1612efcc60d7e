/**
 * Dates, times and timestamps (query-language 6.8). Timestamps are BIGINT nanoseconds, so what has
 * a fixed length is integer arithmetic; only months, quarters and years need the calendar.
 *
 * A unit is mostly a literal: then the text for that unit is made here. A unit that is an
 * expression goes to a kernel, which knows them all.
 */

import { DATE, TIMESTAMP } from '../types.ts';
import { calendarDate, castText } from './casts.ts';
import { kernel, scalar, sql } from './define.ts';
import type { FunctionOverload, LoweringContext, SqlTextOf } from './overload.ts';
import {
  dateOfDays,
  daysOfTimestamp,
  floorTo,
  literalText,
  NANOS_PER_DAY,
  writtenNumber,
} from './sql-text.ts';

const FIXED: Readonly<Record<string, string>> = {
  millisecond: '1000000',
  second: '1000000000',
  minute: '60000000000',
  hour: '3600000000000',
  day: NANOS_PER_DAY,
};
const CALENDAR = ['month', 'quarter', 'year'];

/** Days since the epoch, INTEGER, of the first day of a calendar unit. */
function startOf(unit: string, days: string): string {
  const first = `CAST(date_trunc('${unit}', ${dateOfDays(days)}) AS DATE)`;
  return `CAST(${first} - DATE '1970-01-01' AS INTEGER)`;
}

const truncateTimestamp: SqlTextOf = ([unit = '', time = '']) => {
  const name = literalText(unit)?.toLowerCase() ?? '';
  const size = FIXED[name];
  if (size !== undefined) return floorTo(time, size);
  // The epoch was a Thursday, weeks begin on Monday: three days later than multiples of a week.
  if (name === 'week')
    return `(${floorTo(`(${time} + 259200000000000)`, '604800000000000')} - 259200000000000)`;
  if (!CALENDAR.includes(name)) return `k_timestamp_trunc(${unit}, ${time})`;
  return `(CAST(${startOf(name, daysOfTimestamp(time))} AS BIGINT) * ${NANOS_PER_DAY})`;
};

const addToTimestamp: SqlTextOf = ([unit = '', count = '', time = '']) => {
  const name = literalText(unit)?.toLowerCase() ?? '';
  const size = name === 'week' ? '604800000000000' : FIXED[name];
  if (size === undefined) return `k_timestamp_add(${unit}, ${count}, ${time})`;
  return `(${time} + ${count} * ${size})`;
};

const timestampDifference: SqlTextOf = ([unit = '', from = '', to = '']) => {
  const name = literalText(unit)?.toLowerCase() ?? '';
  const size = name === 'week' ? '604800000000000' : FIXED[name];
  if (size === undefined) return `k_timestamp_diff(${unit}, ${from}, ${to})`;
  return `((${to} - ${from}) // ${size})`;
};

const nowNanos = (context: LoweringContext) => `CAST(${context.nowNanos} AS BIGINT)`;
const NANOS = BigInt(NANOS_PER_DAY);

function nowDays(context: LoweringContext): string {
  return `CAST(${context.nowNanos / NANOS} AS INTEGER)`;
}

function nowOfDay(context: LoweringContext): string {
  return `CAST(${context.nowNanos % NANOS} AS BIGINT)`;
}

const current = [
  scalar({
    names: ['now', 'current_timestamp', 'localtimestamp'],
    signatures: ['() -> timestamp'],
    doc: 'The time at which the query started.',
    lower: sql((_args, _types, context) => nowNanos(context)),
  }),
  scalar({
    names: ['current_date'],
    signatures: ['() -> date'],
    doc: 'The day on which the query started, in UTC.',
    lower: sql((_args, _types, context) => nowDays(context)),
  }),
  scalar({
    names: ['current_time', 'localtime'],
    signatures: ['() -> time'],
    doc: 'The time of day at which the query started, in UTC.',
    lower: sql((_args, _types, context) => nowOfDay(context)),
  }),
  scalar({
    names: ['current_timezone'],
    signatures: ['() -> varchar'],
    doc: 'UTC, always.',
    lower: sql(() => "'UTC'"),
  }),
  scalar({
    names: ['ago'],
    signatures: ['(interval day to second) -> timestamp'],
    doc: 'The time of the query less an interval.',
    example: 'ago(1d)',
    lower: sql(([interval], _types, context) => `(${nowNanos(context)} - ${interval})`),
  }),
  scalar({
    names: ['ago'],
    signatures: ['(interval year to month) -> timestamp'],
    doc: 'The time of the query less an interval.',
    lower: sql(
      ([interval], _types, context) =>
        `k_timestamp_add_months(${nowNanos(context)}, -(${interval}))`,
    ),
  }),
];

const truncation = [
  scalar({
    names: ['bin'],
    signatures: ['(timestamp, interval day to second) -> timestamp'],
    doc: 'The start of the bin that the time falls into; bins are counted from the Unix epoch.',
    example: "bin('2022-06-17 10:15:20', 5m) → 2022-06-17 10:15:00.000000000",
    errors: ['bin interval must be positive'],
    lower: sql(([time = '', interval = '']) => {
      const size = writtenNumber(interval);
      if (size !== undefined && /^[1-9]\d*$/.test(size)) return floorTo(time, size);
      return `k_bin(${time}, ${interval})`;
    }),
  }),
  scalar({
    names: ['date_trunc'],
    signatures: ['(varchar, timestamp) -> timestamp'],
    doc: 'The start of the second, minute, hour, day, week, month, quarter or year.',
    errors: ["'x' is not a valid Timestamp field"],
    lower: sql(truncateTimestamp),
  }),
  scalar({
    names: ['date_trunc'],
    signatures: ['(varchar, date) -> date'],
    doc: 'The first day of the unit.',
    errors: ["'x' is not a valid DATE field"],
    lower: kernel('k_date_trunc'),
  }),
  scalar({
    names: ['date_trunc'],
    signatures: ['(varchar, time) -> time'],
    doc: 'The start of the unit.',
    errors: ["'x' is not a valid Time field"],
    lower: kernel('k_time_trunc'),
  }),
];

const arithmetic = [
  scalar({
    names: ['date_add'],
    signatures: ['(varchar, bigint, timestamp) -> timestamp'],
    doc: 'Adds so many units; months clip to the last day.',
    example: "date_add('hour', 9, TIMESTAMP '2022-06-17 00:00:00') → 2022-06-17 09:00:00.000000000",
    errors: ["'x' is not a valid Timestamp field"],
    lower: sql(addToTimestamp),
  }),
  scalar({
    names: ['date_add'],
    signatures: ['(varchar, bigint, date) -> date'],
    doc: 'Adds so many units of a day or more.',
    errors: ["'x' is not a valid DATE field"],
    lower: kernel('k_date_add'),
  }),
  scalar({
    names: ['date_add'],
    signatures: ['(varchar, bigint, time) -> time'],
    doc: 'Adds so many units, modulo 24 hours.',
    errors: ["'x' is not a valid Time field"],
    lower: kernel('k_time_add'),
  }),
  scalar({
    names: ['date_diff'],
    signatures: ['(varchar, timestamp, timestamp) -> bigint'],
    doc: 'The whole units from the first to the second.',
    errors: ["'x' is not a valid Timestamp field"],
    lower: sql(timestampDifference),
  }),
  scalar({
    names: ['date_diff'],
    signatures: ['(varchar, date, date) -> bigint'],
    doc: 'The whole units from the first to the second.',
    example: "date_diff('day', DATE '2020-03-01', DATE '2020-03-02') → 1",
    errors: ["'x' is not a valid DATE field"],
    lower: kernel('k_date_diff'),
  }),
  scalar({
    names: ['date_diff'],
    signatures: ['(varchar, time, time) -> bigint'],
    doc: 'The whole units from the first to the second.',
    errors: ["'x' is not a valid Time field"],
    lower: kernel('k_time_diff'),
  }),
  scalar({
    names: ['last_day_of_month'],
    signatures: ['(date) -> date', '(timestamp) -> date'],
    doc: 'The last day of the month.',
    lower: sql(([time = ''], types) => {
      const day = `last_day(${calendarDate(time, types.arguments[0] ?? DATE)})`;
      return `CAST(${day} - DATE '1970-01-01' AS INTEGER)`;
    }),
  }),
];

const conversion = [
  scalar({
    names: ['date'],
    signatures: ['(varchar) -> date', '(timestamp) -> date', '(date) -> date'],
    doc: 'As CAST to date.',
    lower: sql(([value = ''], types) => castText(value, types.arguments[0] ?? DATE, DATE)),
  }),
  scalar({
    names: ['from_milliseconds'],
    signatures: ['(bigint) -> timestamp'],
    doc: 'The time so many milliseconds after the Unix epoch.',
    lower: sql(([value]) => `(${value} * 1000000)`),
  }),
  scalar({
    names: ['from_nanoseconds'],
    signatures: ['(bigint) -> timestamp'],
    doc: 'The time so many nanoseconds after the Unix epoch.',
    lower: sql(([value = '']) => value),
  }),
  scalar({
    names: ['from_unixtime'],
    signatures: ['(double) -> timestamp'],
    doc: 'The time so many seconds after the Unix epoch.',
    lower: sql(([value]) => `CAST(round(${value} * 1e9) AS BIGINT)`),
  }),
  scalar({
    names: ['to_milliseconds'],
    signatures: ['(interval day to second) -> bigint', '(timestamp) -> bigint'],
    doc: 'Milliseconds of an interval, or since the Unix epoch.',
    lower: sql(([value]) => `(${value} // 1000000)`),
  }),
  scalar({
    names: ['to_nanoseconds'],
    signatures: ['(interval day to second) -> bigint', '(timestamp) -> bigint'],
    doc: 'Nanoseconds of an interval, or since the Unix epoch.',
    lower: sql(([value = '']) => value),
  }),
  scalar({
    names: ['to_unixtime'],
    signatures: ['(timestamp) -> double'],
    doc: 'Seconds since the Unix epoch.',
    lower: sql(([value]) => `(CAST(${value} AS DOUBLE) / 1e9)`),
  }),
  scalar({
    names: ['from_iso8601_timestamp'],
    signatures: ['(varchar) -> timestamp'],
    doc: 'Reads ISO 8601; an offset is converted to UTC.',
    errors: ['Invalid format: "x"'],
    lower: kernel('k_parse_iso_timestamp'),
  }),
  scalar({
    names: ['from_iso8601_date'],
    signatures: ['(varchar) -> date'],
    doc: 'Reads ISO 8601, week and ordinal dates too.',
    errors: ['Invalid format: "x"'],
    lower: kernel('k_parse_iso_date'),
  }),
  scalar({
    names: ['to_iso8601'],
    signatures: ['(date) -> varchar', '(timestamp) -> varchar'],
    doc: 'As ISO 8601 text.',
    lower: sql(([value], types) =>
      (types.arguments[0] ?? TIMESTAMP).kind === 'date'
        ? `k_date_text(${value})`
        : `k_iso_timestamp_text(${value})`,
    ),
  }),
];

const texts = [
  scalar({
    names: ['date_format'],
    signatures: ['(timestamp, varchar) -> varchar'],
    doc: 'As text by MySQL specifiers (%Y, %m, …).',
    example:
      "date_format(TIMESTAMP '2019-10-20 10:20:20', '%Y-%m-%d %H:%i:%s') → 2019-10-20 10:20:20",
    errors: ['%D not supported in date format string'],
    lower: kernel('k_date_format'),
  }),
  scalar({
    names: ['date_parse'],
    signatures: ['(varchar, varchar) -> timestamp'],
    doc: 'Reads text by MySQL specifiers.',
    errors: ['Invalid format: "x" is malformed at "y"'],
    lower: kernel('k_date_parse'),
  }),
  scalar({
    names: ['format_datetime'],
    signatures: ['(timestamp, varchar) -> varchar'],
    doc: 'As text by a pattern (yyyy-MM-dd HH:mm).',
    errors: ['Illegal pattern component: x'],
    lower: kernel('k_format_datetime'),
  }),
  scalar({
    names: ['parse_datetime'],
    signatures: ['(varchar, varchar) -> timestamp'],
    doc: 'Reads text by a pattern; a zone in it is honoured.',
    errors: ['Invalid format: "x" is malformed at "y"', 'Illegal pattern component: x'],
    lower: kernel('k_parse_datetime'),
  }),
];

export const datetimeFunctions: readonly FunctionOverload[] = [
  ...current,
  ...truncation,
  ...arithmetic,
  ...conversion,
  ...texts,
].flat();
