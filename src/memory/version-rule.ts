/**
 * What becomes of a row when its series may already have one for its time (write-api 5.6).
 *
 *   incoming version   value same                   value different
 *   no stored row      store                        store
 *   greater            replace (version rises)      replace
 *   equal              repeat: nothing changes      reject, same-version
 *   lower              reject, lower-version        reject, lower-version
 *
 * The value is the whole set of measures; an upsert replaces it whole, so a measure that the newer
 * row lacks becomes NULL. Pure.
 */
import { compareHalves } from './halves.ts';

export type VersionDecision = 'store' | 'repeat' | 'same-version' | 'lower-version';

export interface VersionHalves {
  readonly lo: number;
  readonly hi: number;
}

/** `isSameValue` is asked only where the answer matters. */
export function decideVersion(
  incoming: VersionHalves,
  stored: VersionHalves,
  isSameValue: () => boolean,
): VersionDecision {
  const order = compareHalves(incoming.lo, incoming.hi, stored.lo, stored.hi);
  if (order > 0) return 'store';
  if (order < 0) return 'lower-version';
  return isSameValue() ? 'repeat' : 'same-version';
}
