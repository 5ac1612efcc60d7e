/**
 * A natural cubic spline through points of ascending x: the second derivatives at the points solve
 * a tridiagonal system, with zero at both ends. One point gives a constant, two a line.
 */
export interface Spline {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly curvature: Float64Array;
}

export function splineThrough(x: Float64Array, y: Float64Array): Spline {
  return { x, y, curvature: curvatures(x, y) };
}

/** The value at `at`, which lies between the points `low` and `low + 1`. */
export function splineAt({ x, y, curvature }: Spline, low: number, at: number): number {
  const [x0, y0] = [x[low]!, y[low]!];
  if (at === x0 || low + 1 >= x.length) return y0;
  const [x1, y1] = [x[low + 1]!, y[low + 1]!];
  if (at === x1) return y1;
  const width = x1 - x0;
  const a = (x1 - at) / width;
  const b = (at - x0) / width;
  const bend = (a ** 3 - a) * curvature[low]! + (b ** 3 - b) * curvature[low + 1]!;
  return a * y0 + b * y1 + (bend * width ** 2) / 6;
}

function curvatures(x: Float64Array, y: Float64Array): Float64Array {
  const n = x.length;
  const result = new Float64Array(n);
  const upper = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const [before, here, after] = [x[i - 1]!, x[i]!, x[i + 1]!];
    const share = (here - before) / (after - before);
    const pivot = share * upper[i - 1]! + 2;
    upper[i] = (share - 1) / pivot;
    const slopeAfter = (y[i + 1]! - y[i]!) / (after - here);
    const slopeBefore = (y[i]! - y[i - 1]!) / (here - before);
    const bend = (6 * (slopeAfter - slopeBefore)) / (after - before);
    result[i] = (bend - share * result[i - 1]!) / pivot;
  }
  for (let i = n - 2; i >= 1; i--) result[i] = upper[i]! * result[i + 1]! + result[i]!;
  return result;
}
