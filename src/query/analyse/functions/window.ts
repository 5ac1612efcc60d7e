/**
 * Functions that only exist over a window (query-language 6.10). Aggregates work there too. The
 * texts are calls without their OVER.
 */
import { windowOnly, windowSql } from './define.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { bound, raise } from './sql-text.ts';

const ranking =
  (name: string): SqlTextOf =>
  () =>
    `${name}()`;

const valueAt =
  (name: string): SqlTextOf =>
  (args) =>
    `${name}(${args.join(', ')})`;

function offsetChecked(name: 'lead' | 'lag'): SqlTextOf {
  return ([value, offset = '1', fallback]) => {
    const failure = raise('Offset must be at least 0', 'BIGINT');
    const rest = fallback === undefined ? '' : `, ${fallback}`;
    const checked = bound(offset, (n) => `CASE WHEN ${n} < 0 THEN ${failure} ELSE ${n} END`);
    return `${name}(${value}, ${checked}${rest})`;
  };
}

const nthValue: SqlTextOf = ([value, offset = '']) => {
  const failure = raise('Offset must be at least 1', 'BIGINT');
  const checked = bound(offset, (n) => `CASE WHEN ${n} < 1 THEN ${failure} ELSE ${n} END`);
  return `nth_value(${value}, ${checked})`;
};

const RANKINGS = [
  ['rank', 'bigint', 'The rank, with gaps after ties.'],
  ['dense_rank', 'bigint', 'The rank, without gaps.'],
  ['row_number', 'bigint', 'The number of the row in its partition.'],
  ['percent_rank', 'double', '(rank - 1) / (n - 1).'],
  ['cume_dist', 'double', 'The share of rows up to and including the peers.'],
] as const;

export const windowFunctions: readonly FunctionOverload[] = [
  ...RANKINGS.map(([name, type, doc]) =>
    windowOnly({
      names: [name],
      signatures: [`() -> ${type}`],
      doc,
      lower: windowSql(ranking(name)),
    }),
  ),
  windowOnly({
    names: ['ntile'],
    signatures: ['(bigint) -> bigint'],
    doc: 'The number of the bucket, of n of nearly equal size.',
    lower: windowSql(valueAt('ntile')),
  }),
  ...['first_value', 'last_value'].map((name) =>
    windowOnly({
      names: [name],
      signatures: ['<T>(T) -> T'],
      doc: `The ${name.slice(0, name.indexOf('_'))} value of the frame.`,
      lower: windowSql(valueAt(name)),
    }),
  ),
  windowOnly({
    names: ['nth_value'],
    signatures: ['<T>(T, bigint) -> T'],
    doc: 'The n-th value of the frame.',
    errors: ['Offset must be at least 1'],
    lower: windowSql(nthValue),
  }),
  ...(['lead', 'lag'] as const).map((name) =>
    windowOnly({
      names: [name],
      signatures: ['<T>(T) -> T', '<T>(T, bigint) -> T', '<T>(T, bigint, T) -> T'],
      doc: `The value so many rows ${name === 'lead' ? 'after' : 'before'} this one.`,
      errors: ['Offset must be at least 0'],
      lower: windowSql(offsetChecked(name)),
    }),
  ),
].flat();
