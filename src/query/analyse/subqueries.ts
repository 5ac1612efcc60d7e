/**
 * Queries inside expressions: scalar, EXISTS, IN, quantified (query-language 2.2).
 */
import type * as ast from '../parse/ast.ts';
import { coerce } from './build.ts';
import { commonSuperType } from './coercion.ts';
import {
  type AnalysedRelation,
  columnExpression,
  type Environment,
  subqueryScope,
} from './environment.ts';
import { fault } from './fault.ts';
import { operatorMismatchText } from './functions/operators.ts';
import type { Column, Comparison, Expression, Subquery } from './typed.ts';
import { BOOLEAN, hasTrait, rowOf, type SqlType } from './types.ts';

export function scalarQuery(node: ast.Subquery, env: Environment): Expression {
  refuseInLambda(node.at, env);
  const { relation, fields } = env.analyseQuery(node.query, subqueryScope(env));
  const [field] = fields;
  if (field === undefined || fields.length > 1) {
    const text = 'Multiple columns returned by subquery are not yet supported.';
    throw fault(node.at, `${text} Found ${fields.length}`);
  }
  const query = { relation, column: field.column };
  return { kind: 'scalar-subquery', type: field.column.type, query };
}

function refuseInLambda(at: ast.Position, { lambda }: Environment): void {
  if (lambda) throw fault(at, 'Lambda expression cannot contain subqueries');
}

export function existsQuery(node: ast.Exists, env: Environment): Expression {
  refuseInLambda(node.at, env);
  const { relation } = env.analyseQuery(node.query, subqueryScope(env));
  const query = { relation, column: env.analysis.column(BOOLEAN) };
  return { kind: 'exists', type: BOOLEAN, query };
}

interface Quantified {
  readonly operator: Comparison;
  readonly quantifier: 'all' | 'any';
  readonly query: ast.Query;
  readonly at: ast.Position;
}

/** `value operator ALL|ANY (query)`. A row value is compared with all columns of the query. */
export function quantifiedQuery(node: Quantified, value: Expression, env: Environment): Expression {
  const { operator, quantifier, at } = node;
  refuseInLambda(at, env);
  const analysed = env.analyseQuery(node.query, subqueryScope(env));
  const single = singleColumn(analysed, value.type, env);
  const type = commonSuperType(value.type, single.column.type);
  const trait = operator === '=' || operator === '<>' ? 'comparable' : 'orderable';
  if (type === undefined || !hasTrait(type, trait)) {
    throw fault(at, operatorMismatchText(operator, [value.type, single.column.type]));
  }
  return {
    kind: 'quantified',
    type: BOOLEAN,
    operator,
    quantifier,
    value: coerce(value, type),
    query: coercedQuery(single, type, env),
  };
}

function singleColumn(
  { relation, fields }: AnalysedRelation,
  compared: SqlType,
  { analysis }: Environment,
): Subquery {
  const [field] = fields;
  const wantsRow = compared.kind === 'row' && field?.column.type.kind !== 'row';
  if (field && fields.length === 1 && !wantsRow) return { relation, column: field.column };
  const values = fields.map((each) => columnExpression(each.column));
  const type = rowOf(values.map((each) => ({ type: each.type })));
  const column = analysis.column(type);
  const additions = [{ column, expression: { kind: 'row' as const, type, values } }];
  return { relation: { kind: 'extend', input: relation, additions }, column };
}

function coercedQuery(query: Subquery, type: SqlType, { analysis }: Environment): Subquery {
  const expression = coerce(columnExpression(query.column), type);
  if (expression.kind === 'column') return query;
  const column: Column = analysis.column(type);
  const additions = [{ column, expression }];
  return { relation: { kind: 'extend', input: query.relation, additions }, column };
}
