/** Statistical functions and aggregates that Timestream does not document (query-language 6.14). */
import { aggregate, aggregateSql, type Definition, kernel, scalar } from './define.ts';
import type { FunctionOverload } from './overload.ts';

const THREE_DOUBLES = ['(double, double, double) -> double'];

const scalars: readonly Definition[] = [
  {
    names: ['log'],
    signatures: ['(double, double) -> double'],
    doc: 'The logarithm to a base: log(base, x).',
    example: 'log(2, 8) → 3.0',
    lower: kernel('k_log'),
  },
  {
    names: ['width_bucket'],
    signatures: ['(double, double, double, bigint) -> bigint'],
    doc: 'Which of n equal buckets between two bounds; 0 before them, n + 1 after them.',
    errors: ['bucketCount must be greater than 0', 'bounds cannot equal each other'],
    lower: kernel('k_width_bucket'),
  },
  {
    names: ['width_bucket'],
    signatures: ['(double, array(double)) -> bigint'],
    doc: 'How many of the ascending bounds are at or below the value.',
    errors: ['Bins cannot be an empty array', 'Bin values are not sorted in ascending order'],
    lower: kernel('k_width_bucket_among'),
  },
  {
    names: ['normal_cdf'],
    signatures: THREE_DOUBLES,
    doc: 'The normal distribution with a mean and a standard deviation, up to a value.',
    errors: ['standardDeviation must be > 0'],
    lower: kernel('k_normal_cdf'),
  },
  {
    names: ['inverse_normal_cdf'],
    signatures: THREE_DOUBLES,
    doc: 'The value up to which the normal distribution has a probability.',
    errors: ['p must be 0 > p > 1', 'sd must be > 0'],
    lower: kernel('k_inverse_normal_cdf'),
  },
  {
    names: ['beta_cdf'],
    signatures: THREE_DOUBLES,
    doc: 'The beta distribution with two shapes, up to a value.',
    errors: ['a, b must be > 0', 'value must be 0 >= v >= 1'],
    lower: kernel('k_beta_cdf'),
  },
  {
    names: ['inverse_beta_cdf'],
    signatures: THREE_DOUBLES,
    doc: 'The value up to which the beta distribution has a probability.',
    errors: ['a, b must be > 0', 'p must be 0 >= p >= 1'],
    lower: kernel('k_inverse_beta_cdf'),
  },
  {
    names: ['wilson_interval_lower'],
    signatures: ['(bigint, bigint, double) -> double'],
    doc: "The lower bound of Wilson's score interval: successes, trials, z-score.",
    errors: ['number of successes must not be larger than number of trials'],
    lower: kernel('k_wilson_lower'),
  },
  {
    names: ['wilson_interval_upper'],
    signatures: ['(bigint, bigint, double) -> double'],
    doc: "The upper bound of Wilson's score interval: successes, trials, z-score.",
    errors: ['number of successes must not be larger than number of trials'],
    lower: kernel('k_wilson_upper'),
  },
  {
    names: ['human_readable_seconds'],
    signatures: ['(double) -> varchar'],
    doc: 'A number of seconds in weeks, days, hours, minutes and seconds.',
    example: 'human_readable_seconds(3661) → 1 hour, 1 minute, 1 second',
    errors: ['Invalid argument found: x'],
    lower: kernel('k_readable_seconds'),
  },
];

/** An aggregate that a kernel makes of the values of the group. */
function overValues(name: string) {
  return aggregateSql(([value = '']) => ({
    parts: [{ name: 'list', args: [value] }],
    finish: ([list]) => `${name}(${list})`,
  }));
}

/** 2^64, below which a sum of hashes wraps. */
const WRAP = "CAST('18446744073709551616' AS HUGEINT)";

const aggregates: readonly Definition[] = [
  {
    names: ['kurtosis'],
    signatures: ['(double) -> double'],
    doc: 'The excess kurtosis of a sample; NULL below four values.',
    lower: overValues('k_kurtosis'),
  },
  {
    names: ['entropy'],
    signatures: ['(double) -> double'],
    doc: 'The entropy, in bits, of counts.',
    errors: ['Entropy count argument must be non-negative'],
    lower: overValues('k_entropy'),
  },
  {
    names: ['checksum'],
    signatures: ['<T>(T) -> varbinary'],
    doc: 'Eight bytes that depend on the values, not on their order. Not those of the ancestor.',
    lower: aggregateSql(([value = '']) => ({
      parts: [{ name: 'sum', args: [`CAST(hash(${value}) AS HUGEINT)`] }],
      finish: ([sum]) => `unhex(lpad(hex(CAST(${sum} % ${WRAP} AS UBIGINT)), 16, '0'))`,
    })),
  },
];

export const statisticsFunctions: readonly FunctionOverload[] = [
  ...scalars.flatMap(scalar),
  ...aggregates.flatMap(aggregate),
];
