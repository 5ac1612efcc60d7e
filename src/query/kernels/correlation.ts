/** Pearson's and Spearman's correlation of paired values; NaN where one side does not vary. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  let [n, meanX, meanY, varianceX, varianceY, covariance] = [0, 0, 0, 0, 0, 0];
  for (const [at, a] of x.entries()) {
    const b = y[at] ?? 0;
    n++;
    const [deltaX, deltaY] = [a - meanX, b - meanY];
    meanX += deltaX / n;
    meanY += deltaY / n;
    varianceX += deltaX * (a - meanX);
    varianceY += deltaY * (b - meanY);
    covariance += deltaX * (b - meanY);
  }
  return covariance / Math.sqrt(varianceX * varianceY);
}

export function spearman(x: readonly number[], y: readonly number[]): number {
  return pearson(averageRanks(x), averageRanks(y));
}

/** Ranks from 1; equal values share the mean of their ranks. */
function averageRanks(values: readonly number[]): readonly number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let until = from + 1;
    const value = values[order[from] ?? 0];
    while (until < order.length && values[order[until] ?? 0] === value) until++;
    for (let at = from; at < until; at++) ranks[order[at] ?? 0] = (from + 1 + until) / 2;
    from = until;
  }
  return ranks;
}
