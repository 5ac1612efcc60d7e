import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Nanos, TableId, TileId } from '../base/brand.ts';
import { type Cut, contains, type Rectangle, type Tile, WHOLE_PLANE } from './tile.ts';
import { TileIndex } from './tile-index.ts';
import { tileIndexFromJson, tileIndexToJson } from './tile-index-json.ts';

const TABLE = 7 as TableId;
const OTHER = 8 as TableId;

/** A random history: each step splits a tile somewhere, or merges two. */
const step = fc.record({
  pick: fc.nat(),
  axis: fc.constantFrom('space' as const, 'time' as const),
  part: fc.bigInt({ min: 1n, max: 999n }),
  merge: fc.boolean(),
});
const history = fc.array(step, { maxLength: 40 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const space = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const time = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });

function sorted(coordinate: fc.Arbitrary<bigint>): fc.Arbitrary<[bigint, bigint]> {
  return fc.tuple(coordinate, coordinate).map(([a, b]) => (a < b ? [a, b] : [b, a]));
}

function build(steps: readonly Step[]): TileIndex {
  let next = 3;
  let index = TileIndex.empty.withTable(TABLE, 1 as TileId).withTable(OTHER, 2 as TileId);
  for (const { pick, axis, part, merge } of steps) {
    const tiles = index.within(TABLE);
    const tile = tiles[pick % tiles.length]!;
    if (merge) {
      const pair = { a: tile.id, merged: next as TileId };
      for (const { id } of tiles) {
        const merged = id === tile.id ? undefined : index.withMerge({ ...pair, b: id });
        if (merged === undefined) continue;
        index = merged;
        next++;
        break;
      }
      continue;
    }
    const cut = cutOf(tile.rectangle, axis, part);
    if (cut === undefined) continue;
    const [below, above] = [next++ as TileId, next++ as TileId];
    index = index.withSplit({ tile: tile.id, cut, below, above });
  }
  return index;
}

function cutOf(rectangle: Rectangle, axis: Cut['axis'], part: bigint): Cut | undefined {
  const lo = axis === 'space' ? rectangle.spaceLo : rectangle.timeLo;
  const hi = axis === 'space' ? rectangle.spaceHi : rectangle.timeHi;
  const at = lo + ((hi - lo) * part) / 1000n;
  return lo < at && at < hi ? { axis, at } : undefined;
}

const ids = (tiles: readonly Tile[]) => tiles.map(({ id }) => id).sort((a, b) => a - b);

describe('TileIndex', () => {
  test('covers the plane without overlap, whatever was split and merged', () => {
    fc.assert(
      fc.property(history, fc.array(fc.tuple(space, time)), (steps, points) => {
        const index = build(steps);
        const tiles = index.within(TABLE);
        let area = 0n;
        for (const { rectangle: r } of tiles) {
          area += (r.spaceHi - r.spaceLo) * (r.timeHi - r.timeLo);
        }
        expect(area).toBe(1n << 128n);
        const corners = tiles.map(({ rectangle: r }) => [r.spaceLo, r.timeLo] as const);
        for (const [x, t] of [...points, ...corners]) {
          const holders = tiles.filter(({ rectangle }) => contains(rectangle, x, t));
          expect(holders).toEqual([index.at(TABLE, x, t)]);
        }
      }),
    );
  });

  test('finds for a range exactly the tiles that share a point with it', () => {
    fc.assert(
      fc.property(history, sorted(space), sorted(time), (steps, [x1, x2], [t1, t2]) => {
        const index = build(steps);
        const range: Rectangle = {
          spaceLo: x1,
          spaceHi: x2 + 1n,
          timeLo: t1 as Nanos,
          timeHi: (t2 + 1n) as Nanos,
        };
        const expected = index
          .within(TABLE)
          .filter(
            ({ rectangle: r }) =>
              r.spaceLo < range.spaceHi &&
              range.spaceLo < r.spaceHi &&
              r.timeLo < range.timeHi &&
              range.timeLo < r.timeHi,
          );
        expect(ids(index.within(TABLE, range))).toEqual(ids(expected));
      }),
    );
  });

  test('knows each live tile by its id, and no other', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const index = build(steps);
        const tiles = [...index.within(TABLE), ...index.within(OTHER)];
        expect(index.tileCount).toBe(tiles.length);
        for (const tile of tiles) expect(index.tile(tile.id)).toBe(tile);
      }),
    );
  });

  test('is the same after it went through JSON', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const index = build(steps);
        const json = JSON.parse(JSON.stringify(tileIndexToJson(index)));
        const again = tileIndexFromJson(json);
        expect(again.within(TABLE)).toEqual(index.within(TABLE));
        expect(again.tileCount).toBe(index.tileCount);
      }),
    );
  });

  test('starts a table as one tile over the whole plane', () => {
    const index = TileIndex.empty.withTable(TABLE, 1 as TileId);
    const tile = { id: 1, table: TABLE, rectangle: WHOLE_PLANE, state: { kind: 'active' } };
    expect(index.within(TABLE)).toEqual([tile]);
    expect(index.at(TABLE, (1n << 64n) - 1n, (1n << 63n) - 1n)?.id).toBe(1);
  });

  test('forgets the tiles of a table, and of that table only', () => {
    const index = build([]).withoutTable(TABLE);
    expect(index.within(TABLE)).toEqual([]);
    expect(index.at(TABLE, 0n, 0n)).toBeUndefined();
    expect([index.tile(1 as TileId), index.tile(2 as TileId)?.id]).toEqual([undefined, 2]);
  });

  test('freezes one tile and leaves the others', () => {
    const cut: Cut = { axis: 'time', at: 0n };
    const split = { tile: 1 as TileId, cut, below: 3 as TileId, above: 4 as TileId };
    const index = build([])
      .withSplit(split)
      .withState(4 as TileId, { kind: 'frozen' });
    expect(index.at(TABLE, 5n, 0n)?.state.kind).toBe('frozen');
    expect(index.at(TABLE, 5n, -1n)?.state.kind).toBe('active');
    expect(index.tile(4 as TileId)?.state.kind).toBe('frozen');
    expect(index.within(TABLE, { timeLo: 0n as Nanos }).map(({ id }) => id)).toEqual([4]);
  });
});
