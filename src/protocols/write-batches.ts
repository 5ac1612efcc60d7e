/**
 * The batches of one request through ingest, several at a time, so that one fsync covers them:
 *
 *   next() ──► in flight, at most BATCHES_IN_FLIGHT_MAX ──► report
 *
 * Reading waits while as many are in flight: that is the back-pressure within a request. When
 * ingest has no room nothing more is read, and the request as a whole is to be repeated; what is
 * stored already is taken as such the second time.
 */
import { ServiceError, type ServiceErrorName } from '../base/errors.ts';
import { BATCHES_IN_FLIGHT_MAX } from '../base/limits.ts';
import type { Ingest } from '../ingest/api.ts';
import type { Batch, BatchPool } from './batch.ts';
import type { Creates } from './destination.ts';
import type { ReadingOrder } from './reading-order.ts';
import type { TableMaker } from './table-maker.ts';
import type { WriteReport } from './write-report.ts';

export interface BatchTarget {
  readonly ingest: Ingest;
  readonly tables: TableMaker;
  readonly pool: BatchPool;
  readonly order: ReadingOrder;
}

/** Not the fault of the records: the same request may well be taken later. */
const PASSING: readonly ServiceErrorName[] = [
  'ThrottlingException',
  'ServiceUnavailableException',
  'InternalServerException',
];

/** Throws what `next` throws, and what is not the fault of the records. */
export async function writeBatches(
  next: () => Batch | undefined,
  request: { readonly creates: Creates; readonly report: WriteReport },
  target: BatchTarget,
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (batch: Batch): void => {
    const writing = writeBatch(batch, request, target).then(
      () => void inFlight.delete(writing),
      (failure: unknown) => {
        failures.push(failure);
        inFlight.delete(writing);
      },
    );
    inFlight.add(writing);
  };
  const read = async (): Promise<void> => {
    for (let batch = next(); batch !== undefined; batch = next()) {
      start(batch);
      if (inFlight.size >= BATCHES_IN_FLIGHT_MAX) await Promise.race(inFlight);
      if (failures.length > 0) break;
    }
  };
  try {
    await target.order.during(read);
  } finally {
    await Promise.all(inFlight);
  }
  if (failures.length > 0) throw failures[0];
}

async function writeBatch(
  batch: Batch,
  { creates, report }: { readonly creates: Creates; readonly report: WriteReport },
  { ingest, tables, pool }: BatchTarget,
): Promise<void> {
  const { decoded, place } = batch;
  const { records, databaseName: database, tableName: table } = decoded;
  try {
    const made = tables.needTable({ database, table }, creates);
    if (made !== undefined) await made;
    const outcome = await ingest.write(decoded);
    const rejected = outcome.kind === 'rejected' ? outcome.rejected : [];
    for (const { recordIndex, reason } of rejected) report.reject(place[recordIndex]!, reason);
    report.stored += records - rejected.length;
  } catch (error) {
    if (!(error instanceof ServiceError) || PASSING.includes(error.name)) throw error;
    for (let row = 0; row < records; row++) report.reject(place[row]!, error.message);
  } finally {
    pool.giveBack(batch);
  }
}
