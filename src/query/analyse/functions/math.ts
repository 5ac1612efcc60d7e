/**
 * Mathematical functions (query-language 6.1). Where DuckDB raises an error for an argument out of
 * a function's domain, the language gives NaN or an infinity.
 */
import { physicalType } from '../types.ts';
import { kernel, sameAs, scalar, sql } from './define.ts';
import { divide } from './operators.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { bound, boundBoth, INFINITY, isNumberText, NAN, raise } from './sql-text.ts';

const DOUBLE = ['(double) -> double'];
const NUMERIC = ['(integer) -> integer', '(bigint) -> bigint', '(double) -> double'];

/** NaN where the condition on `x` holds, else DuckDB's own. */
function nanWhere(condition: (x: string) => string, call: string): SqlTextOf {
  return ([a = '']) =>
    bound(a, (x) => `CASE WHEN ${condition(x)} THEN ${NAN} ELSE ${call}(${x}) END`);
}

const isInfinite = (x: string) => `isinf(${x})`;
const outsideOne = (x: string) => `abs(${x}) > 1`;

function logarithm(call: string): SqlTextOf {
  return ([a = '']) =>
    bound(
      a,
      (x) =>
        `CASE WHEN ${x} = 0 THEN -${INFINITY} WHEN ${x} < 0 THEN ${NAN} ELSE ${call}(${x}) END`,
    );
}

const round: SqlTextOf = ([x = ''], types) => (types.result.kind === 'double' ? `round(${x})` : x);

const roundTo: SqlTextOf = ([a = '', d = ''], types) => {
  if (types.result.kind !== 'double')
    return isNumberText(d) ? a : `CASE WHEN ${d} IS NOT NULL THEN ${a} END`;
  return boundBoth(a, d, (x, places) => {
    const factor = `pow(10.0::DOUBLE, ${places})`;
    const scaled = `(round(${x} * ${factor}) / ${factor})`;
    const kept = `WHEN ${places} IS NOT NULL THEN ${x}`;
    return `CASE WHEN isfinite(${x} * ${factor}) THEN ${scaled} ${kept} END`;
  });
};

const identityForIntegers =
  (call: string): SqlTextOf =>
  ([x = ''], types) =>
    types.result.kind === 'double' ? `${call}(${x})` : x;

const sign: SqlTextOf = ([a = ''], types) => {
  const physical = physicalType(types.result);
  const cast = (x: string) => `CAST(sign(${x}) AS ${physical})`;
  if (types.result.kind !== 'double') return cast(a);
  return bound(a, (x) => `CASE WHEN isnan(${x}) THEN ${x} ELSE ${cast(x)} END`);
};

/** C's pow(1, NaN) and pow(-1, ±Infinity) are 1, Java's are NaN. */
const power: SqlTextOf = ([a = '', b = '']) =>
  bound(a, (x) =>
    bound(
      b,
      (p) =>
        `CASE WHEN isnan(${p}) OR (abs(${x}) = 1 AND isinf(${p})) THEN ${NAN} ELSE pow(${x}, ${p}) END`,
    ),
  );

const modulo: readonly FunctionOverload[] = [
  ...scalar({
    names: ['mod'],
    signatures: ['(integer, integer) -> integer', '(bigint, bigint) -> bigint'],
    doc: 'The remainder, with the sign of the dividend.',
    example: 'mod(7, 3) → 1',
    errors: ['Division by zero'],
    lower: sql(divide('%')),
  }),
  ...scalar({
    names: ['mod'],
    signatures: ['(double, double) -> double'],
    doc: 'The remainder, with the sign of the dividend.',
    lower: sql(([a, b]) => `(${a} % ${b})`),
  }),
];

function randomBelow(): readonly FunctionOverload[] {
  return scalar({
    names: ['random', 'rand'],
    signatures: ['(integer) -> integer', '(bigint) -> bigint'],
    doc: 'A random whole number from 0 up to, not including, n.',
    errors: ['bound must be positive'],
    deterministic: false,
    lower: sql(([a = ''], types) => {
      const physical = physicalType(types.result);
      const failure = raise('bound must be positive', physical);
      return bound(
        a,
        (n) =>
          `CASE WHEN ${n} <= 0 THEN ${failure} ELSE CAST(floor(random() * ${n}) AS ${physical}) END`,
      );
    }),
  });
}

const rounding = [
  scalar({
    names: ['abs'],
    signatures: NUMERIC,
    doc: 'The magnitude.',
    example: 'abs(-3.5) → 3.5',
    errors: ['Value -2147483648 is out of range for abs(integer)'],
    lower: sameAs('abs'),
  }),
  scalar({
    names: ['ceiling', 'ceil'],
    signatures: NUMERIC,
    doc: 'Rounds up to a whole number.',
    example: 'ceil(1.2) → 2.0',
    lower: sql(identityForIntegers('ceil')),
  }),
  scalar({
    names: ['floor'],
    signatures: NUMERIC,
    doc: 'Rounds down to a whole number.',
    example: 'floor(-1.2) → -2.0',
    lower: sql(identityForIntegers('floor')),
  }),
  scalar({
    names: ['round'],
    signatures: NUMERIC,
    doc: 'Rounds to a whole number, half away from zero.',
    example: 'round(-2.5) → -3.0',
    lower: sql(round),
  }),
  scalar({
    names: ['round'],
    signatures: [
      '(integer, integer) -> integer',
      '(bigint, integer) -> bigint',
      '(double, integer) -> double',
    ],
    doc: 'Rounds to d decimals, half away from zero.',
    example: 'round(3.14159, 2) → 3.14',
    lower: sql(roundTo),
  }),
  scalar({
    names: ['truncate'],
    signatures: DOUBLE,
    doc: 'Cuts off the fraction.',
    example: 'truncate(-2.7) → -2.0',
    lower: sameAs('trunc'),
  }),
  scalar({
    names: ['sign'],
    signatures: NUMERIC,
    doc: '-1, 0 or 1.',
    example: 'sign(-8.3) → -1.0',
    lower: sql(sign),
  }),
];

