/**
 * Derivative, integral and correlation of time series (query-language 6.13), over columns and
 * linear in the points, but for the sorting of ranks.
 */
import { known } from '../../base/assert.ts';
import type { ResultVector, VectorView } from '../../engine/api.ts';
import { pearson, spearman } from './correlation.ts';
import type { VectorKernel } from './kernel.ts';
import { NUMERIC_VALUES, seriesOf } from './series-kernels.ts';
import { bigintView, nanosBetween, numbersOf, type Points, PointsReader } from './series-points.ts';

type Numbers = ReturnType<typeof numbersOf>;

function intervalOf(interval: bigint | undefined): number {
  if (interval === undefined || interval <= 0n) throw new Error('interval must be positive');
  return Number(interval);
}

/** Whether all arguments have a value in the row: what stands in the cells counts only then. */
function isWhole(args: readonly VectorView[], row: number): boolean {
  return args.every((view) => view.allValid || !view.isNull(row));
}

function derivative(args: readonly VectorView[], rows: number, out: ResultVector, least?: number) {
  const reader = new PointsReader(args[0]);
  const numbers = numbersOf(reader.values);
  const intervals = bigintView(args[1]);
  for (let row = 0; row < rows; row++) {
    if (!isWhole(args, row)) continue;
    const interval = intervalOf(intervals.bigints[row]);
    const points = reader.at(row);
    const slopes = new Float64Array(Math.max(points.count - 1, 0));
    const kept = new Int32Array(slopes.length);
    let count = 0;
    for (let at = 1; at < points.count; at++) {
      const change = numbers[points.rows[at]!]! - numbers[points.rows[at - 1]!]!;
      const slope = change / (nanosBetween(points, at - 1, points, at) / interval);
      if (least !== undefined && !(slope >= least)) continue;
      slopes[count] = slope;
      kept[count++] = at;
    }
    const offset = out.startList(row, count);
    const { cells32 } = known(out.child.fields[0], 'times');
    const { doubles } = known(out.child.fields[1], 'values');
    for (let index = 0; index < count; index++) {
      cells32[2 * (offset + index)] = points.low[kept[index]!]!;
      cells32[2 * (offset + index) + 1] = points.high[kept[index]!]!;
      doubles[offset + index] = slopes[index]!;
    }
  }
}

function integral(args: readonly VectorView[], rows: number, out: ResultVector): void {
  const reader = new PointsReader(args[0]);
  const numbers = numbersOf(reader.values);
  const intervals = bigintView(args[1]);
  for (let row = 0; row < rows; row++) {
    if (!isWhole(args, row)) continue;
    const interval = intervalOf(intervals.bigints[row]);
    const points = reader.at(row);
    let total = 0;
    for (let at = 1; at < points.count; at++) {
      const sum = numbers[points.rows[at]!]! + numbers[points.rows[at - 1]!]!;
      total += (sum / 2) * (nanosBetween(points, at - 1, points, at) / interval);
    }
    out.doubles[row] = total;
  }
}

function haveSameTimes(a: Points, b: Points): boolean {
  if (a.count !== b.count) return false;
  for (let at = 0; at < a.count; at++) {
    if (a.low[at] !== b.low[at] || a.high[at] !== b.high[at]) return false;
  }
  return true;
}

function valuesOf(points: Points, numbers: Numbers): Float64Array {
  const values = new Float64Array(points.count);
  for (let at = 0; at < points.count; at++) values[at] = numbers[points.rows[at]!]!;
  return values;
}

function correlation(
  name: string,
  correlate: (x: Float64Array, y: Float64Array) => number,
): VectorKernel {
  return {
    name,
    parameters: [seriesOf('double'), seriesOf('double')],
    result: 'double',
    nulls: 'propagate',
    run(args, rows, out) {
      const [left, right] = [new PointsReader(args[0]), new PointsReader(args[1])];
      const [x, y] = [numbersOf(left.values), numbersOf(right.values)];
      for (let row = 0; row < rows; row++) {
        if (!isWhole(args, row)) continue;
        const [a, b] = [left.at(row), right.at(row)];
        if (!haveSameTimes(a, b)) throw new Error('Time series must have the same timestamps');
        out.doubles[row] = correlate(valuesOf(a, x), valuesOf(b, y));
      }
    },
  };
}

export const seriesCalculusKernels: readonly VectorKernel[] = [
  ...NUMERIC_VALUES.flatMap((value): readonly VectorKernel[] => {
    const shared = { parameters: [seriesOf(value), 'bigint'], nulls: 'propagate' } as const;
    return [
      {
        ...shared,
        name: 'k_derivative',
        result: seriesOf('double'),
        run: (args, rows, out) => derivative(args, rows, out),
      },
      {
        ...shared,
        name: 'k_non_negative_derivative',
        result: seriesOf('double'),
        run: (args, rows, out) => derivative(args, rows, out, 0),
      },
      { ...shared, name: 'k_integral', result: 'double', run: integral },
    ];
  }),
  correlation('k_correlate_pearson', pearson),
  correlation('k_correlate_spearman', spearman),
];
