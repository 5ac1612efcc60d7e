/**
 * Rows that several sources have of the same series, measure name and time.
 *
 *   source 0 (objects)   source 1 (older generation)   source 2 (newer generation)
 *        t1  v1               t1  v3                        t1  v2
 *                             ▲ stays: highest version      ▲ came later with a lower one: rejected
 *        ▲ replaced by an upsert
 *
 * The highest version stays; of equal versions the one of the earliest source. A row is rejected
 * when at its arrival, in the order of the sources, there was a higher version already, or the same
 * one with other values (write-api 5.6). A row that stood until a later one replaced it was not
 * rejected, nor was a repeat. A source has at most one row for a key.
 */
import { assert } from '../base/assert.ts';

export interface MergedSources {
  /** SELECTs with all columns named below, in the order in which their rows arrived. */
  readonly sources: readonly string[];
  /** Names in relations: the dimensions, the measure columns. */
  readonly dimensions: readonly string[];
  readonly measures: readonly string[];
}

/** Each key once. Columns: dimensions, measure_name, time, ts_version, measures. */
export function mergedRelation(merge: MergedSources): string {
  const columns = columnsOf(merge).join(', ');
  const [only] = merge.sources;
  if (merge.sources.length === 1) return `SELECT ${columns} FROM (${only})`;
  return (
    `SELECT ${columns} FROM (${ranked(merge)}) QUALIFY row_number() OVER ` +
    `(PARTITION BY ${keyOf(merge)} ORDER BY ts_version DESC, source) = 1`
  );
}

/** The rejected rows. Columns as of the merged relation, then existing_version. */
export function rejectedRelation(merge: MergedSources): string {
  const columns = columnsOf(merge).join(', ');
  const key = keyOf(merge);
  const values = `row(${['NULL', ...merge.measures].join(', ')})`;
  return (
    `SELECT ${columns}, existing_version FROM (SELECT *, ` +
    `max(ts_version) OVER (PARTITION BY ${key} ORDER BY source ` +
    'ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS existing_version, ' +
    `${values} AS own_values, ` +
    `first_value(${values}) OVER (PARTITION BY ${key}, ts_version ORDER BY source) AS first_values ` +
    `FROM (${ranked(merge)})) WHERE existing_version > ts_version OR ` +
    '(existing_version = ts_version AND own_values IS DISTINCT FROM first_values)'
  );
}

function ranked({ sources, ...merge }: MergedSources): string {
  assert(sources.length > 0, 'there is something to merge');
  const columns = columnsOf(merge).join(', ');
  return sources
    .map((source, rank) => `SELECT ${columns}, ${rank} AS source FROM (${source})`)
    .join(' UNION ALL ');
}

type Columns = Pick<MergedSources, 'dimensions' | 'measures'>;

function columnsOf({ dimensions, measures }: Columns): readonly string[] {
  return [...dimensions, 'measure_name', 'time', 'ts_version', ...measures];
}

function keyOf({ dimensions }: Columns): string {
  return [...dimensions, 'measure_name', 'time'].join(', ');
}
