/** The specifiers of date_format and date_parse (query-language 7.7), read into date elements. */
import { known } from '../../base/assert.ts';
import {
  calendarName,
  clockHour12,
  type DateElement,
  type DatePattern,
  fractionElement,
  HALF_DAY,
  literal,
  numberElement,
} from './date-pattern.ts';

const two = (field: Parameters<typeof numberElement>[0]['field'], min: number, max: number) =>
  numberElement({ field, width: 2, digitsMax: 2, min, max });

const HOUR = two('hour', 0, 23);
const MINUTE = two('minute', 0, 59);
const SECOND = two('second', 0, 59);

const SPECIFIERS: Readonly<Record<string, DatePattern>> = {
  a: [calendarName('dayOfWeek', 'short')],
  b: [calendarName('month', 'short')],
  c: [numberElement({ field: 'month', width: 1, digitsMax: 2, min: 1, max: 12 })],
  d: [two('day', 1, 31)],
  e: [numberElement({ field: 'day', width: 1, digitsMax: 2, min: 1, max: 31 })],
  f: [fractionElement(6)],
  H: [HOUR],
  h: [clockHour12(2)],
  I: [clockHour12(2)],
  i: [MINUTE],
  j: [numberElement({ field: 'dayOfYear', width: 3, digitsMax: 3, min: 1, max: 366 })],
  k: [numberElement({ field: 'hour', width: 1, digitsMax: 2, max: 23 })],
  l: [clockHour12(1)],
  M: [calendarName('month', 'full')],
  m: [two('month', 1, 12)],
  p: [HALF_DAY],
  r: [clockHour12(2), literal(':'), MINUTE, literal(':'), SECOND, literal(' '), HALF_DAY],
  S: [SECOND],
  s: [SECOND],
  T: [HOUR, literal(':'), MINUTE, literal(':'), SECOND],
  v: [two('week', 1, 53)],
  W: [calendarName('dayOfWeek', 'full')],
  x: [numberElement({ field: 'weekYear', width: 4, digitsMax: 4 })],
  Y: [numberElement({ field: 'year', width: 4, digitsMax: 4, signed: true })],
  y: [
    numberElement({
      field: 'year',
      width: 2,
      digitsMax: 2,
      shown: (year) => ((year % 100) + 100) % 100,
      meant: (year) => year + (year < 70 ? 2000 : 1900),
    }),
  ],
  '%': [literal('%')],
};

const UNSUPPORTED = 'DUuVwX';

export function mysqlPattern(format: string): DatePattern {
  const elements: DateElement[] = [];
  for (let at = 0; at < format.length; at++) {
    const character = known(format[at], 'character');
    const specifier = format[at + 1];
    if (character !== '%' || specifier === undefined) {
      elements.push(literal(character));
      continue;
    }
    at++;
    if (UNSUPPORTED.includes(specifier)) {
      throw new Error(`%${specifier} not supported in date format string`);
    }
    elements.push(...(SPECIFIERS[specifier] ?? [literal(specifier)]));
  }
  return elements;
}
