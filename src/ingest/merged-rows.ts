/**
 * The records of one request after the merge with CommonAttributes, as columns: what merge.ts
 * fills, admit.ts judges and fill-batch.ts stores. Made for reuse, like the request's own columns.
 */
import { RECORDS_PER_WRITE_MAX } from '../base/limits.ts';
import { Cells } from '../memory/api.ts';
import type { DimensionGroup } from './dimensions.ts';
import type { MeasureGroup } from './measures.ts';
import type { Rejection } from './reasons.ts';
import { RowBatches } from './row-batches.ts';

const ROWS = RECORDS_PER_WRITE_MAX;

export class MergedRows {
  count = 0;
  readonly dimensions: (DimensionGroup | undefined)[] = new Array(ROWS).fill(undefined);
  readonly measureName: (string | undefined)[] = new Array(ROWS).fill(undefined);
  /** Codes of value-type.ts; defaulted. */
  readonly type = new Uint8Array(ROWS);
  /** Of multi-measure records. */
  readonly measures: (MeasureGroup | undefined)[] = new Array(ROWS).fill(undefined);
  /** Of single-measure records: the value, or in `lo` an index into `texts`. */
  readonly scalar = new Cells(ROWS);
  readonly texts: string[] = [];
  /** Nanoseconds. */
  readonly time = new Cells(ROWS);
  readonly nanosPerUnit = new Float64Array(ROWS);
  readonly version = new Cells(ROWS);
  /** Bytes of the values of multi-measure records. */
  readonly valueBytes = new Int32Array(ROWS);

  /** Why the record is not stored, as far as is known yet. */
  readonly rejection: (Rejection | undefined)[] = new Array(ROWS).fill(undefined);
  /** 1 when the record is older than what the memory store keeps. */
  readonly isLate = new Uint8Array(ROWS);

  /** 1 when the record is stored while others of its request still have to be. */
  readonly isStored = new Uint8Array(ROWS);

  readonly batches = new RowBatches();

  begin(count: number): void {
    this.count = count;
    this.texts.length = 0;
    this.isStored.fill(0, 0, count);
    this.batches.clear();
  }

  /** Lets go of everything that the request brought. */
  release(): void {
    this.dimensions.fill(undefined);
    this.measureName.fill(undefined);
    this.measures.fill(undefined);
    this.texts.length = 0;
    this.rejection.fill(undefined);
    this.batches.clear();
  }
}
