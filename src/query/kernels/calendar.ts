/**
 * Calendar arithmetic on plain numbers: days since 1970-01-01 in the proleptic Gregorian calendar,
 * ISO 8601 weeks. And the split of 64-bit nanoseconds into seconds and a rest.
 *
 * Days and civil dates convert by counting years from March, so that the leap day is the last of a
 * year, in eras of 400 years (146,097 days).
 */
export const NANOS_PER_DAY = 86_400_000_000_000n;
export const SECONDS_PER_DAY = 86_400;

/** 1970-01-01 counted from 0000-03-01. */
const EPOCH_SHIFT = 719_468;
const DAYS_PER_ERA = 146_097;

export interface CivilDate {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly day: number;
}

export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT;
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + EPOCH_SHIFT;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day };
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

export function isCivilDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Adds months; a day the target month does not have becomes its last one. */
export function addMonthsToDays(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const total = year * 12 + (month - 1) + months;
  const toYear = Math.floor(total / 12);
  const toMonth = total - toYear * 12 + 1;
  return daysFromCivil(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

/** Monday = 1 … Sunday = 7. */
export function isoDayOfWeek(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

export function dayOfYear(days: number): number {
  return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}

/** The week belongs to the year that its Thursday is in. */
export function isoWeek(days: number): { readonly weekYear: number; readonly week: number } {
  const thursday = days - isoDayOfWeek(days) + 4;
  const weekYear = civilFromDays(thursday).year;
  return { weekYear, week: Math.floor((thursday - daysFromCivil(weekYear, 1, 1)) / 7) + 1 };
}

/** The day of an ISO week date. */
export function daysFromIsoWeek(weekYear: number, week: number, dayOfWeek: number): number {
  const fourth = daysFromCivil(weekYear, 1, 4);
  return fourth - isoDayOfWeek(fourth) + 1 + (week - 1) * 7 + (dayOfWeek - 1);
}

export interface SplitNanos {
  /** Floored seconds. */
  readonly seconds: number;
  /** 0 … 999,999,999 */
  readonly nanos: number;
}

const BILLION = 1_000_000_000;

/** Divides the 64-bit value hi:lo by 10^9 limb by limb, exactly, without a BigInt. */
export function splitCells(lo: number, hi: number): SplitNanos {
  const top = Math.floor(hi / BILLION);
  const middle = (hi - top * BILLION) * 65_536 + (lo >>> 16);
  const upper = Math.floor(middle / BILLION);
  const bottom = (middle - upper * BILLION) * 65_536 + (lo & 0xffff);
  const lower = Math.floor(bottom / BILLION);
  return {
    seconds: top * 4_294_967_296 + upper * 65_536 + lower,
    nanos: bottom - lower * BILLION,
  };
}

/** One cell seen as its two halves; far faster than shifting the BigInt. */
const cell = new BigInt64Array(1);
const halves = new Int32Array(cell.buffer);

export function splitNanos(nanos: bigint): SplitNanos {
  cell[0] = nanos;
  return splitCells(halves[0] ?? 0, halves[1] ?? 0);
}

export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** The value, which must be a timestamp: 1677-09-21 … 2262-04-11. */
export function checkedNanos(nanos: bigint): bigint {
  if (nanos < INT64_MIN || nanos > INT64_MAX) throw new Error('timestamp out of range');
  return nanos;
}

export function nanosOf(days: number, nanosOfDay: bigint): bigint {
  return checkedNanos(BigInt(days) * NANOS_PER_DAY + nanosOfDay);
}
