import { expect, test } from 'vitest';
import type { Nanos } from '../../base/brand.ts';
import { aligned, nanosText, printable, sizeText } from './text.ts';

test('nanosText() keeps all nine digits, also before the epoch and at both ends', () => {
  const cases: readonly (readonly [bigint, string])[] = [
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [1_700_000_000_123_456_789n, '2023-11-14T22:13:20.123456789Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [2n ** 63n - 1n, '2262-04-11T23:47:16.854775807Z'],
    [-(2n ** 63n), '1677-09-21T00:12:43.145224192Z'],
  ];
  for (const [nanos, text] of cases) expect(nanosText(nanos as Nanos)).toBe(text);
});

test('sizeText() counts in units of 1024', () => {
  expect([0, 1023, 1024, 1536, 2 ** 40, 2 ** 52].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '1.0 TiB',
    '4096.0 TiB',
  ]);
});

test('printable() lets no name steer the terminal or turn the line around', () => {
  expect(printable('grün 火 a\u001b[2J\u009b\u202e\n')).toBe(
    'grün 火 a\\u{1b}[2J\\u{9b}\\u{202e}\\u{a}',
  );
});

test('aligned() pads all columns but the last', () => {
  expect(
    aligned([
      ['a', 'bb', 'c'],
      ['aaa', 'b', ''],
    ]),
  ).toEqual(['a    bb  c', 'aaa  b']);
});
