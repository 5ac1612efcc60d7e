/**
 * Whether two rows have the same value: the same set of measures, each equal by type.
 *
 * Doubles are compared by their bits: they are never NaN (ingest refuses it), and 0 and −0 differ.
 */
import { byteOf, slabOf } from './arena.ts';
import { isNull } from './block.ts';
import type { Chunks } from './chunk.ts';
import type { Dictionary } from './dictionary.ts';
import type { ColumnTypes, WriteBatch } from './write-batch.ts';

export interface StoredRow {
  readonly chunk: number;
  readonly row: number;
}

/** A row of the batch against a stored one. */
export function isStoredValue(
  stored: StoredRow,
  incoming: { readonly batch: WriteBatch; readonly row: number },
  tile: { readonly chunks: Chunks; readonly dictionary: Dictionary },
): boolean {
  const { batch, row } = incoming;
  const { chunks } = tile;
  const block = chunks.block(stored.chunk);
  const { layout } = block;
  let filled = 0;
  for (let slot = 0; slot < layout.columns.length; slot++) {
    if (!isNull(chunks.arena.slabs, block, slot, stored.row)) filled += 1;
  }
  const from = batch.cellStart[row]!;
  const until = batch.cellStart[row + 1]!;
  if (filled !== until - from) return false;

  const ints = chunks.arena.slabs.i32[slabOf(block.address)]!;
  const u8 = chunks.arena.slabs.u8[slabOf(block.address)]!;
  for (let cell = from; cell < until; cell++) {
    const slot = layout.slotOf(batch.cellColumn[cell]!);
    if (slot < 0 || isNull(chunks.arena.slabs, block, slot, stored.row)) return false;
    const bytes = layout.cellBytes[slot]!;
    const byte =
      byteOf(block.address) + layout.columnByte(block.capacity, slot) + stored.row * bytes;
    const lo = batch.cells.i32[cell * 2]!;
    if (bytes === 8) {
      if (ints[byte >>> 2] !== lo || ints[(byte >>> 2) + 1] !== batch.cells.i32[cell * 2 + 1]) {
        return false;
      }
    } else if (bytes === 4) {
      if (tile.dictionary.codeOf(batch.texts[lo]!) !== ints[byte >>> 2]) return false;
    } else if (u8[byte] !== lo) {
      return false;
    }
  }
  return true;
}

/** Two rows of one batch. */
export function isSameInBatch(
  batch: WriteBatch,
  rows: { readonly row: number; readonly other: number },
  columnTypes: ColumnTypes,
): boolean {
  const from = batch.cellStart[rows.row]!;
  const until = batch.cellStart[rows.row + 1]!;
  const otherFrom = batch.cellStart[rows.other]!;
  const otherUntil = batch.cellStart[rows.other + 1]!;
  if (until - from !== otherUntil - otherFrom) return false;
  for (let cell = from; cell < until; cell++) {
    const column = batch.cellColumn[cell]!;
    let other = otherFrom;
    while (other < otherUntil && batch.cellColumn[other] !== column) other += 1;
    if (other === otherUntil) return false;
    if (columnTypes(column) === 'varchar') {
      const text = batch.texts[batch.cells.i32[cell * 2]!];
      if (text !== batch.texts[batch.cells.i32[other * 2]!]) return false;
    } else if (
      batch.cells.i32[cell * 2] !== batch.cells.i32[other * 2] ||
      batch.cells.i32[cell * 2 + 1] !== batch.cells.i32[other * 2 + 1]
    ) {
      return false;
    }
  }
  return true;
}
