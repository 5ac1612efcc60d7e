/**
 * The SQL relation of the rows that a scan reads, when these are not all in hot tiles alone:
 *
 *     SELECT time AS c1, d0 AS c2 FROM (SELECT time, d0 FROM tile_scan(4))        hot rows
 *     UNION ALL
 *     SELECT time AS c1, d0 AS c2 FROM (SELECT … FROM read_parquet([…]) …)        objects
 *     UNION ALL
 *     SELECT time AS c1, d0 AS c2 FROM (… highest version of each key …)          a contest
 *
 * Within the branches columns have the names that the magnetic store gives them; outside those that
 * the lowering gave.
 */
import type { TableEntry } from '../../catalog/api.ts';
import { type Held, mergedRelation, objectColumn, objectsRelation } from '../../magnetic/api.ts';
import type { SnapshotRequest, TileSnapshot } from '../../memory/api.ts';
import type { TileObject } from '../../tiles/api.ts';
import type { ScanTask, ScanTaskColumn } from './room-protocol.ts';
import type { Contest, TileSources } from './tile-sources.ts';

export interface RelationParts {
  /** The SQL text, with parentheses around it. */
  readonly text: string;
  /** What its `tile_scan(…)` stand for. */
  readonly scans: readonly ScanTask[];
}

export interface RelationRequest {
  readonly table: TableEntry;
  /** Of the relation, in order; at least one. */
  readonly columns: readonly ScanTaskColumn[];
  readonly sources: TileSources;
  readonly rows: SnapshotRequest;
  /** Where the engine finds an object. */
  readonly pathOf: (key: string) => string;
  readonly newScanId: () => number;
}

export function tableRelation(request: RelationRequest): RelationParts {
  const builder = new RelationBuilder(request);
  return { text: `(${builder.branches().join(' UNION ALL ')})`, scans: builder.scans };
}

/** Hot rows as a relation with the magnetic store's names of columns. */
export function hotRelation(
  held: readonly Held[],
  snapshots: readonly TileSnapshot[],
  scanId: number,
): { readonly text: string; readonly scan: ScanTask } {
  const columns = held.map((holds) => ({
    name: objectColumn(holds).name,
    source: sourceOf(holds),
  }));
  const rowsEstimated = snapshots.reduce((sum, { statistics }) => sum + statistics.rows, 0);
  const tiles = snapshots.map(({ descriptor }) => descriptor);
  return {
    text: `SELECT ${columns.map(({ name }) => name).join(', ')} FROM tile_scan(${scanId})`,
    scan: { scanId, columns, tiles, rowsEstimated },
  };
}

class RelationBuilder {
  readonly scans: ScanTask[] = [];
  readonly #request: RelationRequest;
  readonly #held: readonly Held[];

  constructor(request: RelationRequest) {
    this.#request = request;
    this.#held = request.columns.map(({ source }) => heldBy(source));
  }

  branches(): readonly string[] {
    const { hot, objects, contests } = this.#request.sources;
    const branches = contests.map((contest) => this.#named(this.#merged(contest)));
    const stored = this.#objects(objects, this.#held);
    if (stored !== undefined) branches.push(this.#named(stored));
    // One branch at least, for the types of the columns.
    if (hot.length > 0 || branches.length === 0) {
      branches.push(this.#named(this.#hot(hot, this.#held)));
    }
    return branches;
  }

  #named(relation: string): string {
    const items = this.#request.columns.map(
      ({ name }, at) => `${objectColumn(this.#held[at] as Held).name} AS ${name}`,
    );
    return `SELECT ${items.join(', ')} FROM (${relation})`;
  }

  #merged(contest: Contest): string {
    const dimensions = this.#request.table.schema.dimensions.map(
      (_, dimensionId): Held => ({ kind: 'dimension', dimensionId }),
    );
    const measures = distinctMeasures(this.#held);
    const held: readonly Held[] = [
      ...dimensions,
      { kind: 'measure-name' },
      { kind: 'time' },
      { kind: 'version' },
      ...measures,
    ];
    const stored = this.#objects(contest.objects, held);
    const nameOf = (holds: Held): string => objectColumn(holds).name;
    return mergedRelation({
      sources: [
        ...(stored === undefined ? [] : [stored]),
        ...contest.hot.map((snapshot) => this.#hot([snapshot], held)),
      ],
      dimensions: dimensions.map(nameOf),
      measures: measures.map(nameOf),
    });
  }

  #hot(snapshots: readonly TileSnapshot[], held: readonly Held[]): string {
    const { text, scan } = hotRelation(held, snapshots, this.#request.newScanId());
    this.scans.push(scan);
    return text;
  }

  #objects(objects: readonly TileObject[], columns: readonly Held[]): string | undefined {
    const { rows, pathOf } = this.#request;
    return objectsRelation({
      objects: objects.map(({ key, rows: count }) => ({ path: pathOf(key), rows: count })),
      columns,
      where: rows,
    });
  }
}

function distinctMeasures(held: readonly Held[]): readonly Held[] {
  const byName = new Map<string, Held>();
  for (const holds of held) {
    if (holds.kind === 'measure') byName.set(objectColumn(holds).name, holds);
  }
  return [...byName.values()];
}

function heldBy(source: ScanTaskColumn['source']): Held {
  return source.kind === 'measure_name' ? { kind: 'measure-name' } : source;
}

function sourceOf(holds: Held): ScanTaskColumn['source'] {
  return holds.kind === 'measure-name' ? { kind: 'measure_name' } : holds;
}
