/**
 * `npm run bench -- week [--hosts N] [--tile-rows N]`: a week of a fleet, hour by hour, on a clock
 * that is moved; once with every row on time, and once with one of thirty a day late.
 *
 * Write amplification is the bytes written to the log and to objects, over those of the rows (time
 * and measures at eight bytes each) and over those of the objects that stay. Work on tiles is by
 * the clock, as the server counts it; CPU is the server's, writes and all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberFlag } from './flags.ts';
import { Fleet } from './fleet.ts';
import { describeMachine } from './machine.ts';
import { BenchServer, objectBytes } from './server.ts';
import { createTable, writeAll } from './write-all.ts';

const HOSTS = numberFlag('hosts', 15);
const HOURS = numberFlag('hours', 7 * 24);
/** Small, so that objects stop growing within the week, as those of a large fleet would; not so small
 *  that an hour written in a second looks like a rate that wants tiles side by side. */
const TILE_ROWS = numberFlag('tile-rows', 200_000);
const INTERVAL_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MEMORY_HOURS = 6;
/** Of so many intervals one comes late. */
const LATE_EVERY = 30;
const KINDS = ['cut', 'seal', 'merge', 'compact', 'divide'] as const;

console.log(`machine   ${describeMachine()}`);
for (const isLate of [false, true]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  try {
    await measureWeek(dataDir, isLate);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureWeek(dataDir: string, isLate: boolean): Promise<void> {
  const server = await BenchServer.start(dataDir, [
    ...['--clock', 'manual', '--tile-rows', String(TILE_ROWS)],
  ]);
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await createTable(server, 'cpu', { memoryHours: MEMORY_HOURS, magneticDays: 30 });
  const options = {
    target: server.target,
    table: 'cpu',
    hosts: HOSTS,
    values: 'integers',
  } as const;
  const fleet = new Fleet({ ...options, intervalMs: INTERVAL_MS });
  const late = new Fleet({ ...options, intervalMs: INTERVAL_MS * LATE_EVERY });
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
  const cpuBefore = server.cpuSeconds();
  for (let hour = 0; hour < HOURS; hour++) {
    const fromMs = startMs + hour * HOUR_MS;
    await writeAll(server, fleet.requests(fromMs, fromMs + HOUR_MS));
    if (isLate && hour >= 24) {
      // Half an interval aside, so that they are rows of their own.
      const lateMs = fromMs - DAY_MS + INTERVAL_MS / 2;
      await writeAll(server, late.requests(lateMs, lateMs + HOUR_MS));
    }
    await server.advance('1h');
  }
  await server.advance(`${MEMORY_HOURS + 1}h`);
  const cpu = server.cpuSeconds() - cpuBefore;
  const name = isLate ? `one row of ${LATE_EVERY} a day late` : 'all rows on time';
  const rows = await server.metric('tessera_memory_rows_written_total');
  await report(server, { name, rows, rawBytes: rows * fleet.rowBytes, dataDir });
  console.log(`week      ${name}: ${cpu.toFixed(1)} CPU-seconds of the server in all`);
  await server.stop('SIGTERM');
}

async function report(
  server: BenchServer,
  week: {
    readonly name: string;
    readonly rows: number;
    readonly rawBytes: number;
    readonly dataDir: string;
  },
): Promise<void> {
  const { name, rows, rawBytes, dataDir } = week;
  const log = await server.metric('tessera_log_written_bytes_total');
  const objects = await server.metric('tessera_magnetic_written_bytes_total');
  const kept = objectBytes(dataDir);
  const rowsRead = await server.metric('tessera_seal_rows_read_total');
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(
    `week      ${name}: ${rows} rows, ${mb(rawBytes)} MB raw; log ${mb(log)} MB, objects ` +
      `${mb(objects)} MB of which ${mb(kept)} MB stay; amplification ` +
      `${((log + objects) / rawBytes).toFixed(2)} of raw bytes, ` +
      `${(objects / kept).toFixed(2)} of objects; a row was read ` +
      `${(rowsRead / rows).toFixed(2)} times by seals and compactions`,
  );
  const work: string[] = [];
  for (const kind of KINDS) {
    const count = await server.metric('tessera_tile_work_seconds_count', `kind="${kind}"`);
    const seconds = await server.metric('tessera_tile_work_seconds_sum', `kind="${kind}"`);
    work.push(`${count} × ${kind} in ${seconds.toFixed(1)} s`);
  }
  console.log(`week      ${name}: ${work.join(', ')}`);
}
