/**
 * `npm run bench -- split [--requests N] [--tile-rows N]`: how long writes take while tiles are cut
 * under full load. Tiles are small, so that the first one is followed by several side by side in
 * space, and these by more, within seconds.
 *
 * A request is `during` when it was under way while a cut was, or in the moment after it, in which
 * what the cut held back goes on. Load and server share the machine; the ratio is what counts.
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

const REQUESTS = numberFlag('requests', 4000);
const TILE_ROWS = numberFlag('tile-rows', 50_000);
const HOSTS = 1000;
const MEASURES = 3;
const RECORDS_PER_REQUEST = 100;
const CONNECTIONS = 16;
const WARM_UP_REQUESTS = 200;
/** After a cut, what it held back is routed anew and the new tiles make their first series. */
const AFTER_MS = 100;
const RATIO_MAX = 2;

const dataDir = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
console.log(`machine   ${describeMachine()}`);
try {
  await measureSplits();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function measureSplits(): Promise<void> {
  const server = await BenchServer.start(dataDir, ['--tile-rows', String(TILE_ROWS)]);
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await createTable(server, 'cpu', { memoryHours: 48, magneticDays: 30 });
  const fleet = new Fleet({
    ...{ target: server.target, table: 'cpu', hosts: HOSTS },
    ...{ intervalMs: 1000, values: 'integers', measures: MEASURES },
  });
  const intervals = (REQUESTS * RECORDS_PER_REQUEST) / HOSTS;
  const fromMs = Math.floor(Date.now() / 1000) * 1000 - intervals * 1000;
  const requests = [...fleet.requests(fromMs, fromMs + intervals * 1000)];
  const { requests: sent, seconds } = await sendAll(server.port, requests, CONNECTIONS);
  const cuts = server.tileWork.filter(({ kind }) => kind === 'cut');
  const tiles = await server.metric('tessera_tiles');
  const rate = (REQUESTS * RECORDS_PER_REQUEST) / seconds;
  console.log(
    `split     ${Math.round(rate)} records/s from ${CONNECTIONS} connections, ${cuts.length} cuts ` +
      `of ${cuts.map(({ ms }) => ms).join(', ')} ms, ${tiles} tiles in the end`,
  );
  report(sent.slice(WARM_UP_REQUESTS), cuts);
  await server.stop('SIGKILL');
}

function report(sent: readonly TimedRequest[], cuts: readonly TileWorkDone[]): void {
  const [first, last] = [cuts[0], cuts.at(-1)];
  if (first === undefined || last === undefined) {
    console.log('split     no tile was cut: MISSED');
    return;
  }
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
  const ratio =
    quantile(sent.filter(isDuring).map(latencyOf), 0.99) / quantile(others.map(latencyOf), 0.99);
  console.log(
    `split     p99 during cuts over p99 without: ${ratio.toFixed(2)} ` +
      `(target ${RATIO_MAX}: ${ratio <= RATIO_MAX ? 'met' : 'MISSED'})`,
  );
}

function latencyOf({ sentMs, endMs }: TimedRequest): number {
  return endMs - sentMs;
}
