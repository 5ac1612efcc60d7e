/**
 * Arithmetic of fold programs: null in, null out; integers overflow into the errors of the query
 * language (query-language 3.5).
 */
import { assertNever, known } from '../../base/assert.ts';
import {
  type Arithmetic,
  type BinaryArithmetic,
  type FoldClosure,
  type FoldValue,
  type NumberType,
  type UnaryArithmetic,
  wholeOf,
} from './fold-program.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const BIGINT_MIN = -(2n ** 63n);

type Binary<T> = (a: T, b: T) => T;
type Unary<T> = (a: T) => T;
type Whole = number | bigint;

const WORDS = { '+': 'addition', '-': 'subtraction', '*': 'multiplication' } as const;

function int32(exact: number, name: '+' | '-' | '*', a: number, b: number): number {
  if (exact >= INT_MIN && exact <= INT_MAX) return exact + 0;
  throw new Error(`integer ${WORDS[name]} overflow: ${a} ${name} ${b}`);
}

function int64(exact: bigint, name: '+' | '-' | '*', a: Whole, b: Whole): Whole {
  if (BigInt.asIntN(64, exact) === exact) return wholeOf(exact);
  throw new Error(`bigint ${WORDS[name]} overflow: ${a} ${name} ${b}`);
}

const INTEGER: Record<BinaryArithmetic, Binary<number>> = {
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

/** In numbers where the result is exact, else in bigints. */
const BIGINT: Record<BinaryArithmetic, Binary<Whole>> = {
  '+': (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    return int64(BigInt(a) + BigInt(b), '+', a, b);
  },
  '-': (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') {
      const difference = a - b;
      if (Number.isSafeInteger(difference)) return difference;
    }
    return int64(BigInt(a) - BigInt(b), '-', a, b);
  },
  '*': (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') {
      const product = a * b;
      if (Number.isSafeInteger(product)) return product + 0;
    }
    return int64(BigInt(a) * BigInt(b), '*', a, b);
  },
  // A quotient of numbers is off by less than its distance from the next whole number.
  '/': (a, b) => {
    if (b === 0) throw new Error('Division by zero');
    if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
    if (a === BIGINT_MIN && b === -1) throw new Error(`bigint division overflow: ${a} / ${b}`);
    return wholeOf(BigInt(a) / BigInt(b));
  },
  '%': (a, b) => {
    if (b === 0) throw new Error('Division by zero');
    if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
    return wholeOf(BigInt(a) % BigInt(b));
  },
  greatest: (a, b) => (a >= b ? a : b),
  least: (a, b) => (a <= b ? a : b),
};

const DOUBLE: Record<BinaryArithmetic, Binary<number>> = {
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

function negateBigint(a: Whole): Whole {
  if (a === BIGINT_MIN) throw new Error(`bigint negation overflow: ${a}`);
  return typeof a === 'number' ? 0 - a : -a;
}

function absInteger(a: number): number {
  if (a === INT_MIN) throw new Error(`Value ${a} is out of range for abs(integer)`);
  return Math.abs(a);
}

function absBigint(a: Whole): Whole {
  if (a === BIGINT_MIN) throw new Error(`Value ${a} is out of range for abs(bigint)`);
  return a < 0 ? negateBigint(a) : a;
}

function same<T>(a: T): T {
  return a;
}

function notWhole(): never {
  throw new Error('square roots are those of doubles');
}

const UNARY_INTEGER: Record<UnaryArithmetic, Unary<number>> = {
  negate: negateInteger,
  abs: absInteger,
  floor: same,
  ceil: same,
  sqrt: notWhole,
};

const UNARY_BIGINT: Record<UnaryArithmetic, Unary<Whole>> = {
  negate: negateBigint,
  abs: absBigint,
  floor: same,
  ceil: same,
  sqrt: notWhole,
};

const UNARY_DOUBLE: Record<UnaryArithmetic, Unary<number>> = {
  negate: (a) => -a,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: Math.sqrt,
};

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
  if (isUnary(name)) return unaryClosure(name, type, first);
  return binaryClosure(name, type, first, known(of[1], 'the second operand'));
}

function isUnary(name: Arithmetic): name is UnaryArithmetic {
  return name in UNARY_DOUBLE;
}

function unaryClosure(name: UnaryArithmetic, type: NumberType, of: FoldClosure): FoldClosure {
  switch (type) {
    case 'integer':
      return unary(UNARY_INTEGER[name], of);
    case 'bigint':
      return unary(UNARY_BIGINT[name], of);
    case 'double':
      return unary(UNARY_DOUBLE[name], of);
    default:
      return assertNever(type);
  }
}

function binaryClosure(
  name: BinaryArithmetic,
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
