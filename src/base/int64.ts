/**
 * Signed 64-bit integers as two 32-bit halves in a typed array, exact and without a BigInt.
 *
 *   cell i of an Int32Array:   [2i] low half    [2i + 1] high half    (two's complement)
 *
 * This is the little-endian layout of a BigInt64Array over the same buffer, so whoever is not on a
 * hot path may read the cell there. Products and parsing go through magnitudes split so that every
 * intermediate stays below 2^53.
 *
 * Not responsible for 64-bit arithmetic in general: only for what parsing, unit conversion and
 * window checks of records need.
 */
const TWO_16 = 65_536;
const TWO_32 = 4_294_967_296;
const HIGH_MAX = 0x7fff_ffff;
/** Digits of 9223372036854775807. */
const DIGITS_MAX = 19;
/** A decimal of this many digits is below 2^53. */
const DIGITS_SAFE = 15;

const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;

/**
 * Reads `bytes[start, end)` as a decimal integer (an optional sign, then digits, nothing else) into
 * the cell. False, with the cell unspecified, when it is not one or does not fit. Called for every
 * value, so it takes its range as plain numbers.
 */
export function parseInt64(
  bytes: Uint8Array,
  start: number,
  end: number,
  cells: Int32Array,
  cell: number,
): boolean {
  const sign = bytes[start];
  const negative = sign === MINUS;
  let at = negative || sign === PLUS ? start + 1 : start;
  if (at >= end) return false;
  while (at < end - 1 && bytes[at] === ZERO) at++;
  const digits = end - at;
  if (digits > DIGITS_MAX) return false;

  if (digits <= DIGITS_SAFE) {
    const magnitude = decimal(bytes, at, end);
    if (magnitude < 0) return false;
    return store(cells, cell, negative, magnitude % TWO_32, Math.floor(magnitude / TWO_32));
  }
  const head = decimal(bytes, at, end - 9);
  const tail = decimal(bytes, end - 9, end);
  if (head < 0 || tail < 0) return false;
  // head × 10^9 + tail, with head (below 2^34) split at 16 bits.
  const low = (head % TWO_16) * 1e9 + tail;
  const high = Math.floor(head / TWO_16) * 1e9 + Math.floor(low / TWO_16);
  const lo = (high % TWO_16) * TWO_16 + (low % TWO_16);
  return store(cells, cell, negative, lo, Math.floor(high / TWO_16));
}

/** The value of at most 15 digits; -1 when one of the bytes is not a digit. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Multiplies the cell in place by 1 … 10^9. False, with the cell unspecified, on overflow. */
export function multiplyInt64(cells: Int32Array, cell: number, factor: number): boolean {
  if (factor === 1) return true;
  let lo = cells[cell * 2]! >>> 0;
  let hi = cells[cell * 2 + 1]!;
  const negative = hi < 0;
  if (negative) {
    lo = -lo >>> 0;
    hi = (~hi + (lo === 0 ? 1 : 0)) >>> 0;
  }
  const top = hi * factor;
  if (top > TWO_32) return false;
  const low = (lo % TWO_16) * factor;
  const middle = Math.floor(lo / TWO_16) * factor + Math.floor(low / TWO_16);
  const product = (middle % TWO_16) * TWO_16 + (low % TWO_16);
  return store(cells, cell, negative, product, top + Math.floor(middle / TWO_16));
}

/** Writes a magnitude with its sign; false when it is outside the signed 64-bit range. */
function store(
  cells: Int32Array,
  cell: number,
  negative: boolean,
  lo: number,
  hi: number,
): boolean {
  if (!negative) {
    if (hi > HIGH_MAX) return false;
    cells[cell * 2] = lo;
    cells[cell * 2 + 1] = hi;
    return true;
  }
  if (hi > HIGH_MAX && !(hi === HIGH_MAX + 1 && lo === 0)) return false;
  cells[cell * 2] = -lo;
  cells[cell * 2 + 1] = ~hi + (lo === 0 ? 1 : 0);
  return true;
}

/** Negative, zero or positive, as the first value is below, equal to or above the second. */
export function compareInt64(loA: number, hiA: number, loB: number, hiB: number): number {
  if (hiA !== hiB) return hiA < hiB ? -1 : 1;
  const a = loA >>> 0;
  const b = loB >>> 0;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The cell's value; for messages and other paths that are not hot. */
export function toBigInt(lo: number, hi: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}

export function fromBigInt(value: bigint): { readonly lo: number; readonly hi: number } {
  return { lo: Number(BigInt.asIntN(32, value)), hi: Number(BigInt.asIntN(32, value >> 32n)) };
}

/** The value in decimal digits. */
export function formatInt64(lo: number, hi: number): string {
  const high = hi * TWO_32;
  return high >= -(2 ** 52) && high < 2 ** 52
    ? String(high + (lo >>> 0))
    : toBigInt(lo, hi).toString();
}
