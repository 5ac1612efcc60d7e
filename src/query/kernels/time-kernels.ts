/**
 * Dates, times, timestamps and intervals as kernels: texts in and out, calendar months, units named
 * by text. What can be done by plain arithmetic on 64-bit cells is SQL instead
 * (analyse/functions/datetime.ts).
 */
import { SEQUENCE_ENTRIES_MAX } from '../../base/limits.ts';
import {
  addMonthsToDays,
  checkedNanos,
  civilFromDays,
  daysFromCivil,
  floorDiv,
  isoDayOfWeek,
  NANOS_PER_DAY,
  nanosOf,
} from './calendar.ts';
import { type DatePattern, printDate, readDate } from './date-pattern.ts';
import { jodaPattern } from './date-pattern-joda.ts';
import { mysqlPattern } from './date-pattern-mysql.ts';
import { formatIntervalDaySecond, formatIntervalYearMonth } from './format-interval.ts';
import { formatDate, formatIsoTimestamp, formatTime, formatTimestamp } from './format-time.ts';
import { defineKernel, type Kernel } from './kernel.ts';
import {
  parseDate,
  parseDuration,
  parseIsoDate,
  parseIsoTimestamp,
  parseTime,
  parseTimestamp,
} from './parse-time.ts';

/** Patterns come from queries; each is small, a query has few. */
const PATTERN_CACHE_MAX = 256;

function cached(compile: (text: string) => DatePattern): (text: string) => DatePattern {
  const known = new Map<string, DatePattern>();
  return (text) => {
    let pattern = known.get(text);
    if (pattern === undefined) {
      pattern = compile(text);
      if (known.size >= PATTERN_CACHE_MAX) known.clear();
      known.set(text, pattern);
    }
    return pattern;
  };
}

const mysql = cached(mysqlPattern);
const joda = cached(jodaPattern);

interface DayAndClock {
  readonly days: number;
  readonly clock: bigint;
}

function dayAndClock(nanos: bigint): DayAndClock {
  const days = floorDiv(nanos, NANOS_PER_DAY);
  return { days: Number(days), clock: nanos - days * NANOS_PER_DAY };
}

export function addMonths(nanos: bigint, months: number): bigint {
  const { days, clock } = dayAndClock(nanos);
  return nanosOf(addMonthsToDays(days, months), clock);
}

const FIXED_UNITS: Readonly<Record<string, bigint>> = {
  nanosecond: 1n,
  microsecond: 1_000n,
  millisecond: 1_000_000n,
  second: 1_000_000_000n,
  minute: 60_000_000_000n,
  hour: 3_600_000_000_000n,
  day: NANOS_PER_DAY,
  week: 7n * NANOS_PER_DAY,
};
const MONTH_UNITS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

function badUnit(unit: string, kind: string): Error {
  return new Error(`'${unit}' is not a valid ${kind} field`);
}

export function truncateTo(unit: string, nanos: bigint, kind = 'Timestamp'): bigint {
  const lower = unit.toLowerCase();
  const months = MONTH_UNITS[lower];
  const size = FIXED_UNITS[lower];
  const { days } = dayAndClock(nanos);
  if (months !== undefined) {
    const { year, month } = civilFromDays(days);
    return nanosOf(daysFromCivil(year, month - ((month - 1) % months), 1), 0n);
  }
  if (size === undefined || size < 1_000_000n) throw badUnit(unit, kind);
  if (lower === 'week') return nanosOf(days - isoDayOfWeek(days) + 1, 0n);
  return checkedNanos(floorDiv(nanos, size) * size);
}

export function addUnits(unit: string, count: bigint, nanos: bigint, kind = 'Timestamp'): bigint {
  const lower = unit.toLowerCase();
  const months = MONTH_UNITS[lower];
  if (months !== undefined) {
    const total = count * BigInt(months);
    if (total < -120_000n || total > 120_000n) throw new Error('timestamp out of range');
    return addMonths(nanos, Number(total));
  }
  const size = FIXED_UNITS[lower];
  if (size === undefined) throw badUnit(unit, kind);
  return checkedNanos(nanos + count * size);
}

/** Whole units from one to the other, truncated toward zero; months by calendar with clipping. */
export function differenceIn(unit: string, from: bigint, to: bigint, kind = 'Timestamp'): bigint {
  const lower = unit.toLowerCase();
  const months = MONTH_UNITS[lower];
  if (months !== undefined) return BigInt(Math.trunc(monthsBetween(from, to) / months) + 0);
  const size = FIXED_UNITS[lower];
  if (size === undefined) throw badUnit(unit, kind);
  return (to - from) / size;
}

