/** Pearson's and Spearman's correlation of paired values; NaN where one side does not vary. */
export function pearson(x: Float64Array, y: Float64Array): number {
  let [meanX, meanY, varianceX, varianceY, covariance] = [0, 0, 0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    const [a, b] = [x[at]!, y[at]!];
    const n = at + 1;
    const [deltaX, deltaY] = [a - meanX, b - meanY];
    meanX += deltaX / n;
    meanY += deltaY / n;
    varianceX += deltaX * (a - meanX);
    varianceY += deltaY * (b - meanY);
    covariance += deltaX * (b - meanY);
  }
  return covariance / Math.sqrt(varianceX * varianceY);
}

export function spearman(x: Float64Array, y: Float64Array): number {
  return pearson(averageRanks(x), averageRanks(y));
}

/** Ranks from 1; equal values share the mean of their ranks. */
function averageRanks(values: Float64Array): Float64Array {
  const order = new Int32Array(values.length).map((_, at) => at);
  order.sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let until = from + 1;
    const value = values[order[from]!];
    while (until < order.length && values[order[until]!] === value) until++;
    for (let at = from; at < until; at++) ranks[order[at]!] = (from + 1 + until) / 2;
    from = until;
  }
  return ranks;
}
