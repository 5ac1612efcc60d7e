/**
 * `tessera query SQL`: runs one statement and prints its rows, as a table for people and as CSV for
 * programs. Data goes to stdout, everything said about it to stderr.
 */
import { paginateQuery, type QueryCommandOutput } from '@aws-sdk/client-timestream-query';
import { explainFailure, queryClient } from './client.ts';
import { datumText, typeName } from './datum.ts';
import { CommandError, EXIT, exitWith } from './exit.ts';
import type { QueryFlags } from './flags.ts';
import { csvLine, renderTable, type TextRow } from './render.ts';
import { writeOut } from './write-out.ts';

/** A table is laid out as a whole, so its rows are held in memory; more are for CSV. */
const TABLE_ROWS_MAX = 10_000;

type Pages = AsyncIterable<QueryCommandOutput>;

export async function query(sql: string, flags: QueryFlags): Promise<void> {
  const format = flags.format ?? (process.stdout.isTTY ? 'table' : 'csv');
  try {
    if (format !== 'table' && format !== 'csv') {
      throw new CommandError(EXIT.usage, `--format is '${format}'; expected table or csv`);
    }
    const client = queryClient(flags);
    const pages: Pages = paginateQuery({ client }, { QueryString: sql });
    await (format === 'table' ? printTable(pages) : printCsv(pages));
  } catch (error) {
    exitWith(explainFailure(error));
  }
}

async function printTable(pages: Pages): Promise<void> {
  const startedMs = performance.now();
  let columns: QueryCommandOutput['ColumnInfo'] = [];
  const shown: TextRow[] = [];
  let rows = 0;
  for await (const page of pages) {
    columns = page.ColumnInfo;
    for (const row of page.Rows ?? []) {
      if (rows++ < TABLE_ROWS_MAX) shown.push((row.Data ?? []).map(datumText));
    }
  }
  const heads = (columns ?? []).map(({ Name, Type }) => ({
    name: Name ?? '',
    type: typeName(Type),
  }));
  process.stdout.write(`${renderTable(heads, shown)}\n`);
  const hidden = rows > TABLE_ROWS_MAX ? `, the first ${TABLE_ROWS_MAX} shown` : '';
  const tookMs = Math.round(performance.now() - startedMs);
  process.stderr.write(`${rows} ${rows === 1 ? 'row' : 'rows'}${hidden} in ${tookMs} ms\n`);
}

async function printCsv(pages: Pages): Promise<void> {
  let headed = false;
  for await (const page of pages) {
    if (!headed) await writeOut(csvLine((page.ColumnInfo ?? []).map(({ Name }) => Name ?? '')));
    headed = true;
    const lines = (page.Rows ?? []).map((row) => csvLine((row.Data ?? []).map(datumText)));
    await writeOut(lines.join(''));
  }
}
