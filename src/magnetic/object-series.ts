/**
 * The series of one object in the order in which their rows lie in it, each in one run.
 *
 * The order is asked of the file, not worked out from how it was sorted: what a table is sorted by
 * may have been unknown when the object was written.
 */
import { objectColumn } from './object-layout.ts';
import { objectSource } from './read-objects.ts';

export interface SeriesQuery {
  readonly path: string;
  readonly rows: number;
  /** Ids of the dimensions that the object has. */
  readonly dimensions: readonly number[];
}

/** Columns: the dimensions, measure name, rows (BIGINT), first and last row (BIGINT). */
export function objectSeriesQuery({ path, rows, dimensions }: SeriesQuery): string {
  const columns = [
    ...dimensions.map((dimensionId) => objectColumn({ kind: 'dimension', dimensionId })),
    objectColumn({ kind: 'measure-name' }),
  ];
  const names = columns.map(({ name }) => name).join(', ');
  const source = objectSource([{ path, rows }], columns, ['file_row_number = true']);
  return (
    `SELECT ${names}, count(*), min(file_row_number) AS first, max(file_row_number) ` +
    `FROM ${source} GROUP BY ${names} ORDER BY first`
  );
}
