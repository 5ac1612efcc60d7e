/** Every metric of the AWS door. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from '../host/metrics.ts';

export interface WireMetrics {
  readonly requests: Counter<'operation' | 'status'>;
  readonly duration: Histogram<'operation'>;
  readonly inFlight: Gauge;
}

export function wireMetrics(registry: Registry): WireMetrics {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'tessera_http_requests_total',
      help: 'API requests answered, by operation and HTTP status',
      labelNames: ['operation', 'status'],
      registers,
    }),
    duration: new Histogram({
      name: 'tessera_http_request_duration_seconds',
      help: 'Time from a request being read in full to its answer being handed to the socket',
      labelNames: ['operation'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
      registers,
    }),
    inFlight: new Gauge({
      name: 'tessera_http_requests_in_flight',
      help: 'API requests being handled now',
      registers,
    }),
  };
}
