/**
 * Time series read from vectors into columns, for the kernels over them.
 *
 *     LIST of STRUCT(time BIGINT, value T)   ──►   Points: high[], low[], row[]
 *
 * A time is kept as its two halves: comparing them is exact, and takes no BigInt for each point.
 * Points without a time or a value do not take part; of several at one time the last counts.
 * Rows of a vector often share a list (one series beside many times); it is read once.
 *
 * Times asked for come in any order, perhaps with NULLs. A series is in ascending time, so they are
 * put in order first; a NULL is no point.
 */
import { assert, known } from '../../base/assert.ts';
import type { VectorView } from '../../engine/api.ts';

export type ListView = Extract<VectorView, { readonly kind: 'list' }>;
type BigintView = Extract<VectorView, { readonly kind: 'bigint' }>;

/** Columns of the same length, of which the first `count` entries count. */
export interface Times {
  readonly high: Int32Array;
  readonly low: Uint32Array;
  readonly count: number;
}

export interface Points extends Times {
  /** Where each value lies in the column of values. */
  readonly rows: Int32Array;
}

export function listView(view: VectorView | undefined): ListView {
  assert(view?.kind === 'list', 'a series or an array is a list');
  return view;
}

export function bigintView(view: VectorView | undefined): BigintView {
  assert(view?.kind === 'bigint', 'times and intervals are bigints');
  return view;
}

export class PointsReader {
  readonly values: VectorView;
  readonly #view: ListView;
  readonly #points: VectorView;
  readonly #times: BigintView;
  #offset = -1;
  #length = -1;
  #last: Points = { high: new Int32Array(0), low: new Uint32Array(0), rows: EMPTY, count: 0 };

  constructor(view: VectorView | undefined) {
    this.#view = listView(view);
    this.#points = this.#view.child;
    assert(this.#points.kind === 'struct', 'a point is a struct');
    this.#times = bigintView(this.#points.fields[0]);
    this.values = known(this.#points.fields[1], 'the values of the points');
  }

  /** The points of a row; good until the next call. */
  at(row: number): Points {
    const offset = this.#view.offset(row);
    const length = this.#view.length(row);
    if (offset === this.#offset && length === this.#length) return this.#last;
    this.#offset = offset;
    this.#length = length;
    this.#last = this.#read(offset, length);
    return this.#last;
  }

  #read(offset: number, length: number): Points {
    const high = new Int32Array(length);
    const low = new Uint32Array(length);
    const rows = new Int32Array(length);
    const cells = this.#times.cells32;
    const whole = this.#points.allValid && this.#times.allValid && this.values.allValid;
    let count = 0;
    for (let at = offset; at < offset + length; at++) {
      if (!whole && (this.#times.isNull(at) || this.values.isNull(at))) continue;
      const [l, h] = [cells[2 * at]! >>> 0, cells[2 * at + 1]!];
      if (count > 0 && high[count - 1] === h && low[count - 1] === l) count--;
      high[count] = h;
      low[count] = l;
      rows[count] = at;
      count++;
    }
    return { high, low, rows, count };
  }
}

const EMPTY = new Int32Array(0);

/** The values of a numeric column as doubles, by row. */
export function numbersOf(view: VectorView): { readonly [row: number]: number } {
  switch (view.kind) {
    case 'double':
      return view.doubles;
    case 'integer':
      return view.ints;
    default: {
      const { cells32 } = bigintView(view);
      const doubles = new Float64Array(view.rows);
      for (let row = 0; row < view.rows; row++) {
        doubles[row] = cells32[2 * row + 1]! * 2 ** 32 + (cells32[2 * row]! >>> 0);
      }
      return doubles;
    }
  }
}

/** The times of an array, in ascending order, without NULLs. */
export function wantedTimes(view: ListView, row: number): Times {
  const child = bigintView(view.child);
  const offset = view.offset(row);
  const length = view.length(row);
  const high = new Int32Array(length);
  const low = new Uint32Array(length);
  let count = 0;
  let ascending = true;
  for (let at = offset; at < offset + length; at++) {
    if (!child.allValid && child.isNull(at)) continue;
    high[count] = child.cells32[2 * at + 1]!;
    low[count] = child.cells32[2 * at]!;
    if (count > 0 && isAfter(high[count - 1]!, low[count - 1]!, high[count]!, low[count]!)) {
      ascending = false;
    }
    count++;
  }
  return ascending ? { high, low, count } : sorted({ high, low, count });
}

function sorted({ high, low, count }: Times): Times {
  const order = new Int32Array(count).map((_, at) => at);
  order.sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]!);
  return {
    high: order.map((at) => high[at]!),
    low: Uint32Array.from(order, (at) => low[at]!),
    count,
  };
}

/** One time of a column of times. */
export function singleTime(view: BigintView, row: number): Times {
  const { cells32 } = view;
  return {
    high: Int32Array.of(cells32[2 * row + 1]!),
    low: Uint32Array.of(cells32[2 * row]!),
    count: 1,
  };
}

export function isAfter(high: number, low: number, thanHigh: number, thanLow: number): boolean {
  return high === thanHigh ? low > thanLow : high > thanHigh;
}

/** Nanoseconds from one time to another, rounded once to a double. */
export function nanosBetween(a: Times, from: number, b: Times, to: number): number {
  return (b.high[to]! - a.high[from]!) * 2 ** 32 + (b.low[to]! - a.low[from]!);
}

/**
 * Calls `visit` for each wanted time in order, with the index of the last point at or before it, -1
 * if all are later. Both are ascending: one walk over many, a search for a single one.
 */
export function forEachWanted(
  points: Points,
  wanted: Times,
  visit: (index: number, point: number) => void,
): void {
  let next = wanted.count === 1 ? firstAfter(points, wanted) : 0;
  for (let index = 0; index < wanted.count; index++) {
    const [high, low] = [wanted.high[index]!, wanted.low[index]!];
    while (next < points.count && !isAfter(points.high[next]!, points.low[next]!, high, low))
      next++;
    visit(index, next - 1);
  }
}

function firstAfter(points: Points, wanted: Times): number {
  const [high, low] = [wanted.high[0]!, wanted.low[0]!];
  let [from, until] = [0, points.count];
  while (from < until) {
    const middle = (from + until) >>> 1;
    if (isAfter(points.high[middle]!, points.low[middle]!, high, low)) until = middle;
    else from = middle + 1;
  }
  return from;
}

/** Whether the point is exactly at the wanted time; none is at -1. */
export function isAt(points: Points, point: number, wanted: Times, index: number): boolean {
  return (
    point >= 0 &&
    points.low[point] === wanted.low[index] &&
    points.high[point] === wanted.high[index]
  );
}
