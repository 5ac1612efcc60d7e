/** Buckets, distributions, intervals and similarity (query-language 6.14). */
import { betaCdf, inverseBetaCdf, inverseNormalCdf, normalCdf } from './distributions.ts';
import { defineKernel, type Kernel } from './kernel.ts';

function check(holds: boolean, text: string): void {
  if (!holds) throw new Error(text);
}

/**
 * Which of `count` equal buckets between two bounds; 0 before the first, count + 1 after the last.
 */
function equalBucket(value: number, first: number, second: number, count: bigint): bigint {
  check(count > 0n, 'bucketCount must be greater than 0');
  check(!Number.isNaN(value), 'operand must not be NaN');
  check(Number.isFinite(first), 'first bound must be finite');
  check(Number.isFinite(second), 'second bound must be finite');
  check(first !== second, 'bounds cannot equal each other');
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  let bucket: bigint;
  if (value < low) bucket = 0n;
  else if (value >= high) bucket = count + 1n;
  else bucket = BigInt(Math.floor((Number(count) * (value - low)) / (high - low) + 1));
  return first > second ? count - bucket + 1n : bucket;
}

/** How many of the ascending bins begin at or before the value. */
function bucketAmong(value: number, bins: readonly (number | null)[]): bigint {
  check(bins.length > 0, 'Bins cannot be an empty array');
  check(!Number.isNaN(value), 'Operand cannot be NaN');
  let before = Number.NEGATIVE_INFINITY;
  let bucket = 0;
  for (const [at, bin] of bins.entries()) {
    check(bin !== null && Number.isFinite(bin), 'Bin values must be finite');
    check((bin ?? 0) >= before, 'Bin values are not sorted in ascending order');
    before = bin ?? before;
    if (value >= before) bucket = at + 1;
  }
  return BigInt(bucket);
}

/** A bound of Wilson's score interval for a share of successes; `sign` picks which. */
function wilson(successes: bigint, trials: bigint, z: number, sign: 1 | -1): number {
  check(successes >= 0n, 'number of successes must not be negative');
  check(trials > 0n, 'number of trials must be positive');
  check(successes <= trials, 'number of successes must not be larger than number of trials');
  check(z >= 0, 'z-score must not be negative');
  const n = Number(trials);
  const share = Number(successes) / n;
  const square = (z * z) / n;
  const spread = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return (share + square / 2 + sign * spread) / (1 + square);
}

/** The cosine of the angle between two sparse vectors; NULL if one is zero or holds a NULL. */
function cosineSimilarity(
  leftKeys: readonly (string | null)[],
  leftValues: readonly (number | null)[],
  rightKeys: readonly (string | null)[],
  rightValues: readonly (number | null)[],
): number | null {
  if (leftValues.includes(null) || rightValues.includes(null)) return null;
  const right = new Map(rightKeys.map((key, at) => [key, rightValues[at] ?? 0]));
  let product = 0;
  for (const [at, key] of leftKeys.entries())
    product += (leftValues[at] ?? 0) * (right.get(key) ?? 0);
  const norms = norm(leftValues) * norm(rightValues);
  return norms === 0 ? null : product / norms;
}

function norm(values: readonly (number | null)[]): number {
  return Math.sqrt(values.reduce<number>((sum, value) => sum + (value ?? 0) ** 2, 0));
}

interface Bucket {
  readonly key: number;
  readonly value: number;
}

/** More would make each value slow to place. */
const HISTOGRAM_BUCKETS_MAX = 10_000n;

/**
 * Ben-Haim and Tom-Tov's histogram: each value a bucket of its own, the two nearest merged into
 * their weighted mean whenever there are too many.
 */
function numericHistogram(
  points: readonly ({ readonly v: number | null; readonly w: number | null } | null)[],
  bucketsMax: bigint,
): readonly Bucket[] {
  check(
    bucketsMax <= HISTOGRAM_BUCKETS_MAX,
    `numeric_histogram bucket count must not exceed ${HISTOGRAM_BUCKETS_MAX}`,
  );
  const buckets: Bucket[] = [];
  for (const point of points) {
    if (point === null || point.v === null || point.w === null) continue;
    const at = placeOf(buckets, point.v);
    const found = buckets[at];
    if (found?.key === point.v) buckets[at] = { key: found.key, value: found.value + point.w };
    else buckets.splice(at, 0, { key: point.v, value: point.w });
    if (buckets.length > Number(bucketsMax)) mergeNearest(buckets);
  }
  return buckets;
}

