/**
 * From merged records to the rows of a WriteBatch: series ids, columns and cells. The table's schema
 * has everything by now. Rejected records are left out.
 */
import { known } from '../base/assert.ts';
import { multiplyInt64 } from '../base/int64.ts';
import type { MeasureType } from '../base/types.ts';
import type { TableEntry } from '../catalog/api.ts';
import type { MemoryStore, WriteBatch } from '../memory/api.ts';
import type { DecodedWrite } from './decoded-write.ts';
import type { DimensionGroup, KnownSeries } from './dimensions.ts';
import type { MeasureGroup } from './measures.ts';
import { copyCell, measureCell } from './merge.ts';
import type { MergedRows } from './merged-rows.ts';
import { TIMESTAMP, typeName, VARCHAR } from './value-type.ts';

export interface BatchTarget {
  readonly table: TableEntry;
  readonly memory: MemoryStore;
}

export function fillBatch(decoded: DecodedWrite, rows: MergedRows, target: BatchTarget): void {
  const { batch } = rows;
  for (let row = 0; row < rows.count; row++) {
    if (rows.rejection[row] !== undefined) continue;
    const added = batch.addRow(seriesOf(rows, row, target), row);
    copyCell(rows.time, row, batch.time, added);
    copyCell(rows.version, row, batch.version, added);
    const measures = rows.measures[row];
    if (measures === undefined) addScalar(rows, row);
    else addMeasures(decoded, rows, row, known(measures.resolve(target.table.schema), 'columns'));
  }
}

function addScalar(rows: MergedRows, row: number): void {
  const { batch, scalar } = rows;
  const type = rows.type[row]!;
  // The columns 0 … 3 are in the order of the codes of their types.
  const column = type - 1;
  const lo = scalar.i32[row * 2]!;
  if (type === VARCHAR) batch.addText(column, rows.texts[lo]!);
  else batch.addHalves(column, lo, scalar.i32[row * 2 + 1]!);
}

function addMeasures(
  decoded: DecodedWrite,
  rows: MergedRows,
  row: number,
  columns: Int32Array,
): void {
  const { batch } = rows;
  const { types } = rows.measures[row] as MeasureGroup;
  const { i32 } = decoded.cells;
  for (let i = 0; i < columns.length; i++) {
    const cell = measureCell(decoded, row, i);
    const lo = i32[cell * 2]!;
    const type = types[i]!;
    if (type === VARCHAR) batch.addText(columns[i]!, decoded.texts[lo]!);
    else {
      batch.addHalves(columns[i]!, lo, i32[cell * 2 + 1]!);
      if (type === TIMESTAMP) toNanos(batch, rows.nanosPerUnit[row]!);
    }
  }
}

/** The last cell; that it fits has been checked. */
function toNanos(batch: WriteBatch, factor: number): void {
  multiplyInt64(batch.cells.i32, batch.cellCount - 1, factor);
}

function seriesOf(rows: MergedRows, row: number, target: BatchTarget): number {
  const group = rows.dimensions[row]!;
  const measureName = rows.measureName[row]!;
  const series = group.series.get(measureName);
  if (series !== undefined) return series.seriesId;
  const type = typeName(rows.type[row]!) as MeasureType;
  const made: KnownSeries = { seriesId: resolve(group, measureName, target), type };
  group.series.set(measureName, made);
  return made.seriesId;
}

function resolve(group: DimensionGroup, measureName: string, target: BatchTarget): number {
  const { schema, partitionKey } = target.table;
  const dimensions = group.names.map((name, i) => ({
    id: known(schema.dimensionId(name), `dimension ${name}`),
    name,
    value: group.values[i]!,
  }));
  const key =
    partitionKey.kind === 'measure' ? measureName : dimensionValue(group, partitionKey.name);
  return target.memory.resolveSeries(group.writes.tile, {
    dimensions,
    measureName,
    partitionKey: key,
  });
}

function dimensionValue(group: DimensionGroup, name: string): string {
  return group.values[group.names.indexOf(name)] ?? '';
}
