/**
 * A compiled pattern for dates as text: a row of elements, each of which prints itself from the
 * fields of a timestamp and reads itself from text. The two pattern languages (date-pattern-mysql,
 * date-pattern-joda) only differ in how they are read into elements.
 *
 * Reading collects fields; a missing one is that of 1970-01-01 00:00:00. An ISO week date wins over
 * a day of the year, that one over month and day.
 */
import {
  civilFromDays,
  dayOfYear,
  daysFromCivil,
  daysFromIsoWeek,
  isCivilDate,
  isLeapYear,
  isoDayOfWeek,
  isoWeek,
  nanosOf,
  SECONDS_PER_DAY,
  splitNanos,
} from './calendar.ts';
import { pad } from './format-time.ts';

export type DateField =
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'nanos'
  | 'half'
  | 'hourOfHalf'
  | 'dayOfYear'
  | 'weekYear'
  | 'week'
  | 'dayOfWeek'
  | 'era'
  | 'offsetSeconds';

export type ReadFields = Partial<Record<DateField, number>>;
export type PrintFields = Readonly<Record<Exclude<DateField, 'offsetSeconds'>, number>>;

export interface DateElement {
  print(fields: PrintFields): string;
  /** Reads from `at`; returns the place after, or undefined if the text does not fit. */
  read(text: string, at: number, into: ReadFields): number | undefined;
}

export type DatePattern = readonly DateElement[];

export function printFields(nanos: bigint): PrintFields {
  const split = splitNanos(nanos);
  const days = Math.floor(split.seconds / SECONDS_PER_DAY);
  const second = split.seconds - days * SECONDS_PER_DAY;
  const hour = Math.floor(second / 3600);
  const civil = civilFromDays(days);
  const { weekYear, week } = isoWeek(days);
  return {
    year: civil.year,
    month: civil.month,
    day: civil.day,
    hour,
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    nanos: split.nanos,
    half: hour < 12 ? 0 : 1,
    hourOfHalf: hour % 12,
    dayOfYear: dayOfYear(days),
    weekYear,
    week,
    dayOfWeek: isoDayOfWeek(days),
    era: civil.year > 0 ? 1 : 0,
  };
}

export function printDate(pattern: DatePattern, nanos: bigint): string {
  const fields = printFields(nanos);
  return pattern.map((element) => element.print(fields)).join('');
}

export function readDate(pattern: DatePattern, text: string): bigint {
  const fields: ReadFields = {};
  let at = 0;
  for (const element of pattern) {
    const next = element.read(text, at, fields);
    if (next === undefined) throw malformed(text, at);
    at = next;
  }
  if (at < text.length) throw malformed(text, at);
  const days = daysOf(fields);
  const seconds = secondsOfDay(fields);
  if (days === undefined || seconds === undefined) throw new Error(`Invalid format: "${text}"`);
  const clock = BigInt(seconds - (fields.offsetSeconds ?? 0)) * 1_000_000_000n;
  return nanosOf(days, clock + BigInt(fields.nanos ?? 0));
}

function malformed(text: string, at: number): Error {
  if (at >= text.length) return new Error(`Invalid format: "${text}" is too short`);
  const rest = at === 0 ? '' : ` is malformed at "${text.slice(at)}"`;
  return new Error(`Invalid format: "${text}"${rest}`);
}

function daysOf(fields: ReadFields): number | undefined {
  if (fields.weekYear !== undefined || fields.week !== undefined) {
    const year = fields.weekYear ?? fields.year ?? 1970;
    const days = daysFromIsoWeek(year, fields.week ?? 1, fields.dayOfWeek ?? 1);
    return isoWeek(days).weekYear === year ? days : undefined;
  }
  const year = fields.era === 0 ? 1 - (fields.year ?? 1) : (fields.year ?? 1970);
  if (fields.dayOfYear !== undefined) {
    const last = isLeapYear(year) ? 366 : 365;
    const within = fields.dayOfYear >= 1 && fields.dayOfYear <= last;
    return within ? daysFromCivil(year, 1, 1) + fields.dayOfYear - 1 : undefined;
  }
  const [month, day] = [fields.month ?? 1, fields.day ?? 1];
  return isCivilDate(year, month, day) ? daysFromCivil(year, month, day) : undefined;
}

