/**
 * Looks after all tiles: sees what each needs (tile-needs.ts) and has it done (tile-work.ts), one
 * thing at a time.
 *
 *   watched   tiles that have hot rows, were changed lately, or are to expire soon
 *   pass      the most urgent need of any watched tile ─► done ─► next pass; none ─► sleep
 *   relieve   before all else: memory nearly full ─► the largest generation is sealed
 *
 * What only makes queries faster (divide, merge, compact) takes half of the time at most. A tile
 * whose work failed is left alone for a while; nothing is lost by that, as the rows stay where they
 * are. A restart begins with all tiles watched.
 */
import { known } from '../base/assert.ts';
import type { GenerationId, TileId } from '../base/brand.ts';
import type { CatalogChange } from '../catalog/api.ts';
import { type Clock, nowNanos } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import type { Registry } from '../host/metrics.ts';
import type { Timers } from '../host/timers.ts';
import type { GenerationUsage, TimeExtent } from '../memory/api.ts';
import { generationsOf, type Tile } from '../tiles/api.ts';
import { type TileTaskMetrics, tileTaskMetrics, type WorkKind } from './metrics.ts';
import { horizons, type TileFacts, type TileNeed, tileNeed } from './tile-needs.ts';
import { TileWork, type TileWorkOptions } from './tile-work.ts';

export interface TileKeeperOptions extends Omit<TileWorkOptions, 'metrics'> {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly registry?: Registry;
}

/** How often tiles are looked at when nothing was found to do. */
const PASS_MS = 1000;
/** Looking at the tiles of very many tables takes a fiftieth of the time at most. */
const PASS_REST = 49;
/** A tile whose work failed is tried again after this. */
const RETRY_MS = 30_000;
/** A walk over the series of a generation is repeated after this at the earliest. */
const EXTENT_MS = 10_000;

/** The most urgent first. */
const URGENCY: readonly TileNeed['kind'][] = [
  'expire',
  'seal',
  'cut',
  'divide',
  'merge',
  'compact',
];
const UNHURRIED: ReadonlySet<WorkKind> = new Set<WorkKind>(['divide', 'merge', 'compact']);

interface SeenGeneration {
  readonly sinceNanos: bigint;
  readonly sinceElapsedMs: number;
  readonly sinceRows: number;
  extent: TimeExtent | undefined;
  extentMs: number;
  extentRows: number;
}

export class TileKeeper {
  readonly #options: TileKeeperOptions;
  readonly #work: TileWork;
  readonly #metrics: TileTaskMetrics | undefined;
  readonly #watched = new Set<TileId>();
  readonly #seen = new Map<GenerationId, SeenGeneration>();
  readonly #retryMs = new Map<TileId, number>();
  #restUntilMs = 0;
  #nextPassMs = 0;
  #isRelieving = false;
  #ending: (() => void)[] = [];
  #passing: Promise<unknown> = Promise.resolve();
  #isPassing = false;
  #isStopped = false;

  constructor(options: TileKeeperOptions) {
    this.#options = options;
    const usage = () => ({
      tiles: options.catalog.state.tiles.tileCount,
      watched: this.#watched.size,
    });
    this.#metrics = options.registry && tileTaskMetrics(options.registry, usage);
    this.#work = new TileWork({ ...options, metrics: this.#metrics });
  }

  start(): void {
    const { catalog, timers } = this.#options;
    for (const table of catalog.state.tables.keys()) {
      for (const tile of catalog.state.tiles.within(table)) this.#watched.add(tile.id);
    }
    this.#ending.push(catalog.onChange((change) => this.#follow(change)));
    // A process that ended between a seal and its trimming has left entries that nobody needs.
    this.#trimInBackground();
    this.#ending.push(timers.every(PASS_MS, () => this.#passInBackground()));
  }

  /** Waits for the work in hand; what has not begun is left for the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const end of this.#ending.splice(0)) end();
    await this.#passing;
    await this.#options.sealer.stop();
  }

  /** Does all that there is to do now, without rests; for who has just moved the clock. */
  settle(): Promise<void> {
    return this.#queue(async () => {
      this.#watchAll();
      this.#restUntilMs = 0;
      this.#retryMs.clear();
      // What was found out some seconds ago may not be true any more.
      for (const seen of this.#seen.values()) seen.extentRows = -1;
      while (!this.#isStopped && (await this.#pass({ rests: false })));
    });
  }

