/**
 * From merged records to the rows of a WriteBatch for each generation: tile, series id, columns and
 * cells. The table's schema has everything by now. Records that are rejected, or stored already,
 * are left out.
 */
import { known } from '../base/assert.ts';
import type { GenerationId } from '../base/brand.ts';
import { multiplyInt64 } from '../base/int64.ts';
import type { MeasureType } from '../base/types.ts';
import type { TableEntry } from '../catalog/api.ts';
import {
  type MemoryStore,
  type SeriesDefinition,
  spaceOf,
  type WriteBatch,
} from '../memory/api.ts';
import type { Tile } from '../tiles/api.ts';
import type { DecodedWrite } from './decoded-write.ts';
import type { DimensionGroup, KnownSeries } from './dimensions.ts';
import type { MeasureGroup } from './measures.ts';
import { copyCell, measureCell } from './merge.ts';
import type { MergedRows } from './merged-rows.ts';
import type { TileRoutes } from './tile-routes.ts';
import { TIMESTAMP, typeName, VARCHAR } from './value-type.ts';

export interface BatchTarget {
  readonly table: TableEntry;
  readonly memory: MemoryStore;
  readonly routes: TileRoutes;
  /** Whether rows of the tile have to wait until it has changed. */
  readonly isHeld: (tile: Tile) => boolean;
}

/** Returns a tile that cannot take its rows as it is, held or without an active generation. */
export function fillBatches(
  decoded: DecodedWrite,
  rows: MergedRows,
  target: BatchTarget,
): Tile | undefined {
  rows.batches.clear();
  const { i32 } = rows.time;
  for (let row = 0; row < rows.count; row++) {
    if (rows.rejection[row] !== undefined || rows.isStored[row] === 1) continue;
    const series = seriesOf(rows, row, target);
    const tile = target.routes.find(series.space, i32[row * 2]!, i32[row * 2 + 1]!);
    const generation = tile.active;
    if (generation === undefined || target.isHeld(tile)) return tile;
    if (series.generation !== generation) placeSeries(series, generation, { rows, row, target });
    addRow(decoded, rows, row, { series, batch: rows.batches.of(generation), target });
  }
  return undefined;
}

interface RowTarget {
  readonly series: KnownSeries;
  readonly batch: WriteBatch;
  readonly target: BatchTarget;
}

function addRow(decoded: DecodedWrite, rows: MergedRows, row: number, into: RowTarget): void {
  const { batch } = into;
  const added = batch.addRow(into.series.seriesId, row);
  copyCell(rows.time, row, batch.time, added);
  copyCell(rows.version, row, batch.version, added);
  const measures = rows.measures[row];
  if (measures === undefined) addScalar(rows, row, batch);
  else {
    const columns = known(measures.resolve(into.target.table.schema), 'columns');
    addMeasures(decoded, rows, row, { columns, batch });
  }
}

function addScalar(rows: MergedRows, row: number, batch: WriteBatch): void {
  const { scalar } = rows;
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
  into: { readonly columns: Int32Array; readonly batch: WriteBatch },
): void {
  const { columns, batch } = into;
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

const NOT_PLACED = 0 as GenerationId;

function seriesOf(rows: MergedRows, row: number, target: BatchTarget): KnownSeries {
  const group = rows.dimensions[row]!;
  const measureName = rows.measureName[row]!;
  const series = group.series.get(measureName);
  if (series !== undefined) return series;
  const made: KnownSeries = {
    type: typeName(rows.type[row]!) as MeasureType,
    space: spaceOf(definitionOf(group, measureName, target.table)),
    generation: NOT_PLACED,
    seriesId: -1,
  };
  group.series.set(measureName, made);
  return made;
}

/** Finds out which number the series has in the generation. */
function placeSeries(
  series: KnownSeries,
  generation: GenerationId,
  where: { readonly rows: MergedRows; readonly row: number; readonly target: BatchTarget },
): void {
  const { rows, row, target } = where;
  const definition = definitionOf(rows.dimensions[row]!, rows.measureName[row]!, target.table);
  series.seriesId = target.memory.resolveSeries(generation, definition);
  series.generation = generation;
}

function definitionOf(
  group: DimensionGroup,
  measureName: string,
  { schema, partitionKey }: TableEntry,
): SeriesDefinition {
  const dimensions = group.names.map((name, i) => ({
    id: known(schema.dimensionId(name), `dimension ${name}`),
    name,
    value: group.values[i]!,
  }));
  const key =
    partitionKey.kind === 'measure' ? measureName : dimensionValue(group, partitionKey.name);
  return { dimensions, measureName, partitionKey: key };
}

function dimensionValue(group: DimensionGroup, name: string): string {
  return group.values[group.names.indexOf(name)] ?? '';
}
