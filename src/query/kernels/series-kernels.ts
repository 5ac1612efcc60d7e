/**
 * Time series functions over numbers (query-language 6.13): interpolation, derivative, integral,
 * correlation. A series is a list of (time, value) in ascending time; points whose value is NULL do
 * not take part. Of several points at one time the last counts.
 *
 *   linear, spline   between the first and the last point; outside: a point with a NULL value
 *   locf, fill       only find positions here; the values, of any type, are picked by SQL
 *   spline           natural: no curvature at either end
 */
import { pearson, spearman } from './correlation.ts';
import { defineKernel, type Kernel } from './kernel.ts';
import { splineThrough } from './spline.ts';

const SERIES = {
  list: {
    struct: [
      ['time', 'bigint'],
      ['value', 'double'],
    ],
  },
} as const;

interface RawPoint {
  readonly time: bigint | null;
  readonly value: number | null;
}
type RawSeries = readonly (RawPoint | null)[];

interface Points {
  readonly times: readonly bigint[];
  readonly values: readonly number[];
}

function pointsOf(series: RawSeries): Points {
  const times: bigint[] = [];
  const values: number[] = [];
  for (const point of series) {
    if (point === null || point.time === null || point.value === null) continue;
    if (times.at(-1) === point.time) values[values.length - 1] = point.value;
    else {
      times.push(point.time);
      values.push(point.value);
    }
  }
  return { times, values };
}

/** The index of the last time at or before the one asked for; -1 if all are later. */
function lastAtOrBefore(times: readonly (bigint | null)[], wanted: bigint): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0n) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function linearAt({ times, values }: Points, wanted: bigint): number | null {
  const at = lastAtOrBefore(times, wanted);
  const [time, value] = [times[at], values[at]];
  if (time === undefined || value === undefined) return null;
  if (time === wanted) return value;
  const [nextTime, nextValue] = [times[at + 1], values[at + 1]];
  if (nextTime === undefined || nextValue === undefined) return null;
  return value + ((nextValue - value) * Number(wanted - time)) / Number(nextTime - time);
}

function sampled(
  wanted: readonly (bigint | null)[],
  valueAt: (time: bigint) => number | null,
): readonly RawPoint[] {
  const points: RawPoint[] = [];
  for (const time of wanted) {
    if (time !== null) points.push({ time, value: valueAt(time) });
  }
  return points;
}

function splineSample(series: RawSeries, wanted: readonly (bigint | null)[]) {
  const { times, values } = pointsOf(series);
  const origin = times[0];
  if (origin === undefined) return sampled(wanted, () => null);
  const seconds = (time: bigint) => Number(time - origin) / 1e9;
  const spline = splineThrough(times.map(seconds), values);
  const last = times[times.length - 1] ?? origin;
  return sampled(wanted, (time) => (time < origin || time > last ? null : spline(seconds(time))));
}

function checkInterval(interval: bigint): void {
  if (interval <= 0n) throw new Error('interval must be positive');
}

function derivative(series: RawSeries, interval: bigint): RawPoint[] {
  checkInterval(interval);
  const { times, values } = pointsOf(series);
  const points: RawPoint[] = [];
  for (let at = 1; at < times.length; at++) {
    const [time, before] = [times[at] ?? 0n, times[at - 1] ?? 0n];
    const change = (values[at] ?? 0) - (values[at - 1] ?? 0);
    points.push({ time, value: change / (Number(time - before) / Number(interval)) });
  }
  return points;
}

function integral(series: RawSeries, interval: bigint): number {
  checkInterval(interval);
  const { times, values } = pointsOf(series);
  let total = 0;
  for (let at = 1; at < times.length; at++) {
    const width = Number((times[at] ?? 0n) - (times[at - 1] ?? 0n)) / Number(interval);
    total += (((values[at] ?? 0) + (values[at - 1] ?? 0)) / 2) * width;
  }
  return total;
}

function correlated(
  a: RawSeries,
  b: RawSeries,
  correlation: (x: readonly number[], y: readonly number[]) => number,
): number {
  const [left, right] = [pointsOf(a), pointsOf(b)];
  const same =
    left.times.length === right.times.length &&
    left.times.every((time, at) => time === right.times[at]);
  if (!same) throw new Error('Time series must have the same timestamps');
  return correlation(left.values, right.values);
}

export const seriesKernels: readonly Kernel[] = [
  defineKernel({
    name: 'k_interpolate_linear',
    parameters: [SERIES, { list: 'bigint' }],
    result: SERIES,
    perRow: (series, wanted) => {
      const points = pointsOf(series);
      return sampled(wanted, (time) => linearAt(points, time));
    },
  }),
  defineKernel({
    name: 'k_interpolate_spline',
    parameters: [SERIES, { list: 'bigint' }],
    result: SERIES,
    perRow: splineSample,
  }),
  defineKernel({
    name: 'k_locf_positions',
    parameters: [{ list: 'bigint' }, { list: 'bigint' }],
    result: { list: 'integer' },
    /** For each wanted time the 1-based position of the last point at or before it, else 0. */
    perRow: (times, wanted) =>
      wanted.map((time) => (time === null ? 0 : lastAtOrBefore(times, time) + 1)),
  }),
  defineKernel({
    name: 'k_match_positions',
    parameters: [{ list: 'bigint' }, { list: 'bigint' }],
    result: { list: 'integer' },
    /** For each wanted time the 1-based position of the point exactly there, else 0. */
    perRow: (times, wanted) =>
      wanted.map((time) => {
        const at = time === null ? -1 : lastAtOrBefore(times, time);
        return times[at] === time ? at + 1 : 0;
      }),
  }),
  defineKernel({
    name: 'k_derivative',
    parameters: [SERIES, 'bigint'],
    result: SERIES,
    perRow: derivative,
  }),
  defineKernel({
    name: 'k_non_negative_derivative',
    parameters: [SERIES, 'bigint'],
    result: SERIES,
    perRow: (series, interval) =>
      derivative(series, interval).filter((point) => (point.value ?? 0) >= 0),
  }),
  defineKernel({
    name: 'k_integral',
    parameters: [SERIES, 'bigint'],
    result: 'double',
    perRow: integral,
  }),
  defineKernel({
    name: 'k_correlate_pearson',
    parameters: [SERIES, SERIES],
    result: 'double',
    perRow: (a, b) => correlated(a, b, pearson),
  }),
  defineKernel({
    name: 'k_correlate_spearman',
    parameters: [SERIES, SERIES],
    result: 'double',
    perRow: (a, b) => correlated(a, b, spearman),
  }),
  defineKernel({
    name: 'k_skewness',
    parameters: [{ list: 'double' }],
    result: 'double',
    perRow: (values) => skewness(values),
  }),
];

/** Central moments kept online, as the ancestor's aggregation does; NULL below three values. */
function skewness(values: readonly (number | null)[]): number | null {
  let [n, mean, m2, m3] = [0, 0, 0, 0];
  for (const value of values) {
    if (value === null) continue;
    const before = n++;
    const delta = value - mean;
    const part = delta / n;
    const term = delta * part * before;
    mean += part;
    m3 += term * part * (n - 2) - 3 * part * m2;
    m2 += term;
  }
  return n < 3 ? null : (Math.sqrt(n) * m3) / m2 ** 1.5;
}
