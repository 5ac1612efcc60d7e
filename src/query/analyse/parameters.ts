/**
 * What a statement tells about the types of its parameters: whatever they are first coerced to.
 */
import { expressionsOf, inputsOf, operandsOf, subqueryOf } from './tree.ts';
import type { Expression, Relation } from './typed.ts';
import type { SqlType } from './types.ts';

export interface StatementParameter {
  readonly name: string;
  /** `unknown` where the query does not tell. */
  readonly type: SqlType;
}

export function inferParameters(
  relation: Relation,
  unbound: ReadonlyMap<string, SqlType>,
): readonly StatementParameter[] {
  const types = new Map(unbound);
  if (types.size > 0) visitRelation(relation, types);
  return [...types].map(([name, type]) => ({ name, type }));
}

function visitRelation(relation: Relation, types: Map<string, SqlType>): void {
  for (const input of inputsOf(relation)) visitRelation(input, types);
  for (const expression of expressionsOf(relation)) visit(expression, types);
}

function visit(expression: Expression, types: Map<string, SqlType>): void {
  if (expression.kind === 'cast' && expression.value.kind === 'parameter') {
    const { name } = expression.value;
    if (types.get(name)?.kind === 'unknown') types.set(name, expression.type);
  }
  for (const operand of operandsOf(expression)) visit(operand, types);
  const query = subqueryOf(expression);
  if (query) visitRelation(query.relation, types);
}
