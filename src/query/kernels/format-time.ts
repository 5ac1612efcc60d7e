/**
 * Dates, times and timestamps as text (query-language 7.9): always nine digits of a second, no
 * zone. Used by casts and by the encoder of result pages, which has 64-bit values as two halves.
 */
import {
  civilFromDays,
  SECONDS_PER_DAY,
  type SplitNanos,
  splitCells,
  splitNanos,
} from './calendar.ts';

export function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

const PAIRS = Array.from({ length: 100 }, (_, value) => pad(value, 2));

function pair(value: number): string {
  return PAIRS[value] ?? '';
}

/** Rows of a result mostly share their day; its text is kept. */
let lastDays = 0;
let lastDate = '1970-01-01';

export function formatDate(days: number): string {
  if (days === lastDays) return lastDate;
  const { year, month, day } = civilFromDays(days);
  lastDate = `${formatYear(year)}-${pair(month)}-${pair(day)}`;
  lastDays = days;
  return lastDate;
}

/** Four digits at least; a year before 0 keeps its sign before them. */
export function formatYear(year: number): string {
  return year < 0 ? `-${pad(-year, 4)}` : pad(year, 4);
}

function formatClock(secondOfDay: number, nanos: number): string {
  const hour = Math.floor(secondOfDay / 3600);
  const minute = Math.floor(secondOfDay / 60) % 60;
  const second = secondOfDay % 60;
  return `${pair(hour)}:${pair(minute)}:${pair(second)}.${String(1_000_000_000 + nanos).slice(1)}`;
}

function formatSplit({ seconds, nanos }: SplitNanos, separator: string): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const clock = formatClock(seconds - days * SECONDS_PER_DAY, nanos);
  return `${formatDate(days)}${separator}${clock}`;
}

/** `YYYY-MM-DD HH:MM:SS.nnnnnnnnn` of nanoseconds since the epoch. */
export function formatTimestamp(nanos: bigint): string {
  return formatSplit(splitNanos(nanos), ' ');
}

/** The same from the two halves of the 64-bit value. */
export function formatTimestampCells(lo: number, hi: number): string {
  return formatSplit(splitCells(lo, hi), ' ');
}

/** `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ` */
export function formatIsoTimestamp(nanos: bigint): string {
  return `${formatSplit(splitNanos(nanos), 'T')}Z`;
}

/** `HH:MM:SS.nnnnnnnnn` of nanoseconds of the day. */
export function formatTime(nanosOfDay: bigint): string {
  const { seconds, nanos } = splitNanos(nanosOfDay);
  return formatClock(seconds, nanos);
}

export function formatTimeCells(lo: number, hi: number): string {
  const { seconds, nanos } = splitCells(lo, hi);
  return formatClock(seconds, nanos);
}
