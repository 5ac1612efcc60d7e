/**
 * What a written object holds, as the tile index wants it (TileObject, the file's key, bytes and
 * checksum apart).
 *
 * Most of it is in the file's footer: NULLs, ends of time, and how many values a row group has in
 * its dictionaries. Only columns with few values are read, for what these are.
 */
import { assert } from '../base/assert.ts';
import type { Nanos } from '../base/brand.ts';
import { OBJECT_VALUES_LISTED_BYTES_MAX, OBJECT_VALUES_LISTED_MAX } from '../base/limits.ts';
import { type Engine, type RunOptions, readRows } from '../engine/api.ts';
import type { TileObject } from '../tiles/api.ts';
import type { Held, ObjectLayout } from './object-layout.ts';
import { objectsRelation } from './read-objects.ts';
import { plainLiteral } from './sql-text.ts';

export type ObjectContents = Omit<TileObject, 'key' | 'bytes' | 'crc32'>;

interface WrittenFile {
  readonly layout: ObjectLayout;
  readonly path: string;
  /** At least one. */
  readonly rows: number;
}

export async function objectContents(
  engine: Engine,
  file: WrittenFile,
  options?: RunOptions,
): Promise<ObjectContents> {
  const footer = await readFooter(engine, file, options);
  const found = file.layout.filter((_, at) => footer.found.has(at));
  const texts = file.layout
    .filter((_, at) => footer.found.has(at) && footer.fewValues.has(at))
    .map(({ holds }) => holds)
    .filter(({ kind }) => kind === 'dimension' || kind === 'measure-name');
  const values = await readValues(engine, file, texts, options);
  const dimensionValues = new Map<number, readonly string[]>();
  let measureNames: readonly string[] | undefined;
  for (const [holds, list] of values) {
    if (holds.kind === 'dimension') dimensionValues.set(holds.dimensionId, list);
    else measureNames = list;
  }
  return {
    rows: file.rows,
    minTime: footer.minTime,
    maxTime: footer.maxTime,
    dimensions: found.flatMap(({ holds }) =>
      holds.kind === 'dimension' ? [holds.dimensionId] : [],
    ),
    columns: found.flatMap(({ holds }) => (holds.kind === 'measure' ? [holds.columnId] : [])),
    measureNames,
    dimensionValues,
  };
}

interface Footer {
  readonly minTime: Nanos;
  readonly maxTime: Nanos;
  /** Positions of columns with a value that is not NULL. */
  readonly found: ReadonlySet<number>;
  /** Positions of columns whose row groups are not known to have many values. */
  readonly fewValues: ReadonlySet<number>;
}

async function readFooter(
  engine: Engine,
  file: WrittenFile,
  options: RunOptions | undefined,
): Promise<Footer> {
  const timeAt = file.layout.findIndex(({ holds }) => holds.kind === 'time');
  const timeOf = (text: string): string =>
    `CAST(CASE WHEN column_id = ${timeAt} THEN ${text} END AS TIMESTAMP_NS)`;
  const rows = await readRows(
    engine,
    `SELECT column_id, bool_or(num_values > coalesce(stats_null_count, 0)),
       coalesce(max(stats_distinct_count), 0) <= ${OBJECT_VALUES_LISTED_MAX},
       epoch_ns(min(${timeOf('stats_min_value')})), epoch_ns(max(${timeOf('stats_max_value')}))
     FROM parquet_metadata(${plainLiteral(file.path)}) GROUP BY column_id`,
    options,
  );
  const found = new Set<number>();
  const fewValues = new Set<number>();
  for (const [position, isFound, hasFew] of rows) {
    if (isFound === true) found.add(Number(position));
    if (hasFew === true) fewValues.add(Number(position));
  }
  const time = rows.find(([position]) => Number(position) === timeAt);
  const [, , , minTime, maxTime] = time ?? [];
  assert(typeof minTime === 'bigint' && typeof maxTime === 'bigint', 'every row has a time');
  return { minTime: minTime as Nanos, maxTime: maxTime as Nanos, found, fewValues };
}

/** The values of those columns that have few, and not too long ones; ascending. */
async function readValues(
  engine: Engine,
  file: WrittenFile,
  columns: readonly Held[],
  options: RunOptions | undefined,
): Promise<readonly (readonly [Held, readonly string[]])[]> {
  if (columns.length === 0) return [];
  const lists = columns.map((holds) => {
    const relation = objectsRelation({ objects: [file], columns: [holds] });
    // One more than wanted, so that too many can be told.
    return `(SELECT list(v) FROM (SELECT DISTINCT v FROM (${relation}) AS r(v)
             WHERE v IS NOT NULL LIMIT ${OBJECT_VALUES_LISTED_MAX + 1}))`;
  });
  const [row] = await readRows(engine, `SELECT ${lists.join(', ')}`, options);
  return columns.flatMap((holds, at) => {
    const values = (row?.[at] ?? []) as readonly string[];
    return isListed(values) ? [[holds, values.toSorted()] as const] : [];
  });
}

function isListed(values: readonly string[]): boolean {
  if (values.length > OBJECT_VALUES_LISTED_MAX) return false;
  const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  return bytes <= OBJECT_VALUES_LISTED_BYTES_MAX;
}
