/** The SQL of scans over hot rows and objects, run by a real engine on real tiles. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { START_MS } from '../../../test/support/new-catalog.ts';
import { type IngestWorld, newIngest } from '../../../test/support/new-ingest.ts';
import { newMagnetic } from '../../../test/support/new-magnetic.ts';
import { known } from '../../base/assert.ts';
import type { GenerationId, Nanos, TileId } from '../../base/brand.ts';
import { type Engine, openEngine, readRows, type VectorValue } from '../../engine/api.ts';
import { type MagneticStore, objectLayout, writeObject } from '../../magnetic/api.ts';
import type { SnapshotRequest } from '../../memory/api.ts';
import { tileObjectToJson } from '../../tiles/api.ts';
import type { ScanTaskColumn } from './room-protocol.ts';
import { hotRelation, tableRelation } from './table-relation.ts';
import { TileDictionaries } from './tile-dictionaries.ts';
import { TileScanSource } from './tile-scan-source.ts';
import { tileSources } from './tile-sources.ts';

const TILE = 1 as TileId;
let magnetic: MagneticStore;
let engine: Engine;
beforeAll(async () => {
  magnetic = await newMagnetic();
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${magnetic.engineFolders[0]}/spill`,
    allowedDirectories: magnetic.engineFolders,
  });
});
afterAll(() => engine.close());

/** Nanoseconds of a millisecond after the start. */
const at = (ms: number): bigint => BigInt(START_MS + ms) * 1_000_000n;

/** Dimensions host and site, attributes x (bigint) and y (varchar). */
async function newWorld(): Promise<IngestWorld> {
  const world = await newIngest();
  const { id } = world.table();
  await world.catalog.extendSchema(id, {
    dimensions: ['host', 'site'],
    measures: [{ name: 'm', type: 'multi', dimensions: ['host', 'site'] }],
    attributes: [
      { name: 'x', type: 'bigint' },
      { name: 'y', type: 'varchar' },
    ],
  });
  return world;
}

interface Row {
  readonly host: string;
  readonly site?: string;
  readonly ms: number;
  readonly version?: number;
  readonly x?: number;
  readonly y?: string;
}

async function write(world: IngestWorld, ...rows: readonly Row[]): Promise<void> {
  const records = rows.map(({ host, site, ms, version = 1, x, y }) => ({
    Dimensions: [
      { Name: 'host', Value: host },
      ...(site === undefined ? [] : [{ Name: 'site', Value: site }]),
    ],
    MeasureName: 'm',
    MeasureValueType: 'MULTI',
    MeasureValues: [
      ...(x === undefined ? [] : [{ Name: 'x', Value: String(x), Type: 'BIGINT' }]),
      ...(y === undefined ? [] : [{ Name: 'y', Value: y, Type: 'VARCHAR' }]),
    ],
    Time: String(START_MS + ms),
    Version: version,
  }));
  expect(await world.write(records)).toHaveProperty('RecordsIngested');
}

/** Gives the tile an object with the rows; it has a column only if one of them has. */
async function store(world: IngestWorld, ...rows: readonly Row[]): Promise<void> {
  const { schema, id } = world.table();
  const layout = objectLayout(schema, {
    dimensions: rows.some(({ site }) => site !== undefined) ? [0, 1] : [0],
    columns: [
      ...(rows.some(({ x }) => x !== undefined) ? [4] : []),
      ...(rows.some(({ y }) => y !== undefined) ? [5] : []),
    ],
  });
  const text = (value: string | undefined) => (value === undefined ? 'NULL' : `'${value}'`);
  const values = rows.map(
    ({ host, site, ms, version = 1, x, y }) =>
      `('${host}', CAST(${text(site)} AS VARCHAR), 'm', CAST(${at(ms)} AS BIGINT), ` +
      `CAST(${version} AS BIGINT), CAST(${x ?? 'NULL'} AS BIGINT), CAST(${text(y)} AS VARCHAR))`,
  );
  const relation =
    `SELECT * FROM (VALUES ${values.join(', ')}) ` +
    'AS v(d0, d1, measure_name, time, ts_version, c4, c5)';
  const draft = magnetic.newDraft();
  const plan = { layout, relation, path: draft, sortFirst: { kind: 'measure' as const } };
  const contents = known(await writeObject(engine, plan), 'rows');
  const object = { ...contents, ...(await magnetic.put(id, draft)) };
  await world.catalog.changeTiles(() => ({
    ...{ v: 1, kind: 'tile-sealed', tile: TILE, generations: [], removed: [] },
    added: [tileObjectToJson(object)],
  }));
}

