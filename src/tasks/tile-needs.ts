/**
 * What a tile needs next, if anything: the policy of background work. Pure; tile-work.ts does it.
 *
 *     now − M − G             now − M                        now
 *         │    magnetic store    │      memory store          │
 *   ──────┼──────────────────────┼──────────────┬─────────────┼───► time
 *   expire│  merge, compact,     │ seal         │ cut above the newest row
 *         │  late rows: seal     │              └ by rows, bytes or age
 *
 * Retentions are those of the table now. What needs doing first comes first: rows that are to go,
 * then rows that hold memory and the log, then what only makes queries faster.
 */
import type { GenerationId, Nanos, TileId } from '../base/brand.ts';
import type { Retention } from '../catalog/api.ts';
import type { GenerationUsage, TimeExtent } from '../memory/api.ts';
import { generationsOf, type Tile, type TileObject } from '../tiles/api.ts';
import type { TileSettings } from './tile-settings.ts';

export type TileNeed =
  /** All rows are older than the table keeps them. */
  | { readonly kind: 'expire' }
  | { readonly kind: 'seal'; readonly why: 'frozen' | 'retention' | 'late' }
  | { readonly kind: 'cut'; readonly parts: number }
  | { readonly kind: 'divide'; readonly cuts: readonly Nanos[] }
  | { readonly kind: 'compact' }
  | { readonly kind: 'merge'; readonly above: TileId };

export interface TileFacts {
  readonly now: Nanos;
  readonly retention: Retention;
  readonly settings: TileSettings;
  usageOf(generation: GenerationId): GenerationUsage;
  extentOf(generation: GenerationId): TimeExtent | undefined;
  /** How long the generation has been taking writes, in nanoseconds of the table's clock. */
  ageOf(generation: GenerationId): bigint;
  /** Rows a second that have come into the generation. */
  rateOf(generation: GenerationId): number;
  /** The tile above in time that could be merged with it. */
  neighbourOf(tile: TileId): Tile | undefined;
}

const HOUR = 3_600_000_000_000n;

export function tileNeed(tile: Tile, facts: TileFacts): TileNeed | undefined {
  const { rectangle, objects, frozen } = tile;
  const { memory, kept } = horizons(facts);
  const isEmpty = generationsOf(tile).length === 0 && objects.length === 0;
  if (rectangle.timeHi <= kept && !isEmpty) return { kind: 'expire' };
  if (frozen.length > 0) return { kind: 'seal', why: 'frozen' };
  const { active } = tile;
  if (active !== undefined) {
    if (rectangle.timeHi <= memory) return lateNeed(tile, active, facts);
    return hotNeed(tile, active, facts);
  }
  return coldNeed(tile, facts);
}

/** Times below which rows have left the memory store, and the table. */
export function horizons({ now, retention }: Pick<TileFacts, 'now' | 'retention'>): {
  readonly memory: bigint;
  readonly kept: bigint;
} {
  const memory = now - BigInt(retention.memoryHours) * HOUR;
  return { memory, kept: memory - BigInt(retention.magneticDays) * 24n * HOUR };
}

/** A tile whose times have all left the memory store. */
function lateNeed(tile: Tile, active: GenerationId, facts: TileFacts): TileNeed | undefined {
  const { rows } = facts.usageOf(active);
  const { settings } = facts;
  // The first seal moves the tile; after it, the generation holds late rows that can gather.
  if (tile.objects.length === 0 && rows > 0) return { kind: 'seal', why: 'retention' };
  const isDue =
    rows >= settings.lateRowsMax || facts.ageOf(active) >= BigInt(settings.lateAgeMs) * 1_000_000n;
  return isDue ? { kind: 'seal', why: 'late' } : undefined;
}

