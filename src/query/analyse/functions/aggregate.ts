/**
 * Aggregates (query-language 6.9). Approximate ones answer exactly: approx_distinct counts distinct
 * values, approx_percentile picks the value of zero-based rank floor(p·n).
 *
 * DuckDB takes the value of rank ceil(q·n) - 1 for a discrete quantile q; a q a little above p
 * makes that floor(p·n) as long as n stays below 1 / RANK_SHIFT.
 */
import { physicalType, type SqlType } from '../types.ts';
import { aggregate, aggregateSql, type Definition } from './define.ts';
import type { AggregatePart, CallTypes, FunctionOverload, Lowering } from './overload.ts';
import { bound, INFINITY, NAN, raise, raiseComputed } from './sql-text.ts';

const RANK_SHIFT = '1e-10';

function part(name: string, ...args: readonly string[]): AggregatePart {
  return { name, args };
}

/** One aggregate of DuckDB over the arguments as they are. */
function plain(name: string): Lowering {
  return aggregateSql((args) => ({ parts: [part(name, ...args)] }));
}

/** One aggregate, and what is to be made of its result. */
function finished(name: string, finish: (aggregate: string) => string): Lowering {
  return aggregateSql((args) => ({
    parts: [part(name, ...args)],
    finish: ([result = '']) => finish(result),
  }));
}

const toBigint = (text: string) => `CAST(${text} AS BIGINT)`;
const nanToNull = (text: string) =>
  bound(text, (x) => `CASE WHEN isfinite(${x}) THEN ${x} ELSE NULL END`);

const PAIR = ['(double, double) -> double'];
const NUMBER = ['(double) -> double'];

const standardError = (error: string) =>
  raiseComputed(`'Max standard error must be in [0.0040625, 0.26]: ' || ${error}`, 'BIGINT');

const counting: readonly Definition[] = [
  {
    names: ['count'],
    signatures: ['() -> bigint'],
    doc: 'count(*): the number of rows.',
    lower: aggregateSql(() => ({ parts: [part('count', '*')] })),
  },
  {
    names: ['count'],
    signatures: ['<T>(T) -> bigint'],
    doc: 'The number of values that are not NULL.',
    lower: plain('count'),
  },
  {
    names: ['count_if'],
    signatures: ['(boolean) -> bigint'],
    doc: 'The number of rows where the condition is true.',
    lower: aggregateSql(([condition = '']) => ({
      parts: [part('count', `CASE WHEN ${condition} THEN true END`)],
    })),
  },
  {
    names: ['approx_distinct'],
    signatures: ['<T comparable>(T) -> bigint', '<T comparable>(T, double) -> bigint'],
    doc: 'The number of distinct values. Exact; the standard error asked for is not used.',
    errors: ['Max standard error must be in [0.0040625, 0.26]: x'],
    lower: aggregateSql(([value = '', error]) => ({
      parts: [{ name: 'count', args: [value], distinct: true }],
      finish: ([count = '']) =>
        error === undefined
          ? count
          : `CASE WHEN ${error} BETWEEN 0.0040625 AND 0.26 THEN ${count} ELSE ${standardError(error)} END`,
    })),
  },
];

const collecting: readonly Definition[] = [
  {
    names: ['arbitrary', 'any_value'],
    signatures: ['<T>(T) -> T'],
    doc: 'Any value that is not NULL.',
    lower: plain('any_value'),
  },
  {
    names: ['array_agg'],
    signatures: ['<T>(T) -> array(T)'],
    doc: 'All values, NULLs included.',
    lower: plain('list'),
  },
  {
    names: ['bool_and', 'every'],
    signatures: ['(boolean) -> boolean'],
    doc: 'Whether all are true.',
    lower: plain('bool_and'),
  },
  {
    names: ['bool_or'],
    signatures: ['(boolean) -> boolean'],
    doc: 'Whether any is true.',
    lower: plain('bool_or'),
  },
  {
    names: ['bitwise_and_agg'],
    signatures: ['(bigint) -> bigint'],
    doc: 'Bitwise AND of all values.',
    lower: plain('bit_and'),
  },
  {
    names: ['bitwise_or_agg'],
    signatures: ['(bigint) -> bigint'],
    doc: 'Bitwise OR of all values.',
    lower: plain('bit_or'),
  },
];

const DAY_SECOND = '(interval day to second) -> interval day to second';
const YEAR_MONTH = '(interval year to month) -> interval year to month';

