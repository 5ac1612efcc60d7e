/**
 * Step 5 of write-api 5.13, up to the version: which of the merged records the table takes. Each is
 * judged in order and rejected alone, with the first reason that applies:
 *
 *   size  →  partition key  →  types, names and counts of the schema  →  time window
 *
 * What the taken records bring to the schema is returned, to be made durable before they are
 * stored; once the schema has it, the same call on the new schema returns undefined.
 */
import { MEASURE_VALUE_BYTES_MAX, SERIES_BYTES_MAX } from '../base/limits.ts';
import type { MeasureType } from '../base/types.ts';
import {
  type RecordShape,
  type SchemaAdditions,
  SchemaDraft,
  type TableEntry,
} from '../catalog/api.ts';
import type { MergedRows } from './merged-rows.ts';
import {
  missingPartitionKey,
  type Rejection,
  SERIES_TOO_LARGE,
  schemaRejection,
  VALUES_TOO_LARGE,
} from './reasons.ts';
import type { TimeWindow } from './time-window.ts';
import { typeName } from './value-type.ts';

/** Sets the rejection and lateness of every row. */
export function admitRecords(
  rows: MergedRows,
  table: TableEntry,
  window: TimeWindow,
): SchemaAdditions | undefined {
  const draft = new SchemaDraft(table.schema);
  const around = { table, window, draft };
  for (let row = 0; row < rows.count; row++) {
    rows.rejection[row] = judge(rows, row, around);
  }
  return draft.additions;
}

interface Circumstances {
  readonly table: TableEntry;
  readonly window: TimeWindow;
  readonly draft: SchemaDraft;
}

function judge(rows: MergedRows, row: number, around: Circumstances): Rejection | undefined {
  const { table, window, draft } = around;
  const dimensions = rows.dimensions[row]!;
  if (dimensions.bytes > SERIES_BYTES_MAX) return SERIES_TOO_LARGE;
  if (rows.measures[row] !== undefined && rows.valueBytes[row]! > MEASURE_VALUE_BYTES_MAX) {
    return VALUES_TOO_LARGE;
  }
  const key = table.partitionKey;
  if (key.kind === 'dimension' && key.enforcement === 'REQUIRED') {
    if (!dimensions.names.includes(key.name)) return missingPartitionKey(key.name);
  }
  const { i32 } = rows.time;
  const placement = window.place(i32[row * 2]!, i32[row * 2 + 1]!);
  rows.isLate[row] = placement === 'magnetic' ? 1 : 0;
  if (!isKnown(rows, row, table)) {
    // A record that is rejected for its time must leave no trace in the schema.
    const taker = placement === 'outside' ? new SchemaDraft(draft.schema) : draft;
    const fault = taker.take(shapeOf(rows, row));
    if (fault !== undefined) return schemaRejection(fault);
  }
  return placement === 'outside' ? window.rejection() : undefined;
}

/** Whether the schema is known to have all that the record needs, without asking it again. */
function isKnown(rows: MergedRows, row: number, table: TableEntry): boolean {
  const series = rows.dimensions[row]!.series.get(rows.measureName[row]!);
  if (series === undefined || series.type !== typeName(rows.type[row]!)) return false;
  const measures = rows.measures[row];
  return measures === undefined || measures.resolve(table.schema) !== undefined;
}

function shapeOf(rows: MergedRows, row: number): RecordShape {
  return {
    measureName: rows.measureName[row]!,
    measureType: typeName(rows.type[row]!) as MeasureType,
    dimensions: rows.dimensions[row]!.names,
    attributes: rows.measures[row]?.attributes ?? [],
  };
}
