/**
 * A natural cubic spline through points of ascending x: the second derivatives at the points solve
 * a tridiagonal system, with zero at both ends. One point gives a constant, two a line.
 */
export function splineThrough(x: readonly number[], y: readonly number[]): (at: number) => number {
  const curvature = curvatures(x, y);
  return (at) => {
    let [low, high] = [0, x.length - 1];
    if (high <= 0) return y[0] ?? Number.NaN;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((x[middle] ?? 0) > at) high = middle;
      else low = middle;
    }
    const [x0, x1, y0, y1] = [x[low] ?? 0, x[high] ?? 0, y[low] ?? 0, y[high] ?? 0];
    const [c0, c1] = [curvature[low] ?? 0, curvature[high] ?? 0];
    const width = x1 - x0;
    if (at === x0) return y0;
    if (at === x1) return y1;
    const a = (x1 - at) / width;
    const b = (at - x0) / width;
    return a * y0 + b * y1 + (((a ** 3 - a) * c0 + (b ** 3 - b) * c1) * width ** 2) / 6;
  };
}

function curvatures(x: readonly number[], y: readonly number[]): readonly number[] {
  const n = x.length;
  const result = new Array<number>(n).fill(0);
  const upper = new Array<number>(n).fill(0);
  for (let i = 1; i < n - 1; i++) {
    const [before, here, after] = [x[i - 1] ?? 0, x[i] ?? 0, x[i + 1] ?? 0];
    const share = (here - before) / (after - before);
    const pivot = share * (upper[i - 1] ?? 0) + 2;
    upper[i] = (share - 1) / pivot;
    const slopeAfter = ((y[i + 1] ?? 0) - (y[i] ?? 0)) / (after - here);
    const slopeBefore = ((y[i] ?? 0) - (y[i - 1] ?? 0)) / (here - before);
    const bend = (6 * (slopeAfter - slopeBefore)) / (after - before);
    result[i] = (bend - share * (result[i - 1] ?? 0)) / pivot;
  }
  for (let i = n - 2; i >= 1; i--) {
    result[i] = (upper[i] ?? 0) * (result[i + 1] ?? 0) + (result[i] ?? 0);
  }
  return result;
}
