/** Values and types of the Query API as text for people and for CSV. */
import type { Datum, Type } from '@aws-sdk/client-timestream-query';

/** Null for NULL; nested values in the notation of the query language. */
export function datumText(datum: Datum): string | null {
  if (datum.NullValue) return null;
  if (datum.ScalarValue !== undefined) return datum.ScalarValue;
  if (datum.ArrayValue) return `[${datum.ArrayValue.map(nestedText).join(', ')}]`;
  if (datum.RowValue) return `(${(datum.RowValue.Data ?? []).map(nestedText).join(', ')})`;
  const points = (datum.TimeSeriesValue ?? []).map(
    ({ Time, Value }) => `{time: ${Time}, value: ${nestedText(Value ?? {})}}`,
  );
  return `[${points.join(', ')}]`;
}

function nestedText(datum: Datum): string {
  return datumText(datum) ?? 'NULL';
}

export function typeName(type: Type | undefined): string {
  if (type?.ScalarType) return type.ScalarType.toLowerCase().replaceAll('_', ' ');
  if (type?.ArrayColumnInfo) return `array(${typeName(type.ArrayColumnInfo.Type)})`;
  if (type?.TimeSeriesMeasureValueColumnInfo) {
    return `timeseries(${typeName(type.TimeSeriesMeasureValueColumnInfo.Type)})`;
  }
  const fields = (type?.RowColumnInfo ?? []).map(({ Type }) => typeName(Type));
  return `row(${fields.join(', ')})`;
}
