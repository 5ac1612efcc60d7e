/**
 * Asks a server and writes its answer as the golden files do: types and values as text, errors as
 * one line. Values that the form could confuse are quoted, so that every answer reads one way only.
 */
import {
  type ColumnInfo,
  type Datum,
  QueryCommand,
  type QueryCommandOutput,
  type Row,
  type TimestreamQueryClient,
  TimestreamQueryServiceException,
  type Type,
} from '@aws-sdk/client-timestream-query';
import type { Check } from './golden-file.ts';

/** The lines that stand for the server's answer to a check. */
export async function answerOf(
  client: TimestreamQueryClient,
  check: Check,
): Promise<readonly string[]> {
  try {
    const pages = await pagesOf(client, check.sql);
    const columns = pages[0]?.ColumnInfo ?? [];
    const rows = pages.flatMap((page) => page.Rows ?? []);
    return check.form === 'expression' ? [expressionLine(columns, rows)] : table(columns, rows);
  } catch (error) {
    if (error instanceof TimestreamQueryServiceException) return [errorLine(error)];
    throw error;
  }
}

async function pagesOf(
  client: TimestreamQueryClient,
  sql: string,
): Promise<readonly QueryCommandOutput[]> {
  const pages: QueryCommandOutput[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new QueryCommand({ QueryString: sql, NextToken: token }));
    pages.push(page);
    token = page.NextToken;
  } while (token !== undefined);
  return pages;
}

/** `error: text` is a ValidationException, which nearly all are; others carry their name. */
function errorLine(error: TimestreamQueryServiceException): string {
  const name = error.name === 'ValidationException' ? '' : ` ${error.name}`;
  return `error${name}: ${error.message.trimEnd()}`;
}

function expressionLine(columns: readonly ColumnInfo[], rows: readonly Row[]): string {
  const type = typeText(columns[0]?.Type);
  const values = rows.map(({ Data }) => valueText(Data?.[0] ?? {}));
  return rows.length === 0 ? `${type} (no rows)` : `${type} ${values.join('; ')}`;
}

function table(columns: readonly ColumnInfo[], rows: readonly Row[]): readonly string[] {
  const header = columns.map(({ Name, Type }) => `${Name} ${typeText(Type)}`).join(' | ');
  return [header, ...rows.map(({ Data }) => (Data ?? []).map(valueText).join(' | '))];
}

function typeText(type: Type | undefined): string {
  if (type?.ScalarType) return type.ScalarType.toLowerCase().replaceAll('_', ' ');
  if (type?.ArrayColumnInfo) return `array(${typeText(type.ArrayColumnInfo.Type)})`;
  if (type?.RowColumnInfo) {
    const fields = type.RowColumnInfo.map(({ Name, Type }) => `${Name} ${typeText(Type)}`);
    return `row(${fields.join(', ')})`;
  }
  const series = type?.TimeSeriesMeasureValueColumnInfo;
  return series ? `timeseries(${typeText(series.Type)})` : 'no type';
}

function valueText(datum: Datum): string {
  if (datum.NullValue) return 'NULL';
  if (datum.ScalarValue !== undefined) return quoteIfNeeded(datum.ScalarValue);
  if (datum.ArrayValue) return `[${datum.ArrayValue.map(valueText).join(', ')}]`;
  if (datum.RowValue) return `(${(datum.RowValue.Data ?? []).map(valueText).join(', ')})`;
  const points = datum.TimeSeriesValue ?? [];
  return `{${points.map(({ Time, Value }) => `${Time}: ${valueText(Value ?? {})}`).join(', ')}}`;
}

/** Quotes what is empty, has blanks at an end, or holds a character of the form itself. */
function quoteIfNeeded(text: string): string {
  if (text !== '' && text === text.trim() && !/^NULL$|^'|[|;,[\](){}\n\t\r]/.test(text))
    return text;
  const escaped = text.replace(/[\n\t\r]/g, (c) => ({ '\n': '\\n', '\t': '\\t' })[c] ?? '\\r');
  return `'${escaped}'`;
}

/** Whether an answer is the one expected; an expected error may leave out text with `…`. */
export function sameAnswer(check: Check, answer: readonly string[]): boolean {
  const expected = check.expected;
  const only = expected.length === 1 && answer.length === 1;
  if (only && /^error\b/.test(expected[0] ?? '')) {
    return errorPattern(expected[0] ?? '').test(answer[0] ?? '');
  }
  return canonical(check, expected) === canonical(check, answer);
}

function errorPattern(expected: string): RegExp {
  const parts = expected.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`);
}

function canonical(check: Check, lines: readonly string[]): string {
  const [header = '', ...rows] = lines;
  return [header, ...(check.anyOrder ? rows.toSorted() : rows)].join('\n');
}
