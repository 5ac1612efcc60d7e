import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDouble } from './double-text.ts';

const encoder = new TextEncoder();
const parse = (text: string) => {
  const bytes = encoder.encode(`"${text}"`);
  const cells = new Float64Array(1);
  return parseDouble(bytes, 1, bytes.length - 1, cells, 0) ? cells[0]! : Number.NaN;
};

describe('parseDouble()', () => {
  test('reads back what JavaScript prints, to the last bit', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, (value) => {
        expect(parse(String(value))).toBe(value + 0);
      }),
      {
        numRuns: 1000,
        examples: [[5e-324], [1.7976931348623157e308], [0.1], [123456789012345.6]],
      },
    );
  });

  test('rounds any decimal as the runtime does', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -340, max: 300 }), (whole, part, exponent) => {
        for (const text of [
          `${whole}.${part}`,
          `-.${part}`,
          `+${whole}.`,
          `${whole}e${exponent}`,
        ]) {
          const expected = Number(text);
          expect(parse(text)).toBe(Number.isFinite(expected) ? expected : Number.NaN);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('rounds texts of 16 to 19 digits as the runtime does, the middle of two doubles included', () => {
    const mantissa = fc.bigInt({ min: 10n ** 15n, max: 10n ** 19n - 1n });
    const middle = fc
      .tuple(fc.bigInt({ min: 2n ** 53n, max: 2n ** 54n }), fc.integer({ min: 0, max: 9 }))
      .map(([odd, bits]) => ((odd * 2n + 1n) << BigInt(bits)) % 10n ** 19n);
    fc.assert(
      fc.property(fc.oneof(mantissa, middle), fc.integer({ min: 0, max: 22 }), (digits, power) => {
        const text = digits.toString().padStart(power + 1, '0');
        const decimal = `${text.slice(0, text.length - power)}.${text.slice(text.length - power)}`;
        expect(parse(decimal)).toBe(Number(decimal));
      }),
      { numRuns: 5000 },
    );
  });

  test('keeps the sign of zero', () => {
    expect(Object.is(parse('-0'), -0)).toBe(true);
    expect(Object.is(parse('-0.000'), -0)).toBe(true);
  });

  test.each([
    ...['', '-', '.', '+.', 'e5', '1e', '1e+', '1.2.3', '1 ', ' 1', '0x1', '1_0', '1,5', '--1'],
    ...['NaN', 'nan', 'Infinity', '-Infinity', 'inf', '1e999', '-1e400', 'None', '1d', '1e5.0'],
  ])('refuses %j', (text) => expect(parse(text)).toBeNaN());
});
