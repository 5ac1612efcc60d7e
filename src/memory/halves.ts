/**
 * 64-bit integers as two 32-bit halves: what a hot path uses instead of a bigint per row.
 * `lo` and `hi` are signed numbers as an Int32Array yields them; `lo` counts as unsigned.
 */
export function isLess(aLo: number, aHi: number, bLo: number, bHi: number): boolean {
  return aHi < bHi || (aHi === bHi && aLo >>> 0 < bLo >>> 0);
}

export function compareHalves(aLo: number, aHi: number, bLo: number, bHi: number): number {
  return aHi - bHi || (aLo >>> 0) - (bLo >>> 0);
}

export function loOf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

export function hiOf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

export function bigintOf(lo: number, hi: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}

/** The high half of −2^63, below every time; its low half is 0. */
export const LOWEST_HI = -0x80000000;

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** Bounds of a request clamped to 64 bits; an end beyond them means "no end". */
export function clampInt64(value: bigint): bigint {
  if (value < INT64_MIN) return INT64_MIN;
  return value > INT64_MAX ? INT64_MAX : value;
}
