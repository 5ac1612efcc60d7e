import { describe, expect, test } from 'vitest';
import type { GenerationId, Nanos, TableId, TileId } from '../base/brand.ts';
import { WHOLE_PLANE } from './tile.ts';
import { newObject } from './tile-history.test-support.ts';
import { TileIndex } from './tile-index.ts';
import type { TileTree } from './tile-tree.ts';

const TABLE = 7 as TableId;
const FIRST = 1 as TileId;
const id = (number: number) => number as TileId;
const nanos = (number: number) => BigInt(number) as Nanos;
const generation = (number: number) => number as GenerationId;

const oneTile = TileIndex.empty.withTable(TABLE, FIRST);

/** A tile without generations. */
const coldTile = oneTile.withSealed({
  tile: FIRST,
  generations: [generation(1)],
  removed: [],
  added: [newObject('a', 0n, 9n), newObject('b', 10n, 19n)],
});

function depth(tree: TileTree): number {
  return tree.kind === 'leaf' ? 0 : 1 + Math.max(depth(tree.below), depth(tree.above));
}

/** Tiles 1, 2, 3 … in ascending time, each cut off above the one before, all sealed. */
function chain(cuts: number): TileIndex {
  let index = oneTile;
  for (let i = 1; i <= cuts; i++) {
    index = index.withCut({ tile: id(i), at: nanos(i * 10), spaceCuts: [], above: [id(i + 1)] });
    index = index.withSealed({ tile: id(i), generations: [generation(i)], removed: [], added: [] });
  }
  return index;
}

