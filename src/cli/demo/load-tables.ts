/** Loads the sample tables, a few requests at a time, with a progress bar on a terminal. */
import type { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
import { MultiBar, Presets } from 'cli-progress';
import { RECORDS_PER_WRITE_MAX } from '../../base/limits.ts';
import { SAMPLE_DATABASE, type SampleTable } from './sample-tables.ts';
import { ensureTable, type Records, writeSome } from './write.ts';

/** Enough to hide the round trips; more would only queue in the server. */
const REQUESTS_IN_FLIGHT = 8;

const BAR = {
  format: '  {name} {bar} {percentage}%  {value}/{total} rows  {eta_formatted} left',
  stream: process.stderr,
  hideCursor: true,
};

export async function loadTables(
  client: TimestreamWriteClient,
  tables: readonly SampleTable[],
): Promise<void> {
  const bars = process.stderr.isTTY ? new MultiBar(BAR, Presets.shades_classic) : undefined;
  for (const table of tables) {
    const name = `${SAMPLE_DATABASE}.${table.name}`.padEnd(22);
    const bar = bars?.create(table.rows, 0, { name });
    const startedMs = Date.now();
    await loadTable(client, table, (rows) => bar?.increment(rows));
    if (!bars) {
      process.stderr.write(`  ${name} ${table.rows} rows in ${Date.now() - startedMs} ms\n`);
    }
  }
  bars?.stop();
}

async function loadTable(
  client: TimestreamWriteClient,
  table: SampleTable,
  onWritten: (rows: number) => void,
): Promise<void> {
  await ensureTable(client, { database: SAMPLE_DATABASE, table: table.name });
  const requests = requestsOf(table, Date.now());
  const worker = async () => {
    for (const request of requests) {
      await writeSome(client, request, 0);
      onWritten(request.records.length);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, worker));
}

function* requestsOf(table: SampleTable, version: number): Generator<Records> {
  for (const { dimensions, records } of table.series()) {
    for (let from = 0; from < records.length; from += RECORDS_PER_WRITE_MAX) {
      const part = records.slice(from, from + RECORDS_PER_WRITE_MAX);
      yield { database: SAMPLE_DATABASE, table: table.name, dimensions, records: part, version };
    }
  }
}
