/**
 * A WriteRecords request as columns: what the wire decodes into and ingest reads, so that neither
 * JSON nor an object per record crosses the seam.
 *
 *   row r           dimensions[r]  measureName[r]  measureType[r]  time[r]  timeUnit[r]  version[r]
 *   a single value  source[scalarStart[r] … scalarEnd[r])   text: its type is known after the merge
 *                   or cells[cellStart[r]], not a varchar, when scalarStart[r] is SCALAR_IN_CELL
 *   MeasureValues   measures[r], values in cells from cellStart[r] on, as its types say
 *
 * Rows 0 … records-1 are the Records; row COMMON_ROW is CommonAttributes, whose members fill in
 * what a record lacks (write-api 5.3). Nothing is merged or defaulted here. Cells are as in a
 * WriteBatch, except that a timestamp is still a count of the record's TimeUnit.
 *
 * Made for reuse: `begin()` keeps the memory of all columns.
 */
import { RECORDS_PER_WRITE_MAX } from '../base/limits.ts';
import { Cells } from '../memory/api.ts';
import type { DimensionSet } from './dimensions.ts';
import { type MeasureShape, NO_MEASURES } from './measures.ts';
import { ABSENT } from './value-type.ts';

export const COMMON_ROW = RECORDS_PER_WRITE_MAX;
const ROWS = RECORDS_PER_WRITE_MAX + 1;

export const TIME_ABSENT = 0;
export const TIME_READ = 1;
/** Present, but not the decimal text of an int64. */
export const TIME_INVALID = 2;

const SCALAR_ABSENT = -1;
/** The MeasureValue came in binary and is a value of the row's own type already. */
export const SCALAR_IN_CELL = -2;

const NOTHING = new Uint8Array(0);

/** A value that is not of its type; refuses the request once the table is known to exist. */
export interface ValueFault {
  readonly row: number;
  readonly message: string;
}

export class DecodedWrite {
  databaseName = '';
  tableName = '';
  records = 0;
  /** UTF-8; scalar values are ranges of it. */
  source: Uint8Array = NOTHING;

  readonly dimensions: (DimensionSet | undefined)[] = new Array(ROWS).fill(undefined);
  readonly measureName: (string | undefined)[] = new Array(ROWS).fill(undefined);
  readonly measureType = new Uint8Array(ROWS);
  readonly timeState = new Uint8Array(ROWS);
  readonly time = new Cells(ROWS);
  readonly timeUnit = new Uint8Array(ROWS);
  readonly hasVersion = new Uint8Array(ROWS);
  readonly version = new Cells(ROWS);
  /** SCALAR_ABSENT when the row has no MeasureValue. */
  readonly scalarStart = new Int32Array(ROWS);
  readonly scalarEnd = new Int32Array(ROWS);
  readonly measures: MeasureShape[] = new Array(ROWS).fill(NO_MEASURES);
  readonly cellStart = new Int32Array(ROWS);
  /** Bytes of the row's MeasureValues as write-api 5.12 counts them, without their names. */
  readonly valueBytes = new Int32Array(ROWS);
  readonly cells = new Cells(2048);
  cellCount = 0;
  readonly texts: string[] = [];
  readonly faults: ValueFault[] = [];

  begin(source: Uint8Array): void {
    this.databaseName = '';
    this.tableName = '';
    this.records = 0;
    this.source = source;
    this.cellCount = 0;
    this.texts.length = 0;
    this.faults.length = 0;
    this.beginRow(COMMON_ROW);
  }

  /** Forgets whatever the row held. */
  beginRow(row: number): void {
    this.dimensions[row] = undefined;
    this.measureName[row] = undefined;
    this.measureType[row] = ABSENT;
    this.timeState[row] = TIME_ABSENT;
    this.timeUnit[row] = ABSENT;
    this.hasVersion[row] = 0;
    this.scalarStart[row] = SCALAR_ABSENT;
    this.measures[row] = NO_MEASURES;
    this.cellStart[row] = this.cellCount;
    this.valueBytes[row] = 0;
  }

  /** Makes room for one more cell and returns its number. */
  addCell(): number {
    const cell = this.cellCount++;
    if (cell === this.cells.capacity) this.cells.grow();
    return cell;
  }

  /** Lets go of what the request held on to, so that a waiting object costs its columns only. */
  release(): void {
    this.source = NOTHING;
    this.texts.length = 0;
    this.faults.length = 0;
    this.dimensions.fill(undefined);
    this.measureName.fill(undefined);
    this.measures.fill(NO_MEASURES);
  }
}
