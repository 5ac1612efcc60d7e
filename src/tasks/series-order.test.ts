/** Rows of one generation come into objects in their order without the engine's sorting them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newMagnetic } from '../../test/support/new-magnetic.ts';
import type { GenerationId, Nanos, TableId, TileId } from '../base/brand.ts';
import { type PartitionKey, type TableEntry, TableSchema } from '../catalog/api.ts';
import { type Engine, openEngine, readRows } from '../engine/api.ts';
import type { MagneticStore } from '../magnetic/api.ts';
import { createMemoryStore, type MemoryStore, WriteBatch } from '../memory/api.ts';
import { InMemoryLogs } from '../substrate/log/api.ts';
import { WHOLE_PLANE } from '../tiles/api.ts';
import { planSeal } from './seal-order.ts';
import { writeOrder } from './write-order.ts';

const TABLE = 1 as TableId;
const GENERATION = 1 as GenerationId;
const T0 = 1_700_000_000_000_000_000n;
/** In UTF-16 the duck comes before the full-width letter; in UTF-8, and in objects, after it. */
const TEXTS = ['b', 'a', undefined, '', 'ab', 'Z', '🦆', 'ｆ', 'é'];
const ROWS = 300;

let magnetic: MagneticStore;
let engine: Engine;
let memory: MemoryStore;

beforeAll(async () => {
  magnetic = await newMagnetic();
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${magnetic.engineFolders[0]}/spill`,
    allowedDirectories: magnetic.engineFolders,
  });
  const log = await new InMemoryLogs().open('shard-0', { writer: 'test' });
  memory = createMemoryStore({ log, memoryLimitBytes: 2 ** 28 });
  memory.openGeneration(GENERATION, TABLE);
  for (let row = 0; row < ROWS; row++) {
    for (const [at, host] of TEXTS.entries()) {
      await write({ host, region: TEXTS[(at * 4) % TEXTS.length], measure: `m${at % 2}`, row });
      await write({ host, region: 'r', measure: `m${(row + at) % 3}`, row });
    }
  }
});
afterAll(() => engine.close());

/** Times of a series go up and down, so that it has several chunks and late rows. */
async function write(row: {
  readonly host: string | undefined;
  readonly region: string | undefined;
  readonly measure: string;
  readonly row: number;
}): Promise<void> {
  const dimensions = [row.host, row.region].flatMap((value, id) =>
    value === undefined ? [] : [{ id, name: ['host', 'region'][id] ?? '', value }],
  );
  const definition = { dimensions, measureName: row.measure, partitionKey: row.measure };
  const batch = new WriteBatch();
  batch.addRow(memory.resolveSeries(GENERATION, definition), 0);
  batch.time.i64[0] = T0 + BigInt((row.row * 7) % ROWS);
  batch.version.i64[0] = 1n;
  batch.addDouble(0, row.row);
  await memory.write(GENERATION, batch, () => 'double');
}

async function sealed(partitionKey: PartitionKey, objectRowsMax: number) {
  const table: TableEntry = {
    ...{ id: TABLE, name: 't', database: 'd', createdMs: 0, updatedMs: 0, tags: new Map() },
    retention: { memoryHours: 1, magneticDays: 1 },
    magneticWrites: { enabled: false },
    partitionKey,
    schema: TableSchema.empty.extended({
      dimensions: ['host', 'region'],
      measures: ['m0', 'm1', 'm2'].map((name) => ({
        ...{ name, type: 'double' as const, dimensions: ['host', 'region'] },
      })),
      attributes: [],
    }),
  };
  const snapshots = [
    memory.snapshot(GENERATION, {
      fromTime: -(2n ** 63n) as Nanos,
      untilTime: (2n ** 63n) as Nanos,
    }),
  ];
  const tile = {
    ...{ id: 1 as TileId, table: TABLE, rectangle: WHOLE_PLANE, active: undefined, objects: [] },
    frozen: [GENERATION],
  };
  const order = planSeal({ table, tile, snapshots }).order(magnetic, objectRowsMax);
  const { written } = await writeOrder(engine, memory.slabs, order!);
  const rows = written.reduce((sum, one) => sum + one.rows, 0);
  expect(rows).toBe(snapshots[0]?.statistics.rows);
  snapshots[0]?.release();
  return written.map(({ draft }) => draft);
}

describe('sealing one generation', () => {
  it.each([
    [{ kind: 'measure' }, 1_000_000, 1, 'measure_name, host, region, time'],
    [{ kind: 'measure' }, 2500, 3, 'measure_name, host, region, time'],
    [
      { kind: 'dimension', name: 'region', enforcement: 'OPTIONAL' },
      ...([1_000_000, 1, 'region, host, measure_name, time'] as const),
    ],
  ] as const)('by %j, %i rows an object', async (partitionKey, rowsMax, objects, order) => {
    const drafts = await sealed(partitionKey, rowsMax);
    expect(drafts).toHaveLength(objects);
    for (const draft of drafts) {
      const columns = 'measure_name, host, region, epoch_ns(time)';
      const stored = await readRows(
        engine,
        `SELECT ${columns} FROM read_parquet('${draft}', file_row_number = true)
         ORDER BY file_row_number`,
      );
      const sorted = await readRows(
        engine,
        `SELECT ${columns} FROM read_parquet('${draft}') ORDER BY ${order}`,
      );
      expect(stored).toEqual(sorted);
    }
  });
});
