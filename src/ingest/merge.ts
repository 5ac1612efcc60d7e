/**
 * Step 4 of write-api 5.13: records with what is common to them, and the checks whose failure
 * refuses the whole request with a ValidationException (write-api 5.2, 5.4, 5.5), so that nothing
 * of it is stored.
 *
 *   dimensions, MeasureValues     common ones first, then the record's
 *   all other members             the record's, else the common one, else the default
 *
 * Nothing here depends on what the table holds already.
 */

import { validation } from '../base/errors.ts';
import { multiplyInt64 } from '../base/int64.ts';
import { MEASURE_VALUE_BYTES_MAX } from '../base/limits.ts';
import { Cells } from '../memory/api.ts';
import {
  COMMON_ROW,
  type DecodedWrite,
  SCALAR_IN_CELL,
  TIME_ABSENT,
  TIME_READ,
} from './decoded-write.ts';
import { DimensionSet, dimensionGroup } from './dimensions.ts';
import { type MeasureGroup, measureGroup } from './measures.ts';
import type { MergedRows } from './merged-rows.ts';
import { measureNameFault } from './names.ts';
import { invalidValue, readValue } from './read-value.ts';
import type { TableWrites } from './table-writes.ts';
import { DOUBLE, MILLISECONDS, MULTI, nanosPerUnit, TIMESTAMP, VARCHAR } from './value-type.ts';

interface Merge {
  readonly decoded: DecodedWrite;
  readonly writes: TableWrites;
  readonly rows: MergedRows;
}

const NO_DIMENSIONS = new DimensionSet([], []);
const INVALID_TIME = 'Invalid time for record.';

/** Throws the ValidationException of the first record that is not valid. */
export function mergeRecords(decoded: DecodedWrite, writes: TableWrites, rows: MergedRows): void {
  const fault = decoded.faults[0];
  if (fault !== undefined) throw validation(fault.message);
  rows.begin(decoded.records);
  const merge = { decoded, writes, rows };
  for (let row = 0; row < decoded.records; row++) {
    mergeDimensions(merge, row);
    mergeTime(decoded, rows, row);
    mergeVersion(decoded, rows, row);
    const type = decoded.measureType[row]! || decoded.measureType[COMMON_ROW]! || DOUBLE;
    rows.type[row] = type;
    if (type === TIMESTAMP) throw validation('TIMESTAMP is an invalid measure value type.');
    if (type === MULTI) mergeMeasures(merge, row);
    else mergeScalar(decoded, rows, row);
  }
}

function mergeDimensions({ decoded, writes, rows }: Merge, row: number): void {
  let set = decoded.dimensions[row];
  let common = decoded.dimensions[COMMON_ROW];
  if (common !== undefined && (set === undefined || set.names.length === 0)) {
    set = common;
    common = undefined;
  }
  const group = dimensionGroup(writes, set ?? NO_DIMENSIONS, common);
  if (group.fault !== undefined) throw validation(group.fault);
  rows.dimensions[row] = group;

  const name = decoded.measureName[row] ?? decoded.measureName[COMMON_ROW];
  if (name === undefined) throw validation('Measure name is required for a record.');
  if (!group.series.has(name)) {
    const nameFault = measureNameFault(name);
    if (nameFault !== undefined) throw validation(nameFault);
  }
  rows.measureName[row] = name;
}

function mergeTime(decoded: DecodedWrite, rows: MergedRows, row: number): void {
  const from = decoded.timeState[row] === TIME_ABSENT ? COMMON_ROW : row;
  if (decoded.timeState[from] !== TIME_READ) throw validation(INVALID_TIME);
  copyCell(decoded.time, from, rows.time, row);
  const unit = decoded.timeUnit[row]! || decoded.timeUnit[COMMON_ROW]! || MILLISECONDS;
  const factor = nanosPerUnit(unit);
  rows.nanosPerUnit[row] = factor;
  if (!multiplyInt64(rows.time.i32, row, factor)) throw validation(INVALID_TIME);
}

