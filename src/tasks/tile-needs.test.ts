/** The policy of background work, branch by branch. Times are hours; now is hour 1000. */
import { describe, expect, test } from 'vitest';
import type { GenerationId, LogIndex, Nanos, TableId, TileId } from '../base/brand.ts';
import { type Tile, type TileObject, WHOLE_PLANE } from '../tiles/api.ts';
import { horizons, type TileFacts, type TileNeed, tileNeed } from './tile-needs.ts';
import { tileSettings } from './tile-settings.ts';

const NOW = 1000;
/** In memory since hour 988, kept since hour 748. */
const RETENTION = { memoryHours: 12, magneticDays: 10 };
/** Tiles of 1000 rows: objects of 500, late rows by 50, splits from 10 rows a second. */
const SETTINGS = tileSettings(1000);

const hour = (at: number): Nanos => (BigInt(Math.round(at * 3600)) * 1_000_000_000n) as Nanos;

function tileOf(part: Partial<Omit<Tile, 'rectangle'>> & { from?: number; until?: number }): Tile {
  const { from, until, ...rest } = part;
  return {
    id: 1 as TileId,
    table: 1 as TableId,
    rectangle: {
      ...WHOLE_PLANE,
      ...(from !== undefined && { timeLo: hour(from) }),
      ...(until !== undefined && { timeHi: hour(until) }),
    },
    frozen: [],
    active: undefined,
    objects: [],
    ...rest,
  };
}

let objects = 0;
function objectOf(from: number, to: number, rows: number): TileObject {
  return {
    key: `tiles/1/${objects++}`,
    ...{ rows, bytes: rows * 10, crc32: 0, dimensions: [], columns: [] },
    ...{ minTime: hour(from), maxTime: hour(to) },
    measureNames: undefined,
    dimensionValues: new Map(),
  };
}

interface Hot {
  readonly rows?: number;
  readonly bytes?: number;
  /** Hours. */
  readonly oldest?: number;
  readonly newest?: number;
  readonly ageMinutes?: number;
  readonly rate?: number;
  readonly above?: Tile;
}

function needOf(tile: Tile, hot: Hot = {}): TileNeed | undefined {
  const { rows = 1, bytes = rows * 10, oldest = NOW, newest = NOW } = hot;
  const facts: TileFacts = {
    now: hour(NOW),
    retention: RETENTION,
    settings: SETTINGS,
    usageOf: () => ({ rows, bytes, series: 1, firstEntry: 0 as LogIndex, logBytes: 0 }),
    extentOf: () => (rows === 0 ? undefined : { oldest: hour(oldest), newest: hour(newest) }),
    ageOf: () => BigInt((hot.ageMinutes ?? 0) * 60) * 1_000_000_000n,
    rateOf: () => hot.rate ?? 0,
    neighbourOf: () => hot.above,
  };
  return tileNeed(tile, facts);
}

const active = 7 as GenerationId;
const frozen = [5 as GenerationId];

test('retentions add up', () => {
  expect(horizons({ now: hour(NOW), retention: RETENTION })).toEqual({
    memory: hour(988),
    kept: hour(748),
  });
});

describe('a tile whose times are all older than the table keeps them', () => {
  const old = { from: 700, until: 748 };
  test.each<[string, Tile]>([
    ['hot rows', tileOf({ ...old, active })],
    ['frozen ones', tileOf({ ...old, frozen })],
    ['objects', tileOf({ ...old, objects: [objectOf(701, 702, 5)] })],
  ])('expires with %s', (_, tile) => {
    expect(needOf(tile)).toEqual({ kind: 'expire' });
  });

  test('needs nothing when it is empty', () => {
    expect(needOf(tileOf(old))).toBeUndefined();
  });

  test('is not one that reaches into kept times', () => {
    const tile = tileOf({ from: 700, until: 748.001, objects: [objectOf(701, 702, 5)] });
    expect(needOf(tile)).toBeUndefined();
  });
});

test('frozen rows are sealed before all else', () => {
  const tile = tileOf({ frozen, active });
  expect(needOf(tile, { rows: 5000 })).toEqual({ kind: 'seal', why: 'frozen' });
});

describe('hot rows of a tile that has left the memory store', () => {
  const left = { from: 900, until: 988, active };
  const stored = [objectOf(901, 902, 5)];
  test.each<[string, Partial<Tile>, Hot, TileNeed | undefined]>([
    ['are sealed', {}, { rows: 1 }, { kind: 'seal', why: 'retention' }],
    ['are awaited when there are none', {}, { rows: 0 }, undefined],
    [
      'leave the tile after a while of none',
      {},
      { rows: 0, ageMinutes: 10 },
      { kind: 'seal', why: 'late' },
    ],
    ['gather beside objects', { objects: stored }, { rows: 49 }, undefined],
    ['until they are many', { objects: stored }, { rows: 50 }, { kind: 'seal', why: 'late' }],
    ['or old', { objects: stored }, { rows: 1, ageMinutes: 10 }, { kind: 'seal', why: 'late' }],
  ])('%s', (_, part, hot, need) => {
    expect(needOf(tileOf({ ...left, ...part }), hot)).toEqual(need);
  });
});

