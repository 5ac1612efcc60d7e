/**
 * What the scans of one statement read, at one moment: hot tiles by snapshots, objects by pins, all
 * released together.
 *
 *     ScanPlan ──► sources ──┬ hot rows alone, none contested ──► one ScanTask (or kernel)
 *                            └ objects too ──► a relation of several branches, in its place
 */
import { assertNever, known } from '../../base/assert.ts';
import type { Nanos } from '../../base/brand.ts';
import type { CatalogState, SchemaColumn, TableEntry } from '../../catalog/api.ts';
import { type Clock, nowNanos } from '../../host/clock.ts';
import type { MagneticStore } from '../../magnetic/api.ts';
import type { MemoryStore, SnapshotRequest, TileSnapshot } from '../../memory/api.ts';
import { type KernelColumn, mapColumns } from '../../scan/api.ts';
import type { ColumnRef } from '../analyse/api.ts';
import type { LoweredQuery } from '../lower/api.ts';
import type { DirectRows, PlannedKernel, ScanPlan } from '../plan/api.ts';
import { type CatalogLookup, schemaColumn } from './catalog-lookup.ts';
import type { ScanReport } from './explain.ts';
import { fitsKernel, kernelTask } from './kernel-task.ts';
import type { ObjectHeat } from './object-heat.ts';
import { residentBytes, residentObject } from './resident-object.ts';
import type { ScanTask, ScanTaskColumn, Statement } from './room-protocol.ts';
import { tableRelation } from './table-relation.ts';
import { type TileSources, tileSources } from './tile-sources.ts';

export interface ScanParts {
  readonly memory: MemoryStore;
  readonly magnetic: MagneticStore;
  readonly clock: Clock;
  /** Beyond this, objects are not decoded for a kernel: SQL reads them, and can spill. */
  readonly residentBytesMax: number;
  /** Without, all that fits is decoded. */
  readonly heat?: ObjectHeat;
}

interface ScannedTable {
  readonly table: TableEntry;
  readonly request: SnapshotRequest;
  readonly sources: TileSources;
}

const TIME_MIN = -(1n << 63n);
const TIME_MAX = 1n << 63n;

export class StatementScans {
  bytes = 0;
  readonly reports: ScanReport[] = [];
  readonly #parts: ScanParts;
  readonly #lookup: CatalogLookup;
  readonly #held: (() => void)[] = [];
  readonly #tasks: ScanTask[] = [];
  /** Relations in the place of scans, by the scans' numbers. */
  readonly #relations = new Map<number, string>();
  #lastScanId: number;

  constructor(parts: ScanParts, lookup: CatalogLookup, lowered: LoweredQuery) {
    this.#parts = parts;
    this.#lookup = lookup;
    this.#lastScanId = lowered.scans.reduce((most, { scan }) => Math.max(most, scan), 0);
  }

  /** False when a kernel was planned and cannot do it: the statement has to be planned without. */
  add(plan: ScanPlan): boolean {
    const table = known(this.#lookup.entry(plan.table), 'the table of a scan');
    const request = this.#request(plan, table);
    const sources = this.#sources(table, request);
    const isHot = sources.objects.length === 0 && sources.contests.length === 0;
    if (plan.kernel !== undefined) {
      const task = this.#kernelTask(plan, plan.kernel, { table, request, sources });
      if (task === undefined) return false;
      this.#tasks.push(task);
    } else if (isHot) this.#tasks.push(hotTask(plan, table, sources.hot));
    else this.#addRelation({ plan, table, request, sources });
    this.#report({ plan, table, sources });
    return true;
  }

  /** Undefined when rows have to be merged first, or would not fit the memory for it. */
  rows(plan: ScanPlan, direct: DirectRows): Statement['rows'] | undefined {
    const table = known(this.#lookup.entry(plan.table), 'the table of a scan');
    const request = this.#request(plan, table);
    const sources = this.#sources(table, request);
    const task = this.#hotAndResident(plan, { table, request, sources });
    if (task === undefined) return undefined;
    this.#report({ plan, table, sources });
    const { outputs, filters, ...bounds } = direct;
    const toSource = (column: ColumnRef) => sourceIn(table, column);
    const kernel = mapColumns({ ...filters, keys: [], aggregates: [] }, toSource);
    const { tiles, residents } = task;
    return {
      tiles,
      ...(residents === undefined ? {} : { residents }),
      outputs: outputs.map(toSource),
      filters: kernel,
      ...bounds,
    };
  }

  statement(lowered: LoweredQuery): Statement {
    const sql = lowered.sql.replace(/tile_scan\((\d+)\)/g, (scan, id: string) => {
      return this.#relations.get(Number(id)) ?? scan;
    });
    return { sql, types: lowered.types, scans: this.#tasks };
  }

  release(): void {
    for (const release of this.#held.splice(0)) release();
  }

  #sources(table: TableEntry, request: SnapshotRequest): TileSources {
    const around = { tiles: this.#tiles, memory: this.#parts.memory, table };
    return tileSources(around, request, (snapshot) => this.#held.push(() => snapshot.release()));
  }

  get #tiles(): CatalogState['tiles'] {
    return this.#lookup.state.tiles;
  }

  #kernelTask(plan: ScanPlan, kernel: PlannedKernel, scan: ScannedTable): ScanTask | undefined {
    const rows = this.#hotAndResident(plan, scan);
    const task = rows && kernelTask(rows, kernel, (column) => sourceIn(scan.table, column));
    return task !== undefined && fitsKernel(task) ? task : undefined;
  }

  /** Undefined when rows have to be merged first, or objects would not fit the memory for them. */
  #hotAndResident(plan: ScanPlan, { table, request, sources }: ScannedTable): ScanTask | undefined {
    const { magnetic, residentBytesMax, heat } = this.#parts;
    if (sources.contests.length > 0) return undefined;
    const hot = hotTask(plan, table, sources.hot);
    if (sources.objects.length === 0) return hot;
    const objects = sources.objects.map((object) =>
      residentObject(object, table, { columns: hot.columns, path: magnetic.path(object.key) }),
    );
    const bytes = objects.reduce((sum, object) => sum + residentBytes(object), 0);
    if (bytes > residentBytesMax || heat?.isWorthDecoding(objects) === false) return undefined;
    this.#held.push(magnetic.pin(sources.objects.map(({ key }) => key)));
    return {
      ...hot,
      rowsEstimated: objects.reduce((sum, object) => sum + object.rows, hot.rowsEstimated),
      residents: { objects, rows: request },
    };
  }

  #addRelation(scan: {
    readonly plan: ScanPlan;
    readonly table: TableEntry;
    readonly request: SnapshotRequest;
    readonly sources: TileSources;
  }): void {
    const { plan, table, request, sources } = scan;
    const { magnetic } = this.#parts;
    const objects = objectsOf(sources);
    this.#held.push(magnetic.pin(objects.map(({ key }) => key)));
    const { text, scans } = tableRelation({
      table,
      columns: taskColumns(plan, table),
      sources,
      rows: request,
      pathOf: (key) => magnetic.path(key),
      newScanId: () => {
        this.#lastScanId += 1;
        return this.#lastScanId;
      },
    });
    this.#tasks.push(...scans);
    this.#relations.set(plan.scan, text);
  }

