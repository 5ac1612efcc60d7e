/** Which sources a scan reads, and which of them compete. Times are small numbers. */
import { describe, expect, test } from 'vitest';
import type { GenerationId, Nanos, TableId, TileId } from '../../base/brand.ts';
import { hash32 } from '../../base/hash.ts';
import type { PartitionKey, TableEntry } from '../../catalog/api.ts';
import { TableSchema } from '../../catalog/api.ts';
import type { MemoryStore, SnapshotRequest, TileSnapshot } from '../../memory/api.ts';
import { TileIndex, type TileObject } from '../../tiles/api.ts';
import { type TileSources, tileSources } from './tile-sources.ts';

const TABLE = 1 as TableId;
const TILE = 1 as TileId;
const schema = TableSchema.empty.extended({
  dimensions: ['host', 'site'],
  measures: [{ name: 'cpu', type: 'double', dimensions: ['host', 'site'] }],
  attributes: [],
});

type Span = readonly [from: number, to: number];

function objectOf(key: string, [from, to]: Span): TileObject {
  return {
    key,
    ...{ rows: 1, bytes: 1, crc32: 0, dimensions: [0], columns: [0] },
    ...{ minTime: BigInt(from) as Nanos, maxTime: BigInt(to) as Nanos },
    measureNames: ['cpu'],
    dimensionValues: new Map(),
  };
}

function request(part: Partial<SnapshotRequest> = {}): SnapshotRequest {
  return { fromTime: 0n as Nanos, untilTime: 1000n as Nanos, ...part };
}

/** What is read of the tiles, when generations have rows of these times. */
function sourcesOf(
  tiles: TileIndex,
  hot: Readonly<Record<number, Span>>,
  options: {
    readonly request?: Partial<SnapshotRequest>;
    readonly partitionKey?: PartitionKey;
  } = {},
) {
  const snapshots: TileSnapshot[] = [];
  const memory: Pick<MemoryStore, 'snapshot'> = {
    snapshot(generation) {
      const [from, to] = hot[generation] ?? [];
      const statistics = {
        minTime: from === undefined ? undefined : BigInt(from),
        maxTime: to === undefined ? undefined : BigInt(to),
      };
      return { descriptor: { generation }, statistics } as unknown as TileSnapshot;
    },
  };
  const { partitionKey = { kind: 'measure' } } = options;
  const table = { id: TABLE, schema, partitionKey } as unknown as TableEntry;
  const around = { tiles, memory: memory as MemoryStore, table };
  const sources = tileSources(around, request(options.request), (one) => snapshots.push(one));
  return { ...named(sources), tiles: sources.tiles, snapshots: snapshots.map(generationOf) };
}

const generationOf = ({ descriptor }: TileSnapshot): number => descriptor.generation;

function named({ hot, objects, contests }: Pick<TileSources, 'hot' | 'objects' | 'contests'>) {
  return {
    hot: hot.map(generationOf),
    objects: objects.map(({ key }) => key),
    contests: contests.map((contest) => ({
      hot: contest.hot.map(generationOf),
      objects: contest.objects.map(({ key }) => key),
    })),
  };
}

/** One tile with generations 1 (frozen, if there are more) … and objects. */
function oneTile(generations: number, objects: Readonly<Record<string, Span>> = {}): TileIndex {
  let index = TileIndex.empty.withTable(TABLE, TILE);
  for (let id = 2; id <= generations; id++) {
    index = index.withGeneration({ tile: TILE, generation: id as GenerationId });
  }
  const added = Object.entries(objects).map(([key, span]) => objectOf(key, span));
  return index.withSealed({ tile: TILE, generations: [], removed: [], added });
}

