/**
 * `npm run bench -- memory`: the memory store by itself, in this process.
 *
 *   write      batches of 100 rows into the log and the hot tile, as ingest hands them over
 *   size       bytes of shared memory a row and a series, for short series and long ones
 *   snapshot   what a query over every series costs the thread that also takes writes
 *   recovery   opening a log (every checksum verified), then replaying it, megabytes a second
 *
 * All times are CPU time of this process: they hold on a machine that others use, too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerationId, Nanos, TableId } from '../src/base/brand.ts';
import { systemClock } from '../src/host/clock.ts';
import { nodeDisk } from '../src/host/node-disk.ts';
import { systemRandom } from '../src/host/random.ts';
import { createMemoryStore, type MemoryStore, WriteBatch } from '../src/memory/api.ts';
import { InMemoryLogs, LocalLogs, type Log } from '../src/substrate/log/api.ts';
import { cpuMs, describeMachine, median } from './machine.ts';

const TILE = 1 as GenerationId;
const TABLE = 1 as TableId;
const ROWS_PER_BATCH = 100;
const MEASURES = 10;
const DIMENSIONS = 10;
const MEMORY_LIMIT_BYTES = 8 * 2 ** 30;
/** High half of a time in nanoseconds, somewhere in 2023. */
const TIME_HI = 390_000_000;
const ALL_TIME = { fromTime: 0n as Nanos, untilTime: (BigInt(TIME_HI + 1) << 32n) as Nanos };

/** Series, and rows of each. */
const SIZES = [
  [10_000, 1],
  [10_000, 10],
  [10_000, 100],
  [100_000, 1],
  [100_000, 10],
] as const;
const SNAPSHOT_RUNS = 30;
const RECOVERY_SERIES = 1000;
const RECOVERY_ROWS = 2000;
const RECOVERY_RUNS = 3;

console.log(`machine   ${describeMachine()}`);
for (const [series, rows] of SIZES) await measureSize(series, rows);
await measureRecovery();

async function measureSize(series: number, rows: number): Promise<void> {
  const store = newStore(await new InMemoryLogs().open('bench', { writer: 'bench' }));
  defineSeries(store, series);
  const seriesBytes = store.usage().usedBytes;
  await writeRows(store, series, rows);
  const rowBytes = store.usage().usedBytes - seriesBytes;
  const timesMs: number[] = [];
  for (let i = 0; i < SNAPSHOT_RUNS; i++) {
    const fromMs = cpuMs();
    store.snapshot(TILE, ALL_TIME).release();
    timesMs.push(cpuMs() - fromMs);
  }
  console.log(
    `tile      ${series} series × ${rows} rows of ${MEASURES} doubles: ` +
      `${Math.round(rowBytes / (series * rows))} B/row, ` +
      `${Math.round(seriesBytes / series)} B/series besides, ` +
      `snapshot of all ${median(timesMs).toFixed(2)} ms`,
  );
}

async function measureRecovery(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  try {
    const log = await openLog(folder);
    const store = newStore(log);
    defineSeries(store, RECOVERY_SERIES);
    const fromMs = cpuMs();
    await writeRows(store, RECOVERY_SERIES, RECOVERY_ROWS);
    const perSecond = (RECOVERY_SERIES * RECOVERY_ROWS) / (cpuMs() - fromMs);
    console.log(`write     ${Math.round(perSecond)} k rows a CPU-second, log and tile`);
    await log.close();
    for (let run = 0; run < RECOVERY_RUNS; run++) await recoverOnce(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recoverOnce(folder: string): Promise<void> {
  const startMs = performance.now();
  const openMs = cpuMs();
  const log = await openLog(folder);
  const replayMs = cpuMs();
  const { bytes, rows } = await newStore(log).recover();
  const endMs = cpuMs();
  const wallMs = performance.now() - startMs;
  const rate = (ms: number): string => `${(bytes / 1000 / ms).toFixed(0)} MB/s`;
  console.log(
    `recovery  ${(bytes / 1e6).toFixed(0)} MB, ${rows} rows: open ${rate(replayMs - openMs)}, ` +
      `replay ${rate(endMs - replayMs)}, both ${rate(endMs - openMs)} of CPU; ${rate(wallMs)} by the clock`,
  );
  await log.close();
}

function newStore(log: Log): MemoryStore {
  const store = createMemoryStore({ log, memoryLimitBytes: MEMORY_LIMIT_BYTES });
  store.openGeneration(TILE, TABLE);
  return store;
}

/** Without syncs: this is about CPU, and bench/run.ts measures with them. */
function openLog(folder: string): Promise<Log> {
  const lease = { stillHeld: () => true };
  const options = { folder, disk: nodeDisk, clock: systemClock, random: systemRandom, lease };
  return new LocalLogs({ ...options, sync: 'none' }).open('bench', { writer: 'bench' });
}

/** Ids are dense, from 0 on. */
function defineSeries(store: MemoryStore, count: number): void {
  for (let series = 0; series < count; series++) {
    const dimensions = Array.from({ length: DIMENSIONS }, (_, id) => ({
      id,
      name: `dimension_${id}`,
      value: id === 0 ? `host_${series}` : `value_${(series * (id + 3)) % 17}`,
    }));
    store.resolveSeries(TILE, { dimensions, measureName: 'cpu', partitionKey: 'cpu' });
  }
}

async function writeRows(store: MemoryStore, series: number, rows: number): Promise<void> {
  const batches = Array.from({ length: 16 }, () => new WriteBatch());
  let underWay: Promise<unknown>[] = [];
  for (let at = 0; at < series * rows; at += ROWS_PER_BATCH) {
    const batch = batches[underWay.length]!;
    fill(batch, at % series, Math.floor(at / series));
    underWay.push(store.write(TILE, batch, () => 'double'));
    if (underWay.length < batches.length) continue;
    await Promise.all(underWay);
    underWay = [];
  }
  await Promise.all(underWay);
}

/** One row each of ROWS_PER_BATCH series. */
function fill(batch: WriteBatch, firstSeries: number, round: number): void {
  batch.clear();
  for (let i = 0; i < ROWS_PER_BATCH; i++) {
    const row = batch.addRow(firstSeries + i, i);
    batch.time.i32[row * 2] = round * 1000;
    batch.time.i32[row * 2 + 1] = TIME_HI;
    batch.version.i32[row * 2] = 1;
    batch.version.i32[row * 2 + 1] = 0;
    for (let measure = 0; measure < MEASURES; measure++) batch.addDouble(4 + measure, round + i);
  }
}