  #report(scan: {
    readonly plan: ScanPlan;
    readonly table: TableEntry;
    readonly sources: TileSources;
  }): void {
    const { plan, table, sources } = scan;
    const hot = [...sources.hot, ...sources.contests.flatMap((contest) => contest.hot)];
    const objects = objectsOf(sources);
    const all = this.#tiles.within(table.id);
    const sum = (of: 'rows' | 'bytes' | 'series'): number =>
      hot.reduce((total, { statistics }) => total + statistics[of], 0);
    const bytes = sum('bytes') + objects.reduce((total, object) => total + object.bytes, 0);
    this.bytes += bytes;
    this.reports.push({
      plan,
      tiles: { read: sources.tiles, all: all.length },
      objects: {
        read: objects.length,
        all: all.reduce((total, tile) => total + tile.objects.length, 0),
      },
      merged: sources.contests.length,
      hotSeries: sum('series'),
      rows: sum('rows') + objects.reduce((total, object) => total + object.rows, 0),
      bytes,
    });
  }

  /** Rows beyond the table's retention are not shown, whether or not they are still there. */
  #request(plan: ScanPlan, table: TableEntry): SnapshotRequest {
    const { memoryHours, magneticDays } = table.retention;
    const keptNanos = BigInt(memoryHours + magneticDays * 24) * 3_600_000_000_000n;
    const oldest = nowNanos(this.#parts.clock) - keptNanos;
    const { from = TIME_MIN, until = TIME_MAX } = plan.time;
    const fromTime = (from > oldest ? from : oldest) as Nanos;
    return {
      fromTime,
      untilTime: (until > fromTime ? until : fromTime) as Nanos,
      ...(plan.measureNames && { measureNames: plan.measureNames }),
      dimensions: new Map(
        plan.dimensionEquals.map(({ dimension, values }) => [
          known(table.schema.dimensionId(dimension), `dimension ${dimension}`),
          values,
        ]),
      ),
    };
  }
}

function objectsOf({ objects, contests }: TileSources) {
  return [...objects, ...contests.flatMap((contest) => contest.objects)];
}

function hotTask(plan: ScanPlan, table: TableEntry, hot: readonly TileSnapshot[]): ScanTask {
  return {
    scanId: plan.scan,
    columns: taskColumns(plan, table),
    tiles: hot.map(({ descriptor }) => descriptor),
    rowsEstimated: hot.reduce((total, { statistics }) => total + statistics.rows, 0),
  };
}

function taskColumns(plan: ScanPlan, table: TableEntry): readonly ScanTaskColumn[] {
  return plan.columns.map(({ name, source }) => ({ name, source: sourceIn(table, source) }));
}

function sourceIn(table: TableEntry, column: ColumnRef): KernelColumn {
  return taskSource(schemaColumn(table, column.name));
}

function taskSource(column: SchemaColumn): KernelColumn {
  switch (column.kind) {
    case 'time':
    case 'measure_name':
      return { kind: column.kind };
    case 'dimension':
      return { kind: 'dimension', dimensionId: column.dimensionId };
    case 'measure_value':
    case 'multi':
      return { kind: 'measure', columnId: column.columnId, type: column.type };
    default:
      return assertNever(column, 'column');
  }
}