const powers = [
  scalar({
    names: ['cbrt'],
    signatures: DOUBLE,
    doc: 'The cube root.',
    example: 'cbrt(27) → 3.0',
    lower: kernel('k_cbrt'),
  }),
  scalar({
    names: ['sqrt'],
    signatures: DOUBLE,
    doc: 'The square root; NaN for a negative number.',
    example: 'sqrt(16) → 4.0',
    lower: sql(nanWhere((x) => `${x} < 0`, 'sqrt')),
  }),
  scalar({
    names: ['exp'],
    signatures: DOUBLE,
    doc: "Euler's number to the power of x.",
    lower: sameAs('exp'),
  }),
  scalar({
    names: ['ln'],
    signatures: DOUBLE,
    doc: 'The natural logarithm.',
    lower: sql(logarithm('ln')),
  }),
  scalar({
    names: ['log2'],
    signatures: DOUBLE,
    doc: 'The logarithm to base 2.',
    example: 'log2(8) → 3.0',
    lower: sql(logarithm('log2')),
  }),
  scalar({
    names: ['log10'],
    signatures: DOUBLE,
    doc: 'The logarithm to base 10.',
    lower: sql(logarithm('log10')),
  }),
  scalar({
    names: ['power', 'pow'],
    signatures: ['(double, double) -> double'],
    doc: 'x to the power of p.',
    example: 'pow(2, 3) → 8.0',
    lower: sql(power),
  }),
];

const trigonometric = [
  ...['sin', 'cos', 'tan'].map((name) =>
    scalar({
      names: [name],
      signatures: DOUBLE,
      doc: `The ${name} of an angle in radians.`,
      lower: sql(nanWhere(isInfinite, name)),
    }),
  ),
  ...['asin', 'acos'].map((name) =>
    scalar({
      names: [name],
      signatures: DOUBLE,
      doc: `The ${name}, in radians; NaN outside of [-1, 1].`,
      lower: sql(nanWhere(outsideOne, name)),
    }),
  ),
  ...['atan', 'cosh', 'tanh', 'degrees', 'radians'].map((name) =>
    scalar({ names: [name], signatures: DOUBLE, doc: `The ${name} of x.`, lower: sameAs(name) }),
  ),
  scalar({
    names: ['atan2'],
    signatures: ['(double, double) -> double'],
    doc: 'The angle of the point (x, y), given as y, x.',
    example: 'atan2(1, 1) → 0.7853981633974483',
    lower: sameAs('atan2'),
  }),
];

const constants = [
  scalar({
    names: ['pi'],
    signatures: ['() -> double'],
    doc: 'The number π.',
    lower: sameAs('pi'),
  }),
  scalar({
    names: ['e'],
    signatures: ['() -> double'],
    doc: "Euler's number.",
    lower: sql(() => '2.718281828459045::DOUBLE'),
  }),
  scalar({
    names: ['infinity'],
    signatures: ['() -> double'],
    doc: 'Positive infinity.',
    lower: sql(() => INFINITY),
  }),
  scalar({
    names: ['nan'],
    signatures: ['() -> double'],
    doc: 'Not a number.',
    lower: sql(() => NAN),
  }),
];

const tests = [
  scalar({
    names: ['is_finite'],
    signatures: ['(double) -> boolean'],
    doc: 'Whether x is neither infinite nor NaN.',
    lower: sameAs('isfinite'),
  }),
  scalar({
    names: ['is_infinite'],
    signatures: ['(double) -> boolean'],
    doc: 'Whether x is infinite.',
    lower: sameAs('isinf'),
  }),
  scalar({
    names: ['is_nan'],
    signatures: ['(double) -> boolean'],
    doc: 'Whether x is NaN.',
    lower: sameAs('isnan'),
  }),
];

const bases = [
  scalar({
    names: ['from_base'],
    signatures: ['(varchar, bigint) -> bigint'],
    doc: 'Reads a number written in base 2 to 36.',
    example: "from_base('ff', 16) → 255",
    errors: ['Radix must be between 2 and 36', 'Not a valid base-R number: s'],
    lower: kernel('k_from_base'),
  }),
  scalar({
    names: ['to_base'],
    signatures: ['(bigint, bigint) -> varchar'],
    doc: 'Writes a number in base 2 to 36.',
    example: 'to_base(255, 16) → ff',
    errors: ['Radix must be between 2 and 36'],
    lower: kernel('k_to_base'),
  }),
  scalar({
    names: ['random', 'rand'],
    signatures: ['() -> double'],
    doc: 'A random number from 0 up to, not including, 1; new for every row.',
    deterministic: false,
    lower: sameAs('random'),
  }),
];

export const mathFunctions: readonly FunctionOverload[] = [
  ...rounding,
  ...powers,
  ...trigonometric,
  ...constants,
  ...tests,
  ...bases,
  modulo,
  randomBelow(),
].flat();
