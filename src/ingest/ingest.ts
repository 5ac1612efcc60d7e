/**
 * The way of a decoded WriteRecords request into the stores, in the order of write-api 5.13:
 *
 *   room?  →  table  →  merge and validate all  →  admit each  ⇄  extend the schema
 *          →  batch  →  memory store (version rule, log, hot tile)  →  outcome
 *
 * A request is refused whole (ServiceError) only before anything of it is stored. Afterwards its
 * records stand alone: the rejected ones are listed, all others are durable when the promise
 * resolves. Between the check of the schema and the store's taking over the batch nothing waits.
 *
 * Late records, older than the memory store's window but within the magnetic store's, take the same
 * way into the tile that covers their time, and are counted for the magnetic store, which gets them
 * with that tile. As in the real service the version rule is silent about them: one that loses is
 * dropped and goes into the table's reports of rejected records (late-losses.ts).
 */

import type { TableId, TileId } from '../base/brand.ts';
import { ServiceError } from '../base/errors.ts';
import { SCHEMA_ATTEMPTS_MAX, WRITES_IN_FLIGHT_MAX } from '../base/limits.ts';
import type { Catalog, TableEntry } from '../catalog/api.ts';
import type { Clock } from '../host/clock.ts';
import type { Registry } from '../host/metrics.ts';
import type { MemoryStore, RejectedRow } from '../memory/api.ts';
import { admitRecords } from './admit.ts';
import type { DecodedWrite } from './decoded-write.ts';
import { type LateLosses, lateLossesOf } from './late-losses.ts';
import { mergeRecords } from './merge.ts';
import { MergedRows } from './merged-rows.ts';
import { type IngestMetrics, ingestMetrics } from './metrics.ts';
import { type Rejection, versionRejection } from './reasons.ts';
import { storeRows } from './store-rows.ts';
import { TableWrites } from './table-writes.ts';
import { TileHolds } from './tile-holds.ts';
import { TimeWindow } from './time-window.ts';

export interface RejectedRecord {
  readonly recordIndex: number;
  readonly reason: string;
  readonly existingVersion?: bigint;
}

export type IngestOutcome =
  | { readonly kind: 'ingested'; readonly memoryStore: number; readonly magneticStore: number }
  /** Ascending by index; all other records are stored. */
  | { readonly kind: 'rejected'; readonly rejected: readonly RejectedRecord[] };

export interface IngestOptions {
  readonly catalog: Catalog;
  readonly memory: MemoryStore;
  readonly clock: Clock;
  readonly registry?: Registry;
  /** Is told of late records that lose at once; without it they are only counted. */
  readonly losses?: LateLosses;
}

/** As many are kept as requests are commonly in flight; each is about 60 KB. */
const SPARE_ROWS_MAX = 64;

export class Ingest {
  readonly #catalog: Catalog;
  readonly #memory: MemoryStore;
  readonly #clock: Clock;
  readonly #metrics: IngestMetrics | undefined;
  readonly #losses: LateLosses | undefined;
  readonly #tables = new Map<TableId, TableWrites>();
  readonly #holds = new TileHolds();
  readonly #spareRows: MergedRows[] = [];
  #inFlight = 0;

  constructor(options: IngestOptions) {
    this.#catalog = options.catalog;
    this.#memory = options.memory;
    this.#clock = options.clock;
    this.#metrics = options.registry && ingestMetrics(options.registry, () => this.#inFlight);
    this.#losses = options.losses;
    options.catalog.onChange((change) => {
      if (change.kind === 'table-deleted') this.#tables.delete(change.table.id);
    });
  }

