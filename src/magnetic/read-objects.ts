/**
 * The relation of the rows that a set of objects holds.
 *
 *     SELECT d0, epoch_ns(raw_time) AS time, c4
 *     FROM read_parquet(['…', '…'], schema = MAP {1: {name: 'raw_time', …}, …})
 *     WHERE raw_time >= make_timestamp_ns(…) AND d0 IN ('…')
 *
 * Columns are found by field id, so objects of different columns are read together; a column that
 * an object lacks is NULL in its rows. Predicates are on the columns as stored, where DuckDB skips
 * row groups by them. Objects that cannot have a wanted row are better left out by the caller, who
 * knows their statistics: opening one costs about 0.1 ms.
 */
import { assert } from '../base/assert.ts';
import type { ObjectPredicate } from '../tiles/api.ts';
import { INT64_MAX, INT64_MIN } from './int64-range.ts';
import { type Held, type ObjectColumn, objectColumn } from './object-layout.ts';
import { plainLiteral, textLiterals, timeLiteral } from './sql-text.ts';

export interface ObjectsRead {
  readonly objects: readonly { readonly path: string; readonly rows: number }[];
  /** In the order of the relation's columns; at least one. */
  readonly columns: readonly Held[];
  /** Every row that is read satisfies it. */
  readonly where?: ObjectPredicate;
}

/** A SELECT with the columns named as object-layout.ts says; undefined when there are no objects. */
export function objectsRelation(read: ObjectsRead): string | undefined {
  const { objects, where } = read;
  if (objects.length === 0) return undefined;
  assert(read.columns.length > 0, 'a relation has columns');
  const columns = read.columns.map(objectColumn);
  const conditions = where === undefined ? [] : conditionsOf(where);
  const stored = new Map(
    [...columns, ...conditions.map(({ column }) => column)].map((column) => [
      column.fieldId,
      column,
    ]),
  );
  const items = columns.map((column) => `${readText(column)} AS ${column.name}`).join(', ');
  const condition = conditions.map(({ text }) => text).join(' AND ');
  return (
    `SELECT ${items} FROM ${objectSource(objects, [...stored.values()])}` +
    (condition === '' ? '' : ` WHERE ${condition}`)
  );
}

/** The objects' columns as they are stored. */
export function objectSource(
  objects: ObjectsRead['objects'],
  columns: readonly ObjectColumn[],
  options: readonly string[] = [],
): string {
  const paths = objects.map(({ path }) => plainLiteral(path)).join(', ');
  const rows = objects.reduce((sum, object) => sum + object.rows, 0);
  const parameters = [
    `schema = ${schemaText(columns)}`,
    // Otherwise a folder named `a=b` above the objects would become a column.
    'hive_partitioning = false',
    `explicit_cardinality = ${rows}`,
    ...options,
  ];
  return `read_parquet([${paths}], ${parameters.join(', ')})`;
}

function schemaText(columns: readonly ObjectColumn[]): string {
  const entries = columns.map(
    (column) =>
      `${column.fieldId}: {name: '${storedName(column)}', type: '${column.type}', ` +
      'default_value: NULL}',
  );
  return `MAP {${entries.join(', ')}}`;
}

/** Of the column as the file has it. */
function storedName({ name, type }: ObjectColumn): string {
  return type === 'TIMESTAMP_NS' ? `raw_${name}` : name;
}

function readText(column: ObjectColumn): string {
  const stored = storedName(column);
  if (column.type !== 'TIMESTAMP_NS') return stored;
  if (column.holds.kind === 'time') return `epoch_ns(${stored})`;
  return (
    `CASE WHEN isfinite(${stored}) THEN epoch_ns(${stored}) ` +
    `WHEN ${stored} IS NOT NULL THEN CAST('${INT64_MAX}' AS BIGINT) END`
  );
}

interface Condition {
  readonly column: ObjectColumn;
  readonly text: string;
}

function conditionsOf(where: ObjectPredicate): readonly Condition[] {
  const { fromTime, untilTime, measureNames, dimensions } = where;
  const time = objectColumn({ kind: 'time' });
  const conditions: Condition[] = [];
  if (fromTime > INT64_MIN) conditions.push(timeCondition(time, '>=', fromTime));
  if (untilTime < INT64_MAX) conditions.push(timeCondition(time, '<', untilTime));
  if (measureNames !== undefined) {
    conditions.push(oneOf(objectColumn({ kind: 'measure-name' }), measureNames));
  }
  for (const [dimensionId, values] of dimensions ?? []) {
    conditions.push(oneOf(objectColumn({ kind: 'dimension', dimensionId }), values));
  }
  return conditions;
}

function timeCondition(column: ObjectColumn, operator: '>=' | '<', nanos: bigint): Condition {
  // Rows lie between the ends, so beyond them the answer is the same for all.
  const isBeyond = operator === '>=' ? nanos >= INT64_MAX : nanos <= INT64_MIN;
  if (isBeyond) return { column, text: 'false' };
  return { column, text: `${storedName(column)} ${operator} ${timeLiteral(nanos)}` };
}

function oneOf(column: ObjectColumn, values: readonly string[]): Condition {
  const stored = storedName(column);
  const text = values.length === 0 ? 'false' : `${stored} IN (${textLiterals(values)})`;
  return { column, text };
}
