/** Every metric of the doors beside the AWS one. */
import { Counter } from 'prom-client';
import type { Registry } from '../host/metrics.ts';

export interface DoorMetrics {
  readonly requests: Counter<'protocol' | 'status'>;
  /** Outcomes: stored, malformed, rejected, skipped. */
  readonly records: Counter<'protocol' | 'outcome'>;
}

export function doorMetrics(registry: Registry): DoorMetrics {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'tessera_protocol_requests_total',
      help: 'Write requests of other protocols answered, by protocol and HTTP status.',
      labelNames: ['protocol', 'status'],
      registers,
    }),
    records: new Counter({
      name: 'tessera_protocol_records_total',
      help: 'Lines and samples of other protocols, by what became of them.',
      labelNames: ['protocol', 'outcome'],
      registers,
    }),
  };
}
