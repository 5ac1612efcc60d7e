/**
 * Time series functions (query-language 6.13). A series is a list of {time, value}; those over
 * numbers are kernels, those over any type pick values by position.
 */
import { type SqlType, UNKNOWN } from '../types.ts';
import { reduceText } from './array.ts';
import { aggregate, aggregateSql, type Definition, sameAs, scalar, sql } from './define.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { bound, boundBoth, freshName } from './sql-text.ts';

function valueTypeOf(type: SqlType | undefined): SqlType {
  return type?.kind === 'timeseries' ? type.value : UNKNOWN;
}

const times = (series: string) => `list_transform(${series}, lambda point_1: point_1."time")`;
const only = (series: string) => `list_extract(${series}, 1)."value"`;
const listOf = (time: string) => `(CASE WHEN ${time} IS NULL THEN NULL ELSE [${time}] END)`;

const sampled =
  (kernelName: string): SqlTextOf =>
  ([series, wanted]) =>
    `${kernelName}(${series}, ${wanted})`;

const sampledOnce =
  (kernelName: string): SqlTextOf =>
  ([series, time = '']) =>
    bound(time, (at) => only(`${kernelName}(${series}, ${listOf(at)})`));

/** At each time the value that stands at the found position, told by its name. */
function placed(
  found: { readonly positions: string; readonly times: string; readonly used: readonly string[] },
  valueAt: (position: string) => string,
): string {
  const position = freshName('found', found.times, ...found.used);
  const at = freshName('at', found.times, ...found.used);
  const time = `list_extract(${found.times}, ${at})`;
  const point = `{'time': ${time}, 'value': ${valueAt(position)}}`;
  return `list_transform(${found.positions}, lambda ${position}, ${at}: ${point})`;
}

/** The last value at or before each time; before the first point NULL. */
const carried: SqlTextOf = ([series = '', wanted = '']) =>
  boundBoth(series, wanted, (s, at) =>
    placed(
      { positions: `k_locf_positions(${times(s)}, ${at})`, times: at, used: [s] },
      (position) => `list_extract(${s}, ${position})."value"`,
    ),
  );

/** The value exactly at each time, else the constant. */
const filled: SqlTextOf = ([series = '', wanted = '', fill = '']) =>
  boundBoth(series, wanted, (s, at) =>
    placed(
      { positions: `k_match_positions(${times(s)}, ${at})`, times: at, used: [s, fill] },
      (position) => {
        const existing = `list_extract(${s}, ${position})."value"`;
        return `CASE WHEN ${position} = 0 THEN ${fill} ELSE ${existing} END`;
      },
    ),
  );

const once =
  (many: SqlTextOf): SqlTextOf =>
  ([series = '', time = '', ...rest], types, context) =>
    bound(time, (at) => only(many([series, listOf(at), ...rest], types, context)));

const SECOND = 'CAST(1000000000 AS BIGINT)';

const building = aggregate({
  names: ['create_time_series'],
  signatures: ['<T>(timestamp, T) -> timeseries(T)'],
  doc: "The group's points in ascending time; rows whose value is NULL are left out.",
  lower: aggregateSql(([time = '', value = '']) => ({
    parts: [
      {
        name: 'list',
        args: [`{'time': ${time}, 'value': ${value}}`],
        filter: `(${time} IS NOT NULL AND ${value} IS NOT NULL)`,
        orderBy: time,
      },
    ],
  })),
});

