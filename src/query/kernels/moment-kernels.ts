/** Moments over the values of a group, kept online as the ancestor's aggregations do. */
import { defineKernel, type Kernel } from './kernel.ts';

interface Moments {
  readonly n: number;
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
}

function momentsOf(values: readonly (number | null)[]): Moments {
  let [n, mean, m2, m3, m4] = [0, 0, 0, 0, 0];
  for (const value of values) {
    if (value === null) continue;
    const before = n++;
    const delta = value - mean;
    const part = delta / n;
    const term = delta * part * before;
    mean += part;
    m4 += term * part * part * (n * n - 3 * n + 3) + 6 * part * part * m2 - 4 * part * m3;
    m3 += term * part * (n - 2) - 3 * part * m2;
    m2 += term;
  }
  return { n, m2, m3, m4 };
}

export const momentKernels: readonly Kernel[] = [
  defineKernel({
    name: 'k_skewness',
    parameters: [{ list: 'double' }],
    result: 'double',
    /** By population moments; NULL below three values. */
    perRow: (values) => {
      const { n, m2, m3 } = momentsOf(values);
      return n < 3 ? null : (Math.sqrt(n) * m3) / m2 ** 1.5;
    },
  }),
  defineKernel({
    name: 'k_kurtosis',
    parameters: [{ list: 'double' }],
    result: 'double',
    /** The excess kurtosis of a sample; NULL below four values. */
    perRow: (values) => {
      const { n, m2, m4 } = momentsOf(values);
      if (n < 4) return null;
      const variance = m2 / (n - 1);
      const scale = (n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3));
      const excess = (-3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3));
      return (scale * m4) / variance ** 2 + excess;
    },
  }),
];
