/**
 * Operators over typed operands: coercions, and the errors when types do not fit (query-language
 * 3.3, 4). Which operators there are and what they compute is functions/operators.ts.
 */
import type { Position } from '../parse/ast.ts';
import { coerce } from './build.ts';
import { commonSuperTypeOf } from './coercion.ts';
import { fault } from './fault.ts';
import { type Operator, operatorMismatchText, resolveOperator } from './functions/operators.ts';
import type { Expression } from './typed.ts';
import { BOOLEAN, containsDouble, displayType, hasTrait, type SqlType, UNKNOWN } from './types.ts';

export function operation(
  operator: Operator,
  operands: readonly Expression[],
  at: Position,
): Expression {
  const types = operands.map((operand) => operand.type);
  const resolution = resolveOperator(operator, types);
  if (resolution.kind !== 'resolved') throw fault(at, operatorMismatchText(operator, types));
  return {
    kind: 'operation',
    operator,
    overload: resolution.overload,
    type: resolution.result,
    operands: operands.map((operand, at) =>
      coerce(operand, resolution.arguments[at] ?? operand.type),
    ),
  };
}

export function negation(value: Expression, at: Position): Expression {
  if (value.kind === 'literal' && value.type.kind === 'double') {
    return { ...value, value: -Number(value.value) };
  }
  return operation('negate', [value], at);
}

export function between(
  value: Expression,
  low: Expression,
  high: Expression,
  at: Position,
): Expression {
  const type = commonSuperTypeOf([value.type, low.type, high.type]);
  if (type === undefined || !hasTrait(type, 'orderable')) {
    const [of, from, to] = [value, low, high].map((each) => displayType(each.type));
    throw fault(at, `Cannot check if ${of} is BETWEEN ${from} and ${to}`);
  }
  if (needsCare(type)) {
    const operands = [operation('>=', [value, low], at), operation('<=', [value, high], at)];
    return { kind: 'and', type: BOOLEAN, operands };
  }
  return {
    kind: 'between',
    type: BOOLEAN,
    value: coerce(value, type),
    low: coerce(low, type),
    high: coerce(high, type),
  };
}

/** Whether DuckDB's own comparison differs, by a NaN or a NULL inside. */
function needsCare(type: SqlType): boolean {
  return type.kind === 'array' || type.kind === 'row' || containsDouble(type);
}

function isWrittenNumber(option: Expression): boolean {
  return option.kind === 'literal' && !Number.isNaN(option.value);
}

export function inList(
  value: Expression,
  options: readonly Expression[],
  at: Position,
): Expression {
  const type = commonSuperTypeOf([value, ...options].map((each) => each.type));
  if (type === undefined || !hasTrait(type, 'comparable')) {
    const text = `IN value and list items must be the same type: ${displayType(value.type)}`;
    throw fault(at, text);
  }
  const isNumber = type.kind === 'double' && options.every(isWrittenNumber);
  if (needsCare(type) && !isNumber) {
    const operands = options.map((option) => operation('=', [value, option], at));
    return { kind: 'or', type: BOOLEAN, operands };
  }
  return {
    kind: 'in-list',
    type: BOOLEAN,
    value: coerce(value, type),
    options: options.map((option) => coerce(option, type)),
  };
}

export function like(
  value: Expression,
  pattern: Expression,
  escapedBy: Expression | undefined,
  at: Position,
): Expression {
  const check = (operand: Expression, what: string): void => {
    if (operand.type.kind === 'varchar' || operand.type.kind === 'unknown') return;
    const actual = displayType(operand.type);
    throw fault(at, `${what} LIKE expression must evaluate to a varchar (actual: ${actual})`);
  };
  check(value, 'Left side of');
  check(pattern, 'Pattern for');
  if (escapedBy) check(escapedBy, 'Escape for');
  return operation('like', escapedBy ? [value, pattern, escapedBy] : [value, pattern], at);
}

// --- conditions ---

export function condition(
  value: Expression,
  at: Position,
  text: (type: string) => string,
): Expression {
  if (value.type.kind !== 'boolean' && value.type.kind !== 'unknown') {
    throw fault(at, text(displayType(value.type)));
  }
  return coerce(value, BOOLEAN);
}

/** AWS prints a colon and a blank at the end (query-language 10). */
export function logicalOperand(value: Expression, what: string, at: Position): Expression {
  return condition(value, at, (type) => `${what} must evaluate to a boolean (actual: ${type}): `);
}

export interface Unified {
  readonly type: SqlType;
  readonly values: readonly Expression[];
}

/** Branches of CASE, IF, COALESCE and elements of ARRAY, in their common type. */
export function unified(
  values: readonly Expression[],
  at: Position,
  text: (type: string) => string,
): Unified {
  const type = commonSuperTypeOf(values.map((value) => value.type));
  if (type === undefined) throw fault(at, text(displayType(values[0]?.type ?? UNKNOWN)));
  return { type, values: values.map((value) => coerce(value, type)) };
}
