/**
 * What a reader is given: which rows, and where they lie, at one moment.
 *
 *   request ──► series (inverted index) ──► chunks that overlap [from, until) ──► slices of rows
 *
 * The descriptor is plain data over ordinary buffers: it can be posted (transferred, it costs
 * nothing) to a worker that has the slabs. Slices are ordered by series id, then by time. The
 * memory they point to is neither changed nor reused until `release()`.
 */
import type { Nanos } from '../base/brand.ts';
import { byteOf, type SharedArena, slabOf } from './arena.ts';
import {
  ADDRESS,
  CAPACITY,
  type Chunks,
  FIRST_HI,
  FIRST_LO,
  LAST_HI,
  LAST_LO,
  LAYOUT,
  NEXT,
  PREVIOUS,
  ROWS,
  STRIDE,
} from './chunk.ts';
import type {
  SnapshotDescriptor,
  SnapshotRequest,
  SnapshotStatistics,
  TileSnapshot,
} from './contract.ts';
import { bigintOf, clampInt64, hiOf, isLess, loOf } from './halves.ts';
import type { HotTile } from './hot-tile.ts';
import { packColumn } from './shape.ts';

/** Ints of one slice in `SnapshotDescriptor.slices`. */
export const SLICE = {
  series: 0,
  address: 1,
  capacity: 2,
  /** Number of the layout within the snapshot. */
  layout: 3,
  rowFrom: 4,
  rowUntil: 5,
} as const;
export const SLICE_INTS = 6;

export function takeSnapshot(
  arena: SharedArena,
  tile: HotTile,
  request: SnapshotRequest,
): TileSnapshot {
  const selected = tile.series.select(request);
  const seriesMax = selected?.length ?? tile.series.count;
  const collector = new SliceCollector(tile.chunks, request, seriesMax);
  if (selected === undefined) {
    for (let id = 0; id < tile.series.count; id++)
      collector.addSeries(id, tile.series.lastChunk[id]!);
  } else {
    for (const id of selected) collector.addSeries(id, tile.series.lastChunk[id]!);
  }
  const statistics = collector.statistics();
  const descriptor: SnapshotDescriptor = {
    generation: tile.id,
    table: tile.table,
    slices: collector.takeSlices(),
    layouts: packLayouts(tile, collector.layoutIds),
    directories: tile.series.directories(),
    dictionary: { directory: tile.dictionary.directory, size: tile.dictionary.size },
    statistics,
  };
  const pin = arena.pin();
  let isReleased = false;
  return {
    descriptor,
    transfer: [descriptor.slices, descriptor.layouts, descriptor.directories].map(
      (ints) => ints.buffer as ArrayBuffer,
    ),
    statistics,
    columns: columnsOf(tile, collector.layoutIds),
    release() {
      if (isReleased) return;
      isReleased = true;
      arena.unpin(pin);
    },
  };
}

function columnsOf(tile: HotTile, layouts: readonly number[]): readonly number[] {
  return [
    ...new Set(layouts.flatMap((id) => tile.layouts.get(id).columns.map(({ id: of }) => of))),
  ];
}

function packLayouts(tile: HotTile, ids: readonly number[]): Int32Array {
  const ints: number[] = [];
  for (const id of ids) {
    const { columns } = tile.layouts.get(id);
    ints.push(columns.length, ...columns.map(packColumn));
  }
  return Int32Array.from(ints);
}

/**
 * Runs on the writer's thread over every series that a query may see, so it is kept to a few tens
 * of nanoseconds a series: what is the case for nearly all of them, one chunk that is wholly
 * inside, makes no object and touches no block.
 */
class SliceCollector {
  #slices: Int32Array;
  #count = 0;
  /** Ids in the tile of the layouts used, in the order of their numbers here. */
  readonly layoutIds: number[] = [];
  readonly #chunks: Chunks;
  readonly #fromLo: number;
  readonly #fromHi: number;
  readonly #untilLo: number;
  readonly #untilHi: number;
  #rows = 0;
  #bytes = 0;
  #series = 0;
  readonly #min = { lo: -1, hi: 0x7fffffff };
  readonly #max = { lo: 0, hi: -0x80000000 };

  constructor(chunks: Chunks, request: SnapshotRequest, slicesHint: number) {
    this.#chunks = chunks;
    this.#slices = new Int32Array(SLICE_INTS * Math.max(1, slicesHint));
    const from = clampInt64(request.fromTime);
    const until = clampInt64(request.untilTime);
    this.#fromLo = loOf(from);
    this.#fromHi = hiOf(from);
    this.#untilLo = loOf(until);
    this.#untilHi = hiOf(until);
  }

