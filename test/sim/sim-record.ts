/**
 * Records as the simulation writes them, and what a query must show of them. Every value comes with
 * both of its texts, the one that is sent and the one that is read.
 */
import type { SeriesDefinition } from '../../src/memory/api.ts';

export interface Cell {
  readonly type: 'DOUBLE' | 'BIGINT' | 'VARCHAR' | 'BOOLEAN' | 'TIMESTAMP';
  readonly sent: string;
  readonly read: string;
}

export interface SimRecord {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly measureName: string;
  /** Attributes of a multi-measure record, or the one value of another. */
  readonly value: Readonly<Record<string, Cell>> | Cell;
  /** Nanoseconds. */
  readonly time: bigint;
  readonly version: bigint;
}

export function keyOf({ dimensions, measureName, time }: SimRecord): string {
  return JSON.stringify([Object.entries(dimensions).sort(byFirst), measureName, `${time}`]);
}

function byFirst([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : Number(a > b);
}

/** The columns of its row that are not NULL. */
export function rowOf({ dimensions, measureName, value, time }: SimRecord): ReadonlyRow {
  const row: Record<string, string> = {
    ...dimensions,
    measure_name: measureName,
    time: timeText(time),
  };
  if (isCell(value)) row[`measure_value::${value.type.toLowerCase()}`] = value.read;
  else for (const [name, { read }] of Object.entries(value)) row[name] = read;
  return row;
}

export type ReadonlyRow = Readonly<Record<string, string>>;

export function rowText(row: ReadonlyRow): string {
  return JSON.stringify(Object.entries(row).sort(byFirst));
}

export function isSameValue(a: SimRecord, b: SimRecord): boolean {
  return rowText(rowOf(a)) === rowText(rowOf(b));
}

/** As a record of WriteRecords. */
export function wireRecord({ dimensions, measureName, value, time, version }: SimRecord): object {
  const record = {
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    MeasureName: measureName,
    Time: `${time}`,
    TimeUnit: 'NANOSECONDS',
    ...(version !== 1n && { Version: Number(version) }),
  };
  if (isCell(value)) return { ...record, MeasureValue: value.sent, MeasureValueType: value.type };
  const values = Object.entries(value).map(([Name, { type, sent }]) => ({
    Name,
    Type: type,
    Value: sent,
  }));
  return { ...record, MeasureValueType: 'MULTI', MeasureValues: values };
}

/** For its place in space; ids of dimensions do not matter there. */
export function seriesOf(
  { dimensions, measureName }: SimRecord,
  keyDimension: string | undefined,
): SeriesDefinition {
  return {
    dimensions: Object.entries(dimensions).map(([name, value], id) => ({ id, name, value })),
    measureName,
    partitionKey: keyDimension === undefined ? measureName : (dimensions[keyDimension] ?? ''),
  };
}

export function timeText(nanos: bigint): string {
  const date = new Date(Number(nanos / 1_000_000n)).toISOString();
  const fraction = `${nanos % 1_000_000_000n}`.padStart(9, '0');
  return `${date.slice(0, 10)} ${date.slice(11, 19)}.${fraction}`;
}

function isCell(value: SimRecord['value']): value is Cell {
  return typeof value['sent'] === 'string';
}
