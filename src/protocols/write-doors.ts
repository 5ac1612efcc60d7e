/** All doors of other protocols: their routes exist from the start, and write once opened. */
import type { Catalog } from '../catalog/api.ts';
import type { Clock } from '../host/clock.ts';
import type { HttpRoute } from '../host/http-route.ts';
import type { Ingest } from '../ingest/api.ts';
import type { Access } from './access.ts';
import { BatchPool } from './batch.ts';
import { lineProtocolDoors } from './line-protocol/doors.ts';
import type { DoorMetrics } from './metrics.ts';
import { remoteWriteDoors } from './prometheus/doors.ts';
import { ReadingOrder } from './reading-order.ts';
import { TableMaker } from './table-maker.ts';
import { type DoorParts, doorRoute } from './write-door.ts';

export interface OpenOptions {
  readonly catalog: Catalog;
  readonly ingest: Ingest;
  readonly clock: Clock;
  /** Of databases that are made on the way. */
  readonly region: string;
}

export class WriteDoors {
  readonly routes: readonly HttpRoute[];
  #parts: DoorParts | undefined;

  constructor(options: { readonly access: Access; readonly metrics: DoorMetrics }) {
    const around = { ...options, parts: () => this.#parts };
    const doors = [...lineProtocolDoors(), ...remoteWriteDoors()];
    this.routes = [...doors.map((door) => doorRoute(door, around)), PING];
  }

  /** From now on they write; before, they are answered 503. */
  open({ catalog, ingest, clock, region }: OpenOptions): void {
    const tables = new TableMaker(catalog, region);
    this.#parts = { ingest, tables, clock, pool: new BatchPool(), order: new ReadingOrder() };
  }
}

/** What clients of InfluxDB ask before they write. */
const PING: HttpRoute = {
  method: 'GET',
  path: '/ping',
  handle: () => ({ status: 204, contentType: 'text/plain', body: '' }),
};