describe('a tile of the memory store', () => {
  const cut = (parts = 1): TileNeed => ({ kind: 'cut', parts });
  test.each<[string, Hot, TileNeed | undefined]>([
    ['without rows is left alone', { rows: 0 }, undefined],
    ['with few is left alone', { rows: 999 }, undefined],
    ['is cut by rows', { rows: 1000 }, cut()],
    ['is cut by bytes', { bytes: SETTINGS.hotBytesMax }, cut()],
    ['is cut when its newest row has left', { oldest: 987, newest: 987.9 }, cut()],
    ['is not while that is still there', { oldest: 988, newest: 988 }, undefined],
    ['is cut when it is an eighth of the retention long', { oldest: 998.5 }, cut()],
    ['is not when it is shorter', { oldest: 998.6 }, undefined],
    ['is followed by one tile when rows come slowly', { rows: 1000, rate: 9 }, cut()],
    ['by two when they come fast', { rows: 1000, rate: 10 }, cut(2)],
    ['by as many as the rate takes', { rows: 1000, rate: 26 }, cut(6)],
    ['by eight at most', { rows: 1000, rate: 1e6 }, cut(8)],
  ])('%s', (_, hot, need) => {
    expect(needOf(tileOf({ active }), hot)).toEqual(need);
  });

  // A row one nanosecond below the tile's end leaves no room for a cut.
  const full = {
    ...tileOf({ active }),
    rectangle: { ...WHOLE_PLANE, timeHi: (hour(NOW) + 1n) as Nanos },
  };
  test.each<[string, Hot, TileNeed | undefined]>([
    ['is left to grow', { rows: 1999 }, undefined],
    ['is sealed at twice its rows', { rows: 2000 }, { kind: 'seal', why: 'late' }],
    ['or its bytes', { bytes: SETTINGS.hotBytesMax * 2 }, { kind: 'seal', why: 'late' }],
  ])('without room above its newest row %s', (_, hot, need) => {
    expect(needOf(full, hot)).toEqual(need);
  });

  test('is cut by its newest row, be it hot or in an object', () => {
    const newer = tileOf({ active, objects: [objectOf(990, 995, 5)] });
    // The hot rows have left the memory store, and the tile is not idle for that.
    expect(needOf(newer, { oldest: 985, newest: 986 })).toBeUndefined();
    // A cut above the hot rows would go through the object.
    const edge = { ...full, objects: [{ ...objectOf(990, NOW, 5), maxTime: hour(NOW) }] };
    expect(needOf(edge, { rows: 1000, oldest: 989, newest: 990 })).toBeUndefined();
  });

  test('is cut into slices of an hour at least', () => {
    const need = (span: number) =>
      tileNeed(tileOf({ active }), {
        now: hour(NOW),
        retention: { ...RETENTION, memoryHours: 2 },
        settings: SETTINGS,
        usageOf: () => ({ rows: 1, bytes: 1, series: 1, firstEntry: undefined, logBytes: 0 }),
        extentOf: () => ({ oldest: hour(NOW - span), newest: hour(NOW) }),
        ageOf: () => 0n,
        rateOf: () => 0,
        neighbourOf: () => undefined,
      });
    expect(need(0.9)).toBeUndefined();
    expect(need(1)).toEqual(cut());
  });
});

describe('a tile of objects alone', () => {
  const cold = { from: 800, until: 988 };
  const need = (...some: TileObject[]) => needOf(tileOf({ ...cold, objects: some }));
  test('needs nothing with one object', () => {
    expect(need(objectOf(800, 801, 400))).toBeUndefined();
  });

  test('is divided between objects that follow each other and are too large together', () => {
    expect(need(objectOf(800, 801, 300), objectOf(802, 803, 201))).toEqual({
      kind: 'divide',
      cuts: [hour(802)],
    });
    const five = [0, 1, 2, 3, 4].map((at) => objectOf(800 + at, 800.5 + at, 250));
    expect(need(...five)).toEqual({ kind: 'divide', cuts: [hour(802), hour(804)] });
  });

  test('is compacted when its objects fit one', () => {
    const compact = { kind: 'compact' };
    expect(need(objectOf(800, 803, 300), objectOf(801, 802, 200))).toEqual(compact);
    expect(need(objectOf(800, 801, 1), objectOf(802, 803, 1))).toEqual(compact);
  });

  test('is left when its objects overlap and do not fit one', () => {
    expect(need(objectOf(800, 803, 300), objectOf(801, 802, 201))).toBeUndefined();
    // Meeting at one time is overlapping.
    expect(need(objectOf(800, 801, 300), objectOf(801, 802, 201))).toBeUndefined();
  });

  describe('and one above it', () => {
    const merge: TileNeed = { kind: 'merge', above: 2 as TileId };
    const at = (from: number, rows: number, span = 1) =>
      rows === 0 ? [] : [objectOf(from, from + span, rows)];
    const both = (low: TileObject[], high: TileObject[], until = 988) =>
      needOf(tileOf({ from: 800, until: 850, objects: low }), {
        above: tileOf({ id: 2 as TileId, from: 850, until, objects: high }),
      });
    test.each<[string, TileNeed | undefined, TileNeed | undefined]>([
      ['that are empty are merged', both([], []), merge],
      ['that are small are merged', both(at(848, 100), at(851, 150)), merge],
      ['of which one is empty are merged', both([], at(851, 250)), merge],
      ['or the other', both(at(848, 250), []), merge],
      [
        'that are half an object together are the largest',
        both(at(848, 125), at(851, 126)),
        undefined,
      ],
      ['of unlike size are left', both(at(848, 10), at(851, 41)), undefined],
      ['of unlike size are left the other way too', both(at(848, 41), at(851, 10)), undefined],
      ['of which one is four times the other are merged', both(at(848, 10), at(851, 40)), merge],
      ['whose rows span too long are left', both(at(820, 10), at(851, 10)), undefined],
      ['of which one is still in memory are left', both([], [], 988.001), undefined],
    ])('%s', (_, found, expected) => {
      expect(found).toEqual(expected);
    });
  });
});
