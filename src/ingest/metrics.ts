/** Every metric of ingest. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from '../host/metrics.ts';

export interface IngestMetrics {
  /** Outcomes: memory, magnetic, late_dropped, and rejected_ with the kind of rejection. */
  readonly records: Counter<'outcome'>;
  readonly duration: Histogram;
  readonly throttled: Counter<'reason'>;
}

export function ingestMetrics(registry: Registry, inFlight: () => number): IngestMetrics {
  const registers = [registry];
  new Gauge({
    name: 'tessera_ingest_requests_in_flight',
    help: 'Decoded write requests whose outcome is not known yet.',
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  return {
    records: new Counter({
      name: 'tessera_ingest_records_total',
      help: 'Records of write requests that were not refused as a whole, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    duration: new Histogram({
      name: 'tessera_ingest_request_duration_seconds',
      help: 'Time from a decoded write request to its durable outcome.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    throttled: new Counter({
      name: 'tessera_ingest_requests_throttled_total',
      help: 'Write requests refused for lack of room, by what lacked.',
      labelNames: ['reason'],
      registers,
    }),
  };
}
