/**
 * `npm run bench`: one server as a user starts it (signatures verified, every acknowledgement after
 * fdatasync), loaded with 100 multi-measure records of 10 measures a request.
 *
 * Prints the machine, then write throughput at growing sizes, log and recovery speed, and the
 * latency of three queries. Load and server share the machine, so records per CPU-second of the
 * server say more than records per second.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendAll, sendOne } from './load.ts';
import { cpuSeconds, describeMachine, median } from './machine.ts';
import {
  MEASURES_PER_RECORD,
  RECORDS_PER_REQUEST,
  type SignedRequest,
  sign,
  type Target,
  writeRequest,
} from './signed-requests.ts';

const PROGRAM = join(process.cwd(), 'bin', 'tessera.cjs');
const SIZES = [500, 1000, 2000];
const CONNECTIONS = 16;
const QUERY_RUNS = 30;

interface Server {
  readonly url: string;
  readonly target: Target;
  readonly process: ChildProcess;
  readonly pid: number;
  readonly startedMs: number;
  readonly readyMs: number;
}

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
] as const;

const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
console.log(`machine   ${describeMachine()}`);
try {
  await benchmark();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function benchmark(): Promise<void> {
  const server = await start();
  const emptyStartMs = server.readyMs - server.startedMs;
  await sendOne(server.url, sign(server.target, 'CreateDatabase', { DatabaseName: 'bench' }));
  const table = { DatabaseName: 'bench', TableName: 'cpu' };
  await sendOne(server.url, sign(server.target, 'CreateTable', table));
  let timeMs = Date.now() - 3 * 3_600_000;
  for (const size of SIZES) timeMs = await measureWrites(server, size, timeMs);
  const rows = SIZES.reduce((sum, size) => sum + size * RECORDS_PER_REQUEST, 0);
  for (const [name, sql] of QUERIES) await measureQuery(server, `${name}, ${rows} rows`, sql);
  server.process.kill('SIGKILL');
  await measureRecovery(emptyStartMs, rows);
}

async function measureWrites(server: Server, size: number, fromMs: number): Promise<number> {
  const requests: SignedRequest[] = [];
  for (let i = 0; i < size; i++) requests.push(writeRequest(server.target, fromMs + i * 1000));
  const logBefore = logBytes();
  const cpuBefore = cpuSeconds(server.pid);
  const { seconds, latenciesMs } = await sendAll(server.url, requests, CONNECTIONS);
  const cpu = cpuSeconds(server.pid) - cpuBefore;
  const records = size * RECORDS_PER_REQUEST;
  const logMb = (logBytes() - logBefore) / 1e6;
  const p99 = [...latenciesMs].sort((a, b) => a - b)[Math.floor(latenciesMs.length * 0.99)] ?? 0;
  console.log(
    `write     ${records} records × ${MEASURES_PER_RECORD} measures: ` +
      `${Math.round(records / seconds)} records/s, ${Math.round(records / cpu)} per CPU-second, ` +
      `log ${(logMb / seconds).toFixed(1)} MB/s (${Math.round((logMb * 1e6) / records)} B/record), ` +
      `request p50 ${median(latenciesMs).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  );
  return fromMs + size * 1000;
}

async function measureQuery(server: Server, name: string, sql: string): Promise<void> {
  const latenciesMs: number[] = [];
  const cpuBefore = cpuSeconds(server.pid);
  for (let i = 0; i < QUERY_RUNS; i++) {
    const query = sign(server.target, 'Query', { QueryString: sql });
    const startMs = performance.now();
    await sendOne(server.url, query);
    latenciesMs.push(performance.now() - startMs);
  }
  const cpuMs = ((cpuSeconds(server.pid) - cpuBefore) / QUERY_RUNS) * 1000;
  console.log(
    `query     ${name}: median ${median(latenciesMs).toFixed(1)} ms, CPU ${cpuMs.toFixed(1)} ms`,
  );
}

async function measureRecovery(emptyStartMs: number, rows: number): Promise<void> {
  const bytes = logBytes();
  const server = await start();
  const seconds = Math.max(0.001, (server.readyMs - server.startedMs - emptyStartMs) / 1000);
  console.log(
    `recovery  ${(bytes / 1e6).toFixed(0)} MB of log, ${rows} rows in ${seconds.toFixed(2)} s: ` +
      `${(bytes / 1e6 / seconds).toFixed(0)} MB/s (an empty start of ${emptyStartMs.toFixed(0)} ms ` +
      'taken off)',
  );
  server.process.kill('SIGKILL');
}

async function start(): Promise<Server> {
  const startedMs = performance.now();
  const process_ = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TESSERA_LOG_LEVEL: 'error' },
  });
  let banner = '';
  await new Promise<void>((resolve, reject) => {
    process_.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    process_.stdout?.on('data', (text) => {
      banner += String(text);
      if (banner.includes('npx tessera demo')) resolve();
    });
  });
  const url = /API\s+(http:\/\/\S+)/.exec(banner)?.[1] ?? '';
  const target = {
    host: new URL(url).host,
    accessKeyId: /AWS_ACCESS_KEY_ID=(\S+)/.exec(banner)?.[1] ?? '',
    secretAccessKey: /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(banner)?.[1] ?? '',
  };
  const readyMs = performance.now();
  return { url, target, process: process_, pid: process_.pid ?? 0, startedMs, readyMs };
}

function logBytes(): number {
  const folder = join(dataDir, 'log');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
