/** Runs the lowered text of aggregates and window functions in a real engine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  INTERVAL_DAY_SECOND,
  type SqlType,
  TIMESTAMP,
  VARCHAR,
} from '../types.ts';
import { SqlBench } from './sql-bench.test-support.ts';

let bench: SqlBench;
beforeAll(async () => {
  bench = await SqlBench.open();
});
afterAll(() => bench.close());

const FOUR = '(1), (2), (3), (4)';
const EIGHT = '(1::DOUBLE), (2), (3), (4), (8)';
const PAIRS = "('a', 1), ('b', 2), ('c', 3), ('d', 4)";
const SAME = '(1::DOUBLE, 1::DOUBLE), (2, 2), (3, 3), (4, 4)';

type Case = readonly [
  name: string,
  rows: string,
  types: readonly SqlType[],
  further: readonly string[],
  expected: string,
];

describe('aggregates', () => {
  const cases: readonly Case[] = [
    ['arbitrary', FOUR, [INTEGER], [], '1'],
    ['array_agg', '(1), (NULL), (2)', [INTEGER], [], '[1, NULL, 2]'],
    ['avg', FOUR, [INTEGER], [], '2.5'],
    ['avg', '(1::BIGINT), (4)', [INTERVAL_DAY_SECOND], [], '0 00:00:00.000000003'],
    ['bool_and', '(true), (false)', [BOOLEAN], [], 'false'],
    ['bool_or', '(true), (false)', [BOOLEAN], [], 'true'],
    ['count', '(1), (NULL)', [INTEGER], [], '1'],
    ['count_if', '(true), (false), (NULL)', [BOOLEAN], [], '1'],
    ['geometric_mean', '(1::DOUBLE), (2), (3), (4)', [DOUBLE], [], '2.213363839400643'],
    ['max_by', PAIRS, [VARCHAR, INTEGER], [], 'd'],
    ['min_by', PAIRS, [VARCHAR, INTEGER], [], 'a'],
    ['max_by', "(NULL, 9), ('x', NULL), ('y', 1)", [VARCHAR, INTEGER], [], 'NULL'],
    ['max_by', PAIRS, [VARCHAR, INTEGER], ['2'], '[d, c]'],
    ['max_by', "(NULL, 9), ('x', NULL), ('y', 1)", [VARCHAR, INTEGER], ['2'], '[NULL, y]'],
    ['min_by', PAIRS, [VARCHAR, INTEGER], ['2'], '[a, b]'],
    ['max', FOUR, [INTEGER], ['2'], '[4, 3]'],
    ['min', FOUR, [INTEGER], ['2'], '[1, 2]'],
    ['max', "(1::DOUBLE), ('NaN')", [DOUBLE], [], 'NaN'],
    ['sum', FOUR, [INTEGER], [], '10'],
    ['sum', '(9223372036854775807), (1)', [BIGINT], [], 'error: bigint addition overflow'],
    ['bitwise_and_agg', '(1), (-3)', [INTEGER], [], '1'],
    ['bitwise_or_agg', '(1), (-3)', [INTEGER], [], '-3'],
    ['approx_distinct', '(1), (2), (2), (NULL)', [INTEGER], [], '2'],
    ['approx_percentile', FOUR, [INTEGER], ['0.4'], '2'],
    ['approx_percentile', FOUR, [INTEGER], ['0.5'], '3'],
    ['approx_percentile', FOUR, [INTEGER], ['1.0'], '4'],
    ['approx_percentile', FOUR, [INTEGER], ['1.5'], 'error: Percentile must be between 0 and 1'],
    ['approx_percentile', '(1, 9), (2, 1)', [INTEGER, INTEGER], ['0.5'], '1'],
    ['corr', SAME, [DOUBLE, DOUBLE], [], '1.0'],
    ['corr', '(1::DOUBLE, 1::DOUBLE), (1, 2)', [DOUBLE, DOUBLE], [], 'NULL'],
    ['covar_pop', SAME, [DOUBLE, DOUBLE], [], '1.25'],
    ['covar_samp', SAME, [DOUBLE, DOUBLE], [], '1.6666666666666667'],
    ['regr_intercept', SAME, [DOUBLE, DOUBLE], [], '0.0'],
    ['regr_slope', SAME, [DOUBLE, DOUBLE], [], '1.0'],
    ['skewness', EIGHT, [DOUBLE], [], '0.8978957037987335'],
    ['skewness', '(1::DOUBLE), (2)', [DOUBLE], [], 'NULL'],
    ['stddev_pop', EIGHT, [DOUBLE], [], '2.4166091947189146'],
    ['stddev', EIGHT, [DOUBLE], [], '2.701851217221259'],
    ['var_pop', EIGHT, [DOUBLE], [], '5.840000000000001'],
    ['variance', EIGHT, [DOUBLE], [], '7.300000000000001'],
    ['variance', '(1::DOUBLE)', [DOUBLE], [], 'NULL'],
    [
      'create_time_series',
      '(2000000000::BIGINT, 5), (1000000000, 4), (3000000000, NULL)',
      [TIMESTAMP, INTEGER],
      [],
      '[1s 4, 2s 5]',
    ],
  ];
  it.each(cases)('%s over %s %j %j is %s', async (name, rows, types, further, expected) => {
    expect(await bench.aggregate(name, rows, types, ...further)).toBe(expected);
  });

  it('every aggregate of no rows is NULL, or 0 if it counts', async () => {
    expect(await bench.empty('max', INTEGER)).toBe('NULL');
    expect(await bench.empty('array_agg', INTEGER)).toBe('NULL');
    expect(await bench.empty('count', INTEGER)).toBe('0');
    expect(await bench.empty('approx_distinct', INTEGER)).toBe('0');
    expect(await bench.empty('count_if', BOOLEAN)).toBe('0');
    expect(await bench.empty('skewness', DOUBLE)).toBe('NULL');
    expect(await bench.empty('sum', BIGINT)).toBe('NULL');
  });

  it('approx_percentile of an array gives an array', async () => {
    const ranks = 'CAST([0.1, 0.8, 0.8] AS DOUBLE[])';
    expect(await bench.percentiles(FOUR, ranks)).toBe('[1, 4, 4]');
  });
});
