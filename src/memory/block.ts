/**
 * Cells and NULL bits of one block, as its layout places them (layout.ts). What chunks are made of.
 */
import { type Address, byteOf, type Slabs, slabOf } from './arena.ts';
import type { ChunkLayout } from './layout.ts';

export interface Block {
  readonly address: Address;
  readonly capacity: number;
  readonly layout: ChunkLayout;
}

export interface RowCopy {
  readonly from: Block;
  readonly row: number;
  readonly to: Block;
  readonly at: number;
  readonly rows: number;
}

/** Below this a loop beats making a view to copy from. */
const LOOP_INTS_MAX = 128;

export function isNull(slabs: Slabs, block: Block, slot: number, row: number): boolean {
  const base = byteOf(block.address) + block.layout.nullsByte(block.capacity, slot);
  return (slabs.u8[slabOf(block.address)]![base + (row >>> 3)]! & (1 << (row & 7))) !== 0;
}

/** Once per cell: it counts, too. */
export function setNull(slabs: Slabs, block: Block, slot: number, row: number): void {
  const slab = slabOf(block.address);
  const base = byteOf(block.address);
  const bits = base + block.layout.nullsByte(block.capacity, slot) + (row >>> 3);
  slabs.u8[slab]![bits]! |= 1 << (row & 7);
  slabs.i32[slab]![(base >>> 2) + slot]! += 1;
}

function nullCount(slabs: Slabs, block: Block, slot: number): number {
  return slabs.i32[slabOf(block.address)]![(byteOf(block.address) >>> 2) + slot]!;
}

/** Copies rows to a block that has all columns of theirs; columns it has besides become NULL. */
export function copyRows(slabs: Slabs, copy: RowCopy): void {
  const { from, to, row, at, rows } = copy;
  moveCells(slabs, copy, { from: from.layout.headBytes, to: to.layout.headBytes, bytes: 8 });
  moveCells(slabs, copy, {
    from: from.layout.versionByte(from.capacity),
    to: to.layout.versionByte(to.capacity),
    bytes: 8,
  });
  for (let slot = 0; slot < to.layout.columns.length; slot++) {
    const own = from.layout === to.layout ? slot : from.layout.slotOf(to.layout.columns[slot]!.id);
    if (own < 0) {
      for (let i = 0; i < rows; i++) setNull(slabs, to, slot, at + i);
      continue;
    }
    moveCells(slabs, copy, {
      from: from.layout.columnByte(from.capacity, own),
      to: to.layout.columnByte(to.capacity, slot),
      bytes: to.layout.cellBytes[slot]!,
    });
    if (nullCount(slabs, from, own) === 0) continue;
    for (let i = 0; i < rows; i++) {
      if (isNull(slabs, from, own, row + i)) setNull(slabs, to, slot, at + i);
    }
  }
}

interface ColumnMove {
  /** Bytes from the start of each block to its column. */
  readonly from: number;
  readonly to: number;
  /** Of one cell. */
  readonly bytes: number;
}

function moveCells(slabs: Slabs, copy: RowCopy, column: ColumnMove): void {
  const { bytes } = column;
  const fromByte = byteOf(copy.from.address) + column.from + copy.row * bytes;
  const toByte = byteOf(copy.to.address) + column.to + copy.at * bytes;
  const fromSlab = slabOf(copy.from.address);
  const toSlab = slabOf(copy.to.address);
  if (bytes === 1) {
    const source = slabs.u8[fromSlab]!;
    slabs.u8[toSlab]!.set(source.subarray(fromByte, fromByte + copy.rows), toByte);
    return;
  }
  const source = slabs.i32[fromSlab]!;
  const target = slabs.i32[toSlab]!;
  const start = fromByte >>> 2;
  const to = toByte >>> 2;
  const ints = (copy.rows * bytes) >>> 2;
  if (ints > LOOP_INTS_MAX) target.set(source.subarray(start, start + ints), to);
  else for (let i = 0; i < ints; i++) target[to + i] = source[start + i]!;
}