function monthsBetween(from: bigint, to: bigint): number {
  const [a, b] = [dayAndClock(from), dayAndClock(to)];
  const [start, end] = [civilFromDays(a.days), civilFromDays(b.days)];
  const whole = (end.year - start.year) * 12 + end.month - start.month;
  if (whole === 0) return 0;
  const reached = BigInt(addMonthsToDays(a.days, whole)) * NANOS_PER_DAY + a.clock;
  if (whole > 0 && reached > to) return whole - 1;
  if (whole < 0 && reached < to) return whole + 1;
  return whole;
}

const TIME_UNITS = ['millisecond', 'second', 'minute', 'hour'];
const DATE_UNITS = ['day', 'week', 'month', 'quarter', 'year'];

function checkUnit(unit: string, units: readonly string[], kind: string): void {
  if (!units.includes(unit.toLowerCase())) throw badUnit(unit, kind);
}

/** Each entry is counted from the start, so that clipping to a month's end does not stick. */
function monthSequence<T extends number | bigint>(
  range: { readonly start: T; readonly stop: T; readonly months: number },
  add: (from: T, months: number) => T,
): readonly T[] {
  const { start, stop, months } = range;
  if (months === 0) throw new Error('step must not be zero');
  if (months > 0 ? stop < start : stop > start) {
    throw new Error(
      'sequence stop value should be greater than or equal to start value if step is greater ' +
        'than zero otherwise stop should be less than or equal to start',
    );
  }
  const entries: T[] = [];
  for (let at = start; months > 0 ? at <= stop : at >= stop; ) {
    if (entries.length === SEQUENCE_ENTRIES_MAX) {
      throw new Error(
        `result of sequence function must not have more than ${SEQUENCE_ENTRIES_MAX} entries`,
      );
    }
    entries.push(at);
    at = add(start, months * entries.length);
  }
  return entries;
}

const texts: readonly Kernel[] = [
  defineKernel({
    name: 'k_date_text',
    parameters: ['integer'],
    result: 'varchar',
    perRow: formatDate,
  }),
  defineKernel({
    name: 'k_time_text',
    parameters: ['bigint'],
    result: 'varchar',
    perRow: formatTime,
  }),
  defineKernel({
    name: 'k_timestamp_text',
    parameters: ['bigint'],
    result: 'varchar',
    perRow: formatTimestamp,
  }),
  defineKernel({
    name: 'k_iso_timestamp_text',
    parameters: ['bigint'],
    result: 'varchar',
    perRow: formatIsoTimestamp,
  }),
  defineKernel({
    name: 'k_day_second_text',
    parameters: ['bigint'],
    result: 'varchar',
    perRow: formatIntervalDaySecond,
  }),
  defineKernel({
    name: 'k_year_month_text',
    parameters: ['integer'],
    result: 'varchar',
    perRow: formatIntervalYearMonth,
  }),
  defineKernel({
    name: 'k_parse_date',
    parameters: ['varchar'],
    result: 'integer',
    perRow: parseDate,
  }),
  defineKernel({
    name: 'k_parse_time',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: parseTime,
  }),
  defineKernel({
    name: 'k_parse_timestamp',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: parseTimestamp,
  }),
  defineKernel({
    name: 'k_parse_iso_timestamp',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: parseIsoTimestamp,
  }),
  defineKernel({
    name: 'k_parse_iso_date',
    parameters: ['varchar'],
    result: 'integer',
    perRow: parseIsoDate,
  }),
  defineKernel({
    name: 'k_parse_duration',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: parseDuration,
  }),
  defineKernel({
    name: 'k_date_format',
    parameters: ['bigint', 'varchar'],
    result: 'varchar',
    perRow: (nanos, format) => printDate(mysql(format), nanos),
  }),
  defineKernel({
    name: 'k_date_parse',
    parameters: ['varchar', 'varchar'],
    result: 'bigint',
    perRow: (text, format) => readDate(mysql(format), text),
  }),
  defineKernel({
    name: 'k_format_datetime',
    parameters: ['bigint', 'varchar'],
    result: 'varchar',
    perRow: (nanos, format) => printDate(joda(format), nanos),
  }),
  defineKernel({
    name: 'k_parse_datetime',
    parameters: ['varchar', 'varchar'],
    result: 'bigint',
    perRow: (text, format) => readDate(joda(format), text),
  }),
];

