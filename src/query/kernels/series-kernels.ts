/**
 * Interpolation of time series (query-language 6.13), over columns: each walk is linear in the
 * points and the times together.
 *
 *   linear, spline   between the first and the last point; outside: a point with a NULL value
 *   locf             the last value at or before the time; before the first point NULL
 *   fill             the value exactly at the time, else the constant
 *   spline           natural: no curvature at either end
 *
 * Every kernel comes twice, for an array of times and for a single one, and for every type the
 * values have: linear and spline for the numeric ones, locf and fill for all that are one cell.
 * Values of other types are picked by SQL from the positions that k_locf_positions and
 * k_match_positions find.
 */
import { assert, known } from '../../base/assert.ts';
import type { ResultVector, VectorView } from '../../engine/api.ts';
import { formatTimestampCells } from './format-time.ts';
import type { KernelScalar, KernelType, VectorKernel } from './kernel.ts';
import {
  bigintView,
  forEachWanted,
  isAt,
  listView,
  nanosBetween,
  numbersOf,
  type Points,
  PointsReader,
  singleTime,
  type Times,
  wantedTimes,
} from './series-points.ts';
import { splineAt, splineThrough } from './spline.ts';

export const NUMERIC_VALUES = ['double', 'bigint', 'integer'] as const;
const CELL_VALUES: readonly KernelScalar[] = ['double', 'bigint', 'integer', 'boolean', 'varchar'];

export function seriesOf(value: KernelType): KernelType {
  return {
    list: {
      struct: [
        ['time', 'bigint'],
        ['value', value],
      ],
    },
  };
}

const TIMES: KernelType = { list: 'bigint' };

/** Writes the value for the wanted time `index` into `row` of `out`. */
type WriteValue = (index: number, point: number, out: ResultVector, row: number) => void;

/** What a kind of interpolation does: given a row's points and times, how to write a value. */
type Interpolation = (
  args: readonly VectorView[],
  reader: PointsReader,
) => (points: Points, wanted: Times, row: number) => WriteValue;

interface Declared {
  readonly name: string;
  readonly value: KernelType;
  readonly result: KernelType;
  readonly further: readonly KernelType[];
  readonly interpolation: Interpolation;
}

/** The kernel over an array of times, and `…_at` over a single one. */
function kernels({ name, value, result, further, interpolation }: Declared): VectorKernel[] {
  return [
    {
      name,
      parameters: [seriesOf(value), TIMES, ...further],
      result: seriesOf(result),
      nulls: 'propagate',
      run: (args, rows, out) => runOverTimes(interpolation, args, rows, out),
    },
    {
      name: `${name}_at`,
      parameters: [seriesOf(value), 'bigint', ...further],
      result,
      nulls: 'propagate',
      run: (args, rows, out) => runAtTime(interpolation, args, rows, out),
    },
  ];
}

function runOverTimes(
  interpolation: Interpolation,
  args: readonly VectorView[],
  rows: number,
  out: ResultVector,
): void {
  const reader = new PointsReader(args[0]);
  const times = listView(args[1]);
  const writerFor = interpolation(args, reader);
  for (let row = 0; row < rows; row++) {
    const points = reader.at(row);
    const wanted = wantedTimes(times, row);
    const write = writerFor(points, wanted, row);
    const offset = out.startList(row, wanted.count);
    const timeColumn = known(out.child.fields[0], 'times');
    const valueColumn = known(out.child.fields[1], 'values');
    const { cells32 } = timeColumn;
    forEachWanted(points, wanted, (index, point) => {
      cells32[2 * (offset + index)] = wanted.low[index]!;
      cells32[2 * (offset + index) + 1] = wanted.high[index]!;
      write(index, point, valueColumn, offset + index);
    });
  }
}

function runAtTime(
  interpolation: Interpolation,
  args: readonly VectorView[],
  rows: number,
  out: ResultVector,
): void {
  const reader = new PointsReader(args[0]);
  const times = bigintView(args[1]);
  const writerFor = interpolation(args, reader);
  for (let row = 0; row < rows; row++) {
    const points = reader.at(row);
    const wanted = singleTime(times, row);
    const write = writerFor(points, wanted, row);
    forEachWanted(points, wanted, (index, point) => write(index, point, out, row));
  }
}

const linear: Interpolation = (_args, reader) => {
  const numbers = numbersOf(reader.values);
  return (points, wanted) => (index, point, out, row) => {
    if (isAt(points, point, wanted, index)) {
      out.doubles[row] = numbers[points.rows[point]!]!;
    } else if (point < 0 || point + 1 >= points.count) {
      out.setNull(row);
    } else {
      const value = numbers[points.rows[point]!]!;
      const rise = numbers[points.rows[point + 1]!]! - value;
      const run = nanosBetween(points, point, points, point + 1);
      out.doubles[row] = value + (rise * nanosBetween(points, point, wanted, index)) / run;
    }
  };
};

