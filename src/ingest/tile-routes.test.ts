/** From a point to its tile: always what the tile index says, also for what is remembered. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GenerationId, Nanos, TableId, TileId } from '../base/brand.ts';
import { TileIndex } from '../tiles/api.ts';
import { TileRoutes } from './tile-routes.ts';

const TABLE = 3 as TableId;
const MIN = -(1n << 63n);
const MAX = (1n << 63n) - 1n;
const SPACE_MAX = (1n << 64n) - 1n;

/** Cuts of the tile that is the newest at some place of the space. */
const cut = fc.record({
  place: fc.bigInt({ min: 0n, max: SPACE_MAX }),
  at: fc.bigInt({ min: MIN + 1n, max: MAX }),
  spaceCuts: fc.uniqueArray(fc.bigInt({ min: 1n, max: SPACE_MAX }), { maxLength: 6 }),
});

function indexOf(
  cuts: readonly (typeof cut extends fc.Arbitrary<infer T> ? T : never)[],
): TileIndex {
  let index = TileIndex.empty.withTable(TABLE, 1 as TileId);
  let next = 2;
  for (const { place, at, spaceCuts } of cuts) {
    const tile = index.at(TABLE, place, MAX);
    if (tile === undefined || at <= tile.rectangle.timeLo) continue;
    const { spaceLo, spaceHi } = tile.rectangle;
    const inside = spaceCuts
      .filter((one) => spaceLo < one && one < spaceHi)
      .sort((a, b) => (a < b ? -1 : 1));
    const above = Array.from({ length: inside.length + 1 }, () => next++ as TileId);
    index = index.withCut({ tile: tile.id, at: at as Nanos, spaceCuts: inside, above });
  }
  return index;
}

/** The coordinates where tiles meet, and their neighbours. */
function corners(index: TileIndex): readonly (readonly [space: bigint, time: bigint])[] {
  return index.within(TABLE).flatMap(({ rectangle }) => {
    const { spaceLo, spaceHi, timeLo, timeHi } = rectangle;
    return [spaceLo, spaceHi - 1n].flatMap((space) =>
      [timeLo, timeHi - 1n].map((time) => [space, time] as const),
    );
  });
}

function found(routes: TileRoutes, space: bigint, time: bigint): number {
  const halves = new Int32Array(new BigInt64Array([time]).buffer);
  const coordinate = { high: Number(space >> 32n), low: Number(space & 0xffff_ffffn) };
  return routes.find(coordinate, halves[0]!, halves[1]!).id;
}

test('every point goes to the tile of the index, in whatever order points come', () => {
  const point = fc.tuple(fc.bigInt({ min: 0n, max: SPACE_MAX }), fc.bigInt({ min: MIN, max: MAX }));
  fc.assert(
    fc.property(
      fc.array(cut, { maxLength: 12, size: 'max' }),
      fc.array(fc.oneof(point, fc.nat()), { maxLength: 200, size: 'max' }),
      (cuts, picks) => {
        const index = indexOf(cuts);
        const routes = new TileRoutes(TABLE, index);
        const edges = corners(index);
        for (const pick of picks) {
          const [space, time] = typeof pick === 'number' ? edges[pick % edges.length]! : pick;
          expect(found(routes, space, time)).toBe(index.at(TABLE, space, time)?.id);
        }
      },
    ),
  );
});

test('more tiles than are remembered are found again and again', () => {
  const spaceCuts = Array.from({ length: 39 }, (_, at) => BigInt(at + 1) << 58n);
  const above = spaceCuts.map((_, at) => (at + 2) as TileId);
  const index = TileIndex.empty
    .withTable(TABLE, 1 as TileId)
    .withCut({ tile: 1 as TileId, at: 0n as Nanos, spaceCuts, above: [...above, 41 as TileId] });
  const routes = new TileRoutes(TABLE, index);
  for (let round = 0; round < 3; round++) {
    for (const [space, time] of corners(index)) {
      expect(found(routes, space, time)).toBe(index.at(TABLE, space, time)?.id);
    }
  }
});

test('a tile is found with the generation that takes its writes', () => {
  const index = TileIndex.empty
    .withTable(TABLE, 1 as TileId)
    .withGeneration({ tile: 1 as TileId, generation: 2 as GenerationId });
  expect(new TileRoutes(TABLE, index).find({ high: 0, low: 0 }, 0, 0).active).toBe(2);
});
