import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMonthsToDays,
  civilFromDays,
  daysFromCivil,
  isoDayOfWeek,
  isoWeek,
  splitNanos,
} from './calendar.ts';
import { printDate, readDate } from './date-pattern.ts';
import { jodaPattern } from './date-pattern-joda.ts';
import { mysqlPattern } from './date-pattern-mysql.ts';
import { formatTimestamp, formatTimestampCells } from './format-time.ts';
import { parseTimestamp } from './parse-time.ts';

const anyNanos = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyDay = fc.integer({ min: -106_751, max: 106_751 });

describe('time texts', () => {
  it('formatTimestamp reads back as the same instant', () => {
    fc.assert(
      fc.property(anyNanos, (nanos) => {
        expect(parseTimestamp(formatTimestamp(nanos))).toBe(nanos);
      }),
    );
  });

  it('formatTimestampCells agrees with formatTimestamp', () => {
    fc.assert(
      fc.property(anyNanos, (nanos) => {
        const [lo, hi] = [Number(BigInt.asIntN(32, nanos)), Number(nanos >> 32n)];
        expect(formatTimestampCells(lo, hi)).toBe(formatTimestamp(nanos));
      }),
    );
  });

  it('splitNanos puts together what it took apart', () => {
    fc.assert(
      fc.property(anyNanos, (value) => {
        const { seconds, nanos } = splitNanos(value);
        expect(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)).toBe(value);
        expect(nanos >= 0 && nanos < 1e9).toBe(true);
      }),
    );
  });

  it('date patterns read what they print', () => {
    const patterns = [
      mysqlPattern('%Y-%m-%d %H:%i:%s'),
      mysqlPattern('%W %M %e %Y %r'),
      mysqlPattern('%x-%v %a %T'),
      jodaPattern("yyyy-MM-dd'T'HH:mm:ss z"),
      jodaPattern('EEEE, d MMMM yyyy h:mm:ss a'),
    ];
    const seconds = fc.integer({ min: 0, max: 9_000_000_000 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(...patterns), (second, pattern) => {
        const nanos = BigInt(second) * 1_000_000_000n;
        expect(readDate(pattern, printDate(pattern, nanos))).toBe(nanos);
      }),
    );
  });
});

describe('calendar', () => {
  it('civilFromDays agrees with Date and daysFromCivil turns it back', () => {
    fc.assert(
      fc.property(anyDay, (days) => {
        const { year, month, day } = civilFromDays(days);
        const reference = new Date(days * 86_400_000);
        expect([year, month, day]).toEqual([
          reference.getUTCFullYear(),
          reference.getUTCMonth() + 1,
          reference.getUTCDate(),
        ]);
        expect(daysFromCivil(year, month, day)).toBe(days);
        expect(isoDayOfWeek(days) % 7).toBe(reference.getUTCDay());
      }),
    );
  });

  it.each([
    ['2021-01-03', 2020, 53],
    ['2021-01-04', 2021, 1],
    ['2019-10-12', 2019, 41],
    ['2018-12-31', 2019, 1],
  ])('isoWeek of %s is %d-W%d', (text, weekYear, week) => {
    const days = Date.parse(text) / 86_400_000;
    expect(isoWeek(days)).toEqual({ weekYear, week });
  });

  it('addMonthsToDays clips to the last day of the month', () => {
    const days = (text: string) => Date.parse(text) / 86_400_000;
    expect(addMonthsToDays(days('2020-01-31'), 1)).toBe(days('2020-02-29'));
    expect(addMonthsToDays(days('2020-03-31'), -1)).toBe(days('2020-02-29'));
    expect(addMonthsToDays(days('2020-02-29'), 12)).toBe(days('2021-02-28'));
  });
});