function mergeVersion(decoded: DecodedWrite, rows: MergedRows, row: number): void {
  const { i32 } = rows.version;
  const from = decoded.hasVersion[row] === 1 ? row : COMMON_ROW;
  if (decoded.hasVersion[from] === 0) {
    i32[row * 2] = 1;
    i32[row * 2 + 1] = 0;
    return;
  }
  copyCell(decoded.version, from, rows.version, row);
  const hi = i32[row * 2 + 1]!;
  if (hi < 0 || (hi === 0 && i32[row * 2] === 0)) {
    const version = rows.version.i64[row]!;
    throw validation(`Invalid version ${version} for record. The version must be 1 or greater.`);
  }
}

function mergeMeasures({ decoded, writes, rows }: Merge, row: number): void {
  const shape = decoded.measures[row]!;
  const common = decoded.measures[COMMON_ROW]!;
  if (shape.length + common.length === 0) {
    throw validation('Measure values are required for a record of measure value type MULTI.');
  }
  if (decoded.scalarStart[row]! >= 0 || decoded.scalarStart[COMMON_ROW]! >= 0) {
    throw validation('A record of measure value type MULTI must not have a measure value.');
  }
  const group = measureGroup(writes, shape, common);
  if (group.fault !== undefined) throw validation(group.fault);
  rows.measures[row] = group;
  rows.valueBytes[row] = decoded.valueBytes[row]!;
  if (common.length > 0) rows.valueBytes[row]! += decoded.valueBytes[COMMON_ROW]!;
  if (group.hasTimestamps) checkTimestamps({ decoded, rows, writes }, row, group);
}

const scratch = new Cells(1);

/** Timestamps are counted in the record's own unit, so that only now is known whether they fit. */
function checkTimestamps({ decoded, rows }: Merge, row: number, group: MeasureGroup): void {
  for (let i = 0; i < group.types.length; i++) {
    if (group.types[i] !== TIMESTAMP) continue;
    const cell = measureCell(decoded, row, i);
    copyCell(decoded.cells, cell, scratch, 0);
    if (!multiplyInt64(scratch.i32, 0, rows.nanosPerUnit[row]!)) {
      throw validation(invalidValue(String(decoded.cells.i64[cell]), TIMESTAMP));
    }
  }
}

/** Where value i of the record's measures is, those in common coming first. */
export function measureCell(decoded: DecodedWrite, row: number, i: number): number {
  const common = decoded.measures[COMMON_ROW]!.length;
  return i < common ? decoded.cellStart[COMMON_ROW]! + i : decoded.cellStart[row]! + i - common;
}

/** One for all, as no object should be made for every value. */
const scalarTarget = { cells: scratch, cell: 0, type: 0 };

function mergeScalar(decoded: DecodedWrite, rows: MergedRows, row: number): void {
  if (decoded.measures[row]!.length + decoded.measures[COMMON_ROW]!.length > 0) {
    throw validation('Only a record of measure value type MULTI can have measure values.');
  }
  rows.measures[row] = undefined;
  if (decoded.scalarStart[row] === SCALAR_IN_CELL) {
    copyCell(decoded.cells, decoded.cellStart[row]!, rows.scalar, row);
    return;
  }
  const from = decoded.scalarStart[row]! >= 0 ? row : COMMON_ROW;
  const start = decoded.scalarStart[from]!;
  const end = decoded.scalarEnd[from]!;
  if (start < 0) throw validation('Measure value is required for a record.');
  const type = rows.type[row]!;
  if (type !== VARCHAR) {
    scalarTarget.cells = rows.scalar;
    scalarTarget.cell = row;
    scalarTarget.type = type;
    if (readValue(decoded.source, start, end, scalarTarget)) return;
  }
  const text = decodeText(decoded.source, start, end);
  if (type !== VARCHAR || end - start > MEASURE_VALUE_BYTES_MAX) {
    throw validation(invalidValue(text, type));
  }
  rows.scalar.i32[row * 2] = rows.texts.push(text) - 1;
}

export function copyCell(source: Cells, from: number, target: Cells, to: number): void {
  target.i32[to * 2] = source.i32[from * 2]!;
  target.i32[to * 2 + 1] = source.i32[from * 2 + 1]!;
}

function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