  #passInBackground(): void {
    const { clock } = this.#options;
    if (this.#isPassing || this.#isStopped || clock.elapsedMs() < this.#nextPassMs) return;
    void this.#queue(async () => {
      for (let isDone = true; isDone && !this.#isStopped; ) {
        const startMs = clock.elapsedMs();
        isDone = await this.#pass({ rests: true });
        const endMs = clock.elapsedMs();
        this.#nextPassMs = endMs + (endMs - startMs) * PASS_REST;
      }
    });
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#passing.then(async () => {
      this.#isPassing = true;
      try {
        await work();
      } catch (error) {
        this.#options.logger.error({ err: error }, 'looking after the tiles failed');
      } finally {
        this.#isPassing = false;
      }
    });
    this.#passing = done;
    return done;
  }

  /** Also those that only the clock changes: old ones that are to expire. */
  #watchAll(): void {
    const { state } = this.#options.catalog;
    for (const table of state.tables.values()) {
      const { kept } = horizons({ now: nowNanos(this.#options.clock), retention: table.retention });
      for (const tile of state.tiles.within(table.id)) {
        if (tile.rectangle.timeHi <= kept || tile.active !== undefined) this.#watched.add(tile.id);
      }
    }
  }

  #follow(change: CatalogChange): void {
    switch (change.kind) {
      case 'table-updated':
        for (const tile of this.#options.catalog.state.tiles.within(change.table.id)) {
          this.#watched.add(tile.id);
        }
        return;
      case 'schema-extended':
        return;
      default:
        for (const id of change.tiles.touched) this.#watchWithLower(id);
        for (const { generation } of change.tiles.opened) this.#seenOf(generation);
        for (const generation of change.tiles.dropped) this.#seen.delete(generation);
        // Hot rows that go with their table are sealed by nobody, who would trim.
        if (change.kind === 'table-deleted') this.#trimInBackground();
    }
  }

  #trimInBackground(): void {
    void this.#queue(async () => {
      await this.#options.memory.trimLog();
    });
  }

  /** The tile below in time is the one that may be merged with it. */
  #watchWithLower(id: TileId): void {
    this.#watched.add(id);
    const { tiles } = this.#options.catalog.state;
    const tile = tiles.tile(id);
    if (tile === undefined) return;
    const { spaceLo, timeLo } = tile.rectangle;
    const lower = tiles.at(tile.table, spaceLo, timeLo - 1n);
    if (lower !== undefined) this.#watched.add(lower.id);
  }

  /** Does the most urgent thing; false when there is nothing to do. */
  async #pass({ rests }: { readonly rests: boolean }): Promise<boolean> {
    if (await this.#relieve()) return true;
    this.#watchExpiring();
    const urgent = this.#mostUrgent(rests);
    if (urgent === undefined) return false;
    return await this.#do(urgent.tile.id, urgent.need.kind, rests, () =>
      this.#work.run(urgent.tile.id, urgent.need),
    );
  }

  #mostUrgent(rests: boolean): { readonly tile: Tile; readonly need: TileNeed } | undefined {
    const { catalog, clock } = this.#options;
    const elapsedMs = clock.elapsedMs();
    const isResting = rests && elapsedMs < this.#restUntilMs;
    let best: { readonly tile: Tile; readonly need: TileNeed } | undefined;
    for (const id of this.#watched) {
      const tile = catalog.state.tiles.tile(id);
      if (tile === undefined) {
        this.#watched.delete(id);
        continue;
      }
      if ((this.#retryMs.get(id) ?? 0) > elapsedMs) continue;
      const need = tileNeed(tile, this.#factsOf(tile));
      if (need === undefined) {
        if (generationsOf(tile).length === 0) this.#watched.delete(id);
        continue;
      }
      if (isResting && UNHURRIED.has(need.kind)) continue;
      if (best === undefined || urgencyOf(need) < urgencyOf(best.need)) best = { tile, need };
    }
    return best;
  }

  #factsOf(tile: Tile): TileFacts {
    const { catalog, clock, memory, settings } = this.#options;
    const { retention } = known(catalog.tableById(tile.table), `table ${tile.table}`);
    const usageOf: TileFacts['usageOf'] = (generation) =>
      known(memory.usageOf(generation), `generation ${generation}`);
    return {
      now: nowNanos(clock),
      retention,
      settings,
      usageOf,
      extentOf: (generation) => this.#extentOf(generation),
      ageOf: (generation) => nowNanos(clock) - this.#seenOf(generation).sinceNanos,
      rateOf: (generation) => {
        const { sinceElapsedMs, sinceRows } = this.#seenOf(generation);
        const seconds = Math.max(1, (clock.elapsedMs() - sinceElapsedMs) / 1000);
        return (usageOf(generation).rows - sinceRows) / seconds;
      },
      neighbourOf: (id) => {
        const above = catalog.state.tiles.mergeable(id);
        return above === undefined ? undefined : catalog.state.tiles.tile(above);
      },
    };
  }

  #seenOf(generation: GenerationId): SeenGeneration {
    let seen = this.#seen.get(generation);
    if (seen === undefined) {
      const { clock, memory } = this.#options;
      seen = {
        sinceNanos: nowNanos(clock),
        sinceElapsedMs: clock.elapsedMs(),
        sinceRows: memory.usageOf(generation)?.rows ?? 0,
        extent: undefined,
        extentMs: Number.NEGATIVE_INFINITY,
        extentRows: -1,
      };
      this.#seen.set(generation, seen);
    }
    return seen;
  }

  #extentOf(generation: GenerationId): TimeExtent | undefined {
    const { memory, clock } = this.#options;
    const seen = this.#seenOf(generation);
    const rows = memory.usageOf(generation)?.rows ?? 0;
    const elapsedMs = clock.elapsedMs();
    const isFresh =
      seen.extentRows === rows ||
      (elapsedMs - seen.extentMs < EXTENT_MS && rows < seen.extentRows * 2);
    if (!isFresh) {
      seen.extent = memory.extentOf(generation);
      seen.extentMs = elapsedMs;
      seen.extentRows = rows;
    }
    return seen.extent;
  }

  /** Expired tiles are the oldest of their table, so few are looked at. */
  #watchExpiring(): void {
    const { catalog, clock } = this.#options;
    const now = nowNanos(clock);
    for (const { id, retention } of catalog.state.tables.values()) {
      const { kept } = horizons({ now, retention });
      const timeHi = kept as Tile['rectangle']['timeHi'];
      for (const tile of catalog.state.tiles.within(id, { timeHi })) {
        if (tile.rectangle.timeHi <= kept && hasRows(tile)) this.#watched.add(tile.id);
      }
    }
  }

  /**
   * While memory is short, seals the largest generation; when the log has grown long, the one that
   * needs most of it: a slow table would else keep all that fast ones have written since.
   */
  async #relieve(): Promise<boolean> {
    const { memory, settings } = this.#options;
    const { usedBytes, limitBytes } = memory.usage();
    const bound = this.#isRelieving ? settings.pressureEnd : settings.pressureBegin;
    this.#isRelieving = usedBytes >= limitBytes * bound;
    const tile = this.#isRelieving
      ? this.#first(({ bytes }) => bytes)
      : this.#first(({ logBytes }) => (logBytes > settings.logBytesMax ? logBytes : 0));
    if (tile === undefined) return false;
    return await this.#do(tile.id, 'relieve', false, () => this.#work.relieve(tile.id));
  }

  /** The tile with the generation that weighs most, if any weighs more than nothing. */
  #first(weightOf: (usage: GenerationUsage) => number): Tile | undefined {
    const { catalog, memory, clock } = this.#options;
    const elapsedMs = clock.elapsedMs();
    let first: Tile | undefined;
    let most = 0;
    for (const id of this.#watched) {
      const tile = catalog.state.tiles.tile(id);
      if (tile === undefined || (this.#retryMs.get(id) ?? 0) > elapsedMs) continue;
      for (const generation of generationsOf(tile)) {
        const usage = memory.usageOf(generation);
        const weight = usage === undefined ? 0 : weightOf(usage);
        if (weight <= most) continue;
        most = weight;
        first = tile;
      }
    }
    return first;
  }

  async #do(
    tile: TileId,
    kind: WorkKind,
    rests: boolean,
    work: () => Promise<void>,
  ): Promise<boolean> {
    const { catalog, clock, logger } = this.#options;
    const startMs = clock.elapsedMs();
    const { tiles } = catalog.state;
    try {
      await work();
      // What could not be done would be found again at once, for ever.
      const isChanged = catalog.state.tiles.tile(tile) !== tiles.tile(tile);
      if (isChanged) this.#retryMs.delete(tile);
      else this.#retryMs.set(tile, clock.elapsedMs() + PASS_MS);
      const tookMs = clock.elapsedMs() - startMs;
      this.#metrics?.done(kind, tookMs / 1000);
      logger.info({ tile, kind, ms: Math.round(tookMs) }, 'tile work done');
      if (rests && UNHURRIED.has(kind)) this.#restUntilMs = clock.elapsedMs() + tookMs;
    } catch (error) {
      this.#metrics?.failed(kind);
      this.#retryMs.set(tile, clock.elapsedMs() + RETRY_MS);
      logger.error({ err: error, tile, kind }, 'tile work failed; it will be tried again');
    }
    return true;
  }
}

function hasRows(tile: Tile): boolean {
  return tile.objects.length > 0 || generationsOf(tile).length > 0;
}

function urgencyOf({ kind }: TileNeed): number {
  return URGENCY.indexOf(kind);
}
