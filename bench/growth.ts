/**
 * `npm run bench -- growth [--hosts N] [--runs N]`: what a query with an answer of one size costs as
 * its table grows from one hour of rows to ten and a hundred; while all of it is in the memory
 * store, and when all is in the magnetic store.
 *
 * Median by the clock, through HTTP with signed requests on one connection, and CPU time of the
 * server for each. What grows is the table, not the answer, so the figures of a row should be
 * alike.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberFlag } from './flags.ts';
import { Fleet } from './fleet.ts';
import { Connection } from './load.ts';
import { describeMachine, quantile } from './machine.ts';
import { BenchServer } from './server.ts';
import { sign } from './signed-requests.ts';
import { createTable, writeAll } from './write-all.ts';

const HOSTS = numberFlag('hosts', 40);
const RUNS = numberFlag('runs', 30);
/** Small, so that the largest table has tens of tiles. */
const TILE_ROWS = numberFlag('tile-rows', 20_000);
const WARM_UP_RUNS = 5;
/** Hours of rows. */
const SIZES = [1, 10, 100] as const;
const INTERVAL_MS = 60_000;
const HOUR_MS = 3_600_000;
const MEMORY_HOURS = 24 * 7;

interface Figure {
  readonly medianMs: number;
  readonly cpuMs: number;
}

/** By store and query, then by size. */
const figures = new Map<string, Figure[]>();

console.log(`machine   ${describeMachine()}`);
for (const hours of SIZES) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  try {
    await measureSize(dataDir, hours);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
for (const [name, ofSizes] of figures) {
  const texts = ofSizes.map(
    ({ medianMs, cpuMs }, at) =>
      `${SIZES[at]}x ${medianMs.toFixed(1)} ms (CPU ${cpuMs.toFixed(1)} ms)`,
  );
  const ratio = (ofSizes.at(-1)?.cpuMs ?? 0) / (ofSizes[0]?.cpuMs ?? 1);
  console.log(`growth    ${name}: ${texts.join(', ')}; CPU ratio ${ratio.toFixed(1)}`);
}

async function measureSize(dataDir: string, hours: number): Promise<void> {
  const server = await BenchServer.start(dataDir, [
    ...['--clock', 'manual', '--tile-rows', String(TILE_ROWS)],
  ]);
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await createTable(server, 'cpu', { memoryHours: MEMORY_HOURS, magneticDays: 365 });
  const fleet = new Fleet({
    ...{ target: server.target, table: 'cpu', hosts: HOSTS },
    ...{ intervalMs: INTERVAL_MS, values: 'integers' },
  });
  const untilMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const fromMs = untilMs - hours * HOUR_MS;
  // Hour by hour, as tiles are cut while rows come.
  for (let atMs = fromMs; atMs < untilMs; atMs += HOUR_MS) {
    await writeAll(server, fleet.requests(atMs, atMs + HOUR_MS));
  }
  await server.advance('1s');
  for (const [name, sql] of queries(fromMs, untilMs)) await measure(server, `hot, ${name}`, sql);
  await server.advance(`${MEMORY_HOURS + 1}h`);
  if ((await server.metric('tessera_memory_rows')) > 0) throw new Error('rows are not sealed');
  for (const [name, sql] of queries(fromMs, untilMs)) {
    await measure(server, `magnetic, ${name}`, sql);
  }
  await server.stop('SIGTERM');
}

function queries(fromMs: number, untilMs: number): readonly (readonly [string, string])[] {
  const last = hourFrom(untilMs - HOUR_MS);
  return [
    [
      'last hour of one series',
      `SELECT time, usage_0 FROM bench.cpu WHERE hostname = 'host_7' AND ${last} ORDER BY time`,
    ],
    [
      'last hour of all series, grouped',
      `SELECT hostname, AVG(usage_0), MAX(usage_1) FROM bench.cpu WHERE ${last} GROUP BY hostname`,
    ],
    [
      'first hour of one series',
      `SELECT time, usage_0 FROM bench.cpu WHERE hostname = 'host_7' AND ${hourFrom(fromMs)}
       ORDER BY time`,
    ],
  ];
}

function hourFrom(ms: number): string {
  return `time >= from_milliseconds(${ms}) AND time < from_milliseconds(${ms + HOUR_MS})`;
}

async function measure(server: BenchServer, name: string, sql: string): Promise<void> {
  const connection = await Connection.open(server.port);
  const timesMs: number[] = [];
  let cpuBefore = 0;
  for (let run = -WARM_UP_RUNS; run < RUNS; run++) {
    if (run === 0) cpuBefore = server.cpuSeconds();
    const query = sign(server.target, 'Query', { QueryString: sql });
    const startMs = performance.now();
    const answer = await connection.send(query);
    if (run >= 0) timesMs.push(performance.now() - startMs);
    if (!answer.includes('"Data"')) throw new Error(`no rows: ${answer.slice(0, 300)}`);
  }
  connection.close();
  const cpuMs = ((server.cpuSeconds() - cpuBefore) / RUNS) * 1000;
  const ofSizes = figures.get(name) ?? [];
  figures.set(name, [...ofSizes, { medianMs: quantile(timesMs, 0.5), cpuMs }]);
}