describe('TileIndex', () => {
  test('starts a table as one tile over the whole plane, whose generation has its number', () => {
    expect(oneTile.within(TABLE)).toEqual([
      { id: 1, table: TABLE, rectangle: WHOLE_PLANE, frozen: [], active: 1, objects: [] },
    ]);
    expect(oneTile.at(TABLE, (1n << 64n) - 1n, (1n << 63n) - 1n)?.id).toBe(1);
  });

  test('forgets the tiles of a table, and of that table only', () => {
    const index = oneTile.withTable(8 as TableId, id(2)).withoutTable(TABLE);
    expect(index.within(TABLE)).toEqual([]);
    expect(index.at(TABLE, 0n, 0n)).toBeUndefined();
    expect([index.tile(FIRST), index.tile(id(2))?.id, index.tileCount]).toEqual([undefined, 2, 1]);
  });

  test('freezes the active generation when the next one is opened', () => {
    const index = oneTile
      .withGeneration({ tile: FIRST, generation: generation(5) })
      .withGeneration({ tile: FIRST, generation: generation(6) });
    expect(index.tile(FIRST)).toMatchObject({ frozen: [1, 5], active: 6 });
    const again = () => index.withGeneration({ tile: FIRST, generation: generation(5) });
    expect(again).toThrow('has generation 5 already');
  });

  test('cuts a tile above its rows, and what is above in space', () => {
    const change = { tile: FIRST, at: nanos(100), spaceCuts: [10n, 20n], above: [3, 4, 5].map(id) };
    const index = oneTile.withCut(change);
    const found = [9n, 10n, 20n].map((space) => index.at(TABLE, space, 100n));
    expect(found.map((tile) => [tile?.id, tile?.active])).toEqual([
      [3, 3],
      [4, 4],
      [5, 5],
    ]);
    expect(index.at(TABLE, 15n, 99n)).toMatchObject({ id: 1, active: 1 });
  });

  test('refuses cuts that miss the tile, go through its rows or lack ids', () => {
    const cut = { tile: FIRST, at: nanos(100), spaceCuts: [], above: [id(3)] };
    expect(() => oneTile.withCut({ ...cut, at: WHOLE_PLANE.timeLo })).toThrow('misses tile 1');
    expect(() => oneTile.withCut({ ...cut, above: [] })).toThrow('lacks ids');
    expect(() => oneTile.withCut({ ...cut, above: [FIRST] })).toThrow('ids of their own');
    const spaceCuts = [20n, 10n];
    const above = [3, 4, 5].map(id);
    expect(() => oneTile.withCut({ ...cut, spaceCuts, above })).toThrow('ascend');
    expect(() => coldTile.withCut({ ...cut, at: nanos(19) })).toThrow('rows above its cut');
    expect(coldTile.withCut({ ...cut, at: nanos(20) }).tile(FIRST)?.objects).toHaveLength(2);
  });

  test('replaces generations and objects by objects, in order of their first time', () => {
    const index = oneTile
      .withGeneration({ tile: FIRST, generation: generation(5) })
      .withSealed({
        tile: FIRST,
        generations: [generation(1)],
        removed: [],
        added: [newObject('b', 10n, 19n), newObject('a', 0n, 9n)],
      })
      .withSealed({
        tile: FIRST,
        generations: [],
        removed: ['a'],
        added: [newObject('c', 5n, 9n)],
      });
    const tile = index.tile(FIRST)!;
    expect(tile).toMatchObject({ frozen: [], active: 5 });
    expect(tile.objects.map(({ key }) => key)).toEqual(['c', 'b']);
  });

  test('refuses to seal what is not there, or rows outside the tile', () => {
    const nothing = { tile: FIRST, generations: [], removed: [], added: [] };
    const missing = { ...nothing, generations: [generation(5)] };
    expect(() => oneTile.withSealed(missing)).toThrow('no generation 5');
    expect(() => oneTile.withSealed({ ...nothing, removed: ['x'] })).toThrow('no object x');
    const again = { ...nothing, added: [newObject('a', 0n, 1n)] };
    expect(() => coldTile.withSealed(again)).toThrow('object a already');
    const cut = { tile: FIRST, at: nanos(20), spaceCuts: [], above: [id(3)] };
    const outside = { ...nothing, added: [newObject('c', 0n, 20n)] };
    expect(() => coldTile.withCut(cut).withSealed(outside)).toThrow('not inside tile 1');
  });

  test('divides a tile between its objects', () => {
    const index = coldTile.withDivided({ tile: FIRST, cuts: [nanos(10)], above: [id(3)] });
    expect(index.within(TABLE)).toMatchObject([
      { id: 1, active: undefined, objects: [{ key: 'a' }] },
      { id: 3, active: undefined, frozen: [], objects: [{ key: 'b' }] },
    ]);
  });

  test('refuses to divide through an object, or a tile with hot rows', () => {
    const divided = { tile: FIRST, cuts: [nanos(9)], above: [id(3)] };
    expect(() => coldTile.withDivided(divided)).toThrow('parts an object');
    expect(() => oneTile.withDivided(divided)).toThrow('has hot rows');
  });

  test('merges what was divided, under the id that is to stay', () => {
    const index = coldTile.withDivided({ tile: FIRST, cuts: [nanos(10)], above: [id(3)] });
    expect(index.mergeable(FIRST)).toBe(3);
    expect(index.mergeable(id(3))).toBeUndefined();
    const merged = index.withMerge({ a: id(3), b: FIRST })!;
    expect(merged.within(TABLE)).toMatchObject([{ id: 3, rectangle: WHOLE_PLANE }]);
    expect(merged.tile(FIRST)).toBeUndefined();
    expect(merged.tile(id(3))!.objects.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('does not merge tiles with hot rows', () => {
    const index = coldTile.withDivided({ tile: FIRST, cuts: [nanos(10)], above: [id(3)] });
    const hot = index.withGeneration({ tile: id(3), generation: generation(9) });
    expect(hot.mergeable(FIRST)).toBeUndefined();
    expect(hot.withMerge({ a: FIRST, b: id(3) })).toBeUndefined();
  });

  test('stays shallow when it is only ever cut above its newest row', () => {
    const index = chain(100_000);
    // An AVL tree of n leaves is at most 1.44 × log2(n) deep.
    expect(depth(index.trees.get(TABLE)!)).toBeLessThanOrEqual(24);
    expect(index.tileCount).toBe(100_001);
    expect(index.at(TABLE, 0n, 500_005n)?.id).toBe(50_001);
  }, 60_000);

  test('finds for a range no tile that only touches it', () => {
    const found = chain(3).within(TABLE, { timeLo: nanos(10), timeHi: nanos(20) });
    expect(found.map((tile) => tile.id)).toEqual([2]);
    const at = nanos(0);
    const strips = { tile: FIRST, at, spaceCuts: [10n, 20n], above: [2, 3, 4].map(id) };
    const range = { spaceLo: 10n, spaceHi: 20n, timeLo: at };
    expect(
      oneTile
        .withCut(strips)
        .within(TABLE, range)
        .map((tile) => tile.id),
    ).toEqual([3]);
  });

  test('merges any two neighbours of a chain, wherever the tree has them', () => {
    const length = 100;
    const index = chain(length);
    for (let low = 1; low < length; low++) {
      expect(index.mergeable(id(low))).toBe(low + 1);
      const merged = index.withMerge({ a: id(low), b: id(low + 1) });
      expect(merged?.at(TABLE, 0n, BigInt(low * 10 + 5))?.id).toBe(low);
    }
    // The last is hot.
    expect(index.mergeable(id(length))).toBeUndefined();
    expect(index.mergeable(id(length + 1))).toBeUndefined();
  });

  test('merges a chain back into one tile', () => {
    const length = 1000;
    let index = chain(length);
    for (let b = 2; b <= length; b++) index = index.withMerge({ a: FIRST, b: id(b) })!;
    expect(index.within(TABLE).map((tile) => tile.id)).toEqual([1, length + 1]);
    expect(depth(index.trees.get(TABLE)!)).toBe(1);
  });
});