/** The index of the first bucket whose centre is not below the value. */
function placeOf(buckets: readonly Bucket[], value: number): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((buckets[middle]?.key ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergeNearest(buckets: Bucket[]): void {
  let nearest = 0;
  let gap = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 1 < buckets.length; at++) {
    const width = (buckets[at + 1]?.key ?? 0) - (buckets[at]?.key ?? 0);
    if (width < gap) [nearest, gap] = [at, width];
  }
  const [a, b] = [buckets[nearest], buckets[nearest + 1]];
  if (a === undefined || b === undefined) return;
  const value = a.value + b.value;
  const key = (a.key * a.value + b.key * b.value) / value;
  buckets.splice(nearest, 2, { key, value });
}

/** Shannon's entropy, in bits, of counts. */
function entropy(counts: readonly (number | null)[]): number {
  let [total, sum] = [0, 0];
  for (const count of counts) {
    if (count === null) continue;
    check(count >= 0, 'Entropy count argument must be non-negative');
    if (count === 0) continue;
    total += count;
    sum += count * Math.log(count);
  }
  return total === 0 ? 0 : Math.max((Math.log(total) - sum / total) / Math.LN2, 0);
}

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** As `1 day, 2 hours`, of the magnitude rounded to whole seconds. */
function readableSeconds(seconds: number): string {
  check(Number.isFinite(seconds), `Invalid argument found: ${seconds}`);
  let rest = Math.abs(Math.round(seconds));
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(', ');
}

const THREE_DOUBLES = ['double', 'double', 'double'] as const;

const distributions: readonly Kernel[] = [
  defineKernel({
    name: 'k_normal_cdf',
    parameters: THREE_DOUBLES,
    result: 'double',
    perRow: (mean, deviation, value) => {
      check(deviation > 0, 'standardDeviation must be > 0');
      return normalCdf(mean, deviation, value);
    },
  }),
  defineKernel({
    name: 'k_inverse_normal_cdf',
    parameters: THREE_DOUBLES,
    result: 'double',
    perRow: (mean, deviation, p) => {
      check(p > 0 && p < 1, 'p must be 0 > p > 1');
      check(deviation > 0, 'sd must be > 0');
      return inverseNormalCdf(mean, deviation, p);
    },
  }),
  defineKernel({
    name: 'k_beta_cdf',
    parameters: THREE_DOUBLES,
    result: 'double',
    perRow: (a, b, value) => {
      check(value >= 0 && value <= 1, 'value must be 0 >= v >= 1');
      check(a > 0 && b > 0, 'a, b must be > 0');
      return betaCdf(a, b, value);
    },
  }),
  defineKernel({
    name: 'k_inverse_beta_cdf',
    parameters: THREE_DOUBLES,
    result: 'double',
    perRow: (a, b, p) => {
      check(p >= 0 && p <= 1, 'p must be 0 >= p >= 1');
      check(a > 0 && b > 0, 'a, b must be > 0');
      return inverseBetaCdf(a, b, p);
    },
  }),
];

export const statisticsKernels: readonly Kernel[] = [
  ...distributions,
  defineKernel({
    name: 'k_width_bucket',
    parameters: ['double', 'double', 'double', 'bigint'],
    result: 'bigint',
    perRow: equalBucket,
  }),
  defineKernel({
    name: 'k_width_bucket_among',
    parameters: ['double', { list: 'double' }],
    result: 'bigint',
    perRow: bucketAmong,
  }),
  defineKernel({
    name: 'k_wilson_lower',
    parameters: ['bigint', 'bigint', 'double'],
    result: 'double',
    perRow: (successes, trials, z) => wilson(successes, trials, z, -1),
  }),
  defineKernel({
    name: 'k_wilson_upper',
    parameters: ['bigint', 'bigint', 'double'],
    result: 'double',
    perRow: (successes, trials, z) => wilson(successes, trials, z, 1),
  }),
  defineKernel({
    name: 'k_cosine_similarity',
    parameters: [{ list: 'varchar' }, { list: 'double' }, { list: 'varchar' }, { list: 'double' }],
    result: 'double',
    perRow: cosineSimilarity,
  }),
  defineKernel({
    name: 'k_numeric_histogram',
    parameters: [
      {
        list: {
          struct: [
            ['v', 'double'],
            ['w', 'double'],
          ],
        },
      },
      'bigint',
    ],
    result: {
      list: {
        struct: [
          ['key', 'double'],
          ['value', 'double'],
        ],
      },
    },
    perRow: numericHistogram,
  }),
  defineKernel({
    name: 'k_entropy',
    parameters: [{ list: 'double' }],
    result: 'double',
    perRow: entropy,
  }),
  defineKernel({
    name: 'k_log',
    parameters: ['double', 'double'],
    result: 'double',
    perRow: (base, value) => Math.log(value) / Math.log(base),
  }),
  defineKernel({
    name: 'k_readable_seconds',
    parameters: ['double'],
    result: 'varchar',
    perRow: readableSeconds,
  }),
];
