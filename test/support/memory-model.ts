/**
 * What the memory store must do, in the plainest way: maps and objects. Tests write the same rows
 * to the store and to the model and compare what a reader sees. Also a log whose appends resolve by
 * hand.
 */
import type { GenerationId, LogIndex, Nanos, TableId } from '../../src/base/brand.ts';
import type { StoredType } from '../../src/base/types.ts';
import {
  type MemoryStore,
  type SeriesDefinition,
  type Slabs,
  type SnapshotDescriptor,
  type SnapshotRequest,
  TileCursor,
  TileReader,
  WriteBatch,
} from '../../src/memory/api.ts';
import type { Log, LogEntry } from '../../src/substrate/log/api.ts';

export const TILE = 7 as GenerationId;
export const TABLE = 3 as TableId;
export const ALL_TIME: SnapshotRequest = {
  fromTime: -(2n ** 63n) as Nanos,
  untilTime: (2n ** 63n) as Nanos,
};

const COLUMN_TYPES: readonly StoredType[] = [
  ...(['double', 'bigint', 'varchar', 'boolean'] as const),
  ...(['double', 'bigint', 'varchar', 'boolean', 'timestamp', 'double', 'double'] as const),
];
export const COLUMNS = COLUMN_TYPES.length;

export function columnTypes(column: number): StoredType {
  return COLUMN_TYPES[column] ?? 'double';
}

export type CellValue = number | bigint | string | boolean;

export interface ModelRow {
  readonly series: SeriesDefinition;
  readonly time: bigint;
  readonly version: bigint;
  readonly cells: ReadonlyMap<number, CellValue>;
}

export function seriesNamed(host: string, measureName = 'cpu'): SeriesDefinition {
  const region = host.length % 2 === 0 ? [{ id: 1, name: 'region', value: `r-${host[0]}` }] : [];
  return {
    dimensions: [...region, { id: 0, name: 'host', value: host }],
    measureName,
    partitionKey: measureName,
  };
}

function seriesKey(series: SeriesDefinition): string {
  const dimensions = series.dimensions.map(({ id, value }) => `${id}=${value}`).sort(byCodeUnits);
  return `${series.measureName}|${dimensions.join('|')}`;
}

