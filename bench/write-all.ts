/** A database and tables for a benchmark, and their rows written as fast as the server takes them. */
import { sendAll } from './load.ts';
import type { BenchServer } from './server.ts';
import type { PreparedRequest } from './signed-requests.ts';

/** Requests that are built and signed at a time. */
const PREPARED_MAX = 1000;
const CONNECTIONS = 8;

export async function createTable(
  server: BenchServer,
  table: string,
  retention: { readonly memoryHours: number; readonly magneticDays: number },
): Promise<void> {
  await server.call('CreateTable', {
    DatabaseName: 'bench',
    TableName: table,
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: retention.memoryHours,
      MagneticStoreRetentionPeriodInDays: retention.magneticDays,
    },
    MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
  });
}

export async function writeAll(
  server: BenchServer,
  requests: Iterable<PreparedRequest>,
): Promise<void> {
  let prepared: PreparedRequest[] = [];
  for (const request of requests) {
    prepared.push(request);
    if (prepared.length < PREPARED_MAX) continue;
    await sendAll(server.port, prepared, CONNECTIONS);
    prepared = [];
  }
  await sendAll(server.port, prepared, CONNECTIONS);
}
