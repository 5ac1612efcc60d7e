/**
 * Background work on one tile: what tile-needs.ts asks for, done in steps that a crash may part.
 *
 *   cut      hold writes ─► record
 *   seal     record: frozen ─► drain ─► drafts ─► objects ─► record: sealed ─► log trimmed
 *   expire   as seal, without drafts and objects
 *   compact  drafts ─► objects ─► record: sealed
 *   divide, merge   record
 *
 * Each step is durable before the next begins, and whatever is left of an interrupted work is
 * either taken up by the next need of the tile (a frozen generation is sealed) or garbage that the
 * next start collects (drafts, objects that no record names). A tile is worked on by one at a time.
 */
import { known } from '../base/assert.ts';
import type { GenerationId, Nanos, TileId } from '../base/brand.ts';
import type { Catalog, CatalogState, TableEntry, TileRecord } from '../catalog/api.ts';
import type { Ingest } from '../ingest/api.ts';
import { type MagneticStore, type RejectedReports, rejectedRecords } from '../magnetic/api.ts';
import type { MemoryStore, TileSnapshot } from '../memory/api.ts';
import { generationsOf, type Tile, type TileObject, tileObjectToJson } from '../tiles/api.ts';
import type { CrashPoint, ReachCrashPoint } from './crash-points.ts';
import type { TileTaskMetrics } from './metrics.ts';
import { planSeal, type SealPlan } from './seal-order.ts';
import type { SealOrder, SealResult } from './seal-protocol.ts';
import type { Sealer } from './sealer.ts';
import type { TileNeed } from './tile-needs.ts';
import type { TileSettings } from './tile-settings.ts';

export interface TileWorkOptions {
  readonly catalog: Catalog;
  readonly ingest: Ingest;
  readonly memory: MemoryStore;
  readonly magnetic: MagneticStore;
  readonly sealer: Sealer;
  readonly reports: RejectedReports;
  readonly settings: TileSettings;
  readonly metrics: TileTaskMetrics | undefined;
  readonly reached: ReachCrashPoint;
}

const ALL_TIME = { fromTime: -(2n ** 63n) as Nanos, untilTime: (2n ** 63n) as Nanos };

export class TileWork {
  readonly #options: TileWorkOptions;

  constructor(options: TileWorkOptions) {
    this.#options = options;
  }

  async run(id: TileId, need: TileNeed): Promise<void> {
    switch (need.kind) {
      case 'cut':
        return await this.#cut(id, need.parts);
      case 'seal':
        return await this.seal(id);
      case 'expire':
        return await this.#expire(id);
      case 'compact':
        return await this.#compact(id);
      case 'divide':
        return await this.#divide(id, need.cuts);
      case 'merge':
        return await this.#merge(id, need.above);
    }
  }

  /**
   * Frees the memory of a tile that is still written to: what comes next goes above a cut if it is
   * newer than all there is, so that sealed rows have no rivals, and else into a new generation.
   */
  async relieve(id: TileId): Promise<void> {
    await this.#cut(id, 1);
    await this.seal(id, { roll: this.#isOpenAbove(id) });
  }

  #isOpenAbove(id: TileId): boolean {
    const tile = this.#options.catalog.state.tiles.tile(id);
    const newest = tile && this.#newestOf(tile);
    return tile !== undefined && newest !== undefined && newest + 1n < tile.rectangle.timeHi;
  }

  /** Hot rows into objects. With `roll` the tile goes on taking writes, into another generation. */
  async seal(id: TileId, options: { readonly roll?: boolean } = {}): Promise<void> {
    await this.#freeze(id, options.roll ?? false);
    const { memory } = this.#options;
    const found = this.#find(id);
    if (found === undefined || found.tile.frozen.length === 0) return;
    const { table, tile } = found;
    const snapshots = tile.frozen.map((generation) => memory.snapshot(generation, ALL_TIME));
    try {
      await this.#replace({ table, tile, snapshots }, ['seal: written', 'seal: put all']);
    } finally {
      for (const snapshot of snapshots) snapshot.release();
    }
    this.#options.reached('seal: recorded');
    await memory.trimLog();
    this.#options.reached('seal: trimmed');
  }

  async #freeze(id: TileId, roll: boolean): Promise<void> {
    const { catalog, memory, reached } = this.#options;
    await catalog.changeTiles((state) => {
      const tile = state.tiles.tile(id);
      if (tile?.active === undefined) return undefined;
      if (!roll) return { v: 1, kind: 'generation-frozen', tile: id };
      const generation = state.next.tile as number as GenerationId;
      return { v: 1, kind: 'generation-opened', tile: id, generation };
    });
    reached('seal: frozen');
    const frozen = catalog.state.tiles.tile(id)?.frozen ?? [];
    for (const generation of frozen) await memory.freeze(generation);
    reached('seal: drained');
  }

