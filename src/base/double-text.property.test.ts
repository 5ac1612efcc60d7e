import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDouble } from './double-text.ts';

const encoder = new TextEncoder();
const parse = (text: string) => {
  const bytes = encoder.encode(`"${text}"`);
  return parseDouble(bytes, 1, bytes.length - 1);
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

  test('keeps the sign of zero', () => {
    expect(Object.is(parse('-0'), -0)).toBe(true);
    expect(Object.is(parse('-0.000'), -0)).toBe(true);
  });

  test.each([
    ...['', '-', '.', '+.', 'e5', '1e', '1e+', '1.2.3', '1 ', ' 1', '0x1', '1_0', '1,5', '--1'],
    ...['NaN', 'nan', 'Infinity', '-Infinity', 'inf', '1e999', '-1e400', 'None', '1d', '1e5.0'],
  ])('refuses %j', (text) => expect(parse(text)).toBeNaN());
});
