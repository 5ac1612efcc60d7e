/** What a query over every series costs the writer's thread: taking the snapshot, one chunk each. */
import { bench, describe } from 'vitest';
import type { Nanos, TableId, TileId } from '../base/brand.ts';
import { InMemoryLogs } from '../substrate/log/api.ts';
import { createMemoryStore, type MemoryStore, WriteBatch } from './api.ts';

const SERIES = 100_000;
const ROWS_PER_BATCH = 100;
const TILE = 1 as TileId;
const TIME_HI = 390_000_000;

async function filledStore(): Promise<MemoryStore> {
  const log = await new InMemoryLogs().open('bench', { writer: 'bench' });
  const store = createMemoryStore({ log, memoryLimitBytes: 4 * 2 ** 30 });
  store.openTile(TILE, 1 as TableId);
  const batch = new WriteBatch();
  for (let first = 0; first < SERIES; first += ROWS_PER_BATCH) {
    batch.clear();
    for (let i = first; i < first + ROWS_PER_BATCH; i++) {
      const dimensions = [{ id: 0, name: 'host', value: `host_${i}` }];
      const definition = { dimensions, measureName: 'cpu', partitionKey: 'cpu' };
      const row = batch.addRow(store.resolveSeries(TILE, definition), batch.rows);
      batch.time.i32[row * 2] = 0;
      batch.time.i32[row * 2 + 1] = TIME_HI;
      batch.version.i32[row * 2] = 1;
      batch.version.i32[row * 2 + 1] = 0;
      for (let measure = 0; measure < 10; measure++) batch.addDouble(4 + measure, i);
    }
    await store.write(TILE, batch, () => 'double');
  }
  return store;
}

const store = await filledStore();
const until = (BigInt(TIME_HI + 1) << 32n) as Nanos;

describe('a snapshot of 100,000 series', () => {
  bench('all of them', () => {
    store.snapshot(TILE, { fromTime: 0n as Nanos, untilTime: until }).release();
  });

  bench('all of them, by their measure name', () => {
    const measureNames = ['cpu'];
    store.snapshot(TILE, { fromTime: 0n as Nanos, untilTime: until, measureNames }).release();
  });

  bench('one of them', () => {
    const dimensions = new Map([[0, ['host_777']]]);
    store.snapshot(TILE, { fromTime: 0n as Nanos, untilTime: until, dimensions }).release();
  });
});