  /** Above the newest row that the tile has, or can still get from writes on their way. */
  async #cut(id: TileId, parts: number): Promise<void> {
    const { catalog, ingest, memory, reached } = this.#options;
    await ingest.holding(id, async () => {
      const active = catalog.state.tiles.tile(id)?.active;
      if (active === undefined) return;
      memory.turnAway(active);
      const spaceCuts = parts > 1 ? memory.spaceCuts(active, parts) : [];
      await catalog.changeTiles((state) => this.#cutRecord(state, id, spaceCuts));
    });
    reached('cut: recorded');
  }

  #cutRecord(
    state: CatalogState,
    id: TileId,
    spaceCuts: readonly bigint[],
  ): TileRecord | undefined {
    const tile = state.tiles.tile(id);
    const newest = tile && this.#newestOf(tile);
    if (tile === undefined || newest === undefined || newest + 1n >= tile.rectangle.timeHi) {
      return undefined;
    }
    const { spaceLo } = tile.rectangle;
    const inside = spaceCuts.filter((cut) => cut > spaceLo);
    const first = state.next.tile;
    return {
      v: 1,
      kind: 'tile-cut',
      tile: id,
      at: String(newest + 1n),
      spaceCuts: inside.map(String),
      above: Array.from({ length: inside.length + 1 }, (_, at) => (first + at) as TileId),
    };
  }

  #newestOf(tile: Tile): bigint | undefined {
    const times = [
      ...generationsOf(tile).map((one) => this.#options.memory.extentOf(one)?.newest),
      ...tile.objects.map(({ maxTime }) => maxTime),
    ].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : times.reduce((a, b) => (a > b ? a : b));
  }

  async #expire(id: TileId): Promise<void> {
    const { memory, catalog, reached } = this.#options;
    await this.#freeze(id, false);
    await catalog.changeTiles((state) => {
      const tile = state.tiles.tile(id);
      if (tile === undefined) return undefined;
      const removed = tile.objects.map(({ key }) => key);
      const generations = tile.frozen;
      if (removed.length + generations.length === 0) return undefined;
      return { v: 1, kind: 'tile-sealed', tile: id, generations, removed, added: [] };
    });
    reached('expire: recorded');
    await memory.trimLog();
  }

  async #compact(id: TileId): Promise<void> {
    const found = this.#find(id);
    if (found === undefined || generationsOf(found.tile).length > 0) return;
    await this.#replace({ ...found, snapshots: [] }, ['compact: written', 'compact: put']);
    this.#options.reached('compact: recorded');
  }

  async #divide(id: TileId, cuts: readonly Nanos[]): Promise<void> {
    await this.#options.catalog.changeTiles((state) => {
      const tile = state.tiles.tile(id);
      if (tile === undefined || generationsOf(tile).length > 0) return undefined;
      const above = cuts.map((_, at) => (state.next.tile + at) as TileId);
      return { v: 1, kind: 'tile-divided', tile: id, cuts: cuts.map(String), above };
    });
    this.#options.reached('divide: recorded');
  }

  async #merge(a: TileId, b: TileId): Promise<void> {
    await this.#options.catalog.changeTiles((state) => {
      const isPossible =
        state.tiles.tile(a) !== undefined &&
        state.tiles.tile(b) !== undefined &&
        state.tiles.mergeable(a) === b;
      return isPossible ? { v: 1, kind: 'tiles-merged', a, b } : undefined;
    });
    this.#options.reached('merge: recorded');
  }

  /** New objects for the tile's frozen generations, or for all of its objects. */
  async #replace(
    sources: {
      readonly table: TableEntry;
      readonly tile: Tile;
      readonly snapshots: readonly TileSnapshot[];
    },
    points: readonly [written: CrashPoint, put: CrashPoint],
  ): Promise<void> {
    const { magnetic, settings, reached, metrics } = this.#options;
    const plan = planSeal(sources);
    const order = plan.order(magnetic, settings.objectRowsMax);
    const unpin = magnetic.pin(plan.objects.map(({ key }) => key));
    let put: TileObject[] = [];
    try {
      const result = order && (await this.#options.sealer.seal(order));
      reached(points[0]);
      if (result !== undefined) put = await this.#put(sources.table, result);
      reached(points[1]);
      await this.#record(sources.tile.id, plan, put);
      metrics?.sealed(plan, put);
      if (order !== undefined && result !== undefined) {
        await this.#report(sources.table, order, result);
      }
    } finally {
      for (const draft of order?.drafts ?? []) await magnetic.discard(draft);
      unpin();
    }
  }

  async #put(table: TableEntry, { written }: SealResult): Promise<TileObject[]> {
    const { magnetic, reached } = this.#options;
    const put: TileObject[] = [];
    try {
      for (const { draft, ...contents } of written) {
        put.push({ ...contents, ...(await magnetic.put(table.id, draft)) });
        reached('seal: put one');
      }
      return put;
    } catch (error) {
      magnetic.retire(put.map(({ key }) => key));
      throw error;
    }
  }

  /** Has the tile have the objects, or retires them if it is not what it was. */
  async #record(id: TileId, plan: SealPlan, added: readonly TileObject[]): Promise<void> {
    const { catalog, magnetic } = this.#options;
    const removed = plan.objects.map(({ key }) => key);
    // A failure leaves the objects alone: the record may be there, and orphans harm nobody.
    const state = await catalog.changeTiles(({ tiles }) => {
      const tile = tiles.tile(id);
      const keys = new Set(tile?.objects.map(({ key }) => key));
      const isSame =
        tile !== undefined &&
        plan.generations.every((generation) => tile.frozen.includes(generation)) &&
        removed.every((key) => keys.has(key));
      if (!isSame) return undefined;
      const { generations } = plan;
      const json = added.map(tileObjectToJson);
      return { v: 1, kind: 'tile-sealed', tile: id, generations, removed, added: json };
    });
    const now = new Set(state.tiles.tile(id)?.objects.map(({ key }) => key));
    if (added.some(({ key }) => !now.has(key))) magnetic.retire(added.map(({ key }) => key));
  }

  async #report(table: TableEntry, { layout }: SealOrder, { rejected }: SealResult): Promise<void> {
    if (rejected.length === 0) return;
    await this.#options.reports.write({
      database: table.database,
      table: table.name,
      location: table.magneticWrites.rejectedDataLocation?.s3,
      records: rejectedRecords({ schema: table.schema, layout, rows: rejected }),
    });
  }

  #find(id: TileId): { readonly table: TableEntry; readonly tile: Tile } | undefined {
    const { catalog } = this.#options;
    const tile = catalog.state.tiles.tile(id);
    if (tile === undefined) return undefined;
    return { tile, table: known(catalog.tableById(tile.table), `table ${tile.table}`) };
  }
}
