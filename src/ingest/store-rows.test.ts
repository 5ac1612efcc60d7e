/** Rows on their way into tiles that are cut, held, frozen or gone meanwhile. */
import { describe, expect, test, vi } from 'vitest';
import { START_MS } from '../../test/support/new-catalog.ts';
import { type IngestWorld, newIngest } from '../../test/support/new-ingest.ts';
import type { TileId } from '../base/brand.ts';
import { ROUTING_ATTEMPTS_MAX } from '../base/limits.ts';
import { TileChanged } from '../memory/api.ts';
import { generationsOf } from '../tiles/api.ts';

const MINUTE = 60_000;
const TILE = 1 as TileId;
const ingested = (count: number) => ({
  RecordsIngested: { MemoryStore: count, MagneticStore: 0, Total: count },
});

function record(host: string, ms: number, value = 1) {
  return {
    Dimensions: [{ Name: 'host', Value: host }],
    MeasureName: 'load',
    MeasureValue: String(value),
    MeasureValueType: 'BIGINT',
    Time: String(START_MS + ms),
  };
}

/** With a row below and a schema, so that later writes wait for tiles alone. */
async function newWorld(): Promise<IngestWorld> {
  const world = await newIngest();
  expect(await world.write([record('a', -10 * MINUTE)])).toEqual(ingested(1));
  return world;
}

/** Cuts tile 1 at START_MS; what is above are two tiles, side by side. */
async function cut({ catalog }: IngestWorld): Promise<void> {
  await catalog.changeTiles(({ next }) => ({
    v: 1,
    kind: 'tile-cut',
    tile: TILE,
    at: String(BigInt(START_MS) * 1_000_000n),
    spaceCuts: [String(1n << 63n)],
    above: [next.tile, (next.tile + 1) as TileId],
  }));
}

function tilesWithRows({ catalog, memory, table }: IngestWorld): Record<number, number> {
  const tiles = catalog.state.tiles.within(table().id).map((tile) => {
    const rows = generationsOf(tile).map((one) => memory.usageOf(one)?.rows ?? 0);
    return [tile.id, rows.reduce((sum, count) => sum + count, 0)] as const;
  });
  return Object.fromEntries(tiles.filter(([, rows]) => rows > 0));
}

const HOSTS = Array.from({ length: 20 }, (_, at) => `h${at}`);

describe('rows of one request', () => {
  test('go into the tiles of their series and times, each once', async () => {
    const world = await newWorld();
    await cut(world);
    const records = HOSTS.flatMap((host) => [record(host, -1), record(host, 0)]);
    expect(await world.write(records)).toEqual(ingested(40));
    const rows = tilesWithRows(world);
    // The measure name is the partition key, so one side of the space has all of them.
    expect(rows).toMatchObject({ 1: 21 });
    expect(Object.values(rows).reduce((sum, count) => sum + count, 0)).toBe(41);
    for (const tile of world.catalog.state.tiles.within(world.table().id)) {
      for (const one of generationsOf(tile)) {
        const extent = world.memory.extentOf(one);
        if (extent === undefined) continue;
        expect(extent.oldest).toBeGreaterThanOrEqual(tile.rectangle.timeLo);
        expect(extent.newest).toBeLessThan(tile.rectangle.timeHi);
      }
    }
  });

  test('go to both sides of a cut in space when their partition keys do', async () => {
    const world = await newIngest({
      partitionKey: { kind: 'dimension', name: 'host', enforcement: 'OPTIONAL' },
    });
    await world.write([record('a', -10 * MINUTE)]);
    await cut(world);
    expect(await world.write(HOSTS.map((host) => record(host, 1)))).toEqual(ingested(20));
    const { 1: below, ...above } = tilesWithRows(world);
    expect(below).toBe(1);
    expect(Object.keys(above)).toHaveLength(2);
    expect(world.rows()).toHaveLength(21);
  });
});

