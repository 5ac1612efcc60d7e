/** Cuts a slice to the rows of a range of times; mostly that was done when its snapshot was taken. */
import type { SliceRows } from './open-tile.ts';

export interface TimeRange {
  readonly from?: bigint;
  readonly until?: bigint;
}

export function clampTimes(rows: SliceRows, { from, until }: TimeRange): void {
  if (from !== undefined) rows.from = firstNotBefore(rows, from);
  if (until !== undefined) rows.until = firstNotBefore(rows, until);
}

function firstNotBefore(rows: SliceRows, time: bigint): number {
  const { reader } = rows.tile;
  const ints = reader.slabs.i32[reader.slabOf(rows.slice)]!;
  const base = reader.timeByte(rows.slice) >>> 2;
  const low = Number(BigInt.asUintN(32, time));
  // Times beyond 64 bits are before or after everything, as their high part says.
  const high = Number(time >> 32n);
  const isBefore = (row: number): boolean => {
    const rowHigh = ints[base + row * 2 + 1]!;
    return rowHigh < high || (rowHigh === high && ints[base + row * 2]! >>> 0 < low);
  };
  if (rows.from === rows.until || !isBefore(rows.from)) return rows.from;
  if (isBefore(rows.until - 1)) return rows.until;
  let first = rows.from;
  let last = rows.until - 1;
  while (first < last) {
    const middle = (first + last) >>> 1;
    if (isBefore(middle)) first = middle + 1;
    else last = middle;
  }
  return first;
}
