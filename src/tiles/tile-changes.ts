/**
 * The changes of tiles, and what each makes of the tile it is about. The catalog's records are these
 * with a version and a kind; times and coordinates are bigint here, decimal text there.
 *
 *     generation opened   the next writes go to a new generation; the one before is frozen
 *     generation frozen   the same, but the next write has to open a generation first
 *     sealed              generations and objects give way to other objects
 *     cut                 above every row in time, and what is above again in space
 *     divided             in time, between objects
 *     merged              two neighbours become one
 *
 * No change moves a row to another tile. Rules that a change breaks are bugs of its maker. Which
 * tiles there are is tile-index.ts' business.
 */
import { assert } from '../base/assert.ts';
import type { GenerationId, Nanos, TileId } from '../base/brand.ts';
import { above, below, divides, generationsOf, type Rectangle, type Tile } from './tile.ts';
import type { TileObject } from './tile-object.ts';

export interface GenerationOpened {
  readonly tile: TileId;
  readonly generation: GenerationId;
}

export interface GenerationFrozen {
  readonly tile: TileId;
}

export interface TileCut {
  readonly tile: TileId;
  /** Above every row of the tile. What is below keeps the id, the generations and the objects. */
  readonly at: Nanos;
  /** Ascending. They divide what is above. */
  readonly spaceCuts: readonly bigint[];
  /** Ids of the new tiles, ascending in space: one more than cuts. */
  readonly above: readonly TileId[];
}

export interface TileSealed {
  readonly tile: TileId;
  /** They leave the tile. The active one only if nothing is written into it any more. */
  readonly generations: readonly GenerationId[];
  /** Keys of objects that leave the tile. */
  readonly removed: readonly string[];
  readonly added: readonly TileObject[];
}

export interface TileDivided {
  readonly tile: TileId;
  /** Ascending. No object has rows on both sides of one. */
  readonly cuts: readonly Nanos[];
  /** Ids of the tiles above the cuts; the lowest part keeps the tile's. */
  readonly above: readonly TileId[];
}

export interface TileMerge {
  /** Keeps its id. */
  readonly a: TileId;
  readonly b: TileId;
}

export function withGenerationOpened(tile: Tile, generation: GenerationId): Tile {
  const frozen = generationsOf(tile);
  assert(!frozen.includes(generation), `tile ${tile.id} has generation ${generation} already`);
  return { ...tile, frozen, active: generation };
}

export function withGenerationFrozen(tile: Tile): Tile {
  assert(tile.active !== undefined, `tile ${tile.id} has no active generation`);
  return { ...tile, frozen: generationsOf(tile), active: undefined };
}

export function sealed(
  tile: Tile,
  { generations, removed, added }: Omit<TileSealed, 'tile'>,
): Tile {
  for (const id of generations) {
    assert(generationsOf(tile).includes(id), `tile ${tile.id} has no generation ${id}`);
  }
  const keys = new Set(tile.objects.map(({ key }) => key));
  for (const key of removed) assert(keys.delete(key), `tile ${tile.id} has no object ${key}`);
  for (const object of added) {
    assert(!keys.has(object.key), `tile ${tile.id} has object ${object.key} already`);
    assert(liesIn(object, tile.rectangle), `object ${object.key} is not inside tile ${tile.id}`);
    keys.add(object.key);
  }
  const isSealed = (id: GenerationId | undefined) => generations.some((one) => one === id);
  const kept = tile.objects.filter(({ key }) => !removed.includes(key));
  return {
    ...tile,
    frozen: tile.frozen.filter((id) => !isSealed(id)),
    active: isSealed(tile.active) ? undefined : tile.active,
    objects: inOrder([...kept, ...added]),
  };
}

/** What is below the cut; what is above it, ascending in space. */
export function cutParts(tile: Tile, cut: Omit<TileCut, 'tile'>): [Tile, Tile[]] {
  const { at, spaceCuts, above: ids } = cut;
  const line = { axis: 'time', at } as const;
  assert(divides(tile.rectangle, line), `a cut misses tile ${tile.id}`);
  assert(ids.length === spaceCuts.length + 1, `a cut of tile ${tile.id} lacks ids`);
  assert(
    tile.objects.every(({ maxTime }) => maxTime < at),
    `tile ${tile.id} has rows above its cut`,
  );
  let rest = above(tile.rectangle, line);
  const parts = ids.map((id, i) => {
    const [part, beyond] = partedAt(rest, 'space', spaceCuts[i]);
    rest = beyond;
    const active = id as number as GenerationId;
    return { id, table: tile.table, rectangle: part, frozen: [], active, objects: [] };
  });
  return [{ ...tile, rectangle: below(tile.rectangle, line) }, parts];
}

/** Ascending in time. */
export function dividedParts(tile: Tile, { cuts, above: ids }: Omit<TileDivided, 'tile'>): Tile[] {
  assert(generationsOf(tile).length === 0, `tile ${tile.id} has hot rows`);
  assert(ids.length === cuts.length, `a division of tile ${tile.id} lacks ids`);
  let rest = tile.rectangle;
  let objects = tile.objects;
  const parts = [tile.id, ...ids].map((id, i) => {
    const [part, beyond] = partedAt(rest, 'time', cuts[i]);
    rest = beyond;
    const mine = objects.filter((object) => liesIn(object, part));
    objects = objects.filter((object) => !mine.includes(object));
    return { ...tile, id, rectangle: part, objects: mine };
  });
  assert(objects.length === 0, `a division of tile ${tile.id} parts an object`);
  return parts;
}

/** Under the id of `a`; the caller knows that the union is a rectangle. */
export function merged(a: Tile, b: Tile): Tile {
  const low = (x: bigint, y: bigint) => (x < y ? x : y);
  const high = (x: bigint, y: bigint) => (x > y ? x : y);
  return {
    ...a,
    rectangle: {
      spaceLo: low(a.rectangle.spaceLo, b.rectangle.spaceLo),
      spaceHi: high(a.rectangle.spaceHi, b.rectangle.spaceHi),
      timeLo: low(a.rectangle.timeLo, b.rectangle.timeLo) as Nanos,
      timeHi: high(a.rectangle.timeHi, b.rectangle.timeHi) as Nanos,
    },
    objects: inOrder([...a.objects, ...b.objects]),
  };
}

/** The part below the cut and the rest; all and nothing without one. */
function partedAt(
  rectangle: Rectangle,
  axis: 'space' | 'time',
  at: bigint | undefined,
): [Rectangle, Rectangle] {
  if (at === undefined) return [rectangle, rectangle];
  const cut = { axis, at };
  assert(divides(rectangle, cut), 'the cuts of a tile ascend and lie inside it');
  return [below(rectangle, cut), above(rectangle, cut)];
}

function liesIn({ minTime, maxTime }: TileObject, { timeLo, timeHi }: Rectangle): boolean {
  return timeLo <= minTime && maxTime < timeHi;
}

/** Ascending by their first time. */
function inOrder(objects: TileObject[]): readonly TileObject[] {
  return objects.sort((a, b) => (a.minTime < b.minTime ? -1 : a.minTime > b.minTime ? 1 : 0));
}