function secondsOfDay(fields: ReadFields): number | undefined {
  const halved =
    fields.hourOfHalf === undefined ? undefined : fields.hourOfHalf + 12 * (fields.half ?? 0);
  const hour = fields.hour ?? halved ?? 0;
  const [minute, second] = [fields.minute ?? 0, fields.second ?? 0];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return hour * 3600 + minute * 60 + second;
}

export function literal(value: string): DateElement {
  return {
    print: () => value,
    read: (text, at) => (text.startsWith(value, at) ? at + value.length : undefined),
  };
}

interface NumberOptions {
  readonly field: keyof PrintFields;
  readonly width: number;
  readonly digitsMax: number;
  readonly min?: number;
  readonly max?: number;
  readonly signed?: boolean;
  /** From the field to the printed number, and back. */
  readonly shown?: (value: number) => number;
  readonly meant?: (shown: number) => number;
}

export function numberElement(options: NumberOptions): DateElement {
  const { field, width, digitsMax, min = 0, max = Number.POSITIVE_INFINITY } = options;
  const form = new RegExp(`${options.signed ? '[+-]?' : ''}\\d{1,${digitsMax}}`, 'y');
  return {
    print(fields) {
      const shown = options.shown ? options.shown(fields[field]) : fields[field];
      return shown < 0 ? `-${pad(-shown, width)}` : pad(shown, width);
    },
    read(text, at, into) {
      form.lastIndex = at;
      const digits = form.exec(text)?.[0];
      if (digits === undefined) return undefined;
      const shown = Number(digits);
      if (shown < min || shown > max) return undefined;
      into[field] = options.meant ? options.meant(shown) : shown;
      return at + digits.length;
    },
  };
}

/** Names by value, from `first`; read without case, the longest that fits. */
export function nameElement(
  field: keyof PrintFields,
  names: readonly string[],
  first: number,
  printed: readonly string[] = names,
): DateElement {
  const lower = names.map((name) => name.toLowerCase());
  return {
    print: (fields) => printed[(fields[field] - first) % printed.length] ?? '',
    read(text, at, into) {
      const rest = text.slice(at, at + 16).toLowerCase();
      let best = -1;
      for (const [index, name] of lower.entries()) {
        if (rest.startsWith(name) && name.length > (lower[best]?.length ?? 0)) best = index;
      }
      if (best < 0) return undefined;
      into[field] = (best % printed.length) + first;
      return at + (lower[best]?.length ?? 0);
    },
  };
}

/** Digits after the point of a second: prints `digits` of them, reads up to nine. */
export function fractionElement(digits: number): DateElement {
  const form = /\d{1,9}/y;
  return {
    print: (fields) => pad(fields.nanos, 9).slice(0, digits).padEnd(digits, '0'),
    read(text, at, into) {
      form.lastIndex = at;
      const found = form.exec(text)?.[0];
      if (found === undefined) return undefined;
      into.nanos = Number(found.padEnd(9, '0'));
      return at + found.length;
    },
  };
}

export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const WEEKDAYS: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];

export function shortNames(names: readonly string[]): readonly string[] {
  return names.map((name) => name.slice(0, 3));
}

/** Month or weekday by name: both lengths are read, one is printed. */
export function calendarName(field: 'month' | 'dayOfWeek', length: 'short' | 'full'): DateElement {
  const full = field === 'month' ? MONTHS : WEEKDAYS;
  const short = shortNames(full);
  return nameElement(field, [...full, ...short], 1, length === 'short' ? short : full);
}

export const HALF_DAY: DateElement = nameElement('half', ['AM', 'PM'], 0);

/** Hours on a clock of twelve: 12, 1 … 11. */
export function clockHour12(width: number): DateElement {
  return numberElement({
    field: 'hourOfHalf',
    width,
    digitsMax: 2,
    min: 1,
    max: 12,
    shown: (hour) => (hour === 0 ? 12 : hour),
    meant: (hour) => hour % 12,
  });
}
