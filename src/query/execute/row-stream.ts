/**
 * Rows of tiles as the result of a statement, past the engine: those that pass the filters, in the
 * order of the tiles, or the newest or oldest so many.
 *
 *     no order    tile by tile ─► slices ─► rows that pass ─► a chunk
 *     by time     slices, nearest in time first ─► rows that pass, until no slice left can have a
 *                 nearer one than the last of those wanted ─► one result, put in order
 */
import { known } from '../../base/assert.ts';
import { type ResultChunk, type ResultStream, SCAN_ROWS_MAX } from '../../engine/api.ts';
import { nextTurn } from '../../host/turn.ts';
import { TileCursor } from '../../memory/api.ts';
import { CollectedColumn, type OpenTile, RowSelection } from '../../scan/api.ts';
import { fillColumn, physicalType } from './fill-column.ts';
import { NearestRows } from './nearest-rows.ts';
import type { RowsTask } from './room-protocol.ts';
import { RunFailure } from './run-failure.ts';

/** Chunks between two looks at the thread's messages. */
const CHUNKS_PER_TURN = 32;

export class RowStream implements ResultStream {
  readonly columns: ResultStream['columns'];
  rowsRead = 0;
  readonly #task: RowsTask;
  readonly #tiles: readonly OpenTile[];
  #tile = 0;
  #cursor: TileCursor | undefined;
  #skip: number;
  #left: number;
  #chunks = 0;
  #ordered:
    | { readonly columns: readonly CollectedColumn[]; readonly order: Int32Array }
    | undefined;
  #at = 0;
  #isInterrupted = false;

  constructor(task: RowsTask, tiles: readonly OpenTile[]) {
    this.#task = task;
    this.#tiles = tiles;
    this.#skip = Number(task.offset ?? 0n);
    this.#left = task.limit === undefined ? Number.POSITIVE_INFINITY : Number(task.limit);
    this.columns = task.outputs.map((source, at) => ({
      name: `r${at}`,
      type: physicalType(source),
    }));
  }

  async next(): Promise<ResultChunk | null> {
    if (this.#chunks++ % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await nextTurn();
    if (this.#isInterrupted) throw new RunFailure('cancelled', 'cancelled');
    return this.#task.order === undefined ? this.#nextRows() : this.#nextOrdered();
  }

  interrupt(): void {
    this.#isInterrupted = true;
  }

  async close(): Promise<void> {}

  #nextRows(): ResultChunk | null {
    while (this.#left > 0) {
      const tile = this.#tiles[this.#tile];
      if (tile === undefined) return null;
      this.#cursor ??= new TileCursor(
        tile.reader,
        undefined,
        new RowSelection(tile, this.#task.filters),
      );
      const rows = this.#cursor.next(SCAN_ROWS_MAX);
      if (rows === 0) {
        this.rowsRead += tile.reader.descriptor.statistics.rows;
        this.#tile += 1;
        this.#cursor = undefined;
        continue;
      }
      const from = Math.min(this.#skip, rows);
      const until = Math.min(rows, from + this.#left);
      this.#skip -= from;
      this.#left -= until - from;
      if (from < until) return this.#chunk(tile, this.#cursor, { from, until });
    }
    return null;
  }

  #chunk(
    tile: OpenTile,
    cursor: TileCursor,
    { from, until }: { readonly from: number; readonly until: number },
  ): ResultChunk {
    const columns = this.#filled(tile, cursor);
    const order = Int32Array.from({ length: until - from }, (_, at) => from + at);
    return chunkOf(columns, order);
  }

  #nextOrdered(): ResultChunk | null {
    this.#ordered ??= this.#nearest();
    const { columns, order } = this.#ordered;
    const rows = order.subarray(this.#at, this.#at + SCAN_ROWS_MAX);
    if (rows.length === 0) return null;
    this.#at += rows.length;
    return chunkOf(columns, rows);
  }

  #nearest() {
    const count = this.#skip + this.#left;
    const nearest = new NearestRows(this.#task.order === 'newest-first', count);
    this.rowsRead += nearest.collect(this.#tiles, this.#task.filters);
    const columns = this.#newColumns();
    const { order } = nearest.read((tile, slices, rows) => {
      const cursor = new TileCursor(tile.reader);
      cursor.take(slices, rows);
      this.#fill(tile, cursor, columns);
    });
    return { columns, order: order.subarray(this.#skip) };
  }

  #filled(tile: OpenTile, cursor: TileCursor): readonly CollectedColumn[] {
    const columns = this.#newColumns();
    this.#fill(tile, cursor, columns);
    return columns;
  }

  #fill(tile: OpenTile, cursor: TileCursor, columns: readonly CollectedColumn[]): void {
    for (const [at, source] of this.#task.outputs.entries()) {
      const column = known(columns[at], 'a column');
      fillColumn(tile, cursor, { source, column });
      column.keep(cursor.rows);
    }
  }

  #newColumns(): readonly CollectedColumn[] {
    return this.#task.outputs.map((source) => new CollectedColumn(physicalType(source)));
  }
}

function chunkOf(columns: readonly CollectedColumn[], order: Int32Array): ResultChunk {
  const views = columns.map((column) => column.view(order));
  return { rows: order.length, column: (at) => known(views[at], 'a column of the result') };
}
