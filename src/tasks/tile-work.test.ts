import { describe, expect, it } from 'vitest';
import { HandLog } from '../../test/support/memory-model.ts';
import { START_MS } from '../../test/support/new-catalog.ts';
import { type IngestWorld, newIngest } from '../../test/support/new-ingest.ts';
import { newMagnetic } from '../../test/support/new-magnetic.ts';
import { known } from '../base/assert.ts';
import type { RejectedReports } from '../magnetic/api.ts';
import { tileSettings } from './tile-settings.ts';
import { TileWork } from './tile-work.ts';

async function newWork(world: IngestWorld): Promise<TileWork> {
  const { catalog, ingest, memory } = world;
  return new TileWork({
    catalog,
    ingest,
    memory,
    magnetic: await newMagnetic(),
    sealer: {
      seal: () => Promise.reject(new Error('nothing is sealed here')),
      stop: async () => {},
    },
    reports: { write: async () => {} } as unknown as RejectedReports,
    settings: tileSettings(1000),
    metrics: undefined,
    reached: () => {},
  });
}

const record = (second: number, value: number, version = 1) => ({
  Dimensions: [{ Name: 'host', Value: 'a' }],
  MeasureName: 'cpu',
  MeasureValue: String(value),
  Time: String(START_MS - 60_000 + second * 1000),
  Version: version,
});

/** Lets the log make everything durable until all of it has an answer. */
async function settled<T>(log: HandLog, answers: Promise<T>): Promise<T> {
  let isOver = false;
  const over = answers.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await log.settleAll();
    await new Promise(setImmediate);
  }
  return over;
}

describe('a cut', () => {
  it('has no row above it, also of writes that waited for their turn', async () => {
    const log = new HandLog();
    const world = await newIngest({ log });
    const { catalog, memory } = world;
    const work = await newWork(world);
    const tiles = () => catalog.state.tiles.within(world.table().id);
    const first = known(tiles()[0], 'a tile');

    const inFlight = world.write([record(5, 1)]);
    await new Promise(setImmediate);
    // Judging its first record needs the row in flight; its second one is the newest of all.
    const waiting = world.write([record(5, 2, 2), record(50, 3)]);
    await new Promise(setImmediate);
    const cut = work.run(first.id, { kind: 'cut', parts: 1 });
    const answers = await settled(log, Promise.all([inFlight, waiting, cut]));
    expect(answers.slice(0, 2)).toEqual([
      { RecordsIngested: { Total: 1, MemoryStore: 1, MagneticStore: 0 } },
      { RecordsIngested: { Total: 2, MemoryStore: 2, MagneticStore: 0 } },
    ]);

    const [low, high] = tiles();
    expect(low?.id).toBe(first.id);
    const at = BigInt(START_MS - 60_000 + 5_000) * 1_000_000n + 1n;
    expect(low?.rectangle.timeHi).toBe(at);
    const newest = (tile: typeof low) => memory.extentOf(known(tile?.active, 'active'))?.newest;
    expect(newest(low)).toBe(at - 1n);
    expect(newest(high)).toBe(at - 1n + 45_000_000_000n);
    expect(world.rows()).toHaveLength(2);
  });

  it('is left out where there is no row, and below a tile that has rows up to its end', async () => {
    const world = await newIngest();
    const work = await newWork(world);
    const tiles = () => world.catalog.state.tiles.within(world.table().id);
    const { id } = known(tiles()[0], 'a tile');
    await work.run(id, { kind: 'cut', parts: 1 });
    expect(tiles()).toHaveLength(1);
    await world.write([record(1, 1)]);
    await work.run(id, { kind: 'cut', parts: 1 });
    expect(tiles()).toHaveLength(2);
    await work.run(id, { kind: 'cut', parts: 1 });
    expect(tiles()).toHaveLength(2);
  });
});