async function roll({ catalog }: IngestWorld): Promise<void> {
  await catalog.changeTiles(({ next }) => ({
    ...{ v: 1, kind: 'generation-opened', tile: TILE },
    generation: next.tile as number as GenerationId,
  }));
}

const COLUMNS: readonly ScanTaskColumn[] = [
  { name: 'a', source: { kind: 'dimension', dimensionId: 0 } },
  { name: 'b', source: { kind: 'dimension', dimensionId: 1 } },
  { name: 't', source: { kind: 'time' } },
  { name: 'v', source: { kind: 'version' } },
  { name: 'x1', source: { kind: 'measure', columnId: 4, type: 'bigint' } },
  { name: 'y1', source: { kind: 'measure', columnId: 5, type: 'varchar' } },
];

interface Read {
  readonly text: string;
  readonly rows: readonly (readonly VectorValue[])[];
}

async function read(
  world: IngestWorld,
  columns = COLUMNS,
  part: Partial<SnapshotRequest> = {},
): Promise<Read> {
  const rows: SnapshotRequest = {
    fromTime: at(-1000) as Nanos,
    untilTime: at(1000) as Nanos,
    ...part,
  };
  const table = world.table();
  const releases: (() => void)[] = [];
  const around = { tiles: world.catalog.state.tiles, memory: world.memory, table };
  const sources = tileSources(around, rows, (one) => releases.push(() => one.release()));
  let scanId = 100;
  const { text, scans } = tableRelation({
    ...{ table, columns, sources, rows },
    pathOf: (key) => magnetic.path(key),
    newScanId: () => scanId++,
  });
  const dictionaries = new TileDictionaries();
  const ids = new Map(
    scans.map((task) => [
      task.scanId,
      engine.addScan(new TileScanSource(world.memory.slabs, dictionaries, task)),
    ]),
  );
  const sql = text.replace(/tile_scan\((\d+)\)/g, (_, id) => `tile_scan(${ids.get(Number(id))})`);
  try {
    return { text, rows: await readRows(engine, `SELECT * FROM ${sql} ORDER BY ALL`) };
  } finally {
    for (const id of ids.values()) engine.dropScan(id);
    for (const release of releases) release();
  }
}