const interpolation: readonly Definition[] = [
  {
    names: ['interpolate_linear'],
    signatures: ['(timeseries(double), array(timestamp)) -> timeseries(double)'],
    doc: 'The value at each time on the straight line between neighbours; NULL outside.',
    lower: sql(sampled('k_interpolate_linear')),
  },
  {
    names: ['interpolate_linear'],
    signatures: ['(timeseries(double), timestamp) -> double'],
    doc: 'The value at one time on the straight line between neighbours.',
    lower: sql(sampledOnce('k_interpolate_linear')),
  },
  {
    names: ['interpolate_spline_cubic'],
    signatures: ['(timeseries(double), array(timestamp)) -> timeseries(double)'],
    doc: 'The value at each time on a natural cubic spline; NULL outside.',
    lower: sql(sampled('k_interpolate_spline')),
  },
  {
    names: ['interpolate_spline_cubic'],
    signatures: ['(timeseries(double), timestamp) -> double'],
    doc: 'The value at one time on a natural cubic spline.',
    lower: sql(sampledOnce('k_interpolate_spline')),
  },
  {
    names: ['interpolate_locf'],
    signatures: ['<T>(timeseries(T), array(timestamp)) -> timeseries(T)'],
    doc: 'The last value at or before each time; NULL before the first point.',
    lower: sql(carried),
  },
  {
    names: ['interpolate_locf'],
    signatures: ['<T>(timeseries(T), timestamp) -> T'],
    doc: 'The last value at or before one time.',
    lower: sql(once(carried)),
  },
  {
    names: ['interpolate_fill'],
    signatures: ['<T>(timeseries(T), array(timestamp), T) -> timeseries(T)'],
    doc: 'The value exactly at each time, elsewhere the constant.',
    lower: sql(filled),
  },
  {
    names: ['interpolate_fill'],
    signatures: ['<T>(timeseries(T), timestamp, T) -> T'],
    doc: 'The value exactly at one time, else the constant.',
    lower: sql(once(filled)),
  },
];

const calculus: readonly Definition[] = [
  {
    names: ['derivative_linear'],
    signatures: ['(timeseries(double), interval day to second) -> timeseries(double)'],
    doc: 'The change per interval from point to point; the first point has none.',
    lower: { kind: 'kernel', name: 'k_derivative' },
  },
  {
    names: ['non_negative_derivative_linear'],
    signatures: ['(timeseries(double), interval day to second) -> timeseries(double)'],
    doc: 'The change per interval from point to point, without the negative ones.',
    lower: { kind: 'kernel', name: 'k_non_negative_derivative' },
  },
  {
    names: ['integral_trapezoidal'],
    signatures: ['(timeseries(double)) -> double'],
    doc: 'The integral by the trapezoid rule, time in seconds.',
    lower: sql(([series]) => `k_integral(${series}, ${SECOND})`),
  },
  {
    names: ['integral_trapezoidal'],
    signatures: ['(timeseries(double), interval day to second) -> double'],
    doc: 'The integral by the trapezoid rule, time in units of the interval.',
    lower: { kind: 'kernel', name: 'k_integral' },
  },
  {
    names: ['correlate_pearson'],
    signatures: ['(timeseries(double), timeseries(double)) -> double'],
    doc: "Pearson's correlation of two series with the same times.",
    errors: ['Time series must have the same timestamps'],
    lower: { kind: 'kernel', name: 'k_correlate_pearson' },
  },
  {
    names: ['correlate_spearman'],
    signatures: ['(timeseries(double), timeseries(double)) -> double'],
    doc: "Spearman's rank correlation of two series with the same times.",
    errors: ['Time series must have the same timestamps'],
    lower: { kind: 'kernel', name: 'k_correlate_spearman' },
  },
];

const reduce: SqlTextOf = ([series = '', start = '', step = '', finish = ''], types) => {
  const [seriesType, type = UNKNOWN] = types.arguments;
  const value = valueTypeOf(seriesType);
  const element: SqlType = {
    kind: 'row',
    fields: [
      { name: 'time', type: { kind: 'timestamp' } },
      { name: 'value', type: value },
    ],
  };
  return reduceText(series, { start, type, element }, { step, finish });
};

const lambdas: readonly Definition[] = [
  {
    names: ['filter'],
    signatures: ['<T>(timeseries(T), (row(time timestamp, value T)) -> boolean) -> timeseries(T)'],
    doc: 'The points for which the lambda is true; a point has .time and .value.',
    nulls: 'called',
    lower: sameAs('list_filter'),
  },
  {
    names: ['transform'],
    signatures: ['<T, U>(timeseries(T), (row(time timestamp, value T)) -> U) -> array(U)'],
    doc: 'What the lambda makes of every point.',
    nulls: 'called',
    lower: sameAs('list_transform'),
  },
  {
    names: ['reduce'],
    signatures: [
      '<T, S, R>(timeseries(T), S, (S, row(time timestamp, value T)) -> S, (S) -> R) -> R',
    ],
    doc: 'Folds the points into a state, in order of time, and makes the result of the last state.',
    nulls: 'called',
    lower: sql(reduce),
  },
];

export const timeseriesFunctions: readonly FunctionOverload[] = [
  building,
  ...[...interpolation, ...calculus, ...lambdas].map(scalar),
].flat();
