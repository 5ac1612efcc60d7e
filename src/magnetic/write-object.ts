/**
 * Writes a relation to a Parquet file, and tells what is in it.
 *
 *     COPY (SELECT … FROM (relation) ORDER BY partition key, dimensions, measure name, time)
 *     TO 'draft' (FORMAT parquet, …)
 *
 * Sorted like that a series is one run of rows, which is what compresses best and what a query for
 * few series skips best by. Of the options only the compression level is chosen against a default:
 * level 6 takes 15 % less room than 3 for integers, whole row groups included, and costs nothing to
 * read. Without dictionaries another 15 % would go, but scans would take three times as long
 * (docs/internals/magnetic-store.md has the numbers).
 *
 * Runs where the engine is, which is in a worker thread; a WritePlan is plain data. The file is a
 * draft: not durable, and not an object before MagneticStore.put().
 */
import { assert } from '../base/assert.ts';
import type { Engine, RunOptions } from '../engine/api.ts';
import { readRows } from '../engine/api.ts';
import { INT64_MAX } from './int64-range.ts';
import { type ObjectContents, objectContents } from './object-contents.ts';
import type { NamedColumn, ObjectLayout } from './object-layout.ts';
import { identifier, plainLiteral } from './sql-text.ts';

/** Rows of a row group: DuckDB reads them as one piece of work, a multiple of its vectors. */
const ROW_GROUP_ROWS = 122_880;
const COMPRESSION_LEVEL = 6;

/** By which column rows are sorted first; a dimension that the layout lacks is as good as none. */
export type SortKey =
  | { readonly kind: 'measure' }
  | { readonly kind: 'dimension'; readonly dimensionId: number };

export interface WritePlan {
  /** All columns that some row may have; those that no row has only cost some bytes. */
  readonly layout: ObjectLayout;
  /** A SELECT with the columns of the layout, by their names in relations. */
  readonly relation: string;
  /** A new file. */
  readonly path: string;
  readonly sortFirst: SortKey | undefined;
  /** The relation has its rows in the order of objectOrder() already. */
  readonly isSorted?: boolean;
}

/**
 * What was written; undefined when the relation has no rows, and the file is of no use. Throws
 * EngineError; then too there may be a file.
 */
export async function writeObject(
  engine: Engine,
  plan: WritePlan,
  options?: RunOptions,
): Promise<ObjectContents | undefined> {
  const [[rows] = []] = await readRows(engine, copyStatement(plan), options);
  assert(typeof rows === 'bigint', 'COPY answers with the number of rows');
  if (rows === 0n) return undefined;
  return objectContents(engine, { ...plan, rows: Number(rows) }, options);
}

function copyStatement(plan: WritePlan): string {
  const { layout, relation, path } = plan;
  const items = layout.map(
    (column) => `${writtenText(column)} AS ${identifier(column.nameInFile)}`,
  );
  const order = objectOrder(layout, plan.sortFirst).map(({ name }) => `r.${name}`);
  const sorting = plan.isSorted === true ? '' : ` ORDER BY ${order.join(', ')}`;
  const fieldIds = layout.map(({ nameInFile, fieldId }) => `${identifier(nameInFile)}: ${fieldId}`);
  const parameters = [
    'FORMAT parquet',
    'CODEC zstd',
    `COMPRESSION_LEVEL ${COMPRESSION_LEVEL}`,
    'PARQUET_VERSION v2',
    `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`,
    `FIELD_IDS {${fieldIds.join(', ')}}`,
    'USE_TMP_FILE false',
  ];
  return (
    `COPY (SELECT ${items.join(', ')} FROM (${relation}) AS r${sorting}) ` +
    `TO ${plainLiteral(path)} (${parameters.join(', ')})`
  );
}

function writtenText({ holds, type, name }: NamedColumn): string {
  // A dictionary holds one zero: without this all zeros would get the sign of the first one.
  if (type === 'DOUBLE') return `r.${name} + CAST(0 AS DOUBLE)`;
  if (type !== 'TIMESTAMP_NS') return `r.${name}`;
  if (holds.kind === 'time') return `make_timestamp_ns(r.${name})`;
  return (
    `CASE WHEN r.${name} = CAST('${INT64_MAX}' AS BIGINT) THEN CAST('infinity' AS TIMESTAMP_NS) ` +
    `ELSE make_timestamp_ns(r.${name}) END`
  );
}

/** The columns that rows are sorted by: the parts of a series' key, then time. */
export function objectOrder(
  layout: ObjectLayout,
  first: SortKey | undefined,
): readonly NamedColumn[] {
  const isFirst = ({ holds }: NamedColumn): boolean =>
    first?.kind === 'dimension'
      ? holds.kind === 'dimension' && holds.dimensionId === first.dimensionId
      : first?.kind === 'measure' && holds.kind === 'measure-name';
  const keys = layout.filter(
    ({ holds }) =>
      holds.kind === 'dimension' || holds.kind === 'measure-name' || holds.kind === 'time',
  );
  return [...keys.filter(isFirst), ...keys.filter((column) => !isFirst(column))];
}