describe('a tile without an active generation', () => {
  test('gets one by the first write, one for all that come together', async () => {
    const world = await newWorld();
    await world.catalog.changeTiles(() => ({ v: 1, kind: 'generation-frozen', tile: TILE }));
    const before = world.metadata.state.next.tile;
    const writes = [1, 2, 3].map((at) => world.write([record('b', at)]));
    expect(await Promise.all(writes)).toEqual([ingested(1), ingested(1), ingested(1)]);
    const tile = world.catalog.state.tiles.tile(TILE);
    expect(tile).toMatchObject({ frozen: [1], active: before });
    expect(world.metadata.state.next.tile).toBe(before + 1);
    expect(world.rows()).toHaveLength(4);
  });
});

describe('a tile that is held', () => {
  test('takes no rows until it has changed, and then those that are its own', async () => {
    const world = await newWorld();
    let settled = false;
    let writing: Promise<unknown> = Promise.resolve();
    await world.ingest.holding(TILE, async () => {
      writing = world.write([record('a', -1), record('a', 1)]).finally(() => {
        settled = true;
      });
      await new Promise(setImmediate);
      expect(tilesWithRows(world)).toEqual({ 1: 1 });
      await cut(world);
      expect(settled).toBe(false);
    });
    expect(await writing).toEqual(ingested(2));
    expect(tilesWithRows(world)).toMatchObject({ 1: 2 });
    expect(Object.keys(tilesWithRows(world))).toHaveLength(2);
  });

  test('whose table goes meanwhile refuses them', async () => {
    const world = await newWorld();
    let writing: Promise<unknown> = Promise.resolve();
    await world.ingest.holding(TILE, async () => {
      writing = world.write([record('a', 1)]);
      await new Promise(setImmediate);
      await world.catalog.deleteTable({ database: 'iot', table: 'sensors' });
    });
    expect(await writing).toMatchObject({ error: 'ResourceNotFoundException' });
  });
});

describe('a generation that has been frozen since the rows were routed', () => {
  test('sends them to be routed again', async () => {
    const world = await newWorld();
    const write = vi.spyOn(world.memory, 'write').mockImplementationOnce(async () => {
      await cut(world);
      throw new TileChanged();
    });
    expect(await world.write([record('a', 1, 7)])).toEqual(ingested(1));
    expect(write).toHaveBeenCalledTimes(2);
    expect(tilesWithRows(world)).toMatchObject({ 1: 1 });
    expect(world.rows()).toHaveLength(2);
  });

  test('does not touch the rows of the request that others have stored', async () => {
    const world = await newWorld();
    await cut(world);
    const real = world.memory.write.bind(world.memory);
    let refusals = 2;
    const sizes: [generation: number, rows: number][] = [];
    vi.spyOn(world.memory, 'write').mockImplementation(async (generation, batch, types) => {
      sizes.push([generation, batch.rows]);
      if (generation !== 1 && refusals-- > 0) throw new TileChanged();
      return await real(generation, batch, types);
    });
    const answer = await world.write([record('a', -1), record('a', 1), record('b', -1)]);
    expect(answer).toEqual(ingested(3));
    const [, above] = Object.keys(tilesWithRows(world)).map(Number);
    expect(sizes).toEqual([
      [1, 2],
      [above, 1],
      [above, 1],
      [above, 1],
    ]);
    expect(world.rows()).toHaveLength(4);
  });

  test('again and again throttles the request', async () => {
    const world = await newWorld();
    const write = vi.spyOn(world.memory, 'write').mockRejectedValue(new TileChanged());
    expect(await world.write([record('a', 1)])).toMatchObject({ error: 'ThrottlingException' });
    expect(write).toHaveBeenCalledTimes(ROUTING_ATTEMPTS_MAX);
    expect(world.rows()).toHaveLength(1);
  });

  test('is not what other failures are: they are the answer', async () => {
    const world = await newWorld();
    vi.spyOn(world.memory, 'write').mockRejectedValue(new RangeError('broken'));
    await expect(world.write([record('a', 1)])).rejects.toThrow('broken');
  });
});
