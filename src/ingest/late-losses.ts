/**
 * Late records that lose by the version rule as soon as they come: the writer has been told that
 * they are in the magnetic store, so what became of them goes into the table's reports instead
 * (write-api 5.6). Those that lose when their tile is sealed are reported by who seals it.
 */
import { known } from '../base/assert.ts';
import type { StoredType } from '../base/types.ts';
import type { TableEntry } from '../catalog/api.ts';
import { measureText, type RejectedOf, type RejectedRecord } from '../magnetic/api.ts';
import type { RejectedRow } from '../memory/api.ts';
import type { DecodedWrite } from './decoded-write.ts';
import { measureCell } from './merge.ts';
import type { MergedRows } from './merged-rows.ts';
import { versionRejection } from './reasons.ts';
import { BOOLEAN, DOUBLE, TIMESTAMP, typeName, VARCHAR } from './value-type.ts';

/** Takes what is to be reported, and sees to it later. */
export interface LateLosses {
  add(rejected: RejectedOf): void;
}

export interface LostRows {
  readonly decoded: DecodedWrite;
  readonly rows: MergedRows;
  readonly table: TableEntry;
  readonly lost: readonly RejectedRow[];
}

/** To be called while the request is there: its texts are copied out of it. */
export function lateLossesOf({ decoded, rows, table, lost }: LostRows): RejectedOf {
  return {
    database: table.database,
    table: table.name,
    location: table.magneticWrites.rejectedDataLocation?.s3,
    records: lost.map((row) => recordOf(decoded, rows, row)),
  };
}

function recordOf(decoded: DecodedWrite, rows: MergedRows, rejected: RejectedRow): RejectedRecord {
  const row = rejected.recordIndex;
  const group = known(rows.dimensions[row], 'the dimensions of a record');
  return {
    reason: versionRejection(rejected).reason,
    dimensions: group.names.map((name, i) => ({ name, value: known(group.values[i], name) })),
    measureName: known(rows.measureName[row], 'the measure name of a record'),
    measure: measureOf(decoded, rows, row),
    time: known(rows.time.i64[row], 'the time of a record'),
    version: rejected.version,
  };
}

function measureOf(
  decoded: DecodedWrite,
  rows: MergedRows,
  row: number,
): RejectedRecord['measure'] {
  const measures = rows.measures[row];
  if (measures === undefined) {
    const type = rows.type[row]!;
    const value = cellText({ cells: rows.scalar, cell: row, type, texts: rows.texts });
    return { kind: 'single', type: typeName(type) as StoredType, value };
  }
  const values = measures.attributes.map(({ name, type }, i) => {
    const cell = measureCell(decoded, row, i);
    const code = measures.types[i]!;
    const text = cellText({ cells: decoded.cells, cell, type: code, texts: decoded.texts });
    // Times of a report are all in nanoseconds.
    const isTime = code === TIMESTAMP;
    const value = isTime ? `${BigInt(text) * BigInt(rows.nanosPerUnit[row]!)}` : text;
    return { name, type, value };
  });
  return { kind: 'multi', values };
}

function cellText(value: {
  readonly cells: DecodedWrite['cells'];
  readonly cell: number;
  readonly type: number;
  readonly texts: readonly string[];
}): string {
  const { cells, cell, type, texts } = value;
  const lo = cells.i32[cell * 2]!;
  switch (type) {
    case VARCHAR:
      return known(texts[lo], 'the text of a value');
    case BOOLEAN:
      return measureText(lo === 1);
    case DOUBLE:
      return measureText(known(cells.f64[cell], 'a value'));
    default:
      return measureText(known(cells.i64[cell], 'a value'));
  }
}
