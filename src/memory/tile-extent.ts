/**
 * How far the rows of a hot tile reach in time, and how they are spread in space: what decisions
 * about cuts are made from. Each costs one walk over the series.
 */
import type { Nanos } from '../base/brand.ts';
import { FIRST_HI, FIRST_LO, NEXT, ROWS, STRIDE } from './chunk.ts';
import type { TimeExtent } from './contract.ts';
import { bigintOf, isLess, LOWEST_HI } from './halves.ts';
import type { HotTile } from './hot-tile.ts';

/** With rows that are in flight counted at their newest; undefined without rows. */
export function extentOf(tile: HotTile): TimeExtent | undefined {
  const { series, chunks } = tile;
  const { records } = chunks;
  const oldest = { lo: -1, hi: 0x7fffffff };
  const newest = { lo: 0, hi: LOWEST_HI };
  let isAny = false;
  for (let id = 0; id < series.count; id++) {
    const lo = series.lastSeen[id * 2]!;
    const hi = series.lastSeen[id * 2 + 1]!;
    if (lo === 0 && hi === LOWEST_HI) continue;
    isAny = true;
    if (isLess(newest.lo, newest.hi, lo, hi)) {
      newest.lo = lo;
      newest.hi = hi;
    }
    // A series whose only rows are in flight has no chunk yet; its newest is as good.
    const first = series.firstChunk[id]! * STRIDE;
    const firstLo = first < 0 ? lo : records[first + FIRST_LO]!;
    const firstHi = first < 0 ? hi : records[first + FIRST_HI]!;
    if (isLess(firstLo, firstHi, oldest.lo, oldest.hi)) {
      oldest.lo = firstLo;
      oldest.hi = firstHi;
    }
  }
  if (!isAny) return undefined;
  return {
    oldest: bigintOf(oldest.lo, oldest.hi) as Nanos,
    newest: bigintOf(newest.lo, newest.hi) as Nanos,
  };
}

/** Ascending, distinct; `parts` − 1 of them if the rows can be spread that evenly. */
export function spaceCutsOf(tile: HotTile, parts: number): readonly bigint[] {
  const { series, chunks } = tile;
  const weights = Array.from({ length: series.count }, (_, id) => ({
    space: (BigInt(series.spaceHigh[id]!) << 32n) | BigInt(series.spaceLow[id]!),
    rows: rowsOf(series.firstChunk[id]!, chunks.records),
  })).sort((a, b) => (a.space < b.space ? -1 : a.space > b.space ? 1 : 0));
  const cuts: bigint[] = [];
  let seen = 0;
  for (const [at, { space, rows }] of weights.entries()) {
    const before = weights[at - 1]?.space;
    const due = (chunks.rows * (cuts.length + 1)) / parts;
    const isBoundary = before !== undefined && before !== space;
    if (isBoundary && cuts.length < parts - 1 && seen + rows / 2 >= due) cuts.push(space);
    seen += rows;
  }
  return cuts;
}

function rowsOf(firstChunk: number, records: Int32Array): number {
  let rows = 0;
  for (let chunk = firstChunk; chunk >= 0; chunk = records[chunk * STRIDE + NEXT]!) {
    rows += records[chunk * STRIDE + ROWS]!;
  }
  return rows;
}
