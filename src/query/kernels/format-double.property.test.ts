import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDouble } from './format-double.ts';

function layoutOf(text: string): RegExp {
  return text.includes('E') ? /^-?[1-9]\.(?:0|\d*[1-9])E-?[1-9]\d*$/ : /^-?\d+\.(?:0|\d*[1-9])$/;
}

describe('formatDouble', () => {
  it('formatDouble reads back as the same number, in Java layout', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatDouble(value);
        expect(Object.is(Number(text), value)).toBe(true);
        expect(text).toMatch(layoutOf(text));
        const magnitude = Math.abs(value);
        const plain = magnitude === 0 || (magnitude >= 1e-3 && magnitude < 1e7);
        expect(text.includes('E')).toBe(!plain);
      }),
    );
  });

  it.each([
    [1, '1.0'],
    [-0, '-0.0'],
    [0, '0.0'],
    [35.2, '35.2'],
    [1655487883.771, '1.655487883771E9'],
    [1.6554878837710001e9, '1.6554878837710001E9'],
    [1e10, '1.0E10'],
    [1e-5, '1.0E-5'],
    [0.001, '0.001'],
    [0.00099, '9.9E-4'],
    [9999999.999, '9999999.999'],
    [1e7, '1.0E7'],
    [1e21, '1.0E21'],
    [5e-324, '4.9E-324'],
    [1e-323, '9.9E-324'],
    [1.5e-323, '1.5E-323'],
    [2e-323, '2.0E-323'],
    [5e-323, '4.9E-323'],
    [-8e-323, '-7.9E-323'],
    [1e23, '1.0E23'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('formatDouble of %d is %s', (value, text) => {
    expect(formatDouble(value)).toBe(text);
  });
});
