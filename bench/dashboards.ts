/**
 * What dashboards ask, in the shapes of the usual benchmark of time-series databases (TSBS, its
 * cpu-only use case): hosts with ten tags that report ten measures every ten seconds, and ten kinds
 * of queries, each with its own random hosts and times.
 *
 * `npm run bench -- dashboards [--hosts 100] [--hours 72] [--runs 15] [--magnetic]`
 *
 * Requests are signed, answers are read whole. The server's CPU time says more than the wall
 * clock on a machine that is shared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuRecords, END_MS } from './dashboards/cpu-data.ts';
import { dashboardQueries } from './dashboards/queries.ts';
import { numberFlag, switchFlag } from './flags.ts';
import { Connection, sendAll } from './load.ts';
import { describeMachine, median } from './machine.ts';
import { BenchServer, objectBytes } from './server.ts';
import { type PreparedRequest, sign } from './signed-requests.ts';

const HOSTS = numberFlag('hosts', 100);
const HOURS = numberFlag('hours', 72);
const RUNS = numberFlag('runs', 15);
const IS_MAGNETIC = switchFlag('magnetic');
const WARM_UPS = 3;
const CONNECTIONS = 8;
/** Requests that are built and signed at a time: about 100 KB each. */
const PREPARED_MAX = 1000;

console.log(`machine   ${describeMachine()}`);
const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
const server = await BenchServer.start(dataDir, ['--clock', 'manual']);
try {
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await server.call('CreateTable', {
    DatabaseName: 'bench',
    TableName: 'cpu',
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: HOURS + 24,
      MagneticStoreRetentionPeriodInDays: 365,
    },
  });
  await load();
  if (IS_MAGNETIC) await server.advance(`${HOURS + 26}h`);
  await ask();
} finally {
  await server.stop('SIGTERM');
  rmSync(dataDir, { recursive: true });
}

async function load(): Promise<void> {
  const cpuBefore = server.cpuSeconds();
  let prepared: PreparedRequest[] = [];
  let rows = 0;
  let seconds = 0;
  const send = async (): Promise<void> => {
    seconds += (await sendAll(server.port, prepared, CONNECTIONS)).seconds;
    prepared = [];
  };
  for (const records of cpuRecords(HOSTS, HOURS)) {
    const body = `{"DatabaseName":"bench","TableName":"cpu","Records":[${records.join(',')}]}`;
    prepared.push(sign(server.target, 'WriteRecords', body));
    rows += records.length;
    if (prepared.length === PREPARED_MAX) await send();
  }
  await send();
  const cpu = server.cpuSeconds() - cpuBefore;
  console.log(
    `ingest    ${rows} rows of 10 values, ${Math.round(rows / seconds)} rows/s, ` +
      `${Math.round(rows / cpu)} rows per CPU-second`,
  );
}

async function ask(): Promise<void> {
  if (IS_MAGNETIC) {
    const values = HOSTS * HOURS * 360 * 10;
    console.log(`size      ${(objectBytes(dataDir) / values).toFixed(3)} bytes a value`);
  }
  console.log(`rows are ${IS_MAGNETIC ? 'magnetic, and cached after the warm-ups' : 'hot'}`);
  console.log('query                     median ms    p95 ms    CPU ms');
  const connection = await Connection.open(server.port);
  for (const { name, statements } of dashboardQueries({
    hosts: HOSTS,
    hours: HOURS,
    endMs: END_MS,
    runs: RUNS + WARM_UPS,
  })) {
    const times: number[] = [];
    let cpuBefore = 0;
    for (const [run, QueryString] of statements.entries()) {
      if (run === WARM_UPS) cpuBefore = server.cpuSeconds();
      const startMs = performance.now();
      let answer = JSON.parse(await connection.send(sign(server.target, 'Query', { QueryString })));
      while (answer.NextToken !== undefined) {
        const next = { QueryString, NextToken: answer.NextToken };
        answer = JSON.parse(await connection.send(sign(server.target, 'Query', next)));
      }
      if (run >= WARM_UPS) times.push(performance.now() - startMs);
    }
    const cpuMs = ((server.cpuSeconds() - cpuBefore) / RUNS) * 1000;
    const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
    console.log(
      `${name.padEnd(24)} ${median(times).toFixed(2).padStart(10)} ${p95.toFixed(2).padStart(9)} ` +
        `${cpuMs.toFixed(2).padStart(9)}`,
    );
  }
  connection.close();
}
