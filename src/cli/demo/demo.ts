/**
 * `tessera demo`: makes a running server interesting. Loads tables of the shapes that AWS's own
 * sample databases have, then samples this very host every second until stopped (Ctrl+C).
 *
 * Everything goes through the write API, as any program's data would.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
import { explainFailure, writeClient } from '../client.ts';
import { CommandError, EXIT, exitWith } from '../exit.ts';
import type { DemoFlags } from '../flags.ts';
import { HOST_TABLE, HostSampler } from './host-sampler.ts';
import { loadTables } from './load-tables.ts';
import { SAMPLE_DATABASE, sampleTables } from './sample-tables.ts';
import { ensureDatabase, ensureTable, writeAll } from './write.ts';

const HOURS_MAX = 24;
const SAMPLE_INTERVAL_MS = 1000;

export async function demo(flags: DemoFlags): Promise<void> {
  try {
    const hours = Number(flags.hours);
    if (!Number.isInteger(hours) || hours < 1 || hours > HOURS_MAX) {
      const message = `--hours is '${flags.hours}'; expected a whole number from 1 to ${HOURS_MAX}`;
      throw new CommandError(EXIT.usage, message);
    }
    const client = writeClient(flags);
    await ensureDatabase(client, SAMPLE_DATABASE);
    await loadTables(client, sampleTables(hours));
    printQueries();
    if (flags.live) await sampleHost(client);
  } catch (error) {
    exitWith(explainFailure(error));
  }
}

async function sampleHost(client: TimestreamWriteClient): Promise<void> {
  const database = SAMPLE_DATABASE;
  await ensureTable(client, { database, table: HOST_TABLE });
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopped.abort());
  }
  process.stderr.write(`Sampling this host into ${database}.${HOST_TABLE}; Ctrl+C stops.\n`);
  const sampler = new HostSampler();
  let samples = 0;
  while (!stopped.signal.aborted) {
    const startedMs = Date.now();
    const { dimensions, records } = await sampler.sample(startedMs);
    await writeAll(client, { database, table: HOST_TABLE, dimensions, records });
    samples += records.length;
    if (process.stderr.isTTY) process.stderr.write(`\r${samples} records `);
    const restMs = Math.max(0, SAMPLE_INTERVAL_MS - (Date.now() - startedMs));
    await sleep(restMs, undefined, { signal: stopped.signal }).catch(() => {});
  }
  process.stderr.write(`\n${samples} records written.\n`);
}

function printQueries(): void {
  process.stderr.write(
    [
      '',
      'Try:',
      '  npx tessera query "SELECT BIN(time, 5m) AS t, ROUND(AVG(measure_value::double), 2) AS cpu',
      "    FROM sampleDB.DevOps WHERE measure_name = 'cpu_utilization' AND time > ago(1h)",
      '    GROUP BY BIN(time, 5m) ORDER BY t"',
      `  npx tessera query "SELECT time, core, user_percent FROM sampleDB.${HOST_TABLE}`,
      "    WHERE measure_name = 'cpu' AND time > ago(10s) ORDER BY time DESC, core LIMIT 20\"",
      '',
      '',
    ].join('\n'),
  );
}
