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
 *
 * A merge costs about ten times what reading its rows does, so sources that cannot meet are better
 * read one after the other. Rejected rows are looked for only among those whose key another source
 * has, which few have; that costs about as much again.
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
    `(PARTITION BY ${keyOf(merge).join(', ')} ORDER BY ts_version DESC, source) = 1`
  );
}

/** The rejected rows. Columns as of the merged relation, then existing_version. */
export function rejectedRelation(merge: MergedSources): string {
  const columns = columnsOf(merge).join(', ');
  const key = keyOf(merge).join(', ');
  const values = `row(${['NULL', ...merge.measures].join(', ')})`;
  const meeting = { ...merge, sources: merge.sources.map((_, at) => meetingRows(merge, at)) };
  return (
    `SELECT ${columns}, existing_version FROM (SELECT *, ` +
    `max(ts_version) OVER (PARTITION BY ${key} ORDER BY source ` +
    'ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS existing_version, ' +
    `${values} AS own_values, ` +
    `first_value(${values}) OVER (PARTITION BY ${key}, ts_version ORDER BY source) AS first_values ` +
    `FROM (${ranked(meeting)})) WHERE existing_version > ts_version OR ` +
    '(existing_version = ts_version AND own_values IS DISTINCT FROM first_values)'
  );
}

/** The rows of a source whose key another source has too. */
function meetingRows(merge: MergedSources, at: number): string {
  const key = keyOf(merge);
  const others = merge.sources
    .filter((_, other) => other !== at)
    .map((source) => `SELECT ${key.join(', ')} FROM (${source})`);
  if (others.length === 0) return `SELECT * FROM (${merge.sources[at]}) WHERE false`;
  const condition = key.map((name) => `a.${name} IS NOT DISTINCT FROM b.${name}`).join(' AND ');
  return (
    `SELECT a.* FROM (${merge.sources[at]}) AS a SEMI JOIN ` +
    `(${others.join(' UNION ALL ')}) AS b ON ${condition}`
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

function keyOf({ dimensions }: Columns): readonly string[] {
  return [...dimensions, 'measure_name', 'time'];
}
