/**
 * A random life of some tables, compared with the model after every few steps. One step is one of:
 *
 *   writes     one request; or many at once, with background work in their midst
 *   upkeep     the keeper settles; a seal, cut, compaction or merge of a random tile
 *   changes    retention, magnetic writes, the clock, a table deleted and created anew
 *   ends       a restart; a kill in the midst of writes, at a random point of background work
 *
 * Queries are opened in one step and read some steps later. The seed decides everything but the
 * order in which the engine's threads finish.
 */
import { assert } from '../../src/base/assert.ts';
import { type Random, seededRandom } from '../../src/host/random.ts';
import { spaceOf } from '../../src/memory/api.ts';
import { CRASH_POINTS, tileSettings } from '../../src/tasks/api.ts';
import { generationsOf, type Tile } from '../../src/tiles/api.ts';
import type { RequestContext } from '../../src/wire/operation.ts';
import { writeRecords } from '../../src/wire/operations/write-records.ts';
import { checkFreed, checkTrimmed, treeFaults, untidiness } from './invariants.ts';
import { RecordSource, type RecordWishes } from './record-source.ts';
import { turn } from './sim-logs.ts';
import { everything, type OpenQuery, openQuery, randomQuery } from './sim-query.ts';
import { keyOf, type SimRecord, seriesOf, wireRecord } from './sim-record.ts';
import { type Rejection, TableModel, type TableRules } from './table-model.ts';
import { type Ground, newGround, openWorld, type World } from './world.ts';

/** By their names; beta has a partition key of its own. */
const TABLES = ['alpha', 'beta'] as const;
type TableName = (typeof TABLES)[number];
const KEY_DIMENSION: Readonly<Record<TableName, string | undefined>> = {
  alpha: undefined,
  beta: 'region',
};

const SEAL_POINTS = CRASH_POINTS.filter((point) => point.startsWith('seal'));

interface LaterQuery {
  readonly query: OpenQuery;
  readonly expected: readonly string[];
  readonly step: number;
}

interface SentWrite {
  readonly table: TableName;
  readonly records: readonly SimRecord[];
  readonly answer: Promise<Answer>;
}

type Answer = { readonly rejected: readonly Rejection[] } | { readonly error: unknown };

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  /** A random query comes every so many steps, a look at all rows every five times as many. */
  readonly leisure: number;
  readonly onStep?: (step: string) => void;
}

export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const random = seededRandom(options.seed);
  const hotRows = 40 + random.integer(160);
  const settings = {
    ...tileSettings(hotRows),
    lateRowsMax: 20 + random.integer(60),
    objectRowsMax: 100 + random.integer(400),
    rowsPerSecondMax: 50 + random.integer(400),
    splitPartsMax: 3,
    // In some lives memory is always short, or the log too long.
    ...(random.integer(4) === 0 && { pressureBegin: 0.0015, pressureEnd: 0.001 }),
    ...(random.integer(4) === 0 && { logBytesMax: 40_000 }),
  };
  const ground = await newGround(random, settings);
  const simulation = new Simulation(ground, random, options);
  await simulation.run();
  await ground.leave();
  return simulation.report;
}

export interface SimulationReport {
  readonly steps: Record<string, number>;
  rowsCompared: number;
  tilesMax: number;
  objectsMax: number;
}

class Simulation {
  readonly report: SimulationReport = { steps: {}, rowsCompared: 0, tilesMax: 0, objectsMax: 0 };
  readonly #ground: Ground;
  readonly #random: Random;
  readonly #options: SimulationOptions;
  readonly #source: RecordSource;
  readonly #models = new Map<TableName, TableModel>();
  #later: LaterQuery[] = [];
  #world!: World;
  #post!: (json: string) => Promise<string | Uint8Array>;
  #step = 0;

  constructor(ground: Ground, random: Random, options: SimulationOptions) {
    this.#ground = ground;
    this.#random = random;
    this.#options = options;
    this.#source = new RecordSource(random);
  }

