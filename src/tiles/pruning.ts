/**
 * What a query need not read: the parts of the space that a partition key cannot have, and objects
 * that cannot have a row for a predicate. Both err on one side only: what they leave out has none.
 */
import type { Nanos } from '../base/brand.ts';
import { hash32 } from '../base/hash.ts';
import type { Rectangle } from './tile.ts';
import type { TileObject } from './tile-object.ts';

export interface ObjectPredicate {
  readonly fromTime: Nanos;
  /** Exclusive. */
  readonly untilTime: Nanos;
  /** A row has one of these. */
  readonly measureNames?: readonly string[];
  /** By dimension id: a row has one of these values. */
  readonly dimensions?: ReadonlyMap<number, readonly string[]>;
}

/** False when no row of the object can match the predicate. */
export function canHold(object: TileObject, predicate: ObjectPredicate): boolean {
  if (object.maxTime < predicate.fromTime || object.minTime >= predicate.untilTime) return false;
  const { measureNames, dimensions } = predicate;
  if (measureNames !== undefined && !mayMeet(object.measureNames, measureNames)) return false;
  for (const [id, values] of dimensions ?? []) {
    if (!object.dimensions.includes(id)) return false;
    if (!mayMeet(object.dimensionValues.get(id), values)) return false;
  }
  return true;
}

/** Half-open. */
export type SpaceRange = Pick<Rectangle, 'spaceLo' | 'spaceHi'>;

/** Where the series of these partition keys are: ascending, and no two share a point. */
export function spaceRangesOf(partitionKeyValues: readonly string[]): readonly SpaceRange[] {
  const hashes = new Set(partitionKeyValues.map((value) => hash32(value)));
  return [...hashes]
    .sort((a, b) => a - b)
    .map((hash) => ({ spaceLo: BigInt(hash) << 32n, spaceHi: BigInt(hash + 1) << 32n }));
}

/** `present` undefined stands for any. */
function mayMeet(present: readonly string[] | undefined, wanted: readonly string[]): boolean {
  return present === undefined ? wanted.length > 0 : present.some((one) => wanted.includes(one));
}