function hotNeed(tile: Tile, active: GenerationId, facts: TileFacts): TileNeed | undefined {
  const { settings } = facts;
  const { rows, bytes } = facts.usageOf(active);
  if (rows === 0) return undefined;
  const isLarge = rows >= settings.hotRowsMax || bytes >= settings.hotBytesMax;
  const extent = facts.extentOf(active);
  if (extent === undefined) return undefined;
  const { memory } = horizons(facts);
  const newest = newestOf(tile.objects, extent.newest);
  const isCuttable = newest + 1n < tile.rectangle.timeHi;
  const isIdle = newest < memory;
  const isLong = extent.newest - extent.oldest >= sliceOf(facts.retention.memoryHours);
  if (isCuttable && (isLarge || isIdle || isLong)) {
    return { kind: 'cut', parts: partsFor(facts.rateOf(active), settings) };
  }
  // Rows that keep coming below the newest one can only be sealed.
  const isOverfull = rows >= settings.hotRowsMax * 2 || bytes >= settings.hotBytesMax * 2;
  return isOverfull ? { kind: 'seal', why: 'late' } : undefined;
}

/** Rows that were sealed in the midst of writes may be newer than those that came after. */
function newestOf(objects: readonly TileObject[], hot: bigint): bigint {
  return objects.reduce((newest, { maxTime }) => (maxTime > newest ? maxTime : newest), hot);
}

/** An eighth of what the memory store keeps, so that little more than that is ever held; an hour at
 *  least, as tiles cost something too. */
function sliceOf(memoryHours: number): bigint {
  const eighth = (BigInt(memoryHours) * HOUR) / 8n;
  return eighth > HOUR ? eighth : HOUR;
}

/** So many that each takes half of what a tile may take. */
function partsFor(
  rowsPerSecond: number,
  { rowsPerSecondMax, splitPartsMax }: TileSettings,
): number {
  if (rowsPerSecond < rowsPerSecondMax) return 1;
  return Math.min(splitPartsMax, Math.ceil((rowsPerSecond * 2) / rowsPerSecondMax));
}

/** A tile of the magnetic store alone. */
function coldNeed(tile: Tile, facts: TileFacts): TileNeed | undefined {
  const { settings } = facts;
  const cuts = divisionOf(tile.objects, settings.objectRowsMax);
  if (cuts.length > 0) return { kind: 'divide', cuts };
  if (tile.objects.length > 1 && rowsOf(tile.objects) <= settings.objectRowsMax) {
    return { kind: 'compact' };
  }
  const above = facts.neighbourOf(tile.id);
  if (above !== undefined && canMerge(tile, above, facts))
    return { kind: 'merge', above: above.id };
  return undefined;
}

/** Cuts between objects that follow each other, so that what is between two is not too large. */
function divisionOf(objects: readonly TileObject[], rowsMax: number): readonly Nanos[] {
  const cuts: Nanos[] = [];
  let rows = 0;
  let newest: bigint | undefined;
  for (const object of objects) {
    if (newest !== undefined && newest < object.minTime && rows + object.rows > rowsMax) {
      cuts.push(object.minTime);
      rows = 0;
    }
    rows += object.rows;
    if (newest === undefined || object.maxTime > newest) newest = object.maxTime;
  }
  return cuts;
}

/**
 * Neighbours of like size, so that a row is rewritten a logarithmic number of times at most; and
 * not so long that expired rows would be kept for the sake of others.
 */
function canMerge(low: Tile, high: Tile, facts: TileFacts): boolean {
  const { memory } = horizons(facts);
  if (high.rectangle.timeHi > memory) return false;
  const [a, b] = [rowsOf(low.objects), rowsOf(high.objects)];
  if (a + b === 0) return true;
  if (a + b > facts.settings.objectRowsMax / 2) return false;
  const isLike = a === 0 || b === 0 || (a <= 4 * b && b <= 4 * a);
  return isLike && spanOf([...low.objects, ...high.objects]) <= spanMax(facts.retention);
}

function spanMax({ magneticDays }: Retention): bigint {
  const sixteenth = (BigInt(magneticDays) * 24n * HOUR) / 16n;
  return sixteenth > 24n * HOUR ? sixteenth : 24n * HOUR;
}

function spanOf(objects: readonly TileObject[]): bigint {
  const first = objects.reduce(
    (t, { minTime }) => (minTime < t ? minTime : t),
    objects[0]!.minTime,
  );
  const last = objects.reduce((t, { maxTime }) => (maxTime > t ? maxTime : t), objects[0]!.maxTime);
  return last - first;
}

function rowsOf(objects: readonly TileObject[]): number {
  return objects.reduce((sum, { rows }) => sum + rows, 0);
}
