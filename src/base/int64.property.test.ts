import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareInt64,
  formatInt64,
  fromBigInt,
  multiplyInt64,
  parseInt64,
  toBigInt,
} from './int64.ts';

const encoder = new TextEncoder();
const MIN = -(1n << 63n);
const MAX = (1n << 63n) - 1n;
const fits = (value: bigint) => value >= MIN && value <= MAX;

const int64 = fc.oneof(
  fc.bigInt({ min: MIN, max: MAX }),
  fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
  fc.constantFrom(MIN, MIN + 1n, MAX, MAX - 1n, 0n, -1n, 1n, 1n << 32n, -(1n << 32n), 1n << 53n),
);

function parse(text: string): bigint | undefined {
  const bytes = encoder.encode(`x${text}"`);
  const cells = new BigInt64Array(3);
  const halves = new Int32Array(cells.buffer);
  const ok = parseInt64(bytes, 1, bytes.length - 1, halves, 1);
  return ok ? cells[1] : undefined;
}

describe('parseInt64()', () => {
  test('reads every int64 exactly', () => {
    fc.assert(
      fc.property(int64, (value) => {
        expect(parse(value.toString())).toBe(value);
      }),
    );
  });

  test('reads leading zeros and a plus sign', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX }), fc.nat(30), (value, zeros) => {
        expect(parse('+' + '0'.repeat(zeros) + value)).toBe(value);
      }),
    );
  });

  test('refuses what does not fit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: MAX + 1n, max: 10n ** 25n }), (value) => {
        expect(parse(value.toString())).toBeUndefined();
        expect(parse((-value - 1n).toString())).toBeUndefined();
      }),
    );
  });

  test.each(['', '-', '+', '1.0', '1e3', ' 1', '1 ', '--1', 'None', '12345678901234a6789', '0x1'])(
    'refuses %j',
    (text) => expect(parse(text)).toBeUndefined(),
  );
});

describe('multiplyInt64()', () => {
  test('agrees with BigInt, overflow included', () => {
    const factors = fc.constantFrom(1, 1e3, 1e6, 1e9);
    const near = fc
      .tuple(fc.bigInt({ min: -3n, max: 3n }), factors, fc.boolean())
      .map(([offset, factor, low]) => (low ? MIN : MAX) / BigInt(factor) + offset)
      .filter(fits);
    fc.assert(
      fc.property(fc.oneof(int64, near), factors, (value, factor) => {
        const cells = new BigInt64Array([0n, value]);
        const ok = multiplyInt64(new Int32Array(cells.buffer), 1, factor);
        const product = value * BigInt(factor);
        expect(ok).toBe(fits(product));
        if (ok) expect(cells[1]).toBe(product);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('halves', () => {
  test('compare, convert and format as the BigInt does', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const x = fromBigInt(a);
        const y = fromBigInt(b);
        expect(Math.sign(compareInt64(x.lo, x.hi, y.lo, y.hi))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(toBigInt(x.lo, x.hi)).toBe(a);
        expect(formatInt64(x.lo, x.hi)).toBe(a.toString());
      }),
    );
  });
});
