/**
 * A kernel's results as a table of SQL: groups are the rows, keys and aggregates the columns.
 *
 * `prepare()` computes the first block in turns, before SQL draws from the table: a statement that
 * only reads the whole (GROUP BY the bin alone) is then done computing, and in between the thread
 * has seen to its messages. What is left is computed as it is drawn, a block at a time.
 */
import { known } from '../base/assert.ts';
import {
  type ColumnType,
  SCAN_ROWS_MAX,
  type ScanColumn,
  type ScanCursor,
  type ScanSource,
} from '../engine/api.ts';
import { KernelRun } from './kernel-run.ts';
import type { OpenTile } from './open-tile.ts';
import type { KernelKey, ScanKernel } from './scan-kernel.ts';
import { aggregateType } from './states.ts';

export interface KernelSourceOptions {
  readonly kernel: ScanKernel;
  readonly tiles: readonly OpenTile[];
  /** Of the results: keys, then aggregates. */
  readonly names: readonly string[];
  readonly rowsEstimated: number;
}

export class KernelSource implements ScanSource {
  readonly columns: ScanSource['columns'];
  readonly rowsEstimated: number;
  readonly #options: KernelSourceOptions;
  #first: KernelRun;
  #isFirstTaken = false;

  constructor(options: KernelSourceOptions) {
    const { kernel, names } = options;
    const types = [...kernel.keys.map(keyType), ...kernel.aggregates.map(aggregateType)];
    this.columns = types.map((type, at) => ({ name: known(names[at], 'a name'), type }));
    this.rowsEstimated = options.rowsEstimated;
    this.#options = options;
    this.#first = this.#newRun();
  }

  /** As many rows as the result can have: each row a group of its own, or one group without rows. */
  get rowsMax(): number {
    const { tiles } = this.#options;
    return tiles.reduce((sum, { reader }) => sum + reader.descriptor.statistics.rows, 1);
  }

  /** In the first block; what comes as it is drawn is as good as sent. */
  get rowsRead(): number {
    return this.#first.rowsRead;
  }

  /** Goes on with the first block, for about so many cells; true when it is complete. */
  prepare(cells: number): boolean {
    return this.#first.advance(cells);
  }

  open(projected: readonly number[]): ScanCursor {
    // A result in one block stays as it is, for any number of cursors.
    const run = this.#first.isWhole || !this.#isFirstTaken ? this.#first : this.#newRun();
    this.#isFirstTaken = true;
    return new KernelCursor(run, projected);
  }

  #newRun(): KernelRun {
    return new KernelRun(this.#options.kernel, this.#options.tiles);
  }
}

function keyType(key: KernelKey): ColumnType {
  return key.kind === 'bin' ? 'bigint' : 'varchar';
}

class KernelCursor implements ScanCursor {
  readonly #run: KernelRun;
  readonly #projected: readonly number[];
  #slot = 0;

  constructor(run: KernelRun, projected: readonly number[]) {
    this.#run = run;
    this.#projected = projected;
  }

  next(out: readonly ScanColumn[]): number {
    const { slots, columns } = this.#run;
    if (!this.#hasSlots()) return 0;
    const from = this.#slot;
    const until = Math.min(from + SCAN_ROWS_MAX, slots.count);
    for (const [at, ordinal] of this.#projected.entries()) {
      known(columns[ordinal], 'a column').write(known(out[at], 'a column to fill'), from, until);
    }
    this.#slot = until;
    return until - from;
  }

  /** Whether there are results left, of the block at hand or of one computed now. */
  #hasSlots(): boolean {
    const run = this.#run;
    if (!run.isReady) run.advance(Infinity);
    while (this.#slot === run.slots.count) {
      if (run.isOver) return false;
      run.next();
      this.#slot = 0;
      run.advance(Infinity);
    }
    return true;
  }
}
