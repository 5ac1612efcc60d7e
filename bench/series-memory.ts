/**
 * `npm run bench -- series-memory [--series-max N]`: what a series costs in memory.
 *
 *   store    the memory store alone, each size in a process of its own: blocks used of shared
 *            memory, JavaScript heap, arrays outside of it, and how the process grew
 *   server   the same through HTTP: ingest's and the catalog's part are in it
 *
 * Rows have ten doubles; a series has three dimensions, one of them its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { GenerationId, TableId } from '../src/base/brand.ts';
import { systemClock } from '../src/host/clock.ts';
import { nodeDisk } from '../src/host/node-disk.ts';
import { systemRandom } from '../src/host/random.ts';
import { createMemoryStore, type MemoryStore, WriteBatch } from '../src/memory/api.ts';
import { LocalLogs } from '../src/substrate/log/api.ts';
import { numberFlag } from './flags.ts';
import { Fleet } from './fleet.ts';
import { describeMachine } from './machine.ts';
import { BenchServer } from './server.ts';
import { createTable, writeAll } from './write-all.ts';

const SERIES_MAX = numberFlag('series-max', 100_000);
/** Series, and rows of each. */
const SIZES = [
  [100_000, 1],
  [100_000, 10],
  [1_000_000, 1],
  [1_000_000, 10],
] as const;
const SERVER_SERIES = 100_000;
const MEASURES = 10;
const COLUMN_FIRST = 4;
const ROWS_PER_BATCH = 100;
const MEMORY_LIMIT_BYTES = 16 * 2 ** 30;
const GENERATION = 1 as GenerationId;
const TABLE = 1 as TableId;
const CHILD = '--child';

const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
try {
  if (process.argv.includes(CHILD)) await measureStore();
  else await measureAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureAll(): Promise<void> {
  console.log(`machine   ${describeMachine()}`);
  for (const [series, rows] of SIZES) {
    if (series > SERIES_MAX) continue;
    const flags = [import.meta.filename, CHILD, '--series', String(series), '--rows', String(rows)];
    const { status } = spawnSync(process.execPath, flags, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`the measurement of ${series} series failed`);
  }
  await measureServer();
}

async function measureStore(): Promise<void> {
  const series = numberFlag('series', 1);
  const rows = numberFlag('rows', 1);
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const lease = { stillHeld: () => true };
  const ports = { folder, disk: nodeDisk, clock: systemClock, random: systemRandom, lease };
  const log = await new LocalLogs({ ...ports, sync: 'none' }).open('bench', { writer: 'bench' });
  const store = createMemoryStore({ log, memoryLimitBytes: MEMORY_LIMIT_BYTES });
  store.openGeneration(GENERATION, TABLE);
  collectGarbage();
  const before = { ...process.memoryUsage(), ...store.usage() };
  for (let at = 0; at < series; at++) defineSeries(store, at);
  await writeRows(store, series, rows);
  collectGarbage();
  const after = { ...process.memoryUsage(), ...store.usage() };
  const sharedBytes = after.reservedBytes - before.reservedBytes;
  const perSeries = (bytes: number): string => `${Math.round(bytes / series)} B`;
  console.log(
    `store     ${series} series × ${rows} rows, a series: ${perSeries(after.usedBytes)} of shared memory ` +
      `used, ${perSeries(after.heapUsed - before.heapUsed)} of heap, ` +
      `${perSeries(after.arrayBuffers - before.arrayBuffers - sharedBytes)} of arrays, ` +
      `process ${perSeries(after.rss - before.rss)}`,
  );
  await log.close();
}

function defineSeries(store: MemoryStore, at: number): void {
  const values = [`host_${at}`, `region-${(at * 3) % 7}`, `rack-${(at * 5) % 17}`];
  store.resolveSeries(GENERATION, {
    dimensions: values.map((value, id) => ({ id, name: `dimension_${id}`, value })),
    measureName: 'cpu',
    partitionKey: 'cpu',
  });
}

async function writeRows(store: MemoryStore, series: number, rows: number): Promise<void> {
  const batch = new WriteBatch();
  for (let round = 0; round < rows; round++) {
    for (let first = 0; first < series; first += ROWS_PER_BATCH) {
      batch.clear();
      for (let at = 0; at < ROWS_PER_BATCH; at++) {
        const row = batch.addRow(first + at, at);
        batch.time.i64[row] = 1_700_000_000_000_000_000n + BigInt(round) * 10_000_000_000n;
        batch.version.i64[row] = 1n;
        for (let measure = 0; measure < MEASURES; measure++) {
          batch.addDouble(COLUMN_FIRST + measure, round + at);
        }
      }
      await store.write(GENERATION, batch, () => 'double');
    }
  }
}

async function measureServer(): Promise<void> {
  const server = await BenchServer.start(folder);
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await createTable(server, 'cpu', { memoryHours: 12, magneticDays: 30 });
  const fleet = new Fleet({
    ...{ target: server.target, table: 'cpu', hosts: SERVER_SERIES },
    ...{ intervalMs: 60_000, values: 'integers' },
  });
  const names = [
    'memory_used_bytes',
    'nodejs_heap_size_used_bytes',
    'process_resident_memory_bytes',
  ];
  const values = (): Promise<number[]> =>
    Promise.all(names.map((name) => server.metric(`tessera_${name}`)));
  const before = await values();
  const fromMs = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
  await writeAll(server, fleet.requests(fromMs, fromMs + 60_000));
  const after = await values();
  const texts = after.map((value, at) => Math.round((value - (before[at] ?? 0)) / SERVER_SERIES));
  console.log(
    `server    ${SERVER_SERIES} series × 1 row, a series: ${texts[0]} B of shared memory used, ` +
      `${texts[1]} B of heap with its garbage, process ${texts[2]} B`,
  );
  await server.stop('SIGKILL');
}
