/**
 * Pages of rows that are known at once: the answers of SHOW and DESCRIBE, which come from the
 * catalog and need no engine.
 */
import type { SqlType } from '../analyse/types.ts';
import type { PageSource } from './query-run.ts';
import type { EncodedPage, PageRequest } from './room-protocol.ts';

/** Text, NULL, or a list of rows of texts (the dimensions of SHOW MEASURES). */
export type FixedValue = string | null | readonly (readonly string[])[];

export interface FixedResult {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly rows: readonly (readonly FixedValue[])[];
}

export class FixedPages implements PageSource {
  readonly #rows: readonly string[];
  #next = 0;

  constructor(result: FixedResult) {
    this.#rows = result.rows.map((row) => JSON.stringify({ Data: row.map(datum) }));
  }

  page({ rowsMax, bytesMax }: PageRequest): Promise<EncodedPage> {
    const from = this.#next;
    let bytes = 0;
    while (this.#next < this.#rows.length && this.#next - from < rowsMax) {
      bytes += Buffer.byteLength(this.#rows[this.#next] ?? '') + 1;
      if (bytes > bytesMax && this.#next > from) break;
      this.#next++;
    }
    const rows = this.#rows.slice(from, this.#next);
    return Promise.resolve({
      rows: Buffer.from(rows.join(',')),
      rowCount: rows.length,
      last: this.#next === this.#rows.length,
      progress: this.#rows.length === 0 ? 1 : this.#next / this.#rows.length,
    });
  }

  cancel(): void {}
}

function datum(value: FixedValue): object {
  if (value === null) return { NullValue: true };
  if (typeof value === 'string') return { ScalarValue: value };
  return { ArrayValue: value.map((row) => ({ RowValue: { Data: row.map(datum) } })) };
}
