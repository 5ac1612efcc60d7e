/**
 * The server as a whole: WriteRecords with 100 multi-measure records of 10 measures a request,
 * then queries, then both at once, then recovery after a kill.
 *
 * Load and server share the machine, so records per CPU-second of the server say more than records
 * per second. Figures of the first size include the compiler's warming up.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from './history.ts';
import { Connection, sendAll, sendPaced } from './load.ts';
import { describeMachine, latencyText, median } from './machine.ts';
import { BenchServer, logBytes } from './server.ts';
import { HOSTS, MEASURES_PER_RECORD, RECORDS_PER_REQUEST, sign } from './signed-requests.ts';

/** Requests of each step; together they stay within the memory store's window of a few hours. */
const SIZES = [1000, 3000, 6000];
/** Requests that are built and signed at a time: about 100 KB each. */
const PREPARED_MAX = 2000;
const CONNECTIONS = 16;
const QUERY_RUNS = 20;
/** A quiet load, so that what is measured is the wait and not a queue: 2,500 records a second. */
const PACED_INTERVAL_MS = 40;
const PACED_REQUESTS = 200;

const HEAVY_QUERIES = [
  [
    'heavy: all hosts, all measures, average by host and minute',
    `SELECT hostname, BIN(time, 1m) AS t, ${averages(MEASURES_PER_RECORD)} FROM bench.cpu
     GROUP BY hostname, BIN(time, 1m)`,
  ],
  [
    'heavy: a window over every row',
    `SELECT hostname, MAX(delta) FROM (
       SELECT hostname, usage_0 - LAG(usage_0) OVER (PARTITION BY hostname ORDER BY time) AS delta
       FROM bench.cpu) GROUP BY hostname`,
  ],
] as const;

const QUERIES = [
  [
    'one host, one measure, average by minute',
    `SELECT BIN(time, 1m) AS t, AVG(usage_0) FROM bench.cpu
     WHERE hostname = 'host_7' GROUP BY BIN(time, 1m) ORDER BY t`,
  ],
  [
    'all hosts, one measure, average by host and minute',
    `SELECT hostname, BIN(time, 1m) AS t, AVG(usage_0) FROM bench.cpu
     GROUP BY hostname, BIN(time, 1m) ORDER BY hostname, t`,
  ],
  [
    'last value of all hosts',
    'SELECT hostname, MAX_BY(usage_0, time) FROM bench.cpu GROUP BY hostname',
  ],
  ...HEAVY_QUERIES,
] as const;

const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
console.log(`machine   ${describeMachine()}`);
try {
  await benchmark();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function benchmark(): Promise<void> {
  const server = await BenchServer.start(dataDir);
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await server.call('CreateTable', {
    DatabaseName: 'bench',
    TableName: 'cpu',
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: 24,
      MagneticStoreRetentionPeriodInDays: 30,
    },
  });
  const history = new History(server.target);
  for (const size of SIZES) await measureWrites(server, history, size);
  const rows = history.written * RECORDS_PER_REQUEST;
  for (const [name, sql] of QUERIES) await measureQuery(server, `${name}, ${rows} rows`, sql);
  await measurePaced(server, history, 'alone', []);
  for (const query of HEAVY_QUERIES) await measurePaced(server, history, query[0], [query[1]]);
  await server.stop('SIGKILL');
  await measureRecovery(server.startMs, history.written * RECORDS_PER_REQUEST);
}

async function measureWrites(server: BenchServer, history: History, size: number): Promise<void> {
  const logBefore = logBytes(dataDir);
  const latenciesMs: number[] = [];
  let seconds = 0;
  let cpu = 0;
  for (let sent = 0; sent < size; sent += PREPARED_MAX) {
    const requests = history.next(Math.min(PREPARED_MAX, size - sent));
    const cpuBefore = server.cpuSeconds();
    const result = await sendAll(server.port, requests, CONNECTIONS);
    cpu += server.cpuSeconds() - cpuBefore;
    seconds += result.seconds;
    latenciesMs.push(...result.latenciesMs);
  }
  const records = size * RECORDS_PER_REQUEST;
  const logMb = (logBytes(dataDir) - logBefore) / 1e6;
  console.log(
    `write     ${records} records × ${MEASURES_PER_RECORD} measures, ${HOSTS} series: ` +
      `${Math.round(records / seconds)} records/s, ${Math.round(records / cpu)} per CPU-second, ` +
      `log ${(logMb / seconds).toFixed(1)} MB/s (${Math.round((logMb * 1e6) / records)} B/record), ` +
      `request ${latencyText(latenciesMs)}`,
  );
}

async function measureQuery(server: BenchServer, name: string, sql: string): Promise<void> {
  const connection = await Connection.open(server.port);
  const latenciesMs: number[] = [];
  const cpuBefore = server.cpuSeconds();
  for (let i = 0; i < QUERY_RUNS; i++) {
    const query = sign(server.target, 'Query', { QueryString: sql });
    const startMs = performance.now();
    await connection.send(query);
    latenciesMs.push(performance.now() - startMs);
  }
  connection.close();
  const cpuMs = ((server.cpuSeconds() - cpuBefore) / QUERY_RUNS) * 1000;
  console.log(
    `query     ${name}: median ${median(latenciesMs).toFixed(1)} ms, CPU ${cpuMs.toFixed(1)} ms`,
  );
}

/** Latency of writes at a fixed rate, with queries that run one after the other beside them. */
async function measurePaced(
  server: BenchServer,
  history: History,
  name: string,
  queries: readonly string[],
): Promise<void> {
  const requests = history.next(PACED_REQUESTS);
  let isOver = false;
  let runs = 0;
  const cpuBefore = server.cpuSeconds();
  const beside = queries.map(async (sql) => {
    const connection = await Connection.open(server.port);
    for (; !isOver; runs++) {
      await connection.send(sign(server.target, 'Query', { QueryString: sql }));
    }
    connection.close();
  });
  const { seconds, latenciesMs } = await sendPaced(server.port, requests, PACED_INTERVAL_MS);
  isOver = true;
  await Promise.all(beside);
  const cpu = server.cpuSeconds() - cpuBefore;
  console.log(
    `beside    ${Math.round(1000 / PACED_INTERVAL_MS)} writes/s, ${name}` +
      `${queries.length > 0 ? ` (${runs} runs)` : ''}: ${latencyText(latenciesMs)}, ` +
      `CPU ${((cpu / seconds) * 100).toFixed(0)} % of a core`,
  );
}

async function measureRecovery(emptyStartMs: number, rows: number): Promise<void> {
  const megabytes = logBytes(dataDir) / 1e6;
  const server = await BenchServer.start(dataDir);
  const seconds = Math.max(0.001, (server.startMs - emptyStartMs) / 1000);
  console.log(
    `recovery  ${megabytes.toFixed(0)} MB of log, ${rows} rows in ${seconds.toFixed(2)} s: ` +
      `${(megabytes / seconds).toFixed(0)} MB/s (an empty start of ${emptyStartMs.toFixed(0)} ms ` +
      'taken off)',
  );
  await server.stop('SIGKILL');
}

function averages(measures: number): string {
  return Array.from({ length: measures }, (_, at) => `AVG(usage_${at})`).join(', ');
}