const sums: readonly Definition[] = [
  {
    names: ['sum'],
    signatures: ['(bigint) -> bigint', DAY_SECOND],
    doc: 'The sum.',
    errors: ['bigint addition overflow'],
    lower: finished('sum', toBigint),
  },
  { names: ['sum'], signatures: NUMBER, doc: 'The sum.', lower: plain('sum') },
  {
    names: ['sum'],
    signatures: [YEAR_MONTH],
    doc: 'The sum.',
    lower: finished('sum', (text) => `CAST(${text} AS INTEGER)`),
  },
  { names: ['avg'], signatures: NUMBER, doc: 'The mean.', lower: plain('avg') },
  {
    names: ['avg'],
    signatures: [DAY_SECOND],
    doc: 'The mean.',
    lower: finished('avg', (text) => `CAST(round(${text}) AS BIGINT)`),
  },
  {
    names: ['avg'],
    signatures: [YEAR_MONTH],
    doc: 'The mean.',
    lower: finished('avg', (text) => `CAST(round(${text}) AS INTEGER)`),
  },
  {
    names: ['geometric_mean'],
    signatures: NUMBER,
    doc: 'The geometric mean: exp(avg(ln(x))).',
    lower: aggregateSql(([value = '']) => {
      const logarithm = bound(
        value,
        (x) => `CASE WHEN ${x} = 0 THEN -${INFINITY} WHEN ${x} < 0 THEN ${NAN} ELSE ln(${x}) END`,
      );
      return { parts: [part('avg', logarithm)], finish: ([mean]) => `exp(${mean})` };
    }),
  },
];

const N_MAX = 10_000;
const N_POSITIVE = 'the number of values must be a positive integer';
const N_LIMIT = `the number of values must be less than or equal to ${N_MAX}`;

/** max_by and the like with a third argument: the n best, as an array. */
function best(name: string): Lowering {
  return aggregateSql((args, types) => {
    const n = args.at(-1) ?? '1';
    const physical = physicalType(types.result);
    return {
      parts: [
        part(name, ...args.slice(0, -1), `CAST(least(greatest(${n}, 1), ${N_MAX}) AS BIGINT)`),
      ],
      finish: ([result = '']) =>
        `CASE WHEN ${n} <= 0 THEN ${raise(N_POSITIVE, physical)} ` +
        `WHEN ${n} > ${N_MAX} THEN ${raise(N_LIMIT, physical)} ELSE ${result} END`,
    };
  });
}

/** A NaN among the keys is the worst, the smallest too: DuckDB has it above all numbers. */
function keyText(key: string, types: CallTypes): string {
  if (types.arguments[1]?.kind !== 'double') return key;
  return bound(key, (y) => `CASE WHEN isnan(${y}) THEN -${INFINITY} ELSE ${y} END`);
}

/** Rows whose key is NULL do not take part; the value may be NULL, so it travels in a struct. */
function bestStruct(name: 'arg_max' | 'arg_min'): Lowering {
  const inner = best(name);
  return aggregateSql((args, types, context) => {
    const [value = '', key = '', ...others] = args;
    const rest = [name === 'arg_max' ? keyText(key, types) : key, ...others];
    const call =
      inner.kind === 'aggregate-sql'
        ? inner.call([`{'v': ${value}}`, ...rest], types, context)
        : { parts: [] };
    return {
      parts: call.parts,
      finish: ([result = '']) =>
        call.finish?.([`list_transform(${result}, lambda item_1: item_1."v")`]) ?? result,
    };
  });
}

const extremes: readonly Definition[] = [
  {
    names: ['max'],
    signatures: ['<T orderable>(T) -> T'],
    doc: 'The largest value.',
    lower: plain('max'),
  },
  {
    names: ['min'],
    signatures: ['<T orderable>(T) -> T'],
    doc: 'The smallest value.',
    lower: plain('min'),
  },
  {
    names: ['max'],
    signatures: ['<T orderable>(T, bigint) -> array(T)'],
    doc: 'The n largest values.',
    lower: best('max'),
  },
  {
    names: ['min'],
    signatures: ['<T orderable>(T, bigint) -> array(T)'],
    doc: 'The n smallest values.',
    lower: best('min'),
  },
  {
    names: ['max_by'],
    signatures: ['<T, K orderable>(T, K) -> T'],
    doc: 'The first argument where the second is largest.',
    lower: aggregateSql(([value = '', key = ''], types) => ({
      parts: [part('arg_max_null', value, keyText(key, types))],
    })),
  },
  {
    names: ['min_by'],
    signatures: ['<T, K orderable>(T, K) -> T'],
    doc: 'The first argument where the second is smallest.',
    lower: plain('arg_min_null'),
  },
  {
    names: ['max_by'],
    signatures: ['<T, K orderable>(T, K, bigint) -> array(T)'],
    doc: 'The first argument of the n rows where the second is largest.',
    lower: bestStruct('arg_max'),
  },
  {
    names: ['min_by'],
    signatures: ['<T, K orderable>(T, K, bigint) -> array(T)'],
    doc: 'The first argument of the n rows where the second is smallest.',
    lower: bestStruct('arg_min'),
  },
];

