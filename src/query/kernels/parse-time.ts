/**
 * Text to date, time, timestamp, interval: the forms that casts, literals and implicit coercion
 * accept (query-language 3.3, 3.4), and ISO 8601.
 *
 *   date        YYYY-MM-DD
 *   timestamp   YYYY-MM-DD[( |T)H:MM[:SS[.f{1,12}]][ ][Z|UTC|±HH[:MM]]]
 *   time        H:MM[:SS[.f{1,12}]]
 *   ISO date    also YYYY-Www-D, YYYY-DDD, YYYY-MM, YYYY
 *   duration    number[ ]unit
 */
import {
  daysFromCivil,
  daysFromIsoWeek,
  isCivilDate,
  isLeapYear,
  isoWeek,
  NANOS_PER_DAY,
  nanosOf,
} from './calendar.ts';

const CLOCK = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?`;
const ZONE = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?`;
const DATE = String.raw`([+-]?\d{4,6})-(\d{1,2})-(\d{1,2})`;

const DATE_FORM = new RegExp(`^${DATE}$`);
const TIME_FORM = new RegExp(`^${CLOCK}$`);
const TIMESTAMP_FORM = new RegExp(`^${DATE}(?:[ T]${CLOCK}${ZONE})?$`, 'i');

function civilDays(year: string, month: string, day: string): number | undefined {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return isCivilDate(y, m, d) ? daysFromCivil(y, m, d) : undefined;
}

type ClockParts = readonly [
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
];

/** Nanoseconds of the day, or all of it if rounding gives that; undefined if out of range. */
function clockNanos([hour, minute, second, fraction]: ClockParts): bigint | undefined {
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (h > 23 || m > 59 || s > 59) return undefined;
  return BigInt(h * 3600 + m * 60 + s) * 1_000_000_000n + fractionNanos(fraction);
}

/** Rounded half up to nanoseconds. */
function fractionNanos(fraction: string | undefined): bigint {
  if (!fraction) return 0n;
  const nanos = BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return (fraction[9] ?? '0') < '5' ? nanos : nanos + 1n;
}

/** Seconds east of Greenwich. */
export function offsetSeconds(zone: string | undefined): number | undefined {
  if (zone === undefined || /^(Z|UTC|GMT)$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 18 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

export function parseDate(text: string): number {
  const parts = DATE_FORM.exec(text.trim());
  const days = parts && civilDays(parts[1] ?? '', parts[2] ?? '', parts[3] ?? '');
  if (days === null || days === undefined) {
    throw new Error(`Value cannot be cast to date: ${text}`);
  }
  return days;
}

export function parseTime(text: string): bigint {
  const parts = TIME_FORM.exec(text.trim());
  const nanos = parts && clockNanos([parts[1], parts[2], parts[3], parts[4]]);
  if (nanos === null || nanos === undefined) {
    throw new Error(`Value cannot be cast to time: ${text}`);
  }
  return nanos % NANOS_PER_DAY;
}

export function parseTimestamp(text: string): bigint {
  const nanos = readTimestamp(text.trim());
  if (nanos === undefined) throw new Error(`Value cannot be cast to timestamp: ${text}`);
  return nanos;
}

function readTimestamp(text: string): bigint | undefined {
  const parts = TIMESTAMP_FORM.exec(text);
  if (!parts) return undefined;
  const days = civilDays(parts[1] ?? '', parts[2] ?? '', parts[3] ?? '');
  const clock = clockNanos([parts[4], parts[5], parts[6], parts[7]]);
  const offset = offsetSeconds(parts[8]);
  if (days === undefined || clock === undefined || offset === undefined) return undefined;
  return nanosOf(days, clock - BigInt(offset) * 1_000_000_000n);
}

const ISO_CLOCK =
  /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,12}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

export function parseIsoTimestamp(text: string): bigint {
  const cut = text.search(/[Tt]/);
  const days = readIsoDate(cut < 0 ? text : text.slice(0, cut));
  const parts = cut < 0 ? undefined : ISO_CLOCK.exec(text.slice(cut + 1));
  const clock = parts ? clockNanos([parts[1], parts[2], parts[3], parts[4]]) : 0n;
  const offset = offsetSeconds(parts?.[5]);
  if (days === undefined || parts === null || clock === undefined || offset === undefined) {
    throw new Error(`Invalid format: "${text}"`);
  }
  return nanosOf(days, clock - BigInt(offset) * 1_000_000_000n);
}

export function parseIsoDate(text: string): number {
  const days = readIsoDate(text);
  if (days === undefined) throw new Error(`Invalid format: "${text}"`);
  return days;
}

function readIsoDate(text: string): number | undefined {
  const civil = /^(-?\d{4,6})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (civil) return civilDays(civil[1] ?? '', civil[2] ?? '1', civil[3] ?? '1');
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (compact) return civilDays(compact[1] ?? '', compact[2] ?? '', compact[3] ?? '');
  const week = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/.exec(text);
  if (week) return isoWeekDays(Number(week[1]), Number(week[2]), Number(week[3] ?? 1));
  const ordinal = /^(\d{4})-(\d{3})$/.exec(text);
  if (!ordinal) return undefined;
  const [year, day] = [Number(ordinal[1]), Number(ordinal[2])];
  const last = isLeapYear(year) ? 366 : 365;
  return day >= 1 && day <= last ? daysFromCivil(year, 1, 1) + day - 1 : undefined;
}

function isoWeekDays(year: number, week: number, day: number): number | undefined {
  const days = daysFromIsoWeek(year, week, day);
  return isoWeek(days).weekYear === year && week >= 1 ? days : undefined;
}

/** The names of day-to-second units, which are those of the short interval literals too. */
const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  nanosecond: 1n,
  us: 1_000n,
  microsecond: 1_000n,
  ms: 1_000_000n,
  millisecond: 1_000_000n,
  s: 1_000_000_000n,
  second: 1_000_000_000n,
  m: 60_000_000_000n,
  minute: 60_000_000_000n,
  h: 3_600_000_000_000n,
  hour: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  day: 86_400_000_000_000n,
};

/** `42.8ms`, `1 day`. A fraction of a nanosecond is cut off. */
export function parseDuration(text: string): bigint {
  const parts = /^\s*(\d+)(?:\.(\d+))?\s*([A-Za-z]+)\s*$/.exec(text);
  if (!parts) throw new Error(`duration is not a valid data duration string: ${text}`);
  const unit = UNIT_NANOS[(parts[3] ?? '').toLowerCase()];
  if (unit === undefined) throw new Error(`Unknown time unit: ${parts[3]}`);
  const fraction = parts[2] ?? '';
  const scaled = BigInt((parts[1] ?? '0') + fraction) * unit;
  const nanos = scaled / 10n ** BigInt(fraction.length);
  if (nanos >= 2n ** 63n) throw new Error(`duration is out of range: ${text}`);
  return nanos;
}
