/**
 * One join, its sides analysed: ON, USING, and which columns come out.
 *
 * USING merges a column of each side into one, which comes first and has no qualifier: the left
 * one, in a RIGHT join the right one, in a FULL join whichever is there.
 */
import { assertNever } from '../../base/assert.ts';
import type * as ast from '../parse/ast.ts';
import type { Analysis } from './analysis.ts';
import { coerce, conjunction } from './build.ts';
import { type AnalysedRelation, columnExpression } from './environment.ts';
import { fault } from './fault.ts';
import { operation } from './operators.ts';
import { type Field, resolveField, sameName } from './scope.ts';
import { mapOperands, subqueryOf, visitColumns } from './tree.ts';
import type { ColumnId, ComputedColumn, Expression, Relation } from './typed.ts';

export interface JoinOptions {
  readonly node: ast.Join;
  readonly left: AnalysedRelation;
  readonly right: AnalysedRelation;
  readonly lateral: boolean;
  readonly analysis: Analysis;
}

interface Condition {
  readonly condition: Expression;
}

export function join(
  options: JoinOptions,
  analyseCondition: (node: ast.Expression) => Expression,
): AnalysedRelation {
  const { criteria } = options.node;
  if (criteria === undefined) return plain(options, undefined);
  switch (criteria.kind) {
    case 'on': {
      const condition = analyseCondition(criteria.condition);
      if (options.node.type === 'inner' || options.lateral) return plain(options, condition);
      const hoisted = withoutSubqueries(options, condition);
      return plain(hoisted, hoisted.condition);
    }
    case 'using':
      return using(options, criteria);
    case 'natural':
      throw fault(criteria.at, 'Natural join not supported');
    default:
      return assertNever(criteria, 'join criteria');
  }
}

function plain(
  { node, left, right, lateral }: JoinOptions,
  condition?: Expression,
): AnalysedRelation {
  const always = condition?.kind === 'literal' && condition.value === true && node.type === 'inner';
  const relation: Relation = {
    kind: 'join',
    type: node.type === 'cross' ? 'inner' : node.type,
    left: left.relation,
    right: right.relation,
    lateral,
    ...(condition && !always && { condition }),
  };
  return { relation, fields: [...left.fields, ...right.fields] };
}

function using(options: JoinOptions, criteria: ast.JoinUsing): AnalysedRelation {
  const { left, right, analysis, node } = options;
  checkRepeats(criteria);
  const additions: ComputedColumn[] = [];
  const merged: Field[] = [];
  const conditions = criteria.columns.map(({ name, at }) => {
    const [a, b] = [side(left, name, at, 'left'), side(right, name, at, 'right')];
    const equal = operation('=', [columnExpression(a.column), columnExpression(b.column)], at);
    const kept = node.type === 'right' ? b : a;
    if (node.type !== 'full') merged.push({ ...kept, name, qualifier: [] });
    else {
      const type =
        equal.kind === 'operation' ? (equal.operands[0]?.type ?? a.column.type) : a.column.type;
      const values = [a, b].map((field) => coerce(columnExpression(field.column), type));
      const column = analysis.column(type);
      additions.push({ column, expression: { kind: 'coalesce', type, values } });
      merged.push({ name, qualifier: [], column });
    }
    return equal;
  });
  const { relation } = plain(options, conjunction(conditions));
  const others = [...left.fields, ...right.fields].filter(
    (field) => !criteria.columns.some(({ name }) => sameName(name, field.name ?? '')),
  );
  return {
    relation: additions.length === 0 ? relation : { kind: 'extend', input: relation, additions },
    fields: [...merged, ...others],
  };
}

function checkRepeats({ columns }: ast.JoinUsing): void {
  const repeated = columns.find(({ name }, at) =>
    columns.slice(0, at).some((other) => sameName(other.name, name)),
  );
  if (repeated === undefined) return;
  throw fault(repeated.at, `Column '${repeated.name}' appears multiple times in USING`);
}

/**
 * DuckDB takes no sub-query in the condition of an outer join. One that looks at one side only is
 * computed there, as a column, before the join.
 */
function withoutSubqueries(options: JoinOptions, condition: Expression): JoinOptions & Condition {
  const { left, right, analysis } = options;
  const { at } = options.node;
  const sides = [left, right].map(({ fields }) => new Set(fields.map(({ column }) => column.id)));
  const additions: readonly ComputedColumn[][] = [[], []];
  const hoist = (expression: Expression): Expression => {
    if (subqueryOf(expression) === undefined) return mapOperands(expression, hoist);
    const uses = sides.map((columns) => refersTo(expression, columns));
    if (uses[0] && uses[1]) throw fault(at, 'Given correlated subquery is not supported');
    const column = analysis.column(expression.type);
    additions[uses[1] ? 1 : 0]?.push({ column, expression });
    return columnExpression(column);
  };
  const hoisted = hoist(condition);
  const extended = (side: AnalysedRelation, more: readonly ComputedColumn[] = []) => {
    if (more.length === 0) return side;
    const relation: Relation = { kind: 'extend', input: side.relation, additions: more };
    return { ...side, relation };
  };
  return {
    ...options,
    left: extended(left, additions[0]),
    right: extended(right, additions[1]),
    condition: hoisted,
  };
}

function refersTo(expression: Expression, columns: ReadonlySet<ColumnId>): boolean {
  let refers = false;
  visitColumns(expression, (column) => {
    if (columns.has(column)) refers = true;
  });
  return refers;
}

function side(
  { fields }: AnalysedRelation,
  name: string,
  at: ast.Position,
  which: 'left' | 'right',
): Field {
  const field = resolveField({ fields }, [name], at);
  if (field) return field;
  throw fault(at, `Column '${name}' is missing from ${which} side of join`);
}
