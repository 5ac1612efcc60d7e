import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { START_MS } from '../../../test/support/new-catalog.ts';
import { type IngestWorld, newIngest, readTile } from '../../../test/support/new-ingest.ts';
import { known } from '../../base/assert.ts';
import type { Nanos } from '../../base/brand.ts';
import { type Engine, openEngine } from '../../engine/api.ts';
import { objectLayout, writeObject } from '../../magnetic/api.ts';
import { residentObject } from './resident-object.ts';
import { ResidentObjects } from './resident-objects.ts';
import type { ScanTaskColumn } from './room-protocol.ts';
import { hotRelation } from './table-relation.ts';
import { TileDictionaries } from './tile-dictionaries.ts';
import { TileScanSource } from './tile-scan-source.ts';

const EVERYTHING = { fromTime: -(2n ** 63n) as Nanos, untilTime: (2n ** 63n) as Nanos };

let folder: string;
let engine: Engine;
let world: IngestWorld;

/** Series of more rows than a chunk has, of one row, without a dimension; NULLs in all columns. */
function records(): object[] {
  const values = (i: number) =>
    [
      { Name: 'd', Type: 'DOUBLE', Value: ['1.5', '0', '-0', '-1e300', '1e-300'][i % 5] },
      { Name: 'b', Type: 'BIGINT', Value: String(2n ** 62n - BigInt(i)) },
      { Name: 'v', Type: 'VARCHAR', Value: `grün ${i % 7}` },
      { Name: 'o', Type: 'BOOLEAN', Value: String(i % 2 === 0) },
      { Name: 't', Type: 'TIMESTAMP', Value: String(START_MS - i) },
    ].filter((_, at) => (i + at) % 6 !== 0);
  const record = (i: number, host: string, region: string | undefined, measure = 'm') => ({
    Dimensions: [
      { Name: 'host', Value: host },
      ...(region === undefined ? [] : [{ Name: 'region', Value: region }]),
    ],
    MeasureName: measure,
    MeasureValueType: 'MULTI',
    MeasureValues: values(i),
    Time: String(START_MS - 3_600_000 + i * 1000),
  });
  return [
    ...Array.from({ length: 2500 }, (_, i) => record(i, 'long', 'eu')),
    ...Array.from({ length: 30 }, (_, i) => record(i, `host-${i}`, i % 3 === 0 ? undefined : 'us')),
    record(1, 'long', 'eu', 'n'),
    record(2, 'long', undefined),
  ];
}

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/tessera-resident-`);
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${folder}/spill`,
    allowedDirectories: [folder],
  });
  world = await newIngest();
  const all = records();
  for (let from = 0; from < all.length; from += 100) {
    expect(await world.write(all.slice(from, from + 100))).not.toHaveProperty('error');
  }
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function sealed(name: string) {
  const { memory, catalog } = world;
  const table = world.table();
  const tile = known(catalog.state.tiles.within(table.id)[0], 'the tile');
  const snapshot = memory.snapshot(known(tile.active, 'its generation'), EVERYTHING);
  const { schema } = table;
  const layout = objectLayout(schema, {
    dimensions: schema.dimensions.keys(),
    columns: snapshot.columns,
  });
  const held = layout.map(({ holds }) => holds);
  const { text, scan } = hotRelation(held, [snapshot], 1);
  const id = engine.addScan(new TileScanSource(memory.slabs, new TileDictionaries(), scan));
  const path = `${folder}/${name}.parquet`;
  const contents = await writeObject(engine, {
    layout,
    relation: text.replace('tile_scan(1)', `tile_scan(${id})`),
    path,
    sortFirst: { kind: 'measure' },
  });
  engine.dropScan(id);
  snapshot.release();
  const object = { ...known(contents, 'contents'), key: name, bytes: 0, crc32: 0 };
  const columnsOf = (names: readonly string[]): readonly ScanTaskColumn[] =>
    schema.columns.flatMap((column) =>
      column.kind === 'multi' && names.includes(column.name)
        ? [
            {
              name: column.name,
              source: { kind: 'measure', columnId: column.columnId, type: column.type },
            },
          ]
        : [],
    );
  return {
    table,
    wanting: (...names: string[]) =>
      residentObject(object, table, { columns: columnsOf(names), path }),
  };
}

/** Without versions, which no kernel reads; both zeros are one, as in an object. */
function texts(rows: readonly object[], without: readonly string[] = []): string[] {
  return rows
    .map((row) =>
      Object.entries(row)
        .filter(([name]) => name !== 'version' && !without.includes(name))
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(' '),
    )
    .sort();
}

describe('an object', () => {
  it('has the rows of the hot tile that it was made of', async () => {
    const { table, wanting } = await sealed('all');
    const residents = new ResidentObjects(engine, 2 ** 26);
    const open = await residents.open(wanting('d', 'b', 'v', 'o', 't'), EVERYTHING);
    expect(texts(readTile(open.reader, table))).toEqual(texts(world.rows()));
    expect(open.reader.descriptor.statistics.rows).toBe(2532);
    open.release();
  });

  it('is decoded anew when a query wants another column, and keeps those it had', async () => {
    const { table, wanting } = await sealed('columns');
    const residents = new ResidentObjects(engine, 2 ** 26);
    const first = await residents.open(wanting('d'), EVERYTHING);
    const second = await residents.open(wanting('v'), EVERYTHING);
    expect(texts(readTile(first.reader, table))).toEqual(texts(world.rows(), ['b', 'v', 'o', 't']));
    expect(texts(readTile(second.reader, table))).toEqual(texts(world.rows(), ['b', 'o', 't']));
    first.release();
    second.release();
  });

  it('is read by series and time, and again without being decoded', async () => {
    const { wanting } = await sealed('some');
    const residents = new ResidentObjects(engine, 2 ** 26);
    const rows = {
      fromTime: (BigInt(START_MS - 3_600_000 + 1000 * 1000) * 1_000_000n) as Nanos,
      untilTime: (BigInt(START_MS - 3_600_000 + 1010 * 1000) * 1_000_000n) as Nanos,
      dimensions: new Map([[0, ['long']]]),
    };
    (await residents.open(wanting('d'), EVERYTHING)).release();
    const running = new Set<string>();
    const run = engine.run.bind(engine);
    const counted = new ResidentObjects(
      {
        ...engine,
        run: (sql, options) => {
          running.add(sql);
          return run(sql, options);
        },
      } as Engine,
      2 ** 26,
    );
    for (let round = 0; round < 3; round++) {
      const open = await counted.open(wanting('d'), rows);
      expect(open.reader.descriptor.statistics.rows).toBe(10);
      open.release();
    }
    expect(running.size).toBe(2);
  });

  it('is read to the end when it has been evicted meanwhile, or never had room', async () => {
    const { table, wanting } = await sealed('evicted');
    const other = await sealed('other');
    const residents = new ResidentObjects(engine, 120_000);
    const first = await residents.open(wanting('d'), EVERYTHING);
    const second = await residents.open(other.wanting('d'), EVERYTHING);
    const expected = texts(world.rows(), ['b', 'v', 'o', 't']);
    expect(texts(readTile(first.reader, table))).toEqual(expected);
    expect(texts(readTile(second.reader, table))).toEqual(expected);
    const large = await new ResidentObjects(engine, 1).open(wanting('d'), EVERYTHING);
    expect(texts(readTile(large.reader, table))).toEqual(expected);
    for (const open of [first, second, large]) open.release();
  });
});
