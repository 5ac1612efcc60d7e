/** Every metric of the magnetic store. Gauges are read from the tile index when they are scraped. */
import { Counter, Gauge } from 'prom-client';
import type { Registry } from '../host/metrics.ts';

export interface MagneticUsage {
  readonly objects: number;
  readonly bytes: number;
}

export interface MagneticMetrics {
  readonly objectsWritten: Counter;
  readonly bytesWritten: Counter;
  readonly objectsRetired: Counter;
  readonly objectsDeleted: Counter;
  readonly deletionsFailed: Counter;
  readonly recordsRejected: Counter;
  readonly reportsFailed: Counter;
}

export function magneticMetrics(registry: Registry, usage: () => MagneticUsage): MagneticMetrics {
  const registers = [registry];
  const gauges: readonly (readonly [name: string, help: string, value: keyof MagneticUsage])[] = [
    ['objects', 'Objects that belong to tiles.', 'objects'],
    ['bytes', 'Bytes of the objects that belong to tiles.', 'bytes'],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      name: `tessera_magnetic_${name}`,
      help,
      registers,
      collect() {
        this.set(usage()[value]);
      },
    });
  }
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `tessera_magnetic_${name}_total`, help, registers });
  return {
    objectsWritten: counter('objects_written', 'Objects put into the magnetic store.'),
    bytesWritten: counter('written_bytes', 'Bytes of the objects put into the magnetic store.'),
    objectsRetired: counter('objects_retired', 'Objects that no tile has any more.'),
    objectsDeleted: counter(
      'objects_deleted',
      'Objects deleted: retired ones that no query read any more, and orphans of a start.',
    ),
    deletionsFailed: counter(
      'deletions_failed',
      'Objects that could not be deleted; the next start tries again.',
    ),
    recordsRejected: counter(
      'records_rejected',
      'Late records dropped for a version that is too low, after they had been acknowledged.',
    ),
    reportsFailed: counter('reports_failed', 'Reports of rejected records that could not be put.'),
  };
}
