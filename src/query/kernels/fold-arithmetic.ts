/**
 * Arithmetic of fold programs: null in, null out; integers overflow into the errors of the query
 * language (query-language 3.5).
 */
import { assertNever, known } from '../../base/assert.ts';
import type { Arithmetic, FoldClosure, FoldValue, NumberType } from './fold-program.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const BIGINT_MIN = -(2n ** 63n);

type Binary<T> = (a: T, b: T) => T;
type Unary<T> = (a: T) => T;

const WORDS = { '+': 'addition', '-': 'subtraction', '*': 'multiplication' } as const;

function int32(exact: number, name: '+' | '-' | '*', a: number, b: number): number {
  if (exact >= INT_MIN && exact <= INT_MAX) return exact + 0;
  throw new Error(`integer ${WORDS[name]} overflow: ${a} ${name} ${b}`);
}

function int64(exact: bigint, name: '+' | '-' | '*', a: bigint, b: bigint): bigint {
  if (BigInt.asIntN(64, exact) === exact) return exact;
  throw new Error(`bigint ${WORDS[name]} overflow: ${a} ${name} ${b}`);
}

const INTEGER: Record<Exclude<Arithmetic, 'negate' | 'abs'>, Binary<number>> = {
  '+': (a, b) => int32(a + b, '+', a, b),
  '-': (a, b) => int32(a - b, '-', a, b),
  '*': (a, b) => int32(a * b, '*', a, b),
  '/': (a, b) => {
    if (b === 0) throw new Error('Division by zero');
    if (a === INT_MIN && b === -1) throw new Error(`integer division overflow: ${a} / ${b}`);
    return Math.trunc(a / b) + 0;
  },
  '%': (a, b) => {
    if (b === 0) throw new Error('Division by zero');
    return (a % b) + 0;
  },
  greatest: (a, b) => (a >= b ? a : b),
  least: (a, b) => (a <= b ? a : b),
};

const BIGINT: Record<Exclude<Arithmetic, 'negate' | 'abs'>, Binary<bigint>> = {
  '+': (a, b) => int64(a + b, '+', a, b),
  '-': (a, b) => int64(a - b, '-', a, b),
  '*': (a, b) => int64(a * b, '*', a, b),
  '/': (a, b) => {
    if (b === 0n) throw new Error('Division by zero');
    if (a === BIGINT_MIN && b === -1n) throw new Error(`bigint division overflow: ${a} / ${b}`);
    return a / b;
  },
  '%': (a, b) => {
    if (b === 0n) throw new Error('Division by zero');
    return a % b;
  },
  greatest: (a, b) => (a >= b ? a : b),
  least: (a, b) => (a <= b ? a : b),
};

const DOUBLE: Record<Exclude<Arithmetic, 'negate' | 'abs'>, Binary<number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  greatest: (a, b) => ordered('greatest', a, b, (x, y) => (x >= y ? x : y)),
  least: (a, b) => ordered('least', a, b, (x, y) => (x <= y ? x : y)),
};

function ordered(name: string, a: number, b: number, pick: Binary<number>): number {
  if (Number.isNaN(a) || Number.isNaN(b)) throw new Error(`Invalid argument to ${name}(): NaN`);
  return pick(a, b);
}

function negateInteger(a: number): number {
  if (a === INT_MIN) throw new Error(`integer negation overflow: ${a}`);
  return 0 - a;
}

function negateBigint(a: bigint): bigint {
  if (a === BIGINT_MIN) throw new Error(`bigint negation overflow: ${a}`);
  return -a;
}

function absInteger(a: number): number {
  if (a === INT_MIN) throw new Error(`Value ${a} is out of range for abs(integer)`);
  return Math.abs(a);
}

function absBigint(a: bigint): bigint {
  if (a === BIGINT_MIN) throw new Error(`Value ${a} is out of range for abs(bigint)`);
  return a < 0n ? -a : a;
}

function unary<T extends FoldValue>(apply: Unary<T>, of: FoldClosure): FoldClosure {
  return () => {
    const a = of();
    return a === null ? null : apply(a as T);
  };
}

function binary<T extends FoldValue>(
  apply: Binary<T>,
  left: FoldClosure,
  right: FoldClosure,
): FoldClosure {
  return () => {
    const a = left();
    const b = right();
    return a === null || b === null ? null : apply(a as T, b as T);
  };
}

export function arithmeticClosure(
  name: Arithmetic,
  type: NumberType,
  of: readonly FoldClosure[],
): FoldClosure {
  const first = known(of[0], 'the operand');
  if (name === 'negate' || name === 'abs') return unaryClosure(name, type, first);
  return binaryClosure(name, type, first, known(of[1], 'the second operand'));
}

function unaryClosure(name: 'negate' | 'abs', type: NumberType, of: FoldClosure): FoldClosure {
  switch (type) {
    case 'integer':
      return unary(name === 'negate' ? negateInteger : absInteger, of);
    case 'bigint':
      return unary(name === 'negate' ? negateBigint : absBigint, of);
    case 'double':
      return unary(name === 'negate' ? (a: number) => -a : Math.abs, of);
    default:
      return assertNever(type);
  }
}

function binaryClosure(
  name: Exclude<Arithmetic, 'negate' | 'abs'>,
  type: NumberType,
  left: FoldClosure,
  right: FoldClosure,
): FoldClosure {
  switch (type) {
    case 'integer':
      return binary(INTEGER[name], left, right);
    case 'bigint':
      return binary(BIGINT[name], left, right);
    case 'double':
      return binary(DOUBLE[name], left, right);
    default:
      return assertNever(type);
  }
}