const spline: Interpolation = (_args, reader) => {
  const numbers = numbersOf(reader.values);
  let splined: Points | undefined;
  let curve = splineThrough(new Float64Array(0), new Float64Array(0));
  return (points, wanted) => {
    if (points !== splined) {
      const x = new Float64Array(points.count);
      const y = new Float64Array(points.count);
      for (let at = 0; at < points.count; at++) {
        x[at] = nanosBetween(points, 0, points, at) / 1e9;
        y[at] = numbers[points.rows[at]!]!;
      }
      curve = splineThrough(x, y);
      splined = points;
    }
    return (index, point, out, row) => {
      if (isAt(points, point, wanted, index)) {
        out.doubles[row] = curve.y[point]!;
      } else if (point < 0 || point + 1 >= points.count) {
        out.setNull(row);
      } else {
        out.doubles[row] = splineAt(curve, point, nanosBetween(points, 0, wanted, index) / 1e9);
      }
    };
  };
};

const carried: Interpolation = (_args, reader) => {
  const copy = copierOf(reader.values);
  return (points) => (_index, point, out, row) => {
    if (point < 0) out.setNull(row);
    else copy(points.rows[point]!, out, row);
  };
};

const filled: Interpolation = (args, reader) => {
  const copy = copierOf(reader.values);
  const fill = known(args[2], 'the constant');
  const copyFill = copierOf(fill);
  return (points, wanted, rowOfFill) => (index, point, out, row) => {
    if (isAt(points, point, wanted, index)) copy(points.rows[point]!, out, row);
    else copyFill(rowOfFill, out, row);
  };
};

function copierOf(view: VectorView): (from: number, out: ResultVector, to: number) => void {
  switch (view.kind) {
    case 'double':
      return (from, out, to) => {
        out.doubles[to] = view.doubles[from]!;
      };
    case 'bigint':
      return (from, out, to) => {
        out.cells32[2 * to] = view.cells32[2 * from]!;
        out.cells32[2 * to + 1] = view.cells32[2 * from + 1]!;
      };
    case 'integer':
      return (from, out, to) => {
        out.ints[to] = view.ints[from]!;
      };
    case 'boolean':
      return (from, out, to) => {
        out.bytes[to] = view.bytes[from]!;
      };
    case 'varchar':
      return (from, out, to) => out.setText(to, view.text(from));
    default:
      throw new Error(`values of kind ${view.kind} are not one cell`);
  }
}

/** Positions, from 1, in the list of points; one past the end where there is no value. */
function positions(name: string, isFound: (at: boolean) => boolean): VectorKernel {
  return {
    name,
    parameters: ['any', TIMES],
    result: TIMES,
    nulls: 'propagate',
    run(args, rows, out) {
      const reader = new PointsReader(args[0]);
      const series = listView(args[0]);
      const times = listView(args[1]);
      for (let row = 0; row < rows; row++) {
        const points = reader.at(row);
        const wanted = wantedTimes(times, row);
        const offset = out.startList(row, wanted.count);
        const { bigints } = out.child;
        const nowhere = series.length(row) + 1;
        forEachWanted(points, wanted, (index, point) => {
          const found = point >= 0 && isFound(isAt(points, point, wanted, index));
          const position = found ? points.rows[point]! - series.offset(row) + 1 : nowhere;
          bigints[offset + index] = BigInt(position);
        });
      }
    },
  };
}

const timesDiffer: VectorKernel = {
  name: 'k_times_differ',
  parameters: ['any'],
  result: 'boolean',
  nulls: 'propagate',
  /** Fails at the first time that two points of a series in ascending order have. */
  run(args, rows, out) {
    const series = listView(args[0]);
    assert(series.child.kind === 'struct', 'a point is a struct');
    const { cells32 } = bigintView(series.child.fields[0]);
    for (let row = 0; row < rows; row++) {
      const start = series.offset(row);
      const end = start + series.length(row);
      for (let at = start + 1; at < end; at++) {
        const [low, high] = [cells32[2 * at]!, cells32[2 * at + 1]!];
        if (low !== cells32[2 * at - 2] || high !== cells32[2 * at - 1]) continue;
        throw new Error(
          `create_time_series() has two values for ${formatTimestampCells(low, high)}`,
        );
      }
      out.bytes[row] = 1;
    }
  },
};

const sortedTimes: VectorKernel = {
  name: 'k_sorted_times',
  parameters: [TIMES],
  result: TIMES,
  nulls: 'propagate',
  /** The times as k_locf_positions takes them: ascending, without NULLs. */
  run(args, rows, out) {
    const times = listView(args[0]);
    for (let row = 0; row < rows; row++) {
      const wanted = wantedTimes(times, row);
      const offset = out.startList(row, wanted.count);
      const { cells32 } = out.child;
      for (let index = 0; index < wanted.count; index++) {
        cells32[2 * (offset + index)] = wanted.low[index]!;
        cells32[2 * (offset + index) + 1] = wanted.high[index]!;
      }
    }
  },
};

export const seriesKernels: readonly VectorKernel[] = [
  ...NUMERIC_VALUES.flatMap((value) => {
    const shared = { value, result: 'double', further: [] } as const;
    return [
      ...kernels({ ...shared, name: 'k_interpolate_linear', interpolation: linear }),
      ...kernels({ ...shared, name: 'k_interpolate_spline', interpolation: spline }),
    ];
  }),
  ...CELL_VALUES.flatMap((value) => [
    ...kernels({ name: 'k_locf', value, result: value, further: [], interpolation: carried }),
    ...kernels({ name: 'k_fill', value, result: value, further: [value], interpolation: filled }),
  ]),
  positions('k_locf_positions', () => true),
  positions('k_match_positions', (exact) => exact),
  sortedTimes,
  timesDiffer,
];
