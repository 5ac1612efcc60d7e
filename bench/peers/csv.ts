/** The data as CSV files, which is what databases without line protocol load from. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { CpuRow } from '../dashboards/cpu-data.ts';
import { batches, csvOf } from '../dashboards/formats.ts';

const ROWS_AT_ONCE = 10_000;

/** In turns to each of the files. */
export function writeCsv(files: readonly string[], rows: Iterable<CpuRow>): void {
  const opened = files.map((file) => openSync(file, 'w'));
  let at = 0;
  for (const text of batches(rows, { count: ROWS_AT_ONCE, write: csvOf, separator: '' })) {
    writeSync(opened[at++ % opened.length] ?? 0, text);
  }
  for (const fd of opened) closeSync(fd);
}
