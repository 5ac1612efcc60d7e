/**
 * The normal and the beta distribution, to about fourteen digits.
 *
 *   normal   by the incomplete gamma function: a series near the middle, else a continued fraction
 *   beta     by a continued fraction, on the side where it converges fast
 *   inverse  by halving the interval until it is as small as a double can tell
 */

/** Terms after which series and fractions are given up; they converge long before. */
const TERMS_MAX = 500;
const TINY = 1e-300;
const SQRT_PI = Math.sqrt(Math.PI);

/** Lanczos' coefficients for g = 7, n = 9. */
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0] ?? 0;
  for (const [at, coefficient] of LANCZOS.entries()) if (at > 0) sum += coefficient / (z + at);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** erfc(x) for x >= 0: one minus a series, or a continued fraction. */
function complementaryError(x: number): number {
  const square = x * x;
  if (x < 1.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < TERMS_MAX && Math.abs(term) > sum * 1e-17; n++) {
      term *= square / (n + 0.5);
      sum += term;
    }
    return 1 - (2 / SQRT_PI) * Math.exp(-square) * sum;
  }
  let fraction = 0;
  for (let n = 120; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-square) / (SQRT_PI * (x + fraction));
}

export function normalCdf(mean: number, deviation: number, value: number): number {
  const z = (value - mean) / (deviation * Math.SQRT2);
  if (Number.isNaN(z)) return Number.NaN;
  if (!Number.isFinite(z)) return z > 0 ? 1 : 0;
  const tail = 0.5 * complementaryError(Math.abs(z));
  return z > 0 ? 1 - tail : tail;
}

export function inverseNormalCdf(mean: number, deviation: number, p: number): number {
  const upper = p > 0.5;
  const target = upper ? 1 - p : p;
  const z = halved(-40, 0, (x) => normalCdf(0, 1, x) < target);
  return mean + deviation * (upper ? -z : z);
}

export function betaCdf(a: number, b: number, value: number): number {
  if (value <= 0) return 0;
  if (value >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(value) + b * Math.log1p(-value),
  );
  return value < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, value)) / a
    : 1 - (front * betaFraction(b, a, 1 - value)) / b;
}

export function inverseBetaCdf(a: number, b: number, p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return halved(0, 1, (x) => betaCdf(a, b, x) < p);
}

function betaFraction(a: number, b: number, x: number): number {
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return result;
}

/** Where `isBelow` turns from true to false. */
function halved(from: number, until: number, isBelow: (x: number) => boolean): number {
  let [low, high] = [from, until];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
}