  /** From the series' last chunk back to the first that overlaps, then forward again. */
  addSeries(series: number, lastChunk: number): void {
    const { records } = this.#chunks;
    let chunk = lastChunk;
    while (chunk >= 0 && this.#startsAfter(chunk)) chunk = records[chunk * STRIDE + PREVIOUS]!;
    if (chunk < 0 || this.#endsBefore(chunk)) return;
    const end = records[chunk * STRIDE + NEXT]!;
    for (;;) {
      const previous = records[chunk * STRIDE + PREVIOUS]!;
      if (previous < 0 || this.#endsBefore(previous)) break;
      chunk = previous;
    }
    const rows = this.#rows;
    for (; chunk !== end; chunk = records[chunk * STRIDE + NEXT]!) this.#addChunk(series, chunk);
    if (this.#rows > rows) this.#series += 1;
  }

  takeSlices(): Int32Array {
    const length = this.#count * SLICE_INTS;
    return length === this.#slices.length ? this.#slices : this.#slices.slice(0, length);
  }

  statistics(): SnapshotStatistics {
    const isEmpty = this.#rows === 0;
    return {
      rows: this.#rows,
      bytes: this.#bytes,
      series: this.#series,
      slices: this.#count,
      minTime: isEmpty ? undefined : (bigintOf(this.#min.lo, this.#min.hi) as Nanos),
      maxTime: isEmpty ? undefined : (bigintOf(this.#max.lo, this.#max.hi) as Nanos),
    };
  }

  #startsAfter(chunk: number): boolean {
    const { records } = this.#chunks;
    const at = chunk * STRIDE;
    const lo = records[at + FIRST_LO]!;
    return !isLess(lo, records[at + FIRST_HI]!, this.#untilLo, this.#untilHi);
  }

  #endsBefore(chunk: number): boolean {
    const { records } = this.#chunks;
    const at = chunk * STRIDE;
    return isLess(records[at + LAST_LO]!, records[at + LAST_HI]!, this.#fromLo, this.#fromHi);
  }

  #addChunk(series: number, chunk: number): void {
    const { records } = this.#chunks;
    const at = chunk * STRIDE;
    const rows = records[at + ROWS]!;
    const startsInside = !isLess(
      records[at + FIRST_LO]!,
      records[at + FIRST_HI]!,
      this.#fromLo,
      this.#fromHi,
    );
    const endsInside = isLess(
      records[at + LAST_LO]!,
      records[at + LAST_HI]!,
      this.#untilLo,
      this.#untilHi,
    );
    const from = startsInside ? 0 : this.#chunks.lowerBound(chunk, this.#fromLo, this.#fromHi);
    const until = endsInside ? rows : this.#chunks.lowerBound(chunk, this.#untilLo, this.#untilHi);
    if (from >= until) return;
    this.#push(series, chunk, from, until);
    this.#widen(chunk, from, until - 1);
  }

  #push(series: number, chunk: number, from: number, until: number): void {
    const at = this.#count * SLICE_INTS;
    if (at === this.#slices.length) this.#grow();
    const slices = this.#slices;
    const { records } = this.#chunks;
    const record = chunk * STRIDE;
    slices[at + SLICE.series] = series;
    slices[at + SLICE.address] = records[record + ADDRESS]!;
    slices[at + SLICE.capacity] = records[record + CAPACITY]!;
    slices[at + SLICE.layout] = this.#layoutNumber(records[record + LAYOUT]!);
    slices[at + SLICE.rowFrom] = from;
    slices[at + SLICE.rowUntil] = until;
    this.#count += 1;
    this.#rows += until - from;
    this.#bytes += (until - from) * this.#chunks.layoutOf(chunk).rowBytes;
  }

  #grow(): void {
    const slices = new Int32Array(this.#slices.length * 2);
    slices.set(this.#slices);
    this.#slices = slices;
  }

  #layoutNumber(id: number): number {
    const known = this.layoutIds.indexOf(id);
    return known >= 0 ? known : this.layoutIds.push(id) - 1;
  }

  #widen(chunk: number, firstRow: number, lastRow: number): void {
    const { records } = this.#chunks;
    const at = chunk * STRIDE;
    let firstLo = records[at + FIRST_LO]!;
    let firstHi = records[at + FIRST_HI]!;
    let lastLo = records[at + LAST_LO]!;
    let lastHi = records[at + LAST_HI]!;
    const isWhole = firstRow === 0 && lastRow === records[at + ROWS]! - 1;
    if (!isWhole) {
      const { address, layout } = this.#chunks.block(chunk);
      const ints = this.#chunks.arena.slabs.i32[slabOf(address)]!;
      const time = (byteOf(address) + layout.headBytes) >>> 2;
      firstLo = ints[time + firstRow * 2]!;
      firstHi = ints[time + firstRow * 2 + 1]!;
      lastLo = ints[time + lastRow * 2]!;
      lastHi = ints[time + lastRow * 2 + 1]!;
    }
    if (isLess(firstLo, firstHi, this.#min.lo, this.#min.hi)) {
      this.#min.lo = firstLo;
      this.#min.hi = firstHi;
    }
    if (!isLess(lastLo, lastHi, this.#max.lo, this.#max.hi)) {
      this.#max.lo = lastLo;
      this.#max.hi = lastHi;
    }
  }
}
