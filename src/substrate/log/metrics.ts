/** Every metric of the logs, kept by observing them. */
import { Counter, Histogram } from 'prom-client';
import type { Registry } from '../../host/metrics.ts';
import type { LogObserver } from './log.ts';

const SYNC_BUCKETS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1];

export function logMetrics(registry: Registry): Required<Pick<LogObserver, 'flushed'>> {
  const registers = [registry];
  const labelNames = ['log'] as const;
  const syncs = new Histogram({
    name: 'tessera_log_fsync_duration_seconds',
    help: 'Time that forcing a group of entries to disk took.',
    labelNames,
    buckets: SYNC_BUCKETS,
    registers,
  });
  const bytes = new Counter({
    name: 'tessera_log_written_bytes_total',
    help: 'Bytes appended to the log.',
    labelNames,
    registers,
  });
  const entries = new Counter({
    name: 'tessera_log_entries_total',
    help: 'Entries appended to the log; divided by the count of syncs it gives the group size.',
    labelNames,
    registers,
  });
  return {
    flushed(flush) {
      syncs.observe({ log: flush.log }, flush.syncMs / 1000);
      bytes.inc({ log: flush.log }, flush.bytes);
      entries.inc({ log: flush.log }, flush.entries);
    },
  };
}
