/**
 * Typed expressions from typed parts: coercions where types differ, and the plain forms that
 * several constructs share.
 */

import type { Expression, LiteralValue } from './typed.ts';
import { physicalType, type SqlType, sameType } from './types.ts';

export function literal(value: LiteralValue, type: SqlType): Expression {
  return { kind: 'literal', type, value };
}

/** The expression as a value of a type it can turn into (coercion.ts). */
export function coerce(expression: Expression, type: SqlType): Expression {
  if (sameType(expression.type, type) && physicalType(expression.type) === physicalType(type)) {
    return expression;
  }
  if (expression.kind === 'literal') {
    const value = coerceLiteral(expression.value, expression.type, type);
    if (value !== undefined) return literal(value, type);
  }
  return { kind: 'cast', mode: 'coerce', type, value: expression };
}

/** Numbers and NULL change here; text to time may fail, so it stays a cast. */
function coerceLiteral(value: LiteralValue, from: SqlType, to: SqlType): LiteralValue | undefined {
  if (value === null) return null;
  if (from.kind === 'integer' && to.kind === 'bigint') return BigInt(Number(value));
  if (from.kind === 'integer' && to.kind === 'double') return Number(value);
  if (from.kind === 'bigint' && to.kind === 'double') return Number(value);
  return undefined;
}

/** The operands' conjunction, flattened; undefined for none. */
export function conjunction(operands: readonly Expression[]): Expression | undefined {
  const flat = operands.flatMap((each) => (each.kind === 'and' ? each.operands : [each]));
  const [first] = flat;
  if (first === undefined || flat.length === 1) return first;
  return { kind: 'and', type: { kind: 'boolean' }, operands: flat };
}
