/** The parts of dates, times and intervals, all bigint (query-language 6.8, extraction). */
import { type SqlType, TIMESTAMP } from '../types.ts';
import { calendarDate } from './casts.ts';
import { scalar, sql } from './define.ts';
import type { FunctionOverload } from './overload.ts';
import { nanosOfDay } from './sql-text.ts';

const DAY = ['(timestamp) -> bigint', '(date) -> bigint'];
const DAY_SECOND = '(interval day to second) -> bigint';
const YEAR_MONTH = '(interval year to month) -> bigint';
const CLOCK = ['(timestamp) -> bigint', '(time) -> bigint', DAY_SECOND];

interface CalendarPart {
  readonly names: readonly [string, ...string[]];
  /** DuckDB's function of a DATE. */
  readonly call: string;
  readonly doc: string;
}

const CALENDAR_PARTS: readonly CalendarPart[] = [
  { names: ['year'], call: 'year', doc: 'The year.' },
  { names: ['quarter'], call: 'quarter', doc: 'The quarter, 1 to 4.' },
  { names: ['month'], call: 'month', doc: 'The month, 1 to 12.' },
  { names: ['week', 'week_of_year'], call: 'week', doc: 'The ISO week, 1 to 53.' },
  { names: ['year_of_week', 'yow'], call: 'isoyear', doc: 'The year of the ISO week.' },
  { names: ['day', 'day_of_month'], call: 'day', doc: 'The day of the month, 1 to 31.' },
  { names: ['day_of_week', 'dow'], call: 'isodow', doc: 'Monday 1 to Sunday 7.' },
  { names: ['day_of_year', 'doy'], call: 'dayofyear', doc: 'The day of the year, 1 to 366.' },
];

const calendar = CALENDAR_PARTS.map(({ names, call, doc }) =>
  scalar({
    names,
    signatures: DAY,
    doc,
    lower: sql(([value = ''], types) => {
      return `CAST(${call}(${calendarDate(value, types.arguments[0] ?? TIMESTAMP)}) AS BIGINT)`;
    }),
  }),
);

const intervals = [
  scalar({
    names: ['year'],
    signatures: [YEAR_MONTH],
    doc: 'The whole years of an interval.',
    lower: sql(([value]) => `CAST(${value} // 12 AS BIGINT)`),
  }),
  scalar({
    names: ['month'],
    signatures: [YEAR_MONTH],
    doc: 'The months of an interval beyond its whole years.',
    lower: sql(([value]) => `CAST(${value} % 12 AS BIGINT)`),
  }),
  scalar({
    names: ['day', 'day_of_month'],
    signatures: [DAY_SECOND],
    doc: 'The whole days of an interval.',
    lower: sql(([value]) => `(${value} // 86400000000000)`),
  }),
];

/** Timestamps before 1970 need the time of day floored; the others are never negative, or signed. */
function clockBase(value: string, type: SqlType | undefined): string {
  return type?.kind === 'timestamp' ? nanosOfDay(value) : value;
}

function clockPart(name: string, doc: string, size: string, modulus: string) {
  return scalar({
    names: [name],
    signatures: CLOCK,
    doc,
    lower: sql(([value = ''], types) => {
      return `((${clockBase(value, types.arguments[0])} // ${size}) % ${modulus})`;
    }),
  });
}

export const extractFunctions: readonly FunctionOverload[] = [
  ...calendar,
  ...intervals,
  clockPart('hour', 'The hour, 0 to 23.', '3600000000000', '24'),
  clockPart('minute', 'The minute, 0 to 59.', '60000000000', '60'),
  clockPart('second', 'The second, 0 to 59.', '1000000000', '60'),
  clockPart('millisecond', 'The millisecond of the second.', '1000000', '1000'),
  clockPart('nanosecond', 'The nanosecond of the second.', '1', '1000000000'),
].flat();
