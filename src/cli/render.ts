/** Rows as a boxed table or as CSV (RFC 4180, with line feeds). */
import { styleText } from 'node:util';
import Table from 'cli-table3';

/** NULL is null. */
export type TextRow = readonly (string | null)[];

export interface ColumnHead {
  readonly name: string;
  readonly type: string;
}

const NUMERIC = new Set(['integer', 'bigint', 'double']);

export function renderTable(heads: readonly ColumnHead[], rows: readonly TextRow[]): string {
  const table = new Table({
    head: heads.map(({ name, type }) => `${name}\n${dim(type)}`),
    colAligns: heads.map(({ type }) => (NUMERIC.has(type) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map((text) => text ?? dim('NULL')));
  return table.toString();
}

export function csvLine(row: TextRow): string {
  return `${row.map((text) => csvField(text ?? '')).join(',')}\n`;
}

function csvField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function dim(text: string): string {
  const plain = process.env['NO_COLOR'] || !process.stdout.isTTY;
  return plain ? text : styleText('dim', text);
}
