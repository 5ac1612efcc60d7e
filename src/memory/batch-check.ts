/**
 * Applies the version rule to the rows of a batch, in their order, before they go to the log.
 *
 *   newer than anything its series has seen ──► accept
 *   else ──► an accepted row of this batch for the same point?  ──► decide against that
 *            a stored one?                                      ──► decide against that
 *            neither                                            ──► accept
 *
 * Runs without a pause between the checks and the append, and only when none of the rows that
 * need a look-up has rows of its series in flight (hot-tile.ts sees to both).
 */

import { byteOf, slabOf } from './arena.ts';
import type { Chunks } from './chunk.ts';
import type { RejectedRow } from './contract.ts';
import type { Dictionary } from './dictionary.ts';
import { bigintOf, isLess } from './halves.ts';
import type { SeriesTable } from './series-table.ts';
import { isSameInBatch, isStoredValue } from './stored-value.ts';
import { decideVersion, type VersionDecision, type VersionHalves } from './version-rule.ts';
import type { ColumnTypes, WriteBatch } from './write-batch.ts';

export interface TileRows {
  readonly series: SeriesTable;
  readonly chunks: Chunks;
  readonly dictionary: Dictionary;
}

export interface CheckedBatch {
  /** Rows for the log, ascending. */
  readonly accepted: Int32Array;
  readonly repeated: number;
  readonly rejected: readonly RejectedRow[];
}

/** Whether the row could meet one that its series has seen. */
export function needsLookup(series: SeriesTable, batch: WriteBatch, row: number): boolean {
  const at = batch.seriesId[row]! * 2;
  const lo = batch.time.i32[row * 2]!;
  const hi = batch.time.i32[row * 2 + 1]!;
  return !isLess(series.lastSeen[at]!, series.lastSeen[at + 1]!, lo, hi);
}

export function checkBatch(tile: TileRows, batch: WriteBatch, types: ColumnTypes): CheckedBatch {
  const { series } = tile;
  const accepted = new Int32Array(batch.rows);
  const rejected: RejectedRow[] = [];
  let count = 0;
  let repeated = 0;
  let points: PointIndex | undefined;
  for (let row = 0; row < batch.rows; row++) {
    if (needsLookup(series, batch, row)) {
      points ??= new PointIndex(batch, accepted.subarray(0, count));
      const verdict = decideRow({ tile, batch, types, points }, row);
      if (verdict.decision === 'repeat') {
        repeated += 1;
        continue;
      }
      if (verdict.decision !== 'store') {
        rejected.push(rejection(batch, row, verdict.decision, verdict.stored!));
        continue;
      }
    } else {
      const at = batch.seriesId[row]! * 2;
      series.lastSeen[at] = batch.time.i32[row * 2]!;
      series.lastSeen[at + 1] = batch.time.i32[row * 2 + 1]!;
    }
    points?.put(row);
    accepted[count++] = row;
  }
  return { accepted: accepted.subarray(0, count), repeated, rejected };
}

interface RowContext {
  readonly tile: TileRows;
  readonly batch: WriteBatch;
  readonly types: ColumnTypes;
  readonly points: PointIndex;
}

interface Verdict {
  readonly decision: VersionDecision;
  readonly stored?: VersionHalves;
}

function decideRow(context: RowContext, row: number): Verdict {
  const { tile, batch, types, points } = context;
  const incoming = versionOf(batch, row);
  const other = points.find(row);
  if (other >= 0) {
    const stored = versionOf(batch, other);
    const isSame = (): boolean => isSameInBatch(batch, { row, other }, types);
    return { decision: decideVersion(incoming, stored, isSame), stored };
  }

  const { chunks, dictionary } = tile;
  const lo = batch.time.i32[row * 2]!;
  const hi = batch.time.i32[row * 2 + 1]!;
  const chunk = chunks.chunkFor(batch.seriesId[row]!, lo, hi);
  if (chunk < 0) return { decision: 'store' };
  const storedRow = chunks.lowerBound(chunk, lo, hi);
  if (!chunks.isTime(chunk, storedRow, lo, hi)) return { decision: 'store' };

  const stored = storedVersion(chunks, chunk, storedRow);
  const isSame = (): boolean =>
    isStoredValue({ chunk, row: storedRow }, { batch, row }, { chunks, dictionary });
  return { decision: decideVersion(incoming, stored, isSame), stored };
}

function versionOf(batch: WriteBatch, row: number): VersionHalves {
  return { lo: batch.version.i32[row * 2]!, hi: batch.version.i32[row * 2 + 1]! };
}

function storedVersion(chunks: Chunks, chunk: number, row: number): VersionHalves {
  const { address, capacity, layout } = chunks.block(chunk);
  const ints = chunks.arena.slabs.i32[slabOf(address)]!;
  const at = ((byteOf(address) + layout.versionByte(capacity)) >>> 2) + row * 2;
  return { lo: ints[at]!, hi: ints[at + 1]! };
}

function rejection(
  batch: WriteBatch,
  row: number,
  reason: 'same-version' | 'lower-version',
  stored: VersionHalves,
): RejectedRow {
  return {
    row,
    recordIndex: batch.recordIndex[row]!,
    reason,
    version: bigintOf(batch.version.i32[row * 2]!, batch.version.i32[row * 2 + 1]!),
    existingVersion: bigintOf(stored.lo, stored.hi),
  };
}

/** The accepted rows of a batch by (series, time): the last one of each. Made only when asked. */
class PointIndex {
  readonly #batch: WriteBatch;
  /** Open addressing, row + 1; at most half full. */
  readonly #slots: Int32Array;

  constructor(batch: WriteBatch, accepted: Int32Array) {
    this.#batch = batch;
    let size = 16;
    while (size < batch.rows * 2) size *= 2;
    this.#slots = new Int32Array(size);
    for (const row of accepted) this.put(row);
  }

  find(row: number): number {
    return this.#slots[this.#slotOf(row)]! - 1;
  }

  put(row: number): void {
    this.#slots[this.#slotOf(row)] = row + 1;
  }

  /** The slot of the row's point, or the free one where it belongs. */
  #slotOf(row: number): number {
    const mask = this.#slots.length - 1;
    const { seriesId, time } = this.#batch;
    const id = seriesId[row]!;
    const lo = time.i32[row * 2]!;
    const hi = time.i32[row * 2 + 1]!;
    let hash = Math.imul(id ^ Math.imul(lo, 0x9e3779b1) ^ Math.imul(hi, 0x85ebca6b), 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const other = this.#slots[at]! - 1;
      if (other < 0) return at;
      if (seriesId[other] !== id) continue;
      if (time.i32[other * 2] === lo && time.i32[other * 2 + 1] === hi) return at;
    }
  }
}
