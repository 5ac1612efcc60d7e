/**
 * SHOW and DESCRIBE (query-language 2.5): rows made from the catalog, without the engine; and, as
 * an extension, SHOW FUNCTIONS from the registry.
 *
 * Rows are sorted by name, except for the columns of a table, which come in the order of SELECT *.
 */
import type { CatalogState, SchemaColumn, TableEntry } from '../../catalog/api.ts';
import { arrayOf, documentedFunctions, rowOf, VARCHAR } from '../analyse/api.ts';
import type { FixedResult } from './fixed-pages.ts';
import { type LikePattern, likeMatcher } from './like-matcher.ts';

export function showDatabases(state: CatalogState, like: LikePattern | undefined): FixedResult {
  return namesResult('Database', state.databases.sortedKeys, like);
}

/** Without a database: the tables of all of them. */
export function showTables(
  state: CatalogState,
  database: string | undefined,
  like: LikePattern | undefined,
): FixedResult {
  const databases = database === undefined ? state.databases.sortedKeys : [database];
  const names = databases.flatMap((name) => state.databases.get(name)?.tables.sortedKeys ?? []);
  return namesResult('Table', names, like);
}

function namesResult(
  column: string,
  names: readonly string[],
  like: LikePattern | undefined,
): FixedResult {
  return {
    columns: [{ name: column, type: VARCHAR }],
    rows: names.filter(likeMatcher(like)).map((name) => [name]),
  };
}

const DIMENSIONS = arrayOf(
  rowOf([
    { name: 'dimension_name', type: VARCHAR },
    { name: 'data_type', type: VARCHAR },
  ]),
);

export function showMeasures(table: TableEntry, like: LikePattern | undefined): FixedResult {
  const { measures, measureNames, dimensions } = table.schema;
  const names = measureNames.filter(likeMatcher(like));
  return {
    columns: [
      { name: 'measure_name', type: VARCHAR },
      { name: 'data_type', type: VARCHAR },
      { name: 'dimensions', type: DIMENSIONS },
    ],
    rows: names.map((name) => {
      const measure = measures.get(name);
      const seen = (measure?.dimensionIds ?? []).map((id) => [dimensions[id] ?? '', 'varchar']);
      return [name, measure?.type ?? '', seen];
    }),
  };
}

const ATTRIBUTE_TYPES: Readonly<Record<SchemaColumn['kind'], string>> = {
  dimension: 'DIMENSION',
  measure_name: 'MEASURE_NAME',
  time: 'TIMESTAMP',
  measure_value: 'MEASURE_VALUE',
  multi: 'MULTI',
};

export function describeTable(table: TableEntry): FixedResult {
  return {
    columns: ['Column', 'Type', 'Timestream attribute type'].map((name) => ({
      name,
      type: VARCHAR,
    })),
    rows: table.schema.columns.map(({ name, type, kind }) => [name, type, ATTRIBUTE_TYPES[kind]]),
  };
}

export function showFunctions(like: LikePattern | undefined): FixedResult {
  const matches = likeMatcher(like);
  const functions = documentedFunctions()
    .flatMap((family) => family.functions)
    .filter(({ name, lower }) => lower.kind !== 'not-yet' && matches(name));
  return {
    columns: ['Function', 'Signature', 'Kind', 'Description'].map((name) => ({
      name,
      type: VARCHAR,
    })),
    rows: functions
      .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ name, signature, kind, doc }) => [name, signature, kind, doc]),
  };
}
