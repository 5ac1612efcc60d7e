import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Nanos, TileId } from '../base/brand.ts';
import { contains, overlap, type Rectangle, type Tile } from './tile.ts';
import { history, OTHER, play, space, TABLE, time } from './tile-history.test-support.ts';
import type { TileTree } from './tile-tree.ts';

function sorted(coordinate: fc.Arbitrary<bigint>): fc.Arbitrary<[bigint, bigint]> {
  return fc.tuple(coordinate, coordinate).map(([a, b]) => (a < b ? [a, b] : [b, a]));
}

const byId = (tiles: readonly Tile[]) => [...tiles].sort((a, b) => a.id - b.id);

/** Height of the run that starts here; fails where a run is not balanced. */
function checkedHeight(tree: TileTree): number {
  if (tree.kind === 'leaf') return 0;
  const [lower, upper] = [tree.below, tree.above].map((part) => {
    const height = checkedHeight(part);
    return part.kind === 'fork' && part.axis === tree.axis ? height : 0;
  }) as [number, number];
  expect(Math.abs(lower - upper)).toBeLessThanOrEqual(1);
  expect(tree.height).toBe(1 + Math.max(lower, upper));
  return tree.height;
}

describe('TileIndex', () => {
  test('has the tiles of a plain list of tiles that took the same changes', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { index, model } = play(steps);
        expect(byId(index.within(TABLE))).toEqual(byId(model));
        expect(index.tileCount).toBe(model.length + 1);
        for (const tile of index.within(TABLE)) expect(index.tile(tile.id)).toBe(tile);
        expect(index.within(OTHER).map(({ id }) => id)).toEqual([2]);
      }),
    );
  });

  test('covers the plane without overlap', () => {
    fc.assert(
      fc.property(history, fc.array(fc.tuple(space, time)), (steps, points) => {
        const { index } = play(steps);
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
        const { index, model } = play(steps);
        const range: Rectangle = {
          spaceLo: x1,
          spaceHi: x2 + 1n,
          timeLo: t1 as Nanos,
          timeHi: (t2 + 1n) as Nanos,
        };
        const expected = model.filter(({ rectangle }) => overlap(rectangle, range));
        expect(byId(index.within(TABLE, range))).toEqual(byId(expected));
      }),
    );
  });

  test('gives the tiles of one place in space in ascending time', () => {
    fc.assert(
      fc.property(history, space, (steps, x) => {
        const tiles = play(steps).index.within(TABLE, { spaceLo: x, spaceHi: x + 1n });
        const ends = tiles.map(({ rectangle }) => rectangle.timeHi);
        expect(tiles.slice(1).map(({ rectangle }) => rectangle.timeLo)).toEqual(ends.slice(0, -1));
      }),
    );
  });

  test('keeps every run of cuts balanced', () => {
    fc.assert(
      fc.property(history, (steps) => {
        checkedHeight(play(steps).index.trees.get(TABLE)!);
      }),
    );
  });

  test('finds nothing for a range that is empty, or outside the plane', () => {
    const { index } = play([]);
    const five = 5n as Nanos;
    expect(index.within(TABLE, { timeLo: five, timeHi: five })).toEqual([]);
    expect(index.within(TABLE, { spaceLo: 1n << 64n, spaceHi: 1n << 65n })).toEqual([]);
    expect(index.within(TABLE, { timeLo: five })).toEqual([index.tile(1 as TileId)]);
  });
});
