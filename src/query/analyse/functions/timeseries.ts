/**
 * Time series functions (query-language 6.13). A series is a list of {time, value} in ascending
 * time. All are kernels; only locf and fill over values that are not one cell (arrays, rows) pick
 * them by position.
 *
 * Times asked for may come in any order, and each gives one point; NULLs among them give none.
 */
import { physicalType, type SqlType, UNKNOWN } from '../types.ts';
import { reduceText } from './array-lambdas.ts';
import { aggregate, aggregateSql, type Definition, kernel, sameAs, scalar, sql } from './define.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { bound, boundBoth, freshName, pickedText } from './sql-text.ts';

function valueTypeOf(type: SqlType | undefined): SqlType {
  return type?.kind === 'timeseries' ? type.value : UNKNOWN;
}

const NUMBERS = ['double', 'bigint', 'integer'] as const;

/** Physical types whose values are one cell: the kernels carry them; others are picked by SQL. */
const CELL_TYPES = ['DOUBLE', 'BIGINT', 'INTEGER', 'BOOLEAN', 'VARCHAR'];

function isCell(series: SqlType | undefined): boolean {
  return CELL_TYPES.includes(physicalType(valueTypeOf(series)));
}

/**
 * At each wanted time the point at the found position; `valueOf` makes a value of it, NULL where
 * there is none. The positions are those of the times in ascending order.
 */
function picked(
  positions: string,
  { series, wanted }: { readonly series: string; readonly wanted: string },
  valueFrom: (point: string) => string,
): string {
  const pair = freshName('pair', valueFrom(''));
  const found = pickedText(series, `${positions}(${series}, ${wanted})`);
  const point = `{'time': ${pair}[1], 'value': ${valueFrom(`${pair}[2]`)}}`;
  const zipped = `list_zip(k_sorted_times(${wanted}), ${found})`;
  const points = `list_transform(${zipped}, lambda ${pair}: ${point})`;
  return `CASE WHEN ${series} IS NULL OR ${wanted} IS NULL THEN NULL ELSE ${points} END`;
}

/** The last value at or before each time; before the first point NULL. */
const carried: SqlTextOf = ([series = '', wanted = ''], types) => {
  if (isCell(types.arguments[0])) return `k_locf(${series}, ${wanted})`;
  return boundBoth(series, wanted, (s, at) =>
    picked('k_locf_positions', { series: s, wanted: at }, (point) => `${point}."value"`),
  );
};

/** The value exactly at each time, else the constant. */
const filled: SqlTextOf = ([series = '', wanted = '', fill = ''], types) => {
  if (isCell(types.arguments[0])) return `k_fill(${series}, ${wanted}, ${fill})`;
  return boundBoth(series, wanted, (s, at) =>
    picked(
      'k_match_positions',
      { series: s, wanted: at },
      (point) => `CASE WHEN ${point} IS NULL THEN ${fill} ELSE ${point}."value" END`,
    ),
  );
};

const only = (series: string) => `list_extract(${series}, 1)."value"`;
const listOf = (time: string) => `(CASE WHEN ${time} IS NULL THEN NULL ELSE [${time}] END)`;

/** At a single time: a kernel of its own, or the one point of the form for many. */
const once =
  (kernelName: string, many: SqlTextOf): SqlTextOf =>
  ([series = '', time = '', ...rest], types, context) => {
    if (isCell(types.arguments[0])) {
      return `${kernelName}(${[series, time, ...rest].join(', ')})`;
    }
    const physical = physicalType(types.result);
    return bound(time, (at) => {
      const point = only(many([series, listOf(at), ...rest], types, context));
      return `CAST(${point} AS ${physical})`;
    });
  };

const DAY_SECOND = 'interval day to second';
const SECOND = 'CAST(1000000000 AS BIGINT)';

const building = aggregate({
  names: ['create_time_series'],
  signatures: ['<T>(timestamp, T) -> timeseries(T)'],
  doc: "The group's points in ascending time; rows whose value is NULL are left out.",
  errors: ['create_time_series() has two values for …'],
  lower: aggregateSql(([time = '', value = '']) => ({
    parts: [
      {
        name: 'list',
        args: [`{'time': ${time}, 'value': ${value}}`],
        filter: `(${time} IS NOT NULL AND ${value} IS NOT NULL)`,
        orderBy: time,
      },
    ],
    finish: ([points = '']) => `CASE WHEN k_times_differ(${points}) THEN ${points} END`,
  })),
});

const interpolation: readonly Definition[] = [
  {
    names: ['interpolate_linear'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), array(timestamp)) -> timeseries(double)`),
    doc: 'The value at each time on the straight line between neighbours; NULL outside.',
    lower: kernel('k_interpolate_linear'),
  },
  {
    names: ['interpolate_linear'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), timestamp) -> double`),
    doc: 'The value at one time on the straight line between neighbours.',
    lower: kernel('k_interpolate_linear_at'),
  },
  {
    names: ['interpolate_spline_cubic'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), array(timestamp)) -> timeseries(double)`),
    doc: 'The value at each time on a natural cubic spline; NULL outside.',
    lower: kernel('k_interpolate_spline'),
  },
  {
    names: ['interpolate_spline_cubic'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), timestamp) -> double`),
    doc: 'The value at one time on a natural cubic spline.',
    lower: kernel('k_interpolate_spline_at'),
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
    lower: sql(once('k_locf_at', carried)),
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
    lower: sql(once('k_fill_at', filled)),
  },
];

const calculus: readonly Definition[] = [
  {
    names: ['derivative_linear'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), ${DAY_SECOND}) -> timeseries(double)`),
    doc: 'The change per interval from point to point; the first point has none.',
    lower: kernel('k_derivative'),
  },
  {
    names: ['non_negative_derivative_linear'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), ${DAY_SECOND}) -> timeseries(double)`),
    doc: 'The change per interval from point to point, without the negative ones.',
    lower: kernel('k_non_negative_derivative'),
  },
  {
    names: ['integral_trapezoidal'],
    signatures: NUMBERS.map((n) => `(timeseries(${n})) -> double`),
    doc: 'The integral by the trapezoid rule, time in seconds.',
    lower: sql(([series]) => `k_integral(${series}, ${SECOND})`),
  },
  {
    names: ['integral_trapezoidal'],
    signatures: NUMBERS.map((n) => `(timeseries(${n}), ${DAY_SECOND}) -> double`),
    doc: 'The integral by the trapezoid rule, time in units of the interval.',
    lower: kernel('k_integral'),
  },
  {
    names: ['correlate_pearson'],
    signatures: ['(timeseries(double), timeseries(double)) -> double'],
    doc: "Pearson's correlation of two series with the same times.",
    errors: ['Time series must have the same timestamps'],
    lower: kernel('k_correlate_pearson'),
  },
  {
    names: ['correlate_spearman'],
    signatures: ['(timeseries(double), timeseries(double)) -> double'],
    doc: "Spearman's rank correlation of two series with the same times.",
    errors: ['Time series must have the same timestamps'],
    lower: kernel('k_correlate_spearman'),
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
    lower: sameAs('list_filter'),
  },
  {
    names: ['transform'],
    signatures: ['<T, U>(timeseries(T), (row(time timestamp, value T)) -> U) -> array(U)'],
    doc: 'What the lambda makes of every point.',
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
