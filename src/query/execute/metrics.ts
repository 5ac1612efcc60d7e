/** Every metric of queries. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from '../../host/metrics.ts';

export type QueryOutcome = 'finished' | 'failed' | 'cancelled' | 'refused';

export interface QueryMetrics {
  readonly queries: Counter<'outcome'>;
  readonly duration: Histogram<'stage'>;
  readonly active: Gauge;
  readonly waiting: Gauge;
  readonly rows: Counter;
  readonly bytesScanned: Counter;
}

/** Of the engine room as a whole. */
export interface RoomMetrics {
  readonly memory: Gauge;
  readonly memoryStops: Counter;
}

export function roomMetrics(registry: Registry): RoomMetrics {
  const registers = [registry];
  return {
    memory: new Gauge({
      name: 'tessera_query_memory_bytes',
      help: 'Memory of the process that no store or cache accounts for, beyond what it has at rest.',
      registers,
    }),
    memoryStops: new Counter({
      name: 'tessera_query_memory_stops_total',
      help: 'Queries stopped because the process held too much memory.',
      registers,
    }),
  };
}

const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function queryMetrics(registry: Registry): QueryMetrics {
  const registers = [registry];
  return {
    queries: new Counter({
      name: 'tessera_query_statements_total',
      help: 'Statements by how they ended; refused ones never began.',
      labelNames: ['outcome'],
      registers,
    }),
    duration: new Histogram({
      name: 'tessera_query_duration_seconds',
      help: 'Time of a stage: plan (parse to snapshot, on the main thread) or page (one page).',
      labelNames: ['stage'],
      buckets: BUCKETS,
      registers,
    }),
    active: new Gauge({
      name: 'tessera_query_active',
      help: 'Queries whose pages have not all been made.',
      registers,
    }),
    waiting: new Gauge({
      name: 'tessera_query_waiting',
      help: 'Pages that wait for a free place in the engine room.',
      registers,
    }),
    rows: new Counter({
      name: 'tessera_query_rows_total',
      help: 'Rows returned.',
      registers,
    }),
    bytesScanned: new Counter({
      name: 'tessera_query_scanned_bytes_total',
      help: 'Bytes of the rows that were left to read after pruning.',
      registers,
    }),
  };
}
