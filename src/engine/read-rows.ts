/** Whole results as arrays of values: for tests and small results, not for what a client reads. */
import type { Engine, RunOptions } from './engine.ts';
import { readerOf } from './per-row.ts';
import type { VectorValue } from './scalar-function.ts';

export async function readRows(
  engine: Engine,
  sql: string,
  options?: RunOptions,
): Promise<VectorValue[][]> {
  const stream = await engine.run(sql, options);
  const rows: VectorValue[][] = [];
  for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) {
    const current = chunk;
    const readers = stream.columns.map((_, k) => readerOf(current.column(k)));
    for (let row = 0; row < current.rows; row++) rows.push(readers.map((read) => read(row)));
  }
  return rows;
}
