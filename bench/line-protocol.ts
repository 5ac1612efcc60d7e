/**
 * Line protocol into a server with every acknowledgement after fdatasync: rows of ten tags and ten
 * fields, in bodies made before the clock starts. `npm run bench -- line-protocol`.
 *
 * Load and server share the machine, so rows per CPU-second of the server say more than rows per
 * second. The first run of each kind warms the compiler up, and is not printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendAll } from './load.ts';
import { describeMachine, latencyText } from './machine.ts';
import { BenchServer, logBytes } from './server.ts';
import type { PreparedRequest } from './signed-requests.ts';

const HOSTS = 1000;
const FIELDS = 10;
const TAGS = ['region', 'datacenter', 'rack', 'os', 'arch', 'team', 'service', 'version', 'env'];
const ROWS = 400_000;
/** Lines of a request, and connections. */
const KINDS = [
  [10_000, 2],
  [1000, 8],
  [100, 16],
] as const;
const RUNS = 3;

const SERIES = Array.from({ length: HOSTS }, (_, host) => {
  const tags = TAGS.map((name, at) => `${name}=${name}-${(host * (at + 4)) % 17}`);
  return `cpu,hostname=host_${host},${tags.join(',')}`;
});

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
  let second = Math.floor(Date.now() / 1000) - 5 * 3600;
  for (const [lines, connections] of KINDS) {
    for (let run = 0; run < RUNS; run++) {
      const requests = requestsOf(server, { second, lines });
      second += ROWS / HOSTS;
      const cpuBefore = server.cpuSeconds();
      const logBefore = logBytes(dataDir);
      const { seconds, latenciesMs } = await sendAll(server.port, requests, connections);
      const cpu = server.cpuSeconds() - cpuBefore;
      if (run === 0) continue;
      const sent = requests.reduce((sum, { body }) => sum + body.length, 0);
      console.log(
        `write     ${ROWS} rows × ${FIELDS} fields, ${lines} a request, ${connections} connections: ` +
          `${Math.round(ROWS / seconds)} rows/s, ${Math.round(ROWS / cpu)} per CPU-second ` +
          `(${cpu.toFixed(2)} s), ${Math.round(sent / ROWS)} B/row sent, ` +
          `${Math.round((logBytes(dataDir) - logBefore) / ROWS)} B/row logged, ` +
          `request ${latencyText(latenciesMs)}`,
      );
    }
  }
  await server.stop('SIGTERM');
}

function requestsOf(
  server: BenchServer,
  { second, lines }: { readonly second: number; readonly lines: number },
): readonly PreparedRequest[] {
  const { host, accessKeyId, secretAccessKey } = server.target;
  return Array.from({ length: ROWS / lines }, (_, request) => {
    const rows = Array.from({ length: lines }, (_, i) => lineOf(request * lines + i, second));
    const body = Buffer.from(rows.join(''));
    const head =
      `POST /api/v2/write?bucket=bench HTTP/1.1\r\nhost: ${host}\r\n` +
      `authorization: Token ${accessKeyId}:${secretAccessKey}\r\n` +
      `content-length: ${body.length}\r\n\r\n`;
    return { head: Buffer.from(head), body };
  });
}

function lineOf(row: number, second: number): string {
  const host = row % HOSTS;
  const interval = Math.floor(row / HOSTS);
  const fields: string[] = [];
  for (let at = 0; at < FIELDS; at++) {
    fields.push(`usage_${at}=${((host * 31 + at * 17 + interval * 7) % 10_007) / 100}`);
  }
  return `${SERIES[host]} ${fields.join(',')} ${second + interval}000000000\n`;
}
