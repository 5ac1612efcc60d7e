import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Nanos, TableId, TileId } from '../base/brand.ts';
import { history, newObject, OTHER, play, TABLE } from './tile-history.test-support.ts';
import { TileIndex } from './tile-index.ts';
import {
  type TileIndexJson,
  type TileIndexJsonV1,
  tileIndexFromJson,
  tileIndexToJson,
} from './tile-index-json.ts';
import { type TileObjectJson, tileObjectFromJson, tileObjectToJson } from './tile-object-json.ts';

const throughText = <T>(json: T): T => JSON.parse(JSON.stringify(json));

/** Two halves in time: the lower one with two objects, the upper one as new. */
const halves = TileIndex.empty
  .withTable(7 as TableId, 1 as TileId)
  .withCut({ tile: 1 as TileId, at: 100n as Nanos, spaceCuts: [], above: [2 as TileId] })
  .withSealed({
    tile: 1 as TileId,
    generations: [1 as never],
    removed: [],
    added: [newObject('tiles/7/a', 0n, 9n), newObject('tiles/7/b', 10n, 10n)],
  });

describe('the tile index as JSON', () => {
  test('is the same after it went through text', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { index } = play(steps);
        const again = tileIndexFromJson(throughText(tileIndexToJson(index)));
        expect(again.within(TABLE)).toEqual(index.within(TABLE));
        expect(again.within(OTHER)).toEqual(index.within(OTHER));
        expect(again.trees.get(TABLE)).toEqual(index.trees.get(TABLE));
        expect(again.tileCount).toBe(index.tileCount);
      }),
    );
  });

  test('holds each list once (version 2)', () => {
    const object = (key: string, minTime: string, span: number) => {
      return [1, key, 1000, 12_345, 0xfedcba98, minTime, span, 0, 1, 1, 3, 0];
    };
    expect(throughText(tileIndexToJson(halves))).toEqual({
      v: 2,
      numbers: [
        [0, 3],
        [4, 5, 6],
      ],
      texts: [
        ['a', 'ü'],
        ['cpu', 'm9'],
      ],
      tables: [
        [7, ['t100', [1, [], null, object('tiles/7/a', '0', 9), object('tiles/7/b', '10', 0)], 2]],
      ],
    });
  });

  test('of version 1 is read: every tile has one generation, of its own number', () => {
    const json: TileIndexJsonV1 = [
      [
        7,
        [
          'space',
          '10',
          [1, 'active'],
          ['time', '-5', [4, 'frozen'], ['time', '5', [5, 'active'], [6, 'active']]],
        ],
      ],
      [8, [2, 'active']],
    ];
    const index = tileIndexFromJson(throughText(json));
    const tiles = index.within(7 as TableId);
    expect(tiles.map(({ id, active }) => [id, active])).toEqual([
      [1, 1],
      [4, 4],
      [5, 5],
      [6, 6],
    ]);
    for (const { frozen, objects } of tiles) expect([frozen, objects]).toEqual([[], []]);
    expect(index.at(7 as TableId, 10n, 4n)).toMatchObject({
      id: 5,
      rectangle: { spaceLo: 10n, spaceHi: 1n << 64n, timeLo: -5n, timeHi: 5n },
    });
    expect(index.within(8 as TableId).map(({ id }) => id)).toEqual([2]);
  });

  test('is refused when a cut is out of place, or a tree is not whole', () => {
    const json = (...nodes: TileIndexJson['tables'][number][1]): TileIndexJson => {
      return { v: 2, numbers: [], texts: [], tables: [[7, nodes]] };
    };
    expect(() => tileIndexFromJson(json('t5', 1, 't5', 2, 3))).toThrow('outside its place');
    expect(() => tileIndexFromJson(json('t5', 1))).toThrow('lacks its end');
    expect(() => tileIndexFromJson(json('t5', 1, 2, 3))).toThrow('after its end');
    const version = { ...json(1), v: 3 } as unknown as TileIndexJson;
    expect(() => tileIndexFromJson(version)).toThrow('version 3');
  });
});

describe('an object as JSON', () => {
  test('is the same after it went through text, with every list in it', () => {
    const objects = [
      newObject('x1', -5n, 5n),
      newObject('x2', -(1n << 63n), (1n << 63n) - 1n),
      newObject('x3', 1_700_000_000_123_456_789n, 1_700_000_000_123_456_789n),
    ];
    for (const object of objects) {
      expect(tileObjectFromJson(throughText(tileObjectToJson(object)))).toEqual(object);
    }
    const [json] = objects.map(tileObjectToJson);
    expect(json).toEqual([
      ...[1, 'x1', 1000, 12_345, 0xfedcba98, '-5', 10, [0, 3], [4, 5, 6], null],
      ...[3, ['a', 'ü']],
    ]);
  });

  test('is refused in another version', () => {
    const [, ...rest] = tileObjectToJson(newObject('x', 0n, 1n));
    const json = [2, ...rest] as unknown as TileObjectJson;
    expect(() => tileObjectFromJson(json)).toThrow('version 2');
  });
});
