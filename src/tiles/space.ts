/**
 * The space coordinate of a series:
 *
 *    63 ─────────────── 32 31 ─────────────── 0
 *   │ hash32(partition key) │ hash32(series key) │       unsigned
 *
 * Equality on the partition key is therefore one contiguous range, equality on every dimension one
 * point, and a single hot partition key can still be cut. Coordinates end up in the metadata, in
 * tile boundaries: the composition must never change.
 */
import { hash32 } from '../base/hash.ts';

const LOW_BITS = 32n;

export interface SpaceRange {
  readonly lo: bigint;
  /** Exclusive. */
  readonly hi: bigint;
}

/** From hashes that the caller has already: both unsigned 32 bit. */
export function composeSpace(partitionHash: number, seriesHash: number): bigint {
  return (BigInt(partitionHash >>> 0) << LOW_BITS) | BigInt(seriesHash >>> 0);
}

/** `seriesKey` is the canonical form of all dimensions and the measure name. */
export function spaceOfSeries(partitionKey: string, seriesKey: string): bigint {
  return composeSpace(hash32(partitionKey), hash32(seriesKey));
}

/** Everything with this partition key value lies here (and, hashes colliding, little else). */
export function spaceOfPartition(partitionKey: string): SpaceRange {
  const lo = composeSpace(hash32(partitionKey), 0);
  return { lo, hi: lo + (1n << LOW_BITS) };
}