describe('sources of one tile', () => {
  test('that are alone in their times are read plainly', () => {
    const tiles = oneTile(2, { a: [0, 9], b: [10, 19] });
    expect(sourcesOf(tiles, { 1: [20, 29], 2: [30, 39] })).toMatchObject({
      hot: [1, 2],
      objects: ['a', 'b'],
      contests: [],
    });
  });

  test.each<[string, number, Record<string, Span>, Record<number, Span>, object]>([
    [
      'an object and hot rows of one time',
      1,
      { a: [0, 20], b: [30, 40] },
      { 1: [20, 25] },
      { hot: [], objects: ['b'], contests: [{ hot: [1], objects: ['a'] }] },
    ],
    [
      'hot rows within an object',
      1,
      { a: [0, 100] },
      { 1: [20, 25] },
      { hot: [], objects: [], contests: [{ hot: [1], objects: ['a'] }] },
    ],
    [
      'an object within hot rows',
      1,
      { a: [20, 25] },
      { 1: [0, 100] },
      { hot: [], objects: [], contests: [{ hot: [1], objects: ['a'] }] },
    ],
    [
      'two generations, oldest first',
      2,
      { a: [0, 9] },
      { 1: [10, 30], 2: [30, 50] },
      { hot: [], objects: ['a'], contests: [{ hot: [1, 2], objects: [] }] },
    ],
    [
      'some of the generations',
      3,
      { a: [40, 45] },
      { 1: [0, 9], 2: [40, 41], 3: [60, 70] },
      { hot: [1, 3], objects: [], contests: [{ hot: [2], objects: ['a'] }] },
    ],
    [
      'a chain of them, merged together',
      2,
      { a: [0, 10], b: [25, 30] },
      { 1: [10, 20], 2: [20, 25] },
      { hot: [], objects: [], contests: [{ hot: [1, 2], objects: ['a', 'b'] }] },
    ],
  ])('compete: %s', (_, generations, objects, hot, expected) => {
    expect(sourcesOf(oneTile(generations, objects), hot)).toMatchObject(expected);
  });

  test('do not compete when they are objects: no row is in two', () => {
    const tiles = oneTile(1, { a: [0, 20], b: [10, 30] });
    expect(sourcesOf(tiles, {})).toMatchObject({ hot: [], objects: ['a', 'b'], contests: [] });
  });

  test('without rows are left out, but were looked at', () => {
    const found = sourcesOf(oneTile(2, { a: [0, 20] }), { 2: [30, 40] });
    expect(found).toMatchObject({ hot: [2], objects: ['a'], contests: [], snapshots: [1, 2] });
  });

  test('that the predicate excludes do not compete', () => {
    const tiles = oneTile(1, { a: [0, 20], b: [500, 520] });
    const narrow = { fromTime: 400n as Nanos };
    expect(sourcesOf(tiles, { 1: [505, 600] }, { request: narrow })).toMatchObject({
      objects: [],
      contests: [{ hot: [1], objects: ['b'] }],
    });
    const other = { measureNames: ['mem'] };
    expect(sourcesOf(tiles, { 1: [0, 600] }, { request: other })).toMatchObject({
      hot: [1],
      objects: [],
      contests: [],
    });
  });
});

describe('tiles', () => {
  // Tile 1 below time 100; above it one tile for each quarter of the space.
  const quarter = 1n << 62n;
  const tiles = oneTile(1, { a: [0, 20] }).withCut({
    tile: TILE,
    at: 100n as Nanos,
    spaceCuts: [quarter, quarter * 2n, quarter * 3n],
    above: [2, 3, 4, 5] as TileId[],
  });
  const tileOf = (key: string) => 2 + (hash32(key) >>> 30);

  test('do not compete with each other', () => {
    expect(sourcesOf(tiles, { 1: [50, 60], 2: [100, 200], 3: [100, 200] })).toMatchObject({
      ...{ tiles: 5, hot: [1, 2, 3], objects: ['a'], contests: [] },
      snapshots: [1, 2, 3, 4, 5],
    });
  });

  test('are pruned by time', () => {
    const found = sourcesOf(tiles, {}, { request: { untilTime: 100n as Nanos } });
    expect(found).toMatchObject({ tiles: 1, snapshots: [1] });
    expect(sourcesOf(tiles, {}, { request: { fromTime: 100n as Nanos } }).snapshots).toEqual([
      2, 3, 4, 5,
    ]);
  });

  const above = { fromTime: 100n as Nanos };
  const byHost: PartitionKey = { kind: 'dimension', name: 'host', enforcement: 'REQUIRED' };
  const ofHosts = (...hosts: string[]) => ({ ...above, dimensions: new Map([[0, hosts]]) });
  test.each<[string, PartitionKey, Partial<SnapshotRequest>, readonly number[]]>([
    ['the measure name', { kind: 'measure' }, { ...above, measureNames: ['cpu'] }, [tileOf('cpu')]],
    ['a dimension', byHost, ofHosts('a'), [tileOf('a')]],
    [
      'several of its values, each tile once',
      byHost,
      ofHosts('a', 'b', 'c', 'a'),
      [...new Set(['a', 'b', 'c'].map(tileOf))],
    ],
    ['a partition key without values', byHost, ofHosts(), []],
    [
      'too many values to look for: not at all',
      byHost,
      ofHosts(...Array.from({ length: 65 }, () => 'a')),
      [2, 3, 4, 5],
    ],
    [
      'another dimension: not at all',
      byHost,
      { ...above, dimensions: new Map([[1, ['a']]]) },
      [2, 3, 4, 5],
    ],
    [
      'the measure name, when a dimension is the key: not at all',
      byHost,
      { ...above, measureNames: ['cpu'] },
      [2, 3, 4, 5],
    ],
    [
      'a dimension that no record had: not at all',
      { ...byHost, name: 'rack' },
      ofHosts('a'),
      [2, 3, 4, 5],
    ],
  ])('are pruned by %s', (_, partitionKey, part, expected) => {
    const { snapshots } = sourcesOf(tiles, {}, { request: part, partitionKey });
    expect([...snapshots].sort()).toEqual([...expected].sort());
  });
});
