/**
 * Small statements in the main thread: what takes less than sending it to a worker would.
 *
 *     one kernel, or rows as they are  ──┐
 *     of hot tiles alone                 ├─► in place: a millisecond at most, no SQL, no worker
 *     few cells                        ──┘
 *
 * So the queries that dashboards ask most are not held up by long ones either, and need no place
 * among those that run.
 */
import { IN_PLACE_CELLS_MAX, IN_PLACE_RESULT_CELLS_MAX } from '../../base/limits.ts';
import type { Slabs } from '../../memory/api.ts';
import type { PageSource } from './query-run.ts';
import type { EncodedPage, PageRequest, Statement } from './room-protocol.ts';
import { RunFailure } from './run-failure.ts';
import { ThreadRun } from './thread-run.ts';
import type { TileDictionaries } from './tile-dictionaries.ts';

export function fitsInPlace({ scans, rows, direct }: Statement): boolean {
  if (rows !== undefined) {
    if (rows.residents !== undefined) return false;
    const read = rowsOf(rows.tiles);
    const most = rows.limit === undefined ? read : Math.min(read, Number(rows.limit));
    const { rowFilters } = rows.filters;
    return (
      read * (1 + rowFilters.length) <= IN_PLACE_CELLS_MAX &&
      most * rows.outputs.length <= IN_PLACE_RESULT_CELLS_MAX
    );
  }
  const [scan] = scans;
  if (direct === undefined || scan?.kernel === undefined || scan.residents !== undefined) {
    return false;
  }
  const { aggregates, rowFilters } = scan.kernel.kernel;
  const read = rowsOf(scan.tiles);
  return (
    read * (1 + aggregates.length + rowFilters.length) <= IN_PLACE_CELLS_MAX &&
    Math.min(read, scan.rowsEstimated) * direct.outputs.length <= IN_PLACE_RESULT_CELLS_MAX
  );
}

function rowsOf(tiles: readonly { readonly statistics: { readonly rows: number } }[]): number {
  return tiles.reduce((sum, { statistics }) => sum + statistics.rows, 0);
}

export class InPlaceRun implements PageSource {
  readonly #run: ThreadRun;
  readonly #release: () => void;
  #isOver = false;

  constructor(
    room: { readonly slabs: Slabs; readonly dictionaries: TileDictionaries },
    statement: Statement,
    release: () => void,
  ) {
    this.#run = new ThreadRun({ ...room, engine: undefined, residents: undefined }, statement);
    this.#release = release;
  }

  async page(request: PageRequest): Promise<EncodedPage> {
    if (this.#isOver) throw new RunFailure('cancelled', 'cancelled');
    const answer = await this.#run.page(request);
    if (answer.kind === 'failed') {
      this.#end();
      throw new RunFailure(answer.failure, answer.text);
    }
    if (answer.page.last) this.#end();
    return answer.page;
  }

  cancel(): void {
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Nothing is read any more once it is closed, and that waits for the page being made.
    void this.#run.close().then(this.#release);
  }
}
