/** Query results as plain values: text, null, arrays; a time series as [time, value] pairs. */
import {
  type Datum,
  QueryCommand,
  type TimestreamQueryClient,
} from '@aws-sdk/client-timestream-query';

export type Value = string | null | readonly Value[];

export function valueIn(datum: Datum): Value {
  if (datum.NullValue) return null;
  if (datum.ScalarValue !== undefined) return datum.ScalarValue;
  if (datum.ArrayValue) return datum.ArrayValue.map(valueIn);
  if (datum.RowValue) return (datum.RowValue.Data ?? []).map(valueIn);
  return (datum.TimeSeriesValue ?? []).map(({ Time, Value }) => [Time ?? '', valueIn(Value ?? {})]);
}

/** All rows of all pages. */
export async function rowsOf(
  client: TimestreamQueryClient,
  sql: string,
): Promise<readonly (readonly Value[])[]> {
  const rows: Value[][] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new QueryCommand({ QueryString: sql, NextToken: token }));
    for (const row of page.Rows ?? []) rows.push((row.Data ?? []).map(valueIn));
    token = page.NextToken;
  } while (token !== undefined);
  return rows;
}
