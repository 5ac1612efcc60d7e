/** 100-row batches of ten doubles, in time order, over a thousand series: write and read. */
import { bench, describe } from 'vitest';
import type { GenerationId, Nanos, TableId } from '../base/brand.ts';
import { InMemoryLogs } from '../substrate/log/api.ts';
import { createMemoryStore, type MemoryStore, TileCursor, TileReader, WriteBatch } from './api.ts';

const SERIES = 1000;
const ROWS_PER_BATCH = 100;
const MEASURES = 10;
const TILE = 1 as GenerationId;
const TABLE = 1 as TableId;
const LIMITS = { memoryLimitBytes: 4 * 2 ** 30 };

function fill(batch: WriteBatch, ids: readonly number[], round: number): void {
  batch.clear();
  for (const id of ids) {
    const row = batch.addRow(id, batch.rows);
    batch.time.i32[row * 2] = round;
    batch.time.i32[row * 2 + 1] = 390_000_000;
    batch.version.i32[row * 2] = 1;
    batch.version.i32[row * 2 + 1] = 0;
    for (let measure = 0; measure < MEASURES; measure++) batch.addDouble(4 + measure, round);
  }
}

async function writeRounds(store: MemoryStore, from: number, until: number): Promise<void> {
  const batch = new WriteBatch();
  for (let round = from; round < until; round++) {
    for (let first = 0; first < SERIES; first += ROWS_PER_BATCH) {
      const ids = Array.from({ length: ROWS_PER_BATCH }, (_, i) => first + i);
      fill(batch, ids, round);
      await store.write(TILE, batch, () => 'double');
    }
  }
}

const logs = new InMemoryLogs();
const log = await logs.open('bench', { writer: 'bench' });
const filled = createMemoryStore({ log, ...LIMITS });
filled.openGeneration(TILE, TABLE);
for (let i = 0; i < SERIES; i++) {
  const dimensions = [{ id: 0, name: 'host', value: `host_${i}` }];
  filled.resolveSeries(TILE, { dimensions, measureName: 'cpu', partitionKey: 'cpu' });
}
await writeRounds(filled, 0, 500);
let rounds = 500;

describe('the memory store, 500,000 rows × 10 doubles', () => {
  bench(
    'write 100,000 rows',
    async () => {
      await writeRounds(filled, rounds, rounds + 100);
      rounds += 100;
    },
    { iterations: 10, warmupIterations: 2 },
  );

  bench('read 500,000 rows through a cursor', () => {
    const snapshot = filled.snapshot(TILE, {
      fromTime: 0n as Nanos,
      untilTime: ((390_000_000n << 32n) + 500n) as Nanos,
    });
    const cursor = new TileCursor(new TileReader(filled.slabs, snapshot.descriptor));
    const out = new Int32Array(4096);
    const nulls = { setNull: () => {}, setNulls: () => {} };
    while (cursor.next(2048) > 0) {
      cursor.readTime(out);
      for (let measure = 0; measure < MEASURES; measure++)
        cursor.readCells(4 + measure, out, nulls);
    }
    snapshot.release();
  });
});
