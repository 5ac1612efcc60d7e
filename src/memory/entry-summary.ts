/**
 * What a log entry of the memory store holds, for people who look at a log: its owner, how much of
 * what, and the times it spans. The rows themselves are recovery's business.
 */
import type { GenerationId, Nanos, TableId } from '../base/brand.ts';
import type { StoredType } from '../base/types.ts';
import { decodeEntry } from './batch-format.ts';
import { bigintOf, isLess } from './halves.ts';
import { unpackColumn } from './shape.ts';

export interface EntrySummary {
  readonly generation: GenerationId;
  readonly table: TableId;
  readonly rows: number;
  /** Series that are defined here: met for the first time in their generation. */
  readonly newSeries: number;
  /** Every column that some row has a value for, ascending by id. */
  readonly columns: readonly { readonly id: number; readonly type: StoredType }[];
  /** First and last time; undefined without rows. */
  readonly times: { readonly from: Nanos; readonly to: Nanos } | undefined;
}

/** Throws MalformedEntry. */
export function summarizeEntry(payload: Uint8Array): EntrySummary {
  const entry = decodeEntry(payload);
  const columns = new Map<number, StoredType>();
  for (const packed of entry.columns) {
    const column = unpackColumn(packed);
    if (column !== undefined) columns.set(column.id, column.type);
  }
  return {
    generation: entry.generation,
    table: entry.table,
    rows: entry.counts.rows,
    newSeries: entry.counts.definitions,
    columns: [...columns].sort(([a], [b]) => a - b).map(([id, type]) => ({ id, type })),
    times: timesOf(entry.time),
  };
}

function timesOf(time: Int32Array): EntrySummary['times'] {
  if (time.length === 0) return undefined;
  let first = 0;
  let last = 0;
  for (let at = 2; at < time.length; at += 2) {
    if (isLess(time[at]!, time[at + 1]!, time[first]!, time[first + 1]!)) first = at;
    if (isLess(time[last]!, time[last + 1]!, time[at]!, time[at + 1]!)) last = at;
  }
  return {
    from: bigintOf(time[first]!, time[first + 1]!) as Nanos,
    to: bigintOf(time[last]!, time[last + 1]!) as Nanos,
  };
}
