/**
 * One tile's recent rows: dictionary, series, chunks, and how an entry of the log changes them.
 *
 *   entry ──► row by row: newer than its series?  yes ──► appended in place
 *                                                 no  ──► kept aside, merged per series at the end
 *
 * `apply()` is synchronous and the only way rows come in, live and at recovery alike, so a snapshot
 * sees all of an entry or nothing, and a restart rebuilds what was there.
 * The version rule has been applied before the entry was written: here, later rows win.
 */
import type { GenerationId, TableId } from '../base/brand.ts';
import type { SharedArena } from './arena.ts';
import type { Entry } from './batch-format.ts';
import type { RowSource } from './chunk.ts';
import { CAPACITY, Chunks, LAST_HI, LAST_LO, LAYOUT, ROWS, STRIDE } from './chunk.ts';
import { type LateRow, mergeLateRows } from './chunk-merge.ts';
import { Dictionary } from './dictionary.ts';
import { isLess } from './halves.ts';
import { Layouts } from './layout.ts';
import { SeriesTable } from './series-table.ts';
import { type Shape, type ShapeMapping, Shapes } from './shape.ts';

export class HotTile {
  readonly id: GenerationId;
  readonly table: TableId;
  readonly dictionary: Dictionary;
  readonly series: SeriesTable;
  readonly layouts = new Layouts();
  readonly chunks: Chunks;
  #isDropped = false;
  readonly #shapes = new Shapes(this.layouts);

  constructor(
    arena: SharedArena,
    ids: { readonly generation: GenerationId; readonly table: TableId },
  ) {
    this.id = ids.generation;
    this.table = ids.table;
    this.dictionary = new Dictionary(arena);
    this.series = new SeriesTable(arena, this.dictionary);
    this.chunks = new Chunks(arena, this.layouts, this.series);
  }

  /** `series`: this tile's ids of the entry's rows. */
  apply(entry: Entry, series: Int32Array): void {
    const { time, version, cells, shapeStart, shape } = entry;
    const shapes: Shape[] = [];
    for (let i = 0; i < entry.counts.shapes; i++) {
      shapes.push(this.#shapes.intern(entry.columns, shapeStart[i]!, shapeStart[i + 1]!));
    }
    const textCodes = new Int32Array(entry.texts.length).fill(-1);
    const source: RowSource = { time, version, cells, textCodes, row: 0, cell: 0 };
    let late: Map<number, LateRow[]> | undefined;
    let cell = 0;
    for (let row = 0; row < entry.counts.rows; row++) {
      const own = shapes[shape[row]!]!;
      if (own.textCells.length > 0) this.#internTexts(entry, textCodes, own, cell);
      const id = series[row]!;
      source.row = row;
      source.cell = cell;
      if (!this.#appendNewer(id, own, source)) {
        late ??= new Map();
        const rows = late.get(id);
        if (rows === undefined) late.set(id, [{ row, cell, shape: own }]);
        else rows.push({ row, cell, shape: own });
      }
      cell += own.columns.length;
    }
    if (late === undefined) return;
    for (const [id, rows] of late) mergeLateRows(this.chunks, id, { rows, source });
  }

  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** The tile is gone; its memory stays until no snapshot sees it. */
  drop(): void {
    this.#isDropped = true;
    this.chunks.retireAll();
    this.series.retireAll();
    this.dictionary.retireAll();
  }

  /** False if the row is not newer than the last one of its series. */
  #appendNewer(series: number, shape: Shape, source: RowSource): boolean {
    const { chunks } = this;
    const { records } = chunks;
    const last = this.series.lastChunk[series]!;
    const lo = source.time[source.row * 2]!;
    const hi = source.time[source.row * 2 + 1]!;
    let layout = shape.layout;
    if (last >= 0) {
      const at = last * STRIDE;
      if (!isLess(records[at + LAST_LO]!, records[at + LAST_HI]!, lo, hi)) return false;
      layout = this.layouts.get(records[at + LAYOUT]!);
      const mapping = shape.mapping(layout);
      if (mapping !== null && records[at + ROWS]! < records[at + CAPACITY]!) {
        this.#append(last, mapping, source);
        this.series.raiseLastSeen(series, lo, hi);
        return true;
      }
      if (mapping === null) layout = this.layouts.including(layout, shape.columns);
    }
    const chunk = chunks.roomAtEnd(series, layout);
    this.#append(chunk, shape.mapping(layout)!, source);
    this.series.raiseLastSeen(series, lo, hi);
    return true;
  }

  #append(chunk: number, mapping: ShapeMapping, source: RowSource): void {
    this.chunks.appendRow(chunk, mapping, source);
  }

  #internTexts(entry: Entry, codes: Int32Array, shape: Shape, firstCell: number): void {
    for (const offset of shape.textCells) {
      const text = entry.cells[(firstCell + offset) * 2]!;
      if (codes[text]! < 0) codes[text] = this.dictionary.intern(entry.texts[text]!);
    }
  }
}
