/**
 * `npm run bench -- split [--requests N] [--tile-rows N]`: how long writes take while tiles are cut
 * under full load. Tiles are small, so that the first one is followed by several side by side in
 * space, and these by more, within seconds. The same load on one large tile is the measure of it.
 *
 * A request is `during` when it was under way while a cut was, or in the moment after it, in which
 * what the cut held back goes on. Load and server share the machine; the ratios are what counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberFlag } from './flags.ts';
import { Fleet } from './fleet.ts';
import { sendAll, type TimedRequest } from './load.ts';
import { describeMachine, latencyText, quantile } from './machine.ts';
import { BenchServer, type TileWorkDone } from './server.ts';
import { createTable } from './write-all.ts';

const REQUESTS = numberFlag('requests', 6000);
const TILE_ROWS = numberFlag('tile-rows', 60_000);
const HOSTS = 1000;
const MEASURES = 3;
const RECORDS_PER_REQUEST = 100;
const CONNECTIONS = 16;
const WARM_UP_REQUESTS = 500;
/** After a cut, what it held back is routed anew and the new tiles make their first series. */
const AFTER_MS = 100;
const RATIO_MAX = 2;

console.log(`machine   ${describeMachine()}`);
const whole = await measure('one tile', 100_000_000);
const split = await measure('cut tiles', TILE_ROWS);
report(split.requests, split.cuts);
const ratio = p99(split.requests) / p99(whole.requests);
console.log(
  `split     p99 with cuts over p99 of one tile: ${ratio.toFixed(2)} ` +
    `(target ${RATIO_MAX}: ${ratio <= RATIO_MAX ? 'met' : 'MISSED'})`,
);

interface Run {
  readonly requests: readonly TimedRequest[];
  readonly cuts: readonly TileWorkDone[];
}

async function measure(name: string, tileRows: number): Promise<Run> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  try {
    const server = await BenchServer.start(dataDir, ['--tile-rows', String(tileRows)]);
    try {
      return await measureRun(server, name);
    } finally {
      await server.stop('SIGKILL');
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureRun(server: BenchServer, name: string): Promise<Run> {
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await createTable(server, 'cpu', { memoryHours: 48, magneticDays: 30 });
  const fleet = new Fleet({
    ...{ target: server.target, table: 'cpu', hosts: HOSTS },
    ...{ intervalMs: 1000, values: 'integers', measures: MEASURES },
  });
  const spanMs = ((REQUESTS * RECORDS_PER_REQUEST) / HOSTS) * 1000;
  const fromMs = Math.floor(Date.now() / 1000) * 1000 - spanMs;
  const requests = [...fleet.requests(fromMs, fromMs + spanMs)];
  await sendAll(server.port, requests.slice(0, WARM_UP_REQUESTS), CONNECTIONS);
  const cpuBefore = server.cpuSeconds();
  const sent = await sendAll(server.port, requests.slice(WARM_UP_REQUESTS), CONNECTIONS);
  const cpu = server.cpuSeconds() - cpuBefore;
  const records = sent.requests.length * RECORDS_PER_REQUEST;
  const cuts = server.tileWork.filter(({ kind }) => kind === 'cut');
  const tiles = await server.metric('tessera_tiles');
  console.log(
    `split     ${name}: ${Math.round(records / sent.seconds)} records/s, ` +
      `${Math.round(records / cpu)} per CPU-second, ${latencyText(sent.latenciesMs)}; ` +
      `${cuts.length} cuts, ${tiles} tiles in the end`,
  );
  return { requests: sent.requests, cuts };
}

/** Of the run with cuts, by when a request was under way. */
function report(sent: readonly TimedRequest[], cuts: readonly TileWorkDone[]): void {
  const [first, last] = [cuts[0], cuts.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no tile was cut');
  const isDuring = ({ sentMs, endMs }: TimedRequest): boolean =>
    cuts.some((cut) => sentMs <= cut.endMs + AFTER_MS && endMs >= cut.endMs - cut.ms);
  const others = sent.filter((request) => !isDuring(request));
  const phases = [
    ['before the first cut', others.filter(({ endMs }) => endMs < first.endMs)],
    ['between cuts', others.filter(({ sentMs }) => sentMs > first.endMs && sentMs < last.endMs)],
    ['during cuts', sent.filter(isDuring)],
    ['after the last cut', others.filter(({ sentMs }) => sentMs > last.endMs)],
  ] as const;
  for (const [name, requests] of phases) {
    const text = requests.length === 0 ? 'none' : latencyText(requests.map(latencyOf));
    console.log(`split     ${name}: ${requests.length} requests, ${text}`);
  }
  const durations = cuts.map(({ ms }) => ms).join(', ');
  console.log(`split     the cuts took ${durations} ms`);
}

function p99(requests: readonly TimedRequest[]): number {
  return quantile(requests.map(latencyOf), 0.99);
}

function latencyOf({ sentMs, endMs }: TimedRequest): number {
  return endMs - sentMs;
}