const arithmetic: readonly Kernel[] = [
  defineKernel({
    name: 'k_timestamp_add_months',
    parameters: ['bigint', 'integer'],
    result: 'bigint',
    perRow: addMonths,
  }),
  defineKernel({
    name: 'k_date_add_months',
    parameters: ['integer', 'integer'],
    result: 'integer',
    perRow: addMonthsToDays,
  }),
  defineKernel({
    name: 'k_timestamp_month_sequence',
    parameters: ['bigint', 'bigint', 'integer'],
    result: { list: 'bigint' },
    perRow: (start, stop, months) => monthSequence({ start, stop, months }, addMonths),
  }),
  defineKernel({
    name: 'k_date_month_sequence',
    parameters: ['integer', 'integer', 'integer'],
    result: { list: 'integer' },
    perRow: (start, stop, months) => monthSequence({ start, stop, months }, addMonthsToDays),
  }),
  defineKernel({
    name: 'k_bin',
    parameters: ['bigint', 'bigint'],
    result: 'bigint',
    perRow: (nanos, interval) => {
      if (interval <= 0n) throw new Error('bin interval must be positive');
      return checkedNanos(floorDiv(nanos, interval) * interval);
    },
  }),
  defineKernel({
    name: 'k_timestamp_trunc',
    parameters: ['varchar', 'bigint'],
    result: 'bigint',
    perRow: (unit, nanos) => truncateTo(unit, nanos),
  }),
  defineKernel({
    name: 'k_date_trunc',
    parameters: ['varchar', 'integer'],
    result: 'integer',
    perRow: (unit, days) => {
      checkUnit(unit, DATE_UNITS, 'DATE');
      return Number(truncateTo(unit, BigInt(days) * NANOS_PER_DAY, 'DATE') / NANOS_PER_DAY);
    },
  }),
  defineKernel({
    name: 'k_time_trunc',
    parameters: ['varchar', 'bigint'],
    result: 'bigint',
    perRow: (unit, clock) => {
      checkUnit(unit, TIME_UNITS, 'Time');
      return truncateTo(unit, clock, 'Time');
    },
  }),
  defineKernel({
    name: 'k_timestamp_add',
    parameters: ['varchar', 'bigint', 'bigint'],
    result: 'bigint',
    perRow: (unit, count, nanos) => addUnits(unit, count, nanos),
  }),
  defineKernel({
    name: 'k_date_add',
    parameters: ['varchar', 'bigint', 'integer'],
    result: 'integer',
    perRow: (unit, count, days) => {
      checkUnit(unit, DATE_UNITS, 'DATE');
      return Number(addUnits(unit, count, BigInt(days) * NANOS_PER_DAY, 'DATE') / NANOS_PER_DAY);
    },
  }),
  defineKernel({
    name: 'k_time_add',
    parameters: ['varchar', 'bigint', 'bigint'],
    result: 'bigint',
    perRow: (unit, count, clock) => {
      checkUnit(unit, TIME_UNITS, 'Time');
      const size = FIXED_UNITS[unit.toLowerCase()] ?? 0n;
      const moved = (clock + ((count * size) % NANOS_PER_DAY)) % NANOS_PER_DAY;
      return moved < 0n ? moved + NANOS_PER_DAY : moved;
    },
  }),
  defineKernel({
    name: 'k_timestamp_diff',
    parameters: ['varchar', 'bigint', 'bigint'],
    result: 'bigint',
    perRow: (unit, from, to) => differenceIn(unit, from, to),
  }),
  defineKernel({
    name: 'k_date_diff',
    parameters: ['varchar', 'integer', 'integer'],
    result: 'bigint',
    perRow: (unit, from, to) => {
      checkUnit(unit, DATE_UNITS, 'DATE');
      return differenceIn(unit, BigInt(from) * NANOS_PER_DAY, BigInt(to) * NANOS_PER_DAY, 'DATE');
    },
  }),
  defineKernel({
    name: 'k_time_diff',
    parameters: ['varchar', 'bigint', 'bigint'],
    result: 'bigint',
    perRow: (unit, from, to) => {
      checkUnit(unit, TIME_UNITS, 'Time');
      return differenceIn(unit, from, to, 'Time');
    },
  }),
];

export const timeKernels: readonly Kernel[] = [...texts, ...arithmetic];
