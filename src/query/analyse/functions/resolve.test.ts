import { describe, expect, it } from 'vitest';
import {
  arrayOf,
  BIGINT,
  DATE,
  DOUBLE,
  displayType,
  INTEGER,
  INTERVAL_DAY_SECOND,
  type SqlType,
  TIMESTAMP,
  timeseriesOf,
  UNKNOWN,
  VARCHAR,
} from '../types.ts';
import { queryErrorText } from './engine-texts.ts';
import { operatorMismatchText, resolveOperator } from './operators.ts';
import { documentedFunctions, mismatchText, overloadsOf, resolveFunction } from './registry.ts';
import type { Argument, Resolution } from './resolve.ts';

function shown(resolution: Resolution): string {
  if (resolution.kind !== 'resolved') return resolution.kind;
  const args = resolution.arguments.map(displayType).join(', ');
  return `(${args}) -> ${displayType(resolution.result)}`;
}

describe('resolveFunction', () => {
  const cases: readonly (readonly [string, readonly Argument[], string])[] = [
    ['abs', [INTEGER], '(integer) -> integer'],
    ['ABS', [DOUBLE], '(double) -> double'],
    ['sqrt', [INTEGER], '(double) -> double'],
    ['sum', [INTEGER], '(bigint) -> bigint'],
    ['approx_percentile', [INTEGER, DOUBLE], '(bigint, double) -> bigint'],
    ['date_trunc', [VARCHAR, DATE], '(varchar, date) -> date'],
    ['date_trunc', [VARCHAR, VARCHAR], '(varchar, timestamp) -> timestamp'],
    ['day', [VARCHAR], '(timestamp) -> bigint'],
    ['bin', [VARCHAR, INTERVAL_DAY_SECOND], '(timestamp, interval day to second) -> timestamp'],
    ['concat', [VARCHAR, VARCHAR, VARCHAR], '(varchar, varchar, varchar) -> varchar'],
    [
      'concat',
      [arrayOf(INTEGER), arrayOf(DOUBLE)],
      '(array(double), array(double)) -> array(double)',
    ],
    ['greatest', [INTEGER, DOUBLE, UNKNOWN], '(double, double, double) -> double'],
    ['array_max', [UNKNOWN], '(array(unknown)) -> unknown'],
    ['ago', [VARCHAR], 'mismatch'],
    ['array_sort', [arrayOf(timeseriesOf(DOUBLE))], 'mismatch'],
    [
      'interpolate_fill',
      [timeseriesOf(DOUBLE), arrayOf(TIMESTAMP), INTEGER],
      '(timeseries(double), array(timestamp), double) -> timeseries(double)',
    ],
    [
      'interpolate_linear',
      [timeseriesOf(BIGINT), TIMESTAMP],
      '(timeseries(bigint), timestamp) -> double',
    ],
    [
      'zip',
      [arrayOf(INTEGER), arrayOf(VARCHAR)],
      '(array(integer), array(varchar)) -> array(row(integer, varchar))',
    ],
    ['no_such', [], 'unknown-function'],
  ];
  it.each(cases)('%s %j is %s', (name, args, expected) => {
    expect(shown(resolveFunction(name, args))).toBe(expected);
  });

  it('a lambda is typed by the arguments before it and types those after it', () => {
    const seen: string[] = [];
    const lambda = (parameterCount: number, result: SqlType): Argument => ({
      kind: 'lambda',
      parameterCount,
      resultOf: (types) => {
        seen.push(types.map(displayType).join(', '));
        return result;
      },
    });
    const call = [timeseriesOf(DOUBLE), BIGINT, lambda(2, BIGINT), lambda(1, VARCHAR)];
    const resolved = resolveFunction('reduce', call);
    expect(resolved.kind === 'resolved' && displayType(resolved.result)).toBe('varchar');
    expect(seen).toEqual(['bigint, row(time timestamp, value double)', 'bigint']);
  });

  it('a lambda that does not keep the type of the state is a mismatch', () => {
    const wrong: Argument = { kind: 'lambda', parameterCount: 2, resultOf: () => DOUBLE };
    const done: Argument = { kind: 'lambda', parameterCount: 1, resultOf: () => DOUBLE };
    expect(resolveFunction('reduce', [arrayOf(INTEGER), BIGINT, wrong, done]).kind).toBe(
      'mismatch',
    );
  });

  it('functions that are only known by name resolve for any arguments and say so', () => {
    const resolved = resolveFunction('word_stem', [VARCHAR, DOUBLE]);
    expect(resolved.kind === 'resolved' && resolved.overload.notYet).toBe(true);
  });

  it('the mismatch text lists what is expected', () => {
    expect(mismatchText('chr', ['varchar(1)'], overloadsOf('chr'))).toBe(
      'Unexpected parameters (varchar(1)) for function chr. Expected: chr(bigint) -> varchar',
    );
  });

  it('every function is documented', () => {
    for (const { functions } of documentedFunctions()) {
      for (const { name, doc } of functions) expect(doc, name).not.toBe('');
    }
  });
});

describe('resolveOperator', () => {
  it.each([
    ['+', [INTEGER, BIGINT], '(bigint, bigint) -> bigint'],
    ['+', [VARCHAR, INTERVAL_DAY_SECOND], '(timestamp, interval day to second) -> timestamp'],
    ['+', [DATE, INTERVAL_DAY_SECOND], '(date, interval day to second) -> date'],
    ['-', [TIMESTAMP, TIMESTAMP], '(timestamp, timestamp) -> interval day to second'],
    ['-', [VARCHAR, VARCHAR], 'mismatch'],
    [
      '*',
      [INTERVAL_DAY_SECOND, INTEGER],
      '(interval day to second, bigint) -> interval day to second',
    ],
    ['=', [VARCHAR, TIMESTAMP], '(timestamp, timestamp) -> boolean'],
    ['=', [VARCHAR, INTEGER], 'mismatch'],
    ['<', [timeseriesOf(DOUBLE), timeseriesOf(DOUBLE)], 'mismatch'],
    ['||', [arrayOf(INTEGER), INTEGER], '(array(integer), integer) -> array(integer)'],
    ['||', [VARCHAR, INTEGER], 'mismatch'],
  ] as const)('%s %j is %s', (name, args, expected) => {
    expect(shown(resolveOperator(name, args))).toBe(expected);
  });

  it('the mismatch text names both types', () => {
    expect(operatorMismatchText('=', [VARCHAR, INTEGER])).toBe(
      "'=' cannot be applied to varchar, integer",
    );
  });
});

describe('queryErrorText', () => {
  it('messages of the engine that are not the query’s are left alone', () => {
    expect(queryErrorText('Binder Error: no such column')).toBe(undefined);
  });
});
