/**
 * Decimal text of a finite IEEE-754 double (write-api 5.5), read straight from bytes.
 *
 *   [+-] digits [. digits] [(e|E) [+-] digits]      with at least one digit in the mantissa
 *
 * Most measure values have at most 15 digits and a small exponent: there the mantissa and the power
 * of ten are both exact doubles, so one multiplication or division rounds correctly and no string
 * is made. The rest goes to the runtime's own parser, after the grammar has been checked here.
 */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Mantissas of this many digits are below 2^53. */
const DIGITS_EXACT = 15;

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

/** The value of `bytes[start, end)`, or NaN when it is not the text of a finite double. */
export function parseDouble(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  let at = sign === MINUS || sign === PLUS ? start + 1 : start;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
    } else if (byte === POINT && point < 0) point = digits;
    else break;
  }
  if (digits === 0) return Number.NaN;
  if (at < end || digits > DIGITS_EXACT) return parseSlowly(bytes, start, at, end);
  const value = point < 0 ? mantissa : mantissa / POWERS_OF_TEN[digits - point]!;
  return sign === MINUS ? -value : value;
}

/** `at` is where the mantissa ended: whatever is left must be an exponent. */
function parseSlowly(bytes: Uint8Array, start: number, at: number, end: number): number {
  if (at < end && !isExponent(bytes, at, end)) return Number.NaN;
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

function isExponent(bytes: Uint8Array, start: number, end: number): boolean {
  if ((bytes[start]! | 0x20) !== 0x65) return false;
  const sign = bytes[start + 1];
  const first = sign === MINUS || sign === PLUS ? start + 2 : start + 1;
  if (first >= end) return false;
  for (let at = first; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}
