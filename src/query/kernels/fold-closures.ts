/**
 * A fold program made into closures, one for each node. Conditions are three-valued; AND, OR, CASE
 * and COALESCE evaluate no operand that does not decide.
 */
import { assertNever, known } from '../../base/assert.ts';
import { arithmeticClosure } from './fold-arithmetic.ts';
import {
  type CellType,
  type CellValue,
  type ElementReader,
  type FoldClosure,
  type FoldComparison,
  type FoldFrame,
  type FoldNode,
  type FoldValue,
  wholeOf,
} from './fold-program.ts';

export function foldClosure(node: FoldNode, frame: FoldFrame, element: ElementReader): FoldClosure {
  const operands = 'of' in node ? node.of.map((each) => foldClosure(each, frame, element)) : [];
  const [first = nothing, second = nothing] = operands;
  switch (node.op) {
    case 'null':
      return nothing;
    case 'literal': {
      const value = literalValue(node.type, node.text);
      return () => value;
    }
    case 'state':
      return () => frame.state;
    case 'element':
      return () => element.whole(frame.at);
    case 'element-field': {
      const read = known(element.fields[node.at], 'the field of the element');
      return () => read(frame.at);
    }
    case 'outer':
      return () => frame.outer[node.at] ?? null;
    case 'field':
      return () => (first() as readonly FoldValue[] | null)?.[node.at] ?? null;
    case 'row':
      return rowClosure(operands);
    case 'arithmetic':
      return arithmeticClosure(node.name, node.type, operands);
    case 'compare':
      return comparison(node.name, first, second);
    case 'widen': {
      if (node.to === 'bigint') return first;
      const widen = node.to === 'double' ? Number : String;
      return () => {
        const value = first();
        return value === null ? null : widen(value as number);
      };
    }
    case 'concat':
      return concat(operands);
    case 'and':
      return connective(operands, false);
    case 'or':
      return connective(operands, true);
    case 'not':
      return () => {
        const value = first();
        return value === null ? null : value === false;
      };
    case 'is-null':
      return () => first() === null;
    case 'coalesce':
      return coalesce(operands);
    case 'case':
      return caseClosure(operands);
    case 'null-if':
      return () => (first() === true ? null : second());
    default:
      return assertNever(node);
  }
}

function nothing(): FoldValue {
  return null;
}

function literalValue(type: CellType, text: string): CellValue {
  switch (type) {
    case 'boolean':
      return text === 'true';
    case 'integer':
    case 'double':
      return Number(text);
    case 'bigint':
      return wholeOf(BigInt(text));
    case 'varchar':
      return text;
    default:
      return assertNever(type);
  }
}

function rowClosure(fields: readonly FoldClosure[]): FoldClosure {
  const [first, second] = fields;
  if (fields.length === 1 && first) return () => [first()];
  if (fields.length === 2 && first && second) return () => [first(), second()];
  return () => fields.map((field) => field());
}

type Scalar = number | bigint | string | boolean;

const COMPARISONS: Readonly<Record<FoldComparison, (a: Scalar, b: Scalar) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function comparison(name: FoldComparison, left: FoldClosure, right: FoldClosure): FoldClosure {
  const compare = COMPARISONS[name];
  return () => {
    const a = left();
    const b = right();
    return a === null || b === null ? null : compare(a as Scalar, b as Scalar);
  };
}

/** AND is decided by false, OR by true; else a NULL leaves it open. */
function connective(operands: readonly FoldClosure[], deciding: boolean): FoldClosure {
  return () => {
    let isOpen = false;
    for (const operand of operands) {
      const value = operand();
      if (value === deciding) return deciding;
      if (value === null) isOpen = true;
    }
    return isOpen ? null : !deciding;
  };
}

/** NULL with the first NULL; the texts after it are evaluated all the same. */
function concat(operands: readonly FoldClosure[]): FoldClosure {
  return () => {
    const texts = operands.map((operand) => operand());
    return texts.includes(null) ? null : texts.join('');
  };
}

function coalesce(operands: readonly FoldClosure[]): FoldClosure {
  return () => {
    for (const operand of operands) {
      const value = operand();
      if (value !== null) return value;
    }
    return null;
  };
}

function caseClosure(operands: readonly FoldClosure[]): FoldClosure {
  const branches = operands.length >> 1;
  const otherwise = operands[2 * branches] ?? nothing;
  const [when, result] = operands;
  if (branches === 1 && when && result) return () => (when() === true ? result() : otherwise());
  return () => {
    for (let branch = 0; branch < branches; branch++) {
      if (operands[2 * branch]!() === true) return operands[2 * branch + 1]!();
    }
    return otherwise();
  };
}
