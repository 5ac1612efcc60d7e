/**
 * Late rows and upserts: merges the rows of one series into its chunks, by copy.
 *
 *   chunk   10 20 30 40 50          late  25  30'  55
 *           ─────▼───────
 *   merged  10 20 25 30' 40 50 55   in one new block, or several if it is more than a block holds
 *
 * Rows of a batch that belong to the same chunk are merged at once. Of rows with the same time the
 * last one given wins: the version rule has been applied before the rows got into the log.
 * Rows belong to the last chunk that starts at or before them (the first chunk, if none does).
 */

import { known } from '../base/assert.ts';
import type { Block } from './block.ts';
import { type Chunks, FIRST_HI, FIRST_LO, NEXT, ROWS, type RowSource, STRIDE } from './chunk.ts';
import { compareHalves, isLess } from './halves.ts';
import type { Shape } from './shape.ts';

/** A row of the entry being applied. */
export interface LateRow {
  readonly row: number;
  readonly cell: number;
  readonly shape: Shape;
}

/** `rows` in the order of the entry; the series has at least one chunk. */
export function mergeLateRows(
  chunks: Chunks,
  series: number,
  late: { readonly rows: LateRow[]; readonly source: RowSource },
): void {
  const { source } = late;
  const sorted = newestOfEachTime(late.rows, source.time);
  let at = 0;
  while (at < sorted.length) {
    const first = sorted[at]!.row * 2;
    const chunk = chunks.chunkFor(series, source.time[first]!, source.time[first + 1]!);
    const until = endOfChunk(chunks, chunk, { sorted, at, time: source.time });
    mergeIntoChunk(chunks, { series, chunk, rows: sorted.slice(at, until), source });
    at = until;
  }
}

function newestOfEachTime(rows: LateRow[], time: Int32Array): LateRow[] {
  const compare = (a: LateRow, b: LateRow): number => {
    const x = a.row * 2;
    const y = b.row * 2;
    return compareHalves(time[x]!, time[x + 1]!, time[y]!, time[y + 1]!);
  };
  const sorted = [...rows].sort((a, b) => compare(a, b) || a.row - b.row);
  return sorted.filter((row, i) => {
    const next = sorted[i + 1];
    return next === undefined || compare(row, next) !== 0;
  });
}

/** How far the sorted rows belong to this chunk: until the next chunk starts. */
function endOfChunk(
  chunks: Chunks,
  chunk: number,
  rows: { readonly sorted: readonly LateRow[]; readonly at: number; readonly time: Int32Array },
): number {
  const next = chunks.records[chunk * STRIDE + NEXT]!;
  if (next < 0) return rows.sorted.length;
  const lo = chunks.records[next * STRIDE + FIRST_LO]!;
  const hi = chunks.records[next * STRIDE + FIRST_HI]!;
  let until = rows.at + 1;
  for (; until < rows.sorted.length; until++) {
    const at = rows.sorted[until]!.row * 2;
    if (!isLess(rows.time[at]!, rows.time[at + 1]!, lo, hi)) break;
  }
  return until;
}

interface ChunkMerge {
  readonly series: number;
  readonly chunk: number;
  readonly rows: readonly LateRow[];
  readonly source: RowSource;
}

function mergeIntoChunk(chunks: Chunks, merge: ChunkMerge): void {
  const { chunk, rows } = merge;
  const stored = chunks.records[chunk * STRIDE + ROWS]!;
  const plan = planMerge(chunks, merge);
  let layout = chunks.layoutOf(chunk);
  for (const row of rows) layout = chunks.layouts.including(layout, row.shape.columns);

  const pieces = Math.ceil(plan.length / layout.rowsMax);
  const old = chunks.block(chunk);
  const blocks: { block: Block; from: number; until: number }[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const from = Math.floor((plan.length * piece) / pieces);
    const until = Math.floor((plan.length * (piece + 1)) / pieces);
    const isOpen = chunks.records[chunk * STRIDE + NEXT]! < 0 && piece === pieces - 1;
    const capacity = capacityFor(until - from, layout.rowsMax, isOpen);
    blocks.push({ block: chunks.allocate(layout, capacity), from, until });
  }
  for (const { block, from, until } of blocks) {
    copyStored(chunks, { plan, from, until, old, block });
  }

  let target = chunk;
  blocks.forEach(({ block, from, until }, piece) => {
    if (piece === 0) chunks.replace(chunk, block);
    else target = chunks.insertAfter(merge.series, target, block);
    writeLate(chunks, { target, plan: plan.subarray(from, until), merge });
    chunks.publish(target, until - from);
  });
  chunks.rows += plan.length - stored;
}

/** The rows of the result in order: a stored row as its number, a late one as ~index. */
function planMerge(chunks: Chunks, merge: ChunkMerge): Int32Array {
  const { chunk, rows, source } = merge;
  const stored = chunks.records[chunk * STRIDE + ROWS]!;
  const plan = new Int32Array(stored + rows.length);
  let length = 0;
  let next = 0;
  rows.forEach((late, index) => {
    const lo = source.time[late.row * 2]!;
    const hi = source.time[late.row * 2 + 1]!;
    const until = chunks.lowerBound(chunk, lo, hi);
    while (next < until) plan[length++] = next++;
    plan[length++] = ~index;
    if (chunks.isTime(chunk, next, lo, hi)) next += 1;
  });
  while (next < stored) plan[length++] = next++;
  return plan.subarray(0, length);
}

/** The open chunk keeps room to grow in place; a closed one gets what it needs. */
function capacityFor(rows: number, rowsMax: number, isOpen: boolean): number {
  if (!isOpen) return (rows + 7) & ~7;
  let capacity = 8;
  while (capacity < rows) capacity *= 2;
  return Math.min(capacity, rowsMax);
}

function copyStored(
  chunks: Chunks,
  copy: {
    readonly plan: Int32Array;
    readonly from: number;
    readonly until: number;
    readonly old: Block;
    readonly block: Block;
  },
): void {
  const { plan, from, until, old, block } = copy;
  let at = from;
  while (at < until) {
    const row = plan[at]!;
    if (row < 0) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < until && plan[end] === row + (end - at)) end += 1;
    chunks.copyRows({ from: old, row, to: block, at: at - from, rows: end - at });
    at = end;
  }
}

function writeLate(
  chunks: Chunks,
  write: { readonly target: number; readonly plan: Int32Array; readonly merge: ChunkMerge },
): void {
  const { target, plan, merge } = write;
  const layout = chunks.layoutOf(target);
  for (let at = 0; at < plan.length; at++) {
    const source = plan[at]!;
    if (source >= 0) continue;
    const late = merge.rows[~source]!;
    const mapping = known(late.shape.mapping(layout) ?? undefined, 'mapping of a late row');
    merge.source.row = late.row;
    merge.source.cell = late.cell;
    chunks.writeRow(target, at, mapping, merge.source);
  }
}
