import { describe, expect, it } from 'vitest';
import { printDate, readDate } from './date-pattern.ts';
import { jodaPattern } from './date-pattern-joda.ts';
import { mysqlPattern } from './date-pattern-mysql.ts';
import { formatIntervalDaySecond, formatIntervalYearMonth } from './format-interval.ts';
import { formatTimestamp } from './format-time.ts';
import {
  parseDate,
  parseDuration,
  parseIsoDate,
  parseIsoTimestamp,
  parseTime,
  parseTimestamp,
} from './parse-time.ts';

describe('parsing times', () => {
  it.each([
    ['2022-06-17', '2022-06-17 00:00:00.000000000'],
    ['2022-06-17 10:15', '2022-06-17 10:15:00.000000000'],
    ['2022-06-17T10:15:20.5Z', '2022-06-17 10:15:20.500000000'],
    ['2022-06-17 10:15:20.123456789', '2022-06-17 10:15:20.123456789'],
    ['2022-12-31 23:59:59.9999999995', '2023-01-01 00:00:00.000000000'],
    ['2022-06-17 10:15:20.123456789499', '2022-06-17 10:15:20.123456789'],
    ['2021-09-18 00:00:00+00:00', '2021-09-18 00:00:00.000000000'],
    ['2021-09-18 00:00:00 -02:30', '2021-09-18 02:30:00.000000000'],
    ['1677-09-21 00:12:44.000000000', '1677-09-21 00:12:44.000000000'],
  ])('parseTimestamp of %s is %s', (text, expected) => {
    expect(formatTimestamp(parseTimestamp(text))).toBe(expected);
  });

  it.each([
    '',
    'x',
    '2022-13-01',
    '2022-02-30',
    '2022-01-01 24:00',
    '2022-01-01 10',
    '2022-1-1 1:1:61',
  ])('parseTimestamp refuses %j', (text) => {
    expect(() => parseTimestamp(text)).toThrow(`Value cannot be cast to timestamp: ${text}`);
  });

  it('a timestamp beyond 64 bits of nanoseconds is refused', () => {
    expect(() => parseTimestamp('2263-01-01')).toThrow('timestamp out of range');
  });

  it('ISO 8601 dates may be by week or by day of the year', () => {
    expect(parseIsoDate('2022-W28-7')).toBe(parseDate('2022-07-17'));
    expect(parseIsoDate('2022-198')).toBe(parseDate('2022-07-17'));
    expect(() => parseIsoDate('2022-366')).toThrow('Invalid format');
    expect(formatTimestamp(parseIsoTimestamp('2021-11-15T11:18:42'))).toBe(
      '2021-11-15 11:18:42.000000000',
    );
  });

  it('parseTime and parseDuration read their forms', () => {
    expect(parseTime('01:00')).toBe(3_600_000_000_000n);
    expect(parseDuration('72.5h')).toBe(261_000_000_000_000n);
    expect(() => parseDuration('3hours')).toThrow('Unknown time unit: hours');
  });

  it('intervals print their sign before days or years', () => {
    expect(formatIntervalDaySecond(-162_000_000_000_000n)).toBe('-1 21:00:00.000000000');
    expect(formatIntervalYearMonth(31)).toBe('2-7');
    expect(formatIntervalYearMonth(-8)).toBe('-0-8');
  });
});

describe('date patterns', () => {
  const t = parseTimestamp('2019-10-20 15:04:05.123456789');

  it.each([
    ['%a %b %c %d %e', 'Sun Oct 10 20 20'],
    ['%f', '123456'],
    ['%H %h %I %k %l %p', '15 03 03 15 3 PM'],
    ['%i %j %M %m', '04 293 October 10'],
    ['%r|%T', '03:04:05 PM|15:04:05'],
    ['%v %x %W %Y %y %%', '42 2019 Sunday 2019 19 %'],
    ['%q', 'q'],
  ])('date_format %s is %s', (format, expected) => {
    expect(printDate(mysqlPattern(format), t)).toBe(expected);
  });

  it('date_format refuses what the language does not have', () => {
    expect(() => mysqlPattern('%D')).toThrow('%D not supported in date format string');
  });

  it.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2019-10-20T15:04:05.123'],
    ['EEE EEEE MMM MMMM', 'Sun Sunday Oct October'],
    ['h K k a', '3 3 15 PM'],
    ['D w xxxx e', '293 42 2019 7'],
    ["G yy 'o''clock' z Z ZZ", "AD 19 o'clock UTC +0000 +00:00"],
  ])('format_datetime %s is %s', (pattern, expected) => {
    expect(printDate(jodaPattern(pattern), t)).toBe(expected);
  });

  it('parse_datetime reads digits that touch', () => {
    const read = readDate(jodaPattern('yyyyMMddHHmmss'), '20191020150405');
    expect(formatTimestamp(read)).toBe('2019-10-20 15:04:05.000000000');
  });

  it('parsing says where the text goes wrong', () => {
    expect(() => readDate(mysqlPattern('%Y-%m'), '2019x10')).toThrow(
      'Invalid format: "2019x10" is malformed at "x10"',
    );
    expect(() => jodaPattern('b')).toThrow('Illegal pattern component: b');
  });
});