const moments: readonly Definition[] = [
  {
    names: ['stddev', 'stddev_samp'],
    signatures: NUMBER,
    doc: 'The standard deviation of a sample.',
    lower: plain('stddev_samp'),
  },
  {
    names: ['stddev_pop'],
    signatures: NUMBER,
    doc: 'The standard deviation.',
    lower: plain('stddev_pop'),
  },
  {
    names: ['variance', 'var_samp'],
    signatures: NUMBER,
    doc: 'The variance of a sample.',
    lower: plain('var_samp'),
  },
  { names: ['var_pop'], signatures: NUMBER, doc: 'The variance.', lower: plain('var_pop') },
  {
    names: ['skewness'],
    signatures: NUMBER,
    doc: 'The skewness, by population moments.',
    lower: finished('list', (list) => `k_skewness(${list})`),
  },
  {
    names: ['corr'],
    signatures: PAIR,
    doc: 'The correlation of y and x.',
    lower: aggregateSql(([y = '', x = '']) => {
      const both = `(${y} IS NOT NULL AND ${x} IS NOT NULL)`;
      return {
        parts: [
          part('covar_pop', y, x),
          { name: 'var_pop', args: [y], filter: both },
          { name: 'var_pop', args: [x], filter: both },
        ],
        finish: ([covariance, ofY, ofX]) => nanToNull(`(${covariance} / sqrt(${ofY} * ${ofX}))`),
      };
    }),
  },
  {
    names: ['covar_pop'],
    signatures: PAIR,
    doc: 'The covariance of y and x.',
    lower: plain('covar_pop'),
  },
  {
    names: ['covar_samp'],
    signatures: PAIR,
    doc: 'The covariance of a sample of y and x.',
    lower: plain('covar_samp'),
  },
  {
    names: ['regr_intercept'],
    signatures: PAIR,
    doc: 'Where the regression line of y on x meets the y axis.',
    lower: finished('regr_intercept', nanToNull),
  },
  {
    names: ['regr_slope'],
    signatures: PAIR,
    doc: 'The slope of the regression line of y on x.',
    lower: finished('regr_slope', nanToNull),
  },
];

const shifted = (p: string) => `least(${p} + ${RANK_SHIFT}, 1.0)`;

const PERCENTILE = 'Percentile must be between 0 and 1';
const ACCURACY = 'Percentile accuracy must be strictly between 0 and 1';

function isOutside(percentile: string, result: SqlType): string {
  if (result.kind !== 'array') return `(${percentile} BETWEEN 0 AND 1) IS NOT TRUE`;
  const [least, greatest] = [`list_min(${percentile}) < 0`, `list_max(${percentile}) > 1`];
  const incomplete = `${percentile} IS NULL OR list_count(${percentile}) < len(${percentile})`;
  return `${incomplete} OR ${least} OR ${greatest}`;
}

function quantile(value: string, percentile: string, result: SqlType) {
  const isList = result.kind === 'array';
  const ranks = isList
    ? `list_transform(coalesce(${percentile}, [0.0]), lambda item_1: greatest(${shifted('item_1')}, 0.0))`
    : `greatest(${shifted(percentile)}, 0.0)`;
  return {
    parts: [part('quantile_disc', value, ranks)],
    finish: ([found = '']: readonly string[]) =>
      `CASE WHEN ${isOutside(percentile, result)} ` +
      `THEN ${raise(PERCENTILE, physicalType(result))} ELSE ${found} END`,
  };
}

/** Every value with its weight in a list, in the order of the values, for a kernel to walk. */
function weightedQuantile(args: readonly string[]) {
  const [value = '', weight = '', percentile = '', accuracy = '0.5'] = args;
  return {
    parts: [
      {
        name: 'list',
        args: [`{'v': ${value}, 'w': ${weight}}`],
        filter: `(${value} IS NOT NULL AND ${weight} IS NOT NULL)`,
        orderBy: value,
      },
    ],
    finish: ([list = '']: readonly string[]) =>
      `k_weighted_percentile(${list}, ${percentile}, CAST(${accuracy} AS DOUBLE))`,
  };
}

const PERCENTILE_TYPES = ['bigint', 'double'] as const;

const percentiles: readonly Definition[] = PERCENTILE_TYPES.flatMap((type): Definition[] => [
  {
    names: ['approx_percentile'],
    signatures: [`(${type}, double) -> ${type}`, `(${type}, array(double)) -> array(${type})`],
    doc: 'The value of that rank, or the values of those ranks; exact.',
    errors: [PERCENTILE],
    lower: aggregateSql(([value = '', p = ''], types) => quantile(value, p, types.result)),
  },
  {
    names: ['approx_percentile'],
    signatures: [
      `(${type}, bigint, double) -> ${type}`,
      `(${type}, bigint, array(double)) -> array(${type})`,
      `(${type}, bigint, double, double) -> ${type}`,
    ],
    doc: 'The value of that rank, each value counted by its weight; exact.',
    errors: [PERCENTILE, 'percentile weight must be > 0', ACCURACY],
    lower: aggregateSql((args) => weightedQuantile(args)),
  },
]);

export const aggregateFunctions: readonly FunctionOverload[] = [
  ...counting,
  ...collecting,
  ...sums,
  ...extremes,
  ...moments,
  ...percentiles,
].flatMap(aggregate);
