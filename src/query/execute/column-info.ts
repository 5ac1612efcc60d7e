/**
 * Logical types in wire form: the `Type` union of a ColumnInfo (query-api 3.5).
 */
import { assertNever } from '../../base/assert.ts';
import { validation } from '../../base/errors.ts';
import { displayType, type SqlType } from '../analyse/types.ts';

export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
}

export type WireType =
  | { readonly ScalarType: string }
  | { readonly ArrayColumnInfo: { readonly Type: WireType } }
  | { readonly RowColumnInfo: readonly { readonly Name: string; readonly Type: WireType }[] }
  | { readonly TimeSeriesMeasureValueColumnInfo: { readonly Type: WireType } };

/** The JSON text of the `ColumnInfo` array, made once for all pages of a query. */
export function columnInfoJson(columns: readonly ResultColumn[]): string {
  return JSON.stringify(columns.map(({ name, type }) => ({ Name: name, Type: wireType(type) })));
}

/** Throws ValidationException for types that have no wire form (query-language 3.1). */
export function wireType(type: SqlType): WireType {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'bigint':
    case 'double':
    case 'varchar':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'unknown':
      return { ScalarType: type.kind.toUpperCase() };
    case 'interval-day-second':
      return { ScalarType: 'INTERVAL_DAY_TO_SECOND' };
    case 'interval-year-month':
      return { ScalarType: 'INTERVAL_YEAR_TO_MONTH' };
    case 'array':
      return { ArrayColumnInfo: { Type: wireType(type.element) } };
    case 'timeseries':
      return { TimeSeriesMeasureValueColumnInfo: { Type: wireType(type.value) } };
    case 'row':
      // Clients read every field's name, so a nameless one is given its position.
      return {
        RowColumnInfo: type.fields.map((field, at) => ({
          Name: field.name ?? `field${at}`,
          Type: wireType(field.type),
        })),
      };
    case 'varbinary':
    case 'map':
    case 'json':
    case 'function':
      throw validation(`A column of type ${displayType(type)} cannot be returned by a query`);
    default:
      return assertNever(type, 'type');
  }
}
