/** Every metric of background work. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from '../host/metrics.ts';
import type { TileObject } from '../tiles/api.ts';
import type { SealPlan } from './seal-order.ts';
import type { TileNeed } from './tile-needs.ts';

export type WorkKind = TileNeed['kind'] | 'relieve';

export interface TileTaskMetrics {
  done(kind: WorkKind, seconds: number): void;
  failed(kind: WorkKind): void;
  sealed(plan: SealPlan, added: readonly TileObject[]): void;
}

export interface TileTaskUsage {
  readonly tiles: number;
  readonly watched: number;
}

export function tileTaskMetrics(registry: Registry, usage: () => TileTaskUsage): TileTaskMetrics {
  const registers = [registry];
  new Gauge({
    name: 'tessera_tiles',
    help: 'Tiles of all tables.',
    registers,
    collect() {
      this.set(usage().tiles);
    },
  });
  new Gauge({
    name: 'tessera_tiles_watched',
    help: 'Tiles that have hot rows, or that background work looks at for another reason.',
    registers,
    collect() {
      this.set(usage().watched);
    },
  });
  const duration = new Histogram({
    name: 'tessera_tile_work_seconds',
    help: 'Duration of background work on a tile, by what was done.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 60, 300],
    registers,
  });
  const failures = new Counter({
    name: 'tessera_tile_work_failed_total',
    help: 'Background work on a tile that failed, by what was to be done; it is tried again.',
    labelNames: ['kind'],
    registers,
  });
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `tessera_${name}_total`, help, registers });
  const rowsRead = counter('seal_rows_read', 'Rows read to be written as objects.');
  const rowsWritten = counter('seal_rows_written', 'Rows written as objects.');
  const bytesReplaced = counter('seal_replaced_bytes', 'Bytes of objects that others replaced.');
  return {
    done: (kind, seconds) => duration.observe({ kind }, seconds),
    failed: (kind) => failures.inc({ kind }),
    sealed(plan, added) {
      rowsRead.inc(plan.rows);
      rowsWritten.inc(added.reduce((sum, { rows }) => sum + rows, 0));
      bytesReplaced.inc(plan.objects.reduce((sum, { bytes }) => sum + bytes, 0));
    },
  };
}