  /** The request may be used again when the promise has settled. */
  async write(decoded: DecodedWrite): Promise<IngestOutcome> {
    this.#checkRoom();
    const startedMs = this.#clock.elapsedMs();
    const rows = this.#spareRows.pop() ?? new MergedRows();
    this.#inFlight++;
    try {
      return await this.#write(decoded, rows);
    } finally {
      this.#inFlight--;
      this.#metrics?.duration.observe((this.#clock.elapsedMs() - startedMs) / 1000);
      rows.release();
      if (this.#spareRows.length < SPARE_ROWS_MAX) this.#spareRows.push(rows);
    }
  }

  /**
   * Runs a change of a tile with its writes held back; those on their way into it are refused or
   * counted in its generation's usage.
   */
  holding<T>(tile: TileId, change: () => Promise<T>): Promise<T> {
    return this.#holds.during(tile, change);
  }

  #checkRoom(): void {
    if (this.#memory.isFull()) {
      this.#metrics?.throttled.inc({ reason: 'memory' });
      throw new ServiceError(
        'ThrottlingException',
        'The memory store is full. Retry the request later.',
      );
    }
    if (this.#inFlight >= WRITES_IN_FLIGHT_MAX) {
      this.#metrics?.throttled.inc({ reason: 'requests' });
      throw new ServiceError(
        'ThrottlingException',
        'Too many write requests are in flight. Retry the request later.',
      );
    }
  }

  async #write(decoded: DecodedWrite, rows: MergedRows): Promise<IngestOutcome> {
    let table = this.#catalog.table({ database: decoded.databaseName, table: decoded.tableName });
    const window = new TimeWindow(table, this.#clock.nowMs());
    const writes = this.#writesOf(table);
    mergeRecords(decoded, writes, rows);

    let additions = admitRecords(rows, table, window);
    for (let attempt = 1; additions !== undefined; attempt++) {
      if (attempt > SCHEMA_ATTEMPTS_MAX) throw schemaBusy();
      // Whatever the outcome, the records are judged again by the schema as it is then: refused
      // means that somebody else was faster.
      await this.#catalog.extendSchema(table.id, additions);
      table = this.#stillThere(table);
      additions = admitRecords(rows, table, window);
    }

    const store = { catalog: this.#catalog, memory: this.#memory, holds: this.#holds };
    const refused = await storeRows(decoded, rows, { table, writes }, store);
    const lost = refused.filter(({ recordIndex }) => rows.isLate[recordIndex] === 1);
    if (lost.length > 0) this.#losses?.add(lateLossesOf({ decoded, rows, table, lost }));
    return this.#outcome(rows, refused, lost.length);
  }

  #stillThere(table: TableEntry): TableEntry {
    const now = this.#catalog.tableById(table.id);
    if (now !== undefined) return now;
    throw new ServiceError('ResourceNotFoundException', `The table ${table.name} does not exist.`);
  }

  #writesOf(table: TableEntry): TableWrites {
    let writes = this.#tables.get(table.id);
    if (writes === undefined) {
      writes = new TableWrites(table.id);
      this.#tables.set(table.id, writes);
    }
    return writes;
  }

  #outcome(rows: MergedRows, refused: readonly RejectedRow[], lateDropped: number): IngestOutcome {
    for (const rejected of refused) {
      const row = rejected.recordIndex;
      if (rows.isLate[row] === 0) rows.rejection[row] = versionRejection(rejected);
    }
    const rejected: RejectedRecord[] = [];
    let magneticStore = 0;
    for (let row = 0; row < rows.count; row++) {
      const rejection = rows.rejection[row];
      if (rejection !== undefined) rejected.push(this.#rejected(row, rejection));
      else if (rows.isLate[row] === 1) magneticStore++;
    }
    const memoryStore = rows.count - rejected.length - magneticStore;
    const records = this.#metrics?.records;
    records?.inc({ outcome: 'memory' }, memoryStore);
    records?.inc({ outcome: 'magnetic' }, magneticStore - lateDropped);
    records?.inc({ outcome: 'late_dropped' }, lateDropped);
    if (rejected.length > 0) return { kind: 'rejected', rejected };
    return { kind: 'ingested', memoryStore, magneticStore };
  }

  #rejected(recordIndex: number, rejection: Rejection): RejectedRecord {
    const { kind, reason, existingVersion } = rejection;
    this.#metrics?.records.inc({ outcome: `rejected_${kind.replace('-', '_')}` });
    return { recordIndex, reason, ...(existingVersion !== undefined && { existingVersion }) };
  }
}

function schemaBusy(): ServiceError {
  return new ServiceError(
    'ThrottlingException',
    'The schema of the table is changing too fast. Retry the request.',
  );
}
