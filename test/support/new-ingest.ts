/** The write path for tests: catalog, memory store and ingest over logs in memory. */
import type { Nanos } from '../../src/base/brand.ts';
import { ServiceError } from '../../src/base/errors.ts';
import type { TableEntry, UpdateTable } from '../../src/catalog/api.ts';
import type { ManualClock } from '../../src/host/clock.ts';
import { Ingest, type IngestOptions } from '../../src/ingest/api.ts';
import {
  createMemoryStore,
  followCatalog,
  type MemoryStore,
  TileCursor,
  TileReader,
} from '../../src/memory/api.ts';
import { InMemoryLogs, type Log } from '../../src/substrate/log/api.ts';
import { generationsOf } from '../../src/tiles/api.ts';
import type { RequestContext } from '../../src/wire/operation.ts';
import { writeRecords } from '../../src/wire/operations/write-records.ts';
import { type CatalogWorld, newCatalog } from './new-catalog.ts';

export type CellText = number | bigint | string | boolean;

/** A stored row by names: dimensions, measure_name, time, version and every measure it has. */
export type StoredRow = Readonly<Record<string, CellText>>;

export interface IngestWorld extends CatalogWorld {
  readonly memory: MemoryStore;
  readonly ingest: Ingest;
  readonly clock: ManualClock;
  table(): TableEntry;
  update(changes: Omit<UpdateTable, 'database' | 'table'>): Promise<void>;
  /** Posts the JSON to WriteRecords; the parsed answer, or the name and message of the error. */
  post(json: string): Promise<unknown>;
  /** The same for a request to table sensors of database iot. */
  write(records: readonly object[], common?: object): Promise<unknown>;
  rows(): StoredRow[];
}

export async function newIngest(
  options: Pick<IngestOptions, 'losses'> &
    Pick<UpdateTable, 'partitionKey'> & { readonly log?: Log } = {},
): Promise<IngestWorld> {
  const world = await newCatalog();
  const { catalog, clock } = world;
  const log = options.log ?? (await new InMemoryLogs().open('shard-0', { writer: 'test' }));
  const memory = createMemoryStore({ log, memoryLimitBytes: 2 ** 28 });
  followCatalog(memory, catalog);
  await catalog.createDatabase({ name: 'iot', region: 'us-east-1' });
  const { partitionKey, losses } = options;
  await catalog.createTable({
    database: 'iot',
    table: 'sensors',
    ...(partitionKey !== undefined && { partitionKey }),
  });
  const ingest = new Ingest({ catalog, memory, clock, ...(losses !== undefined && { losses }) });
  const operation = writeRecords(ingest);
  const table = () => catalog.table({ database: 'iot', table: 'sensors' });
  const post = (json: string) => answerOf(operation.run(Buffer.from(json), {} as RequestContext));
  return {
    ...world,
    memory,
    ingest,
    table,
    async update(changes) {
      await catalog.updateTable({ database: 'iot', table: 'sensors', ...changes });
    },
    post,
    write: (records, common) => post(JSON.stringify(requestOf(records, common))),
    rows: () =>
      catalog.state.tiles
        .within(table().id)
        .flatMap(generationsOf)
        .flatMap((generation) => readTable(memory, table(), generation)),
  };
}

export function requestOf(records: readonly object[], common?: object): object {
  return { DatabaseName: 'iot', TableName: 'sensors', Records: records, CommonAttributes: common };
}

async function answerOf(answer: Promise<string | Uint8Array>): Promise<unknown> {
  try {
    return JSON.parse(String(await answer));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { error: error.name, message: error.message, ...error.detail };
  }
}

function readTable(
  memory: MemoryStore,
  table: TableEntry,
  generation: Parameters<MemoryStore['snapshot']>[0],
): StoredRow[] {
  if (!memory.hasGeneration(generation)) return [];
  const everything = { fromTime: -(2n ** 63n) as Nanos, untilTime: (2n ** 63n - 1n) as Nanos };
  const snapshot = memory.snapshot(generation, everything);
  const rows = readTile(new TileReader(memory.slabs, snapshot.descriptor), table);
  snapshot.release();
  return rows;
}

/** The rows as a cursor gives them. */
export function readTile(reader: TileReader, table: TableEntry): StoredRow[] {
  const cursor = new TileCursor(reader);
  const rows: Record<string, CellText>[] = [];
  for (let count = cursor.next(2048); count > 0; count = cursor.next(2048)) {
    const slice = Array.from({ length: count }, (): Record<string, CellText> => ({}));
    readKeys(cursor, reader, table, slice);
    for (const column of table.schema.columns) {
      if (column.kind !== 'measure_value' && column.kind !== 'multi') continue;
      readColumn(cursor, reader, column, slice);
    }
    rows.push(...slice);
  }
  return rows;
}

function readKeys(
  cursor: TileCursor,
  reader: TileReader,
  table: TableEntry,
  rows: Record<string, CellText>[],
): void {
  const time = new BigInt64Array(rows.length);
  const version = new BigInt64Array(rows.length);
  cursor.readTime(new Int32Array(time.buffer));
  cursor.readVersion(new Int32Array(version.buffer));
  for (let run = 0; run < cursor.runs; run++) {
    const series = cursor.runSeries(run);
    for (let i = cursor.runFrom(run); i < cursor.runUntil(run); i++) {
      const row = rows[i]!;
      table.schema.dimensions.forEach((name, id) => {
        const code = reader.dimensionCode(series, id);
        if (code >= 0) row[name] = reader.dictionary.text(code);
      });
      row['measure_name'] = reader.dictionary.text(reader.measureCode(series));
      row['time'] = time[i]!;
      row['version'] = version[i]!;
    }
  }
}

function readColumn(
  cursor: TileCursor,
  reader: TileReader,
  column: { readonly name: string; readonly type: string; readonly columnId: number },
  rows: Record<string, CellText>[],
): void {
  const isNull = new Uint8Array(rows.length);
  const nulls = {
    setNull: (row: number) => isNull.fill(1, row, row + 1),
    setNulls: (from: number, until: number) => isNull.fill(1, from, until),
  };
  const put = (valueAt: (i: number) => CellText) =>
    rows.forEach((row, i) => {
      if (isNull[i] === 0) row[column.name] = valueAt(i);
    });
  const halves = new Int32Array(rows.length * 2);
  if (column.type === 'varchar') {
    const codes = new Int32Array(rows.length);
    cursor.readCodes(column.columnId, codes, nulls);
    put((i) => reader.dictionary.text(codes[i]!));
  } else if (column.type === 'boolean') {
    const bytes = new Uint8Array(rows.length);
    cursor.readBooleans(column.columnId, bytes, nulls);
    put((i) => bytes[i] === 1);
  } else {
    cursor.readCells(column.columnId, halves, nulls);
    const doubles = new Float64Array(halves.buffer);
    const integers = new BigInt64Array(halves.buffer);
    put((i) => (column.type === 'double' ? doubles[i]! : integers[i]!));
  }
}