export function rowText(row: ModelRow): string {
  const cells = [...row.cells].sort(([a], [b]) => a - b);
  const values = cells.map(([column, value]) => `${column}:${typeof value}:${value}`);
  return `${seriesKey(row.series)} @${row.time} v${row.version} ${values.join(' ')}`;
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export type ModelVerdict = 'accepted' | 'same-version' | 'lower-version';

export class MemoryModel {
  readonly #rows = new Map<string, ModelRow>();

  write(row: ModelRow): ModelVerdict {
    const key = `${seriesKey(row.series)}@${row.time}`;
    const stored = this.#rows.get(key);
    if (stored !== undefined) {
      if (row.version < stored.version) return 'lower-version';
      if (row.version === stored.version) {
        return rowText(stored) === rowText(row) ? 'accepted' : 'same-version';
      }
    }
    this.#rows.set(key, row);
    return 'accepted';
  }

  texts(matches: (row: ModelRow) => boolean = () => true): string[] {
    return [...this.#rows.values()].filter(matches).map(rowText).sort(byCodeUnits);
  }
}

export function batchOf(
  store: MemoryStore,
  rows: readonly ModelRow[],
  generation: GenerationId = TILE,
): WriteBatch {
  const batch = new WriteBatch(2, 2);
  rows.forEach((row, index) => {
    const at = batch.addRow(store.resolveSeries(generation, row.series), index);
    batch.time.i64[at] = row.time;
    batch.version.i64[at] = row.version;
    for (const [column, value] of row.cells) {
      if (typeof value === 'number') batch.addDouble(column, value);
      else if (typeof value === 'bigint') batch.addBigint(column, value);
      else if (typeof value === 'string') batch.addText(column, value);
      else batch.addBoolean(column, value);
    }
  });
  return batch;
}

/** The rows of a snapshot as a cursor yields them, `rowsMax` at a time. */
export function readRows(slabs: Slabs, descriptor: SnapshotDescriptor, rowsMax = 2048): ModelRow[] {
  const reader = new TileReader(slabs, descriptor);
  const cursor = new TileCursor(reader);
  const rows: ModelRow[] = [];
  for (let count = cursor.next(rowsMax); count > 0; count = cursor.next(rowsMax)) {
    const time = new BigInt64Array(count);
    const version = new BigInt64Array(count);
    cursor.readTime(new Int32Array(time.buffer));
    cursor.readVersion(new Int32Array(version.buffer));
    const columns = Array.from({ length: COLUMNS }, (_, id) =>
      readColumn(cursor, reader, id, count),
    );
    for (let run = 0; run < cursor.runs; run++) {
      const series = readSeries(reader, cursor.runSeries(run));
      for (let i = cursor.runFrom(run); i < cursor.runUntil(run); i++) {
        const cells = new Map<number, CellValue>();
        columns.forEach((values, id) => {
          const value = values[i];
          if (value !== undefined) cells.set(id, value);
        });
        rows.push({ series, time: time[i]!, version: version[i]!, cells });
      }
    }
  }
  return rows;
}

function readSeries(reader: TileReader, series: number): SeriesDefinition {
  const dimensions = [];
  for (let id = 0; id < 3; id++) {
    const code = reader.dimensionCode(series, id);
    if (code >= 0) dimensions.push({ id, name: `${id}`, value: reader.dictionary.text(code) });
  }
  const measureName = reader.dictionary.text(reader.measureCode(series));
  return { dimensions, measureName, partitionKey: measureName };
}

function readColumn(
  cursor: TileCursor,
  reader: TileReader,
  column: number,
  count: number,
): (CellValue | undefined)[] {
  const isNull = new Uint8Array(count);
  const nulls = {
    setNull: (row: number) => isNull.fill(1, row, row + 1),
    setNulls: (from: number, until: number) => isNull.fill(1, from, until),
  };
  const halves = new Int32Array(count * 2);
  const orNull = <T>(values: ArrayLike<T>): (T | undefined)[] =>
    Array.from(values, (value, i) => (isNull[i] === 1 ? undefined : value));
  switch (columnTypes(column)) {
    case 'double':
      cursor.readCells(column, halves, nulls);
      return orNull(new Float64Array(halves.buffer));
    case 'varchar': {
      const codes = new Int32Array(count);
      cursor.readCodes(column, codes, nulls);
      if (codes.some((code, i) => code < 0 !== (isNull[i] === 1))) throw new Error('NULL codes');
      return orNull(codes).map((code) =>
        code === undefined ? code : reader.dictionary.text(code),
      );
    }
    case 'boolean': {
      const bytes = new Uint8Array(count);
      cursor.readBooleans(column, bytes, nulls);
      return orNull(bytes).map((byte) => (byte === undefined ? byte : byte === 1));
    }
    default:
      cursor.readCells(column, halves, nulls);
      return orNull(new BigInt64Array(halves.buffer));
  }
}

interface PendingAppend {
  readonly settle: (error?: Error) => void;
}

/** A log whose appends become durable when the test says so. */
export class HandLog implements Log {
  readonly first = 0 as LogIndex;
  readonly entries: Uint8Array[] = [];
  /** Set to have the next appends refused before anything is appended. */
  refusal: Error | undefined;
  #settled = 0;
  readonly #pending: PendingAppend[] = [];

  get next(): LogIndex {
    return this.entries.length as LogIndex;
  }

  get durable(): LogIndex {
    return this.#settled as LogIndex;
  }

  get pending(): number {
    return this.#pending.length;
  }

  append(entry: Uint8Array): Promise<LogIndex> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const index = this.entries.push(entry.slice()) - 1;
    return new Promise((resolve, reject) => {
      this.#pending.push({
        settle: (error) => (error === undefined ? resolve(index as LogIndex) : reject(error)),
      });
    });
  }

  /** The oldest append that is pending becomes durable; waits until the store has seen it. */
  async settleNext(): Promise<void> {
    this.#pending.shift()!.settle();
    this.#settled += 1;
    await nextTurn();
  }

  async settleAll(): Promise<void> {
    while (this.#pending.length > 0) await this.settleNext();
  }

  async failAll(error: Error): Promise<void> {
    for (const { settle } of this.#pending.splice(0)) settle(error);
    await nextTurn();
  }

  async *read(from: LogIndex): AsyncIterable<LogEntry> {
    for (let index = from as number; index < this.#settled; index++) {
      yield { index: index as LogIndex, payload: this.entries[index]! };
    }
  }

  async trim(): Promise<void> {}

  async close(): Promise<void> {}
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
