/**
 * What dashboards ask, in the shapes of the usual benchmark of time-series databases (TSBS, its
 * cpu-only use case): hosts with ten tags that report ten measures every ten seconds, and ten kinds
 * of queries, each with its own random hosts and times.
 *
 * `npm run bench -- dashboards [--hosts 100] [--hours 72] [--runs 15] [--magnetic]
 *                              [--peers] [--only NAME,…] [--json FILE]`
 *
 * With `--peers`, other databases are fetched, started, loaded with the same rows and asked the
 * same questions; see docs/benchmarks.md for what can be compared. One after the other: only one
 * system runs at a time. All of it is in a temporary folder, which goes at the end.
 *
 * Answers are read whole. The CPU time of a server says more than the wall clock on a machine that
 * is shared.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DataScope, MEASURES, rowCount } from './dashboards/cpu-data.ts';
import {
  bytesPerValue,
  measureLoad,
  measureQueries,
  measureThroughput,
} from './dashboards/measure.ts';
import {
  type Comparison,
  comparisonJson,
  type Measured,
  printComparison,
} from './dashboards/report.ts';
import type { System } from './dashboards/system.ts';
import { Tessera } from './dashboards/tessera.ts';
import { numberFlag, switchFlag, textFlag } from './flags.ts';
import { describeMachine } from './machine.ts';
import { PEERS } from './peers/peers.ts';

const WITH_PEERS = switchFlag('peers');
const SCOPE: DataScope = {
  hosts: numberFlag('hosts', 100),
  hours: numberFlag('hours', WITH_PEERS ? 6 : 72),
};
const RUNS = numberFlag('runs', 15);
const IS_MAGNETIC = switchFlag('magnetic');
const ONLY = textFlag('only')?.split(',');
const JSON_FILE = textFlag('json');
const INTERRUPTED = 130;
const STOP_MS_MAX = 5000;

const machine = describeMachine();
console.log(`machine   ${machine}`);
console.log(
  `data      ${SCOPE.hosts} hosts, ${SCOPE.hours} h, ${rowCount(SCOPE)} rows of 10 values`,
);
const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
/** The one that runs. */
let running: System | undefined;
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isInterrupted = true;
    void cleanUp().finally(() => process.exit(INTERRUPTED));
  });
}
try {
  await benchmark();
} finally {
  await cleanUp();
}

async function benchmark(): Promise<void> {
  const tessera = await measureTessera();
  const peers: Measured[] = [];
  const leftOut: Comparison['leftOut'][number][] = [];
  for (const { name, install } of WITH_PEERS ? PEERS : []) {
    if (ONLY !== undefined && !ONLY.includes(name)) continue;
    try {
      peers.push(await measurePeer(await install(folder)));
    } catch (error) {
      // Stopped by Ctrl-C: the next one is not to start.
      if (isInterrupted) throw error;
      leftOut.push({ name, reason: String(error) });
      await stop();
    }
  }
  const comparison: Comparison = { machine, tessera, peers, leftOut };
  printComparison(comparison);
  console.log(`load      ${loadText()} after the run`);
  if (JSON_FILE !== undefined) {
    writeFileSync(JSON_FILE, `${JSON.stringify(comparisonJson(comparison), undefined, 2)}\n`);
  }
}

async function measureTessera(): Promise<[Measured, ...Measured[]]> {
  const dataDir = join(folder, 'tessera');
  mkdirSync(dataDir);
  const tessera = new Tessera({ dataDir, hours: SCOPE.hours, takes: 'records' });
  const { name, version } = tessera;
  await start(tessera);
  const ingest = await measureLoad(tessera, SCOPE);
  const hot: Measured = { name, version, ingest, ...(await measureAsked(tessera)) };
  if (!IS_MAGNETIC) {
    await stop();
    return WITH_PEERS ? [hot, await measureLines()] : [hot];
  }
  await tessera.makeMagnetic();
  const magnetic: Measured = {
    name: 'tessera, magnetic',
    version: '',
    ...(await measureAsked(tessera)),
    bytesPerValue: tessera.objectBytes() / (rowCount(SCOPE) * MEASURES.length),
  };
  await stop();
  return WITH_PEERS ? [hot, magnetic, await measureLines()] : [hot, magnetic];
}

/** Line protocol, in which peers get theirs. */
async function measureLines(): Promise<Measured> {
  const dataDir = join(folder, 'tessera-lines');
  mkdirSync(dataDir);
  const tessera = new Tessera({ dataDir, hours: SCOPE.hours, takes: 'lines' });
  await start(tessera);
  const ingest = await measureLoad(tessera, SCOPE);
  const size = await bytesPerValue(tessera, SCOPE);
  await stop();
  return {
    name: 'tessera, lines',
    version: '',
    ingest,
    bytesPerValue: size,
    queries: new Map(),
    throughput: [],
  };
}

async function measurePeer(peer: System): Promise<Measured> {
  await start(peer);
  const ingest = await measureLoad(peer, SCOPE);
  await peer.settle();
  const asked = await measureAsked(peer);
  await stop();
  return { name: peer.name, version: peer.version, ingest, ...asked };
}

async function measureAsked(
  system: System,
): Promise<Pick<Measured, 'queries' | 'throughput' | 'bytesPerValue'>> {
  const queries = await measureQueries(system, { scope: SCOPE, runs: RUNS });
  const throughput = WITH_PEERS ? await measureThroughput(system, SCOPE) : [];
  return { queries, throughput, bytesPerValue: await bytesPerValue(system, SCOPE) };
}

async function start(system: System): Promise<void> {
  console.log(`run       ${system.name} ${system.version}, load ${loadText()}`);
  running = system;
  await system.start();
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

function loadText(): string {
  return loadavg()[0]?.toFixed(1) ?? 'unknown';
}

async function cleanUp(): Promise<void> {
  // Ctrl-C goes to servers, too: one that has ended already says so to nobody.
  if (running !== undefined) await Promise.race([running.stop(), sleep(STOP_MS_MAX)]);
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
}