describe('the relation of a table', () => {
  test('has rows of memory and of objects, with NULL for what a source lacks', async () => {
    const world = await newWorld();
    await store(world, { host: 'a', ms: -20, x: 1 }, { host: 'b', ms: -10, x: 2 });
    await store(world, { host: 'a', site: 's', ms: -5, y: 'old' });
    await write(world, { host: 'a', ms: 1, x: 3, y: 'new' });
    const { text, rows } = await read(world);
    expect(rows).toEqual([
      ['a', 's', at(-5), 1n, null, 'old'],
      ['a', null, at(-20), 1n, 1n, null],
      ['a', null, at(1), 1n, 3n, 'new'],
      ['b', null, at(-10), 1n, 2n, null],
    ]);
    expect(text).not.toContain('row_number');
    expect(text.match(/UNION ALL/g)).toHaveLength(1);
  });

  test('has the highest version of each row, and of equal ones the earliest', async () => {
    const world = await newWorld();
    await store(
      world,
      { host: 'lower', ms: 0, version: 1, x: 1, y: 'object' },
      { host: 'higher', ms: 0, version: 9, x: 1 },
      { host: 'equal', ms: 0, version: 2, x: 1 },
      { host: 'alone', ms: 1, x: 1 },
    );
    await write(
      world,
      { host: 'lower', ms: 0, version: 2, x: 2 },
      { host: 'higher', ms: 0, version: 8, x: 2 },
      { host: 'equal', ms: 0, version: 2, x: 2 },
      { host: 'between', ms: 0, version: 1, x: 2 },
    );
    await roll(world);
    await write(
      world,
      { host: 'lower', ms: 0, version: 3, x: 3 },
      { host: 'equal', ms: 0, version: 1, x: 3 },
      { host: 'between', ms: 0, version: 1, x: 3 },
      { host: 'equal', site: 's', ms: 0, x: 4 },
      { host: 'equal', ms: 1, x: 5 },
    );
    const { text, rows } = await read(world);
    expect(text).toContain('row_number');
    expect(rows).toEqual([
      ['alone', null, at(1), 1n, 1n, null],
      ['between', null, at(0), 1n, 2n, null],
      ['equal', 's', at(0), 1n, 4n, null],
      ['equal', null, at(0), 2n, 1n, null],
      ['equal', null, at(1), 1n, 5n, null],
      ['higher', null, at(0), 9n, 1n, null],
      // An upsert replaces the row as a whole: y is gone.
      ['lower', null, at(0), 3n, 3n, null],
    ]);
  });

  test('competes by whole keys, whichever columns are wanted', async () => {
    const world = await newWorld();
    await store(world, { host: 'a', ms: 0, version: 5, x: 1 }, { host: 'b', ms: 0, x: 2 });
    await write(world, { host: 'a', ms: 0, version: 4, x: 3 }, { host: 'c', ms: 0, x: 4 });
    const x = COLUMNS[4] as ScanTaskColumn;
    expect((await read(world, [x])).rows).toEqual([[1n], [2n], [4n]]);
    const twice = [{ ...x, name: 'p' }, COLUMNS[0] as ScanTaskColumn, { ...x, name: 'q' }];
    expect((await read(world, twice)).rows).toEqual([
      [1n, 'a', 1n],
      [2n, 'b', 2n],
      [4n, 'c', 4n],
    ]);
  });

  test('has only rows of the predicate, plain ones and those that compete', async () => {
    const world = await newWorld();
    await store(world, { host: 'a', ms: -50, x: 1 }, { host: 'a', ms: -40, x: 2 });
    await store(world, { host: 'a', ms: 0, x: 3 }, { host: 'b', ms: 10, x: 4 });
    await write(world, { host: 'a', ms: 5, x: 5 }, { host: 'b', ms: 0, x: 6 });
    const host = COLUMNS.slice(0, 1).concat(COLUMNS.slice(4, 5));
    const ofA = { dimensions: new Map([[0, ['a']]]), fromTime: at(-40) as Nanos };
    expect((await read(world, host, ofA)).rows).toEqual([
      ['a', 2n],
      ['a', 3n],
      ['a', 5n],
    ]);
    const slice = { fromTime: at(0) as Nanos, untilTime: at(5) as Nanos };
    expect((await read(world, host, slice)).rows).toEqual([
      ['a', 3n],
      ['b', 6n],
    ]);
  });

  test('without any source has its columns, and no rows', async () => {
    const world = await newWorld();
    const { rows, text } = await read(world);
    expect(rows).toEqual([]);
    expect(text.match(/tile_scan/g)).toHaveLength(1);
  });
});

test('hot rows as a relation have the magnetic store’s names, and all their tiles', async () => {
  const world = await newWorld();
  await write(world, { host: 'a', ms: 0, x: 1 });
  await roll(world);
  await write(world, { host: 'b', ms: 0, x: 2 });
  const everything = { fromTime: at(-1) as Nanos, untilTime: at(1) as Nanos };
  const snapshots = known(world.catalog.state.tiles.tile(TILE), 'tile 1').frozen.map((one) =>
    world.memory.snapshot(one, everything),
  );
  const held = [{ kind: 'time' }, { kind: 'measure-name' }] as const;
  const { text, scan } = hotRelation(held, snapshots, 7);
  expect(text).toBe('SELECT time, measure_name FROM tile_scan(7)');
  expect(scan).toMatchObject({
    scanId: 7,
    columns: [
      { name: 'time', source: { kind: 'time' } },
      { name: 'measure_name', source: { kind: 'measure_name' } },
    ],
    rowsEstimated: 1,
  });
  expect(scan.tiles.map(({ generation }) => generation)).toEqual([1]);
  for (const snapshot of snapshots) snapshot.release();
});
