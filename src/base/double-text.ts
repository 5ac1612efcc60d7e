/**
 * Decimal text of a finite IEEE-754 double (write-api 5.5), read straight from bytes.
 *
 *   [+-] digits [. digits] [(e|E) [+-] digits]      with at least one digit in the mantissa
 *
 *   up to 15 digits   mantissa and power of ten are exact doubles: one division rounds correctly
 *   up to 19          the same with the mantissa in two doubles, and a test that rounding was safe;
 *                     this is where numbers of full precision are, 16 or 17 digits
 *   the rest          the grammar is checked here, the value is the runtime's own parser's: it takes
 *                     ten times as long
 */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const POWER_MAX = 22;
/** Mantissas of this many digits are below 2^53. */
const DIGITS_EXACT = 15;
/** What may follow them, so that the low part of the two-part mantissa is exact. */
const LOW_DIGITS_MAX = 4;

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * Reads `bytes[start, end)` into the cell; false, with the cell unspecified, when it is not the text
 * of a finite double. Called for every value: a number returned would be an object each time.
 */
export function parseDouble(
  bytes: Uint8Array,
  start: number,
  end: number,
  cells: Float64Array,
  cell: number,
): boolean {
  const sign = bytes[start];
  let at = sign === MINUS || sign === PLUS ? start + 1 : start;
  let high = 0;
  let low = 0;
  let lowDigits = 0;
  let significant = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (significant < DIGITS_EXACT) {
        high = high * 10 + digit;
        if (high !== 0) significant++;
      } else {
        low = low * 10 + digit;
        lowDigits++;
      }
      digits++;
    } else if (byte === POINT && point < 0) point = digits;
    else break;
  }
  if (digits === 0) return false;
  const power = point < 0 ? 0 : digits - point;
  let value = Number.NaN;
  if (at === end && power <= POWER_MAX) {
    if (lowDigits === 0) value = high / POWERS_OF_TEN[power]!;
    else if (lowDigits <= LOW_DIGITS_MAX) value = divideLong(high, low, lowDigits, power);
  }
  if (Number.isNaN(value)) {
    value = parseSlowly(bytes, start, at, end);
    cells[cell] = value;
    return !Number.isNaN(value);
  }
  cells[cell] = sign === MINUS ? -value : value;
  return true;
}

/** Splits a double into two of 26 bits, whose products are exact. */
const SPLITTER = 2 ** 27 + 1;
/** Times the quotient: more than all errors of the second quotient below, by a factor of four. */
const UNCERTAINTY = 2 ** -100;

/**
 * (high × 10^lowDigits + low) / 10^power, or NaN when it is too near the middle of two doubles to be
 * sure of the right one.
 *
 * The mantissa is at most 10^19, kept exactly as a sum of two doubles. The first quotient q is that
 * of the larger one; mantissa − q × 10^power is then known but for a rounding error of its last
 * bit, and so is the second quotient, which is below 2^-51 q.
 */
function divideLong(high: number, low: number, lowDigits: number, power: number): number {
  const scale = POWERS_OF_TEN[lowDigits]!;
  const product = high * scale;
  const rest = productError(high, scale, product) + low;
  const mantissa = product + rest;
  const mantissaRest = rest - (mantissa - product);

  const divisor = POWERS_OF_TEN[power]!;
  const quotient = mantissa / divisor;
  const back = quotient * divisor;
  const remainder = mantissa - back - productError(quotient, divisor, back) + mantissaRest;
  const second = remainder / divisor;
  const doubt = quotient * UNCERTAINTY;
  const value = quotient + (second - doubt);
  return value === quotient + (second + doubt) ? value : Number.NaN;
}

/** a × b − product, exactly, where product is a × b as rounded. */
function productError(a: number, b: number, product: number): number {
  const aSplit = SPLITTER * a;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = SPLITTER * b;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
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