  async run(): Promise<void> {
    await this.#open();
    await this.#world.catalog.createDatabase({ name: 'sim', region: 'us-east-1' });
    for (const table of TABLES) await this.#create(table);
    for (this.#step = 1; this.#step <= this.#options.steps; this.#step++) {
      const [name, act] = this.#choose();
      this.report.steps[name] = (this.report.steps[name] ?? 0) + 1;
      this.#options.onStep?.(`${this.#step} ${name}`);
      await act();
      await this.#check();
    }
    await this.#end();
  }

  #choose(): readonly [string, () => Promise<void>] {
    const weighted: readonly (readonly [number, string, () => Promise<void>])[] = [
      [560, 'write', () => this.#write()],
      [60, 'burst', () => this.#burst()],
      [40, 'settle', () => this.#settle()],
      [40, 'tile work', () => this.#tileWork()],
      [60, 'query later', () => this.#queryLater()],
      [60, 'minutes', () => this.#advance(1 + this.#random.integer(20))],
      [20, 'hours', () => this.#advance(60 * (1 + this.#random.integer(8)))],
      [18, 'days', () => this.#advance(24 * 60 * (1 + this.#random.integer(3)))],
      [14, 'retention', () => this.#changeRules()],
      [10, 'delete', () => this.#recreate()],
      [8, 'restart', () => this.#restart()],
      [12, 'kill', () => this.#kill()],
    ];
    const total = weighted.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.#random.integer(total);
    for (const [weight, name, act] of weighted) {
      if (at < weight) return [name, act];
      at -= weight;
    }
    throw new Error('weights are positive');
  }

  get #now(): bigint {
    return BigInt(this.#ground.clock.nowMs()) * 1_000_000n;
  }

  #model(table: TableName): TableModel {
    return this.#models.get(table)!;
  }

  #anyTable(): TableName {
    return TABLES[this.#random.integer(TABLES.length)]!;
  }

  async #open(): Promise<void> {
    this.#world = await openWorld(this.#ground);
    const operation = writeRecords(this.#world.ingest);
    this.#post = (json) => operation.run(Buffer.from(json), {} as RequestContext);
    for (const model of this.#models.values()) model.forgetGenerations();
  }

  // --- writes ---

  #records(table: TableName, options: Pick<RecordWishes, 'isDistinct' | 'isNarrow'>): SimRecord[] {
    const model = this.#model(table);
    const { memoryHours, magneticDays } = model.rules;
    const wishes = { nowNanos: this.#now, memoryHours, magneticDays, stored: model.rows };
    return this.#source.batch({ ...wishes, ...options }).filter((record) => model.isUsable(record));
  }

  async #write(): Promise<void> {
    const table = this.#anyTable();
    const records = this.#records(table, { isDistinct: false, isNarrow: false });
    if (records.length === 0) return;
    this.#accept(table, records, await this.#send(table, records), true);
  }

  async #send(table: TableName, records: readonly SimRecord[]): Promise<Answer> {
    const request = { DatabaseName: 'sim', TableName: table, Records: records.map(wireRecord) };
    try {
      await this.#post(JSON.stringify(request));
      return { rejected: [] };
    } catch (error) {
      const { name, detail } = error as { name: string; detail?: Record<string, unknown> };
      if (name !== 'RejectedRecordsException') return { error };
      const rejected = (detail?.['RejectedRecords'] ?? []) as readonly {
        readonly RecordIndex: number;
        readonly Reason: string;
        readonly ExistingVersion?: number | bigint;
      }[];
      return {
        rejected: rejected.map(({ RecordIndex: index, Reason: reason, ExistingVersion }) => ({
          index,
          reason,
          existingVersion: ExistingVersion === undefined ? undefined : BigInt(ExistingVersion),
        })),
      };
    }
  }

  #accept(table: TableName, records: readonly SimRecord[], answer: Answer, isQuiet: boolean): void {
    if ('error' in answer) throw answer.error;
    const { catalog } = this.#world;
    const { id } = catalog.table({ database: 'sim', table });
    const generationOf = (record: SimRecord): number | undefined => {
      if (!isQuiet) return undefined;
      const { high, low } = spaceOf(seriesOf(record, KEY_DIMENSION[table]));
      const space = (BigInt(high) << 32n) | BigInt(low);
      return catalog.state.tiles.at(id, space, record.time)?.active;
    };
    const around = { nowNanos: this.#now, generationOf };
    const faults = this.#model(table).written(records, answer.rejected, around);
    if (faults.length > 0) this.#fail(`answers of ${table}:\n${faults.join('\n')}`);
  }

  /** Several requests at once, no two of them for the same key, and background work meanwhile. */
  async #burst(): Promise<void> {
    const isQuiet = this.#random.integer(4) === 0;
    const work = isQuiet ? Promise.resolve() : this.#anyWork();
    const sent: SentWrite[] = [];
    await this.#sendMany(2 + this.#random.integer(8), { isDistinct: false, sent });
    await work;
    for (const { table, records, answer } of sent) {
      this.#accept(table, records, (await answer)!, isQuiet);
    }
  }

  async #sendMany(
    requests: number,
    { isDistinct, sent }: { readonly isDistinct: boolean; readonly sent: SentWrite[] },
  ): Promise<void> {
    const taken = new Set<string>();
    const isNarrow = this.#random.integer(2) === 0;
    for (let at = 0; at < requests; at++) {
      const table = this.#anyTable();
      const records = this.#records(table, { isDistinct, isNarrow }).filter((record) => {
        const key = `${table} ${keyOf(record)}`;
        return !taken.has(key);
      });
      for (const record of records) taken.add(`${table} ${keyOf(record)}`);
      if (records.length === 0) continue;
      sent.push({ table, records, answer: this.#send(table, records) });
      for (let turns = this.#random.integer(3); turns > 0; turns--) {
        await turn();
      }
    }
  }

  // --- upkeep ---

  async #settle(): Promise<void> {
    const { keeper, faults } = this.#world;
    await keeper.settle();
    if (faults.length > 0) this.#fail(`tile work failed: ${JSON.stringify(faults, errorText)}`);
    for (const model of this.#models.values()) model.passTime(this.#now);
    if (this.#later.length === 0) {
      const found = await untidiness(this.#world);
      if (found.length > 0) this.#fail(found.join('\n'));
    }
  }

  /** One thing at a time, as the keeper does it. */
  async #anyWork(): Promise<void> {
    const { keeper } = this.#world;
    const kind = this.#random.integer(6);
    if (kind === 0) {
      this.#world.beat();
      for (let turns = this.#random.integer(20); turns > 0; turns--) await turn();
    }
    if (kind < 3) return await keeper.settle();
    await this.#tileWork();
  }

  async #tileWork(): Promise<void> {
    const { catalog, work } = this.#world;
    const { id: table } = catalog.table({ database: 'sim', table: this.#anyTable() });
    for (let repeats = 1 + this.#random.integer(3); repeats > 0; repeats--) {
      const tiles = catalog.state.tiles.within(table);
      // Hot ones are few among many.
      const hot = tiles.filter((tile) => generationsOf(tile).length > 0);
      const some = hot.length > 0 && this.#random.integer(4) > 0 ? hot : tiles;
      const tile = some[this.#random.integer(some.length)];
      if (tile !== undefined) await this.#workOn(tile, work);
    }
  }

  /** The tile with the most hot generations. */
  async #sealAny(table = this.#anyTable()): Promise<void> {
    const { catalog, work } = this.#world;
    const { id } = catalog.table({ database: 'sim', table });
    const [tile] = catalog.state.tiles
      .within(id)
      .toSorted((a, b) => generationsOf(b).length - generationsOf(a).length);
    if (tile !== undefined) await work.seal(tile.id, { roll: true });
  }

  async #workOn({ id, objects }: Tile, work: World['work']): Promise<void> {
    const kind = this.#random.integer(10);
    if (kind < 4) return await work.seal(id, { roll: true });
    if (kind < 5) return await work.seal(id);
    if (kind < 8) return await work.run(id, { kind: 'cut', parts: 1 + this.#random.integer(4) });
    if (kind < 9 && objects.length > 0) return await work.run(id, { kind: 'compact' });
    const above = this.#world.catalog.state.tiles.tile(id)
      ? this.#world.catalog.state.tiles.mergeable(id)
      : undefined;
    if (above !== undefined) await work.run(id, { kind: 'merge', above });
  }

  // --- changes ---

  async #advance(minutes: number): Promise<void> {
    this.#ground.clock.advance(minutes * 60_000);
    for (const model of this.#models.values()) model.passTime(this.#now);
    if (this.#random.integer(3) === 0) await this.#settle();
  }

  #anyRules(): TableRules {
    return {
      memoryHours: 1 + this.#random.integer(24),
      magneticDays: 1 + this.#random.integer(4),
      magneticWrites: this.#random.integer(4) > 0,
    };
  }

  async #changeRules(): Promise<void> {
    const table = this.#anyTable();
    const model = this.#model(table);
    const rules = this.#anyRules();
    await this.#world.catalog.updateTable({ database: 'sim', table, ...settingsOf(rules) });
    model.rules = rules;
    await this.#settle();
    model.takeBack(new Set(await this.#open_(everything(table).sql).rows()), this.#now);
  }

  async #create(table: TableName): Promise<void> {
    const rules = this.#anyRules();
    const name = KEY_DIMENSION[table];
    await this.#world.catalog.createTable({
      database: 'sim',
      table,
      ...settingsOf(rules),
      ...(name !== undefined && {
        partitionKey: { kind: 'dimension', name, enforcement: 'OPTIONAL' } as const,
      }),
    });
    this.#models.set(table, new TableModel(rules));
  }

  /** Now and then while it is written to and worked on. */
  async #recreate(): Promise<void> {
    const table = this.#anyTable();
    const isBusy = this.#random.integer(2) === 0;
    const work = isBusy ? this.#sealAny(table) : Promise.resolve();
    const sent: SentWrite[] = [];
    if (isBusy) await this.#sendMany(3, { isDistinct: false, sent });
    for (let turns = this.#random.integer(200); isBusy && turns > 0; turns--) await turn();
    await this.#world.catalog.deleteTable({ database: 'sim', table });
    for (const { table: written, records, answer } of sent) {
      const outcome = await answer;
      if (written !== table) this.#accept(written, records, outcome, false);
      else if ('error' in outcome) {
        const { name } = outcome.error as Error;
        assert(name === 'ResourceNotFoundException', `a write was answered with ${outcome.error}`);
      }
    }
    await work;
    await this.#create(table);
  }

  // --- ends ---

  async #restart(): Promise<void> {
    await this.#finishQueries();
    await this.#world.stop();
    await this.#open();
  }

  async #kill(): Promise<void> {
    await this.#finishQueries();
    const world = this.#world;
    const isLed = this.#random.integer(3) > 0;
    const points = this.#random.integer(2) === 0 ? CRASH_POINTS : SEAL_POINTS;
    if (isLed) world.dieAt(points[this.#random.integer(points.length)]);
    let turns = isLed ? Number.POSITIVE_INFINITY : this.#random.integer(40);
    const endWaiting = () => {
      turns = 0;
    };
    const work = isLed && this.#random.integer(2) === 0 ? this.#sealAny() : this.#anyWork();
    work.then(endWaiting, endWaiting);
    const sent: SentWrite[] = [];
    const sending = this.#sendMany(3, { isDistinct: true, sent });
    for (; turns > 0 && !world.isDead; turns--) await turn();
    await sending;
    await world.kill();
    const answers = new Map<unknown, Answer>();
    for (const one of sent) void one.answer.then((answer) => answers.set(one, answer));
    await turn();
    await this.#open();
    for (const one of sent) {
      const answer = answers.get(one);
      if (answer !== undefined) this.#accept(one.table, one.records, answer, false);
    }
    for (const one of sent) {
      if (answers.has(one)) continue;
      const found = new Set(await this.#open_(everything(one.table).sql).rows());
      this.#model(one.table).unanswered(one.records, found, this.#now);
    }
    for (const model of this.#models.values()) model.passTime(this.#now);
    const found = await untidiness(this.#world);
    if (found.length > 0) this.#fail(`after a kill: ${found.join('\n')}`);
  }

  async #end(): Promise<void> {
    await this.#finishQueries();
    // All rows are late by then, and have waited long enough.
    this.#ground.clock.advance(25 * 3_600_000);
    for (const model of this.#models.values()) model.passTime(this.#now);
    await this.#settle();
    this.#ground.clock.advance(3_600_000);
    for (const model of this.#models.values()) model.passTime(this.#now);
    await this.#settle();
    await this.#compareAll();
    const { memory, catalog, log, keeper } = this.#world;
    const faults = [...checkFreed(memory), ...checkTrimmed(log)];
    // With hot rows, which go with their table, from the log too.
    for (let writes = 0; writes < 4; writes++) await this.#write();
    for (const table of TABLES) await catalog.deleteTable({ database: 'sim', table });
    await keeper.settle();
    faults.push(...(await untidiness(this.#world)), ...checkTrimmed(log));
    if (memory.usage().usedBytes > 0) faults.push(`${memory.usage().usedBytes} bytes are left`);
    if (faults.length > 0) this.#fail(faults.join('\n'));
    await this.#world.stop();
  }

  // --- queries ---

  #open_(sql: string): OpenQuery {
    const kernels = this.#random.integer(2) === 0;
    return openQuery(this.#ground, this.#world, { sql, kernels });
  }

  #isWritten(table: TableName): boolean {
    const { schema } = this.#world.catalog.table({ database: 'sim', table });
    return ['host', 'region'].every((name) => schema.dimensionId(name) !== undefined);
  }

  async #queryLater(): Promise<void> {
    const table = this.#anyTable();
    if (!this.#isWritten(table)) return;
    const query = randomQuery(this.#random, table, this.#now);
    const expected = query.expected(this.#model(table).rows);
    const step = this.#step + this.#random.integer(25);
    this.#later.push({ query: this.#open_(query.sql), expected, step });
  }

  async #finishQueries(until = Number.POSITIVE_INFINITY): Promise<void> {
    const due = this.#later.filter(({ step }) => step <= until);
    this.#later = this.#later.filter(({ step }) => step > until);
    for (const { query, expected } of due) this.#compare(query.sql, await query.rows(), expected);
  }

  async #check(): Promise<void> {
    for (const model of this.#models.values()) model.passTime(this.#now);
    await this.#finishQueries(this.#step);
    const table = this.#anyTable();
    if (this.#random.integer(this.#options.leisure) === 0 && this.#isWritten(table)) {
      const query = randomQuery(this.#random, table, this.#now);
      const rows = await this.#open_(query.sql).rows();
      this.#compare(query.sql, rows, query.expected(this.#model(table).rows));
    }
    if (this.#step % (5 * this.#options.leisure) === 0) await this.#compareAll();
  }

  async #compareAll(): Promise<void> {
    for (const table of TABLES) {
      const { sql, expected } = everything(table);
      this.#compare(sql, await this.#open_(sql).rows(), expected(this.#model(table).rows));
      const { tiles } = this.#world.catalog.state;
      const { id } = this.#world.catalog.table({ database: 'sim', table });
      const all = tiles.within(id);
      const faults = treeFaults(all);
      if (faults.length > 0) this.#fail(faults.join('\n'));
      const objects = all.reduce((sum, tile) => sum + tile.objects.length, 0);
      this.report.tilesMax = Math.max(this.report.tilesMax, all.length);
      this.report.objectsMax = Math.max(this.report.objectsMax, objects);
    }
  }

  #compare(sql: string, found: readonly string[], expected: readonly string[]): void {
    this.report.rowsCompared += expected.length;
    if (found.length === expected.length && found.every((row, at) => row === expected[at])) return;
    const [left, right] = [new Set(found), new Set(expected)];
    const tooMany = found.filter((row, at) => !right.has(row) || found[at - 1] === row);
    const missing = expected.filter((row) => !left.has(row));
    const some = (rows: readonly string[]) => `${rows.length}\n  ${rows.slice(0, 5).join('\n  ')}`;
    this.#fail(`${sql}\ntoo many: ${some(tooMany)}\nmissing: ${some(missing)}`);
  }

  #fail(what: string): never {
    throw new Error(`seed ${this.#options.seed}, step ${this.#step}: ${what}`);
  }
}

function settingsOf({ memoryHours, magneticDays, magneticWrites }: TableRules) {
  return {
    retention: { memoryHours, magneticDays },
    magneticWrites: { enabled: magneticWrites },
  };
}

function errorText(_: string, value: unknown): unknown {
  return value instanceof Error ? value.stack : value;
}
