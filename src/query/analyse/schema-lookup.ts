/**
 * What the analyser asks of the catalog: which databases and tables there are, and which columns a
 * table has now. The query service implements it over the catalog; an editor in a browser over
 * whatever it has fetched; tests over an object. Answers must not change within one statement.
 *
 * `TableRef` and `ColumnRef` are handed through unread, to come out in the scan plans.
 */
import type { SqlType } from './types.ts';

/** The catalog's own handle of a table, opaque here. */
export interface TableRef {
  readonly database: string;
  readonly table: string;
}

export type ColumnKind = 'dimension' | 'measure_name' | 'time' | 'measure_value' | 'multi';

/** The catalog's own handle of a column: what the scan is asked for. */
export interface ColumnRef {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly type: SqlType;
}

export interface TableSchema {
  readonly ref: TableRef;
  /** In the order of `SELECT *` (query-language 2.5). */
  readonly columns: readonly ColumnRef[];
}

export interface SchemaLookup {
  database(name: string): object | undefined;
  table(database: string, table: string): TableSchema | undefined;
}
