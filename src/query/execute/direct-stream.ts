/**
 * A kernel's result as the result of a statement: gathered, put in order, limited, and handed out
 * like the rows of the engine, which has no part in it.
 */
import { known } from '../../base/assert.ts';
import {
  type ResultChunk,
  type ResultStream,
  SCAN_ROWS_MAX,
  type ScanCursor,
  type VectorType,
} from '../../engine/api.ts';
import { nextTurn } from '../../host/turn.ts';
import { CollectedColumn, type KernelSource } from '../../scan/api.ts';
import { queryErrorText } from '../analyse/api.ts';
import type { DirectResult } from '../plan/api.ts';
import { RunFailure } from './run-failure.ts';

export class DirectStream implements ResultStream {
  readonly columns: ResultStream['columns'];
  readonly #source: KernelSource;
  readonly #direct: DirectResult;
  readonly #collected: readonly CollectedColumn[];
  #order: Int32Array | undefined;
  #at = 0;
  #isInterrupted = false;

  constructor(source: KernelSource, direct: DirectResult) {
    this.#source = source;
    this.#direct = direct;
    // A result of few rows is not worth the room for a whole vector.
    const rows = Math.min(SCAN_ROWS_MAX, source.rowsMax);
    this.#collected = source.columns.map(({ type }) => new CollectedColumn(type, rows));
    this.columns = direct.outputs.map((ordinal) => {
      const { name, type } = known(source.columns[ordinal], 'a column of the kernel');
      return { name, type: type as VectorType };
    });
  }

  async next(): Promise<ResultChunk | null> {
    this.#order ??= await this.#collect();
    const order = this.#order.subarray(this.#at, this.#at + SCAN_ROWS_MAX);
    if (order.length === 0) return null;
    this.#at += order.length;
    const views = this.#direct.outputs.map((ordinal) =>
      known(this.#collected[ordinal], 'a column').view(order),
    );
    return { rows: order.length, column: (at) => known(views[at], 'a column of the result') };
  }

  interrupt(): void {
    this.#isInterrupted = true;
  }

  async close(): Promise<void> {}

  /** Which rows the result has, in order. */
  async #collect(): Promise<Int32Array> {
    const cursor = this.#source.open(this.#collected.map((_, ordinal) => ordinal));
    let count = 0;
    for (let rows = this.#fill(cursor); rows > 0; rows = this.#fill(cursor)) {
      for (const column of this.#collected) column.keep(rows);
      count += rows;
      if (count % (64 * SCAN_ROWS_MAX) === 0) await nextTurn();
      if (this.#isInterrupted) throw new RunFailure('cancelled', 'cancelled');
    }
    const order = Int32Array.from({ length: count }, (_, row) => row);
    if (this.#direct.order.length > 0) this.#sort(order);
    const from = Number(this.#direct.offset ?? 0n);
    const { limit } = this.#direct;
    return order.subarray(
      from,
      limit === undefined ? count : Math.min(count, from + Number(limit)),
    );
  }

  /** What a kernel says of its rows (a sum beyond its type) is for the client. */
  #fill(cursor: ScanCursor): number {
    try {
      return cursor.next(this.#collected);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RunFailure('user', queryErrorText(error.message) ?? error.message);
    }
  }

  #sort(order: Int32Array): void {
    const keys = this.#direct.order.map(({ column, descending, nullsFirst }) => ({
      column: known(this.#collected[column], 'a column'),
      sign: descending ? -1 : 1,
      nulls: nullsFirst ? -1 : 1,
    }));
    const compare = (a: number, b: number): number => {
      for (const { column, sign, nulls } of keys) {
        const isNull = column.isNull(a);
        if (isNull !== column.isNull(b)) return isNull ? nulls : -nulls;
        const result = isNull ? 0 : column.compare(a, b) * sign;
        if (result !== 0) return result;
      }
      return 0;
    };
    // Bins of one group come in order, so much is sorted already.
    if (order.some((row, at) => at > 0 && compare(order[at - 1]!, row) > 0)) order.sort(compare);
  }
}
