/**
 * The patterns of format_datetime and parse_datetime (query-language 7.8), read into date elements:
 * the letters of Joda-Time and those of java.time where they do not contradict each other.
 *
 * A run of one letter is one element, its length the number of digits printed, or short and full
 * name. Text stands in single quotes, two of them for one.
 */
import { assert } from '../../base/assert.ts';
import {
  calendarName,
  clockHour12,
  type DateElement,
  type DatePattern,
  fractionElement,
  HALF_DAY,
  literal,
  nameElement,
  numberElement,
} from './date-pattern.ts';
import { offsetSeconds } from './parse-time.ts';

/** Abbreviations that RFC 822 and daily use know, in seconds east of Greenwich. */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  UT: 0,
  Z: 0,
  EST: -5 * 3600,
  EDT: -4 * 3600,
  CST: -6 * 3600,
  CDT: -5 * 3600,
  MST: -7 * 3600,
  MDT: -6 * 3600,
  PST: -8 * 3600,
  PDT: -7 * 3600,
  CET: 3600,
  CEST: 7200,
  BST: 3600,
  EET: 7200,
  EEST: 10_800,
  MSK: 10_800,
  JST: 9 * 3600,
  KST: 9 * 3600,
};

function zoneElement(printed: string): DateElement {
  const offset = /[+-]\d{2}(?::?\d{2})?/y;
  const name = /[A-Za-z]+/y;
  return {
    print: () => printed,
    read(text, at, into) {
      offset.lastIndex = at;
      name.lastIndex = at;
      const found = (offset.exec(text) ?? name.exec(text))?.[0];
      if (found === undefined) return undefined;
      const seconds = ZONES[found.toUpperCase()] ?? namedOffset(found);
      if (seconds === undefined) return undefined;
      into.offsetSeconds = seconds;
      return at + found.length;
    },
  };
}

function namedOffset(text: string): number | undefined {
  return /^[+-]/.test(text) ? offsetSeconds(text) : undefined;
}

type ElementOf = (length: number, beforeDigits: boolean) => DateElement;

function year(field: 'year' | 'weekYear'): ElementOf {
  return (length, beforeDigits) =>
    length === 2
      ? numberElement({
          field,
          width: 2,
          digitsMax: 2,
          shown: (value) => ((value % 100) + 100) % 100,
          meant: (value) => 2000 + value,
        })
      : numberElement({
          field,
          width: length,
          digitsMax: beforeDigits ? Math.max(length, 1) : 9,
          signed: true,
        });
}

function plain(
  field: Parameters<typeof numberElement>[0]['field'],
  min: number,
  max: number,
): ElementOf {
  const digits = String(max).length;
  return (length) =>
    numberElement({ field, width: length, digitsMax: Math.max(digits, length), min, max });
}

const month: ElementOf = (length, beforeDigits) =>
  length >= 3
    ? calendarName('month', length === 3 ? 'short' : 'full')
    : plain('month', 1, 12)(length, beforeDigits);

const LETTERS: Readonly<Record<string, ElementOf>> = {
  G: () => nameElement('era', ['BC', 'AD'], 0),
  y: year('year'),
  u: year('year'),
  Y: year('year'),
  x: year('weekYear'),
  M: month,
  L: month,
  d: plain('day', 1, 31),
  D: plain('dayOfYear', 1, 366),
  w: plain('week', 1, 53),
  e: plain('dayOfWeek', 1, 7),
  E: (length) => calendarName('dayOfWeek', length <= 3 ? 'short' : 'full'),
  a: () => HALF_DAY,
  H: plain('hour', 0, 23),
  k: (length) =>
    numberElement({
      field: 'hour',
      width: length,
      digitsMax: 2,
      min: 1,
      max: 24,
      shown: (hour) => (hour === 0 ? 24 : hour),
      meant: (hour) => hour % 24,
    }),
  K: plain('hourOfHalf', 0, 11),
  h: clockHour12,
  m: plain('minute', 0, 59),
  s: plain('second', 0, 59),
  S: fractionElement,
  n: plain('nanos', 0, 999_999_999),
  z: (length) => zoneElement(length >= 4 ? 'Coordinated Universal Time' : 'UTC'),
  Z: (length) => zoneElement(length === 1 ? '+0000' : length === 2 ? '+00:00' : 'UTC'),
  X: () => zoneElement('Z'),
};

/** What begins with digits: then a year before it has as many digits as letters. */
const DIGITS_NEXT = /^(?:[yuYxdDwekKhHmsSn]|M{1,2}(?!M)|L{1,2}(?!L))/;

export function jodaPattern(pattern: string): DatePattern {
  const elements: DateElement[] = [];
  for (let at = 0; at < pattern.length; ) {
    const run = /^(?:([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z']+)/.exec(pattern.slice(at))?.[0];
    if (run === undefined) throw new Error(`Unterminated quote in pattern: ${pattern}`);
    at += run.length;
    elements.push(elementOf(run, DIGITS_NEXT.test(pattern.slice(at))));
  }
  return elements;
}

function elementOf(run: string, beforeDigits: boolean): DateElement {
  const first = run[0];
  assert(first !== undefined, 'a run has a character');
  if (first === "'") return literal(run === "''" ? "'" : run.slice(1, -1).replaceAll("''", "'"));
  if (!/[A-Za-z]/.test(first)) return literal(run);
  const make = LETTERS[first];
  if (!make) throw new Error(`Illegal pattern component: ${run}`);
  return make(run.length, beforeDigits);
}
