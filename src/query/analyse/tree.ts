/**
 * Walking, rebuilding and comparing typed trees.
 *
 * Two expressions are structurally equal when their keys are: same operators over the same columns,
 * however they were spelt, lambda parameters counted by position. That is how a select expression
 * is recognised as a grouping expression. An expression with a sub-query equals only itself.
 */
import { assertNever } from '../../base/assert.ts';
import type {
  AggregateCall,
  ArgumentId,
  ColumnId,
  Expression,
  Frame,
  FrameBound,
  Relation,
  SortKey,
  Subquery,
  WindowCall,
} from './typed.ts';
import { displayType } from './types.ts';

/** The operands, in order, without looking into sub-queries. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'argument':
    case 'parameter':
    case 'scalar-subquery':
    case 'exists':
      return [];
    case 'call':
      return expression.arguments;
    case 'cast':
    case 'not':
    case 'is-null':
    case 'try':
    case 'field':
    case 'quantified':
      return [expression.value];
    case 'between':
      return [expression.value, expression.low, expression.high];
    case 'and':
    case 'or':
    case 'operation':
      return expression.operands;
    case 'in-list':
      return [expression.value, ...expression.options];
    case 'case': {
      const branches = expression.branches.flatMap(({ when, result }) => [when, result]);
      return [...branches, expression.otherwise];
    }
    case 'coalesce':
      return expression.values;
    case 'null-if':
      return [expression.value, expression.equal];
    case 'row':
      return expression.values;
    case 'array':
      return expression.elements;
    case 'lambda':
      return [expression.body];
    default:
      return assertNever(expression, 'expression');
  }
}

/** The same expression over other operands. */
export function mapOperands(
  expression: Expression,
  map: (operand: Expression) => Expression,
): Expression {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'argument':
    case 'parameter':
    case 'scalar-subquery':
    case 'exists':
      return expression;
    case 'call':
      return { ...expression, arguments: expression.arguments.map(map) };
    case 'cast':
    case 'not':
    case 'is-null':
    case 'try':
    case 'field':
    case 'quantified':
      return { ...expression, value: map(expression.value) };
    case 'between': {
      const { value, low, high } = expression;
      return { ...expression, value: map(value), low: map(low), high: map(high) };
    }
    case 'and':
    case 'or':
    case 'operation':
      return { ...expression, operands: expression.operands.map(map) };
    case 'in-list': {
      const { value, options } = expression;
      return { ...expression, value: map(value), options: options.map(map) };
    }
    case 'case': {
      const branches = expression.branches.map((b) => ({
        when: map(b.when),
        result: map(b.result),
      }));
      return { ...expression, branches, otherwise: map(expression.otherwise) };
    }
    case 'coalesce':
    case 'row':
      return { ...expression, values: expression.values.map(map) };
    case 'null-if':
      return { ...expression, value: map(expression.value), equal: map(expression.equal) };
    case 'array':
      return { ...expression, elements: expression.elements.map(map) };
    case 'lambda':
      return { ...expression, body: map(expression.body) };
    default:
      return assertNever(expression, 'expression');
  }
}

export function subqueryOf(expression: Expression): Subquery | undefined {
  switch (expression.kind) {
    case 'scalar-subquery':
    case 'exists':
    case 'quantified':
      return expression.query;
    default:
      return undefined;
  }
}

/** Whether the predicate holds of the expression or of anything within it, sub-queries excepted. */
export function anyWithin(
  expression: Expression,
  predicate: (expression: Expression) => boolean,
): boolean {
  if (predicate(expression)) return true;
  return operandsOf(expression).some((operand) => anyWithin(operand, predicate));
}

// --- relations ---

export function inputsOf(relation: Relation): readonly Relation[] {
  switch (relation.kind) {
    case 'scan':
    case 'single-row':
    case 'values':
    case 'cte-scan':
    case 'unnest':
      return [];
    case 'with':
      return [...relation.ctes.map((cte) => cte.relation), relation.input];
    case 'filter':
    case 'project':
    case 'extend':
    case 'aggregate':
    case 'window':
    case 'distinct':
    case 'sort':
      return [relation.input];
    case 'join':
    case 'set':
      return [relation.left, relation.right];
    default:
      return assertNever(relation, 'relation');
  }
}

/** The expressions a relation itself evaluates, not those of its inputs. */
export function expressionsOf(relation: Relation): readonly Expression[] {
  switch (relation.kind) {
    case 'scan':
    case 'single-row':
    case 'cte-scan':
    case 'with':
    case 'project':
    case 'set':
    case 'distinct':
      return [];
    case 'values':
      return relation.rows.flat();
    case 'unnest':
      return relation.arrays.map((unnested) => unnested.array);
    case 'filter':
      return [relation.condition];
    case 'extend':
      return relation.additions.map((addition) => addition.expression);
    case 'aggregate':
      return relation.aggregates.flatMap(expressionsOfAggregate);
    case 'window':
      return relation.calls.flatMap(expressionsOfWindow);
    case 'sort':
      return relation.keys.map((key) => key.expression);
    case 'join':
      return relation.condition === undefined ? [] : [relation.condition];
    default:
      return assertNever(relation, 'relation');
  }
}

export function expressionsOfAggregate(call: AggregateCall): readonly Expression[] {
  const filter = call.filter === undefined ? [] : [call.filter];
  return [...call.arguments, ...call.orderBy.map((key) => key.expression), ...filter];
}

export function expressionsOfWindow(call: WindowCall): readonly Expression[] {
  const filter = call.filter === undefined ? [] : [call.filter];
  const keys = call.orderBy.map((key) => key.expression);
  return [...call.arguments, ...filter, ...call.partitionBy, ...keys, ...frameOffsets(call.frame)];
}

type ExpressionMap = (expression: Expression) => Expression;

export function mapAggregate(call: AggregateCall, map: ExpressionMap): AggregateCall {
  const { filter, ...rest } = call;
  return {
    ...rest,
    arguments: call.arguments.map(map),
    orderBy: call.orderBy.map((key) => ({ ...key, expression: map(key.expression) })),
    ...(filter === undefined ? {} : { filter: map(filter) }),
  };
}

export function mapWindow(call: WindowCall, map: ExpressionMap): WindowCall {
  const { filter, frame, ...rest } = call;
  const bound = (edge: FrameBound): FrameBound =>
    'offset' in edge ? { ...edge, offset: map(edge.offset) } : edge;
  return {
    ...rest,
    arguments: call.arguments.map(map),
    partitionBy: call.partitionBy.map(map),
    orderBy: call.orderBy.map((key) => ({ ...key, expression: map(key.expression) })),
    ...(filter === undefined ? {} : { filter: map(filter) }),
    ...(frame && { frame: { ...frame, start: bound(frame.start), end: bound(frame.end) } }),
  };
}

export function frameOffsets(frame: Frame | undefined): readonly Expression[] {
  if (frame === undefined) return [];
  return [frame.start, frame.end].flatMap((bound) => ('offset' in bound ? [bound.offset] : []));
}

/** Every column that anything within refers to, sub-queries included. */
export function visitColumns(expression: Expression, visit: (column: ColumnId) => void): void {
  if (expression.kind === 'column') visit(expression.column);
  for (const operand of operandsOf(expression)) visitColumns(operand, visit);
  const query = subqueryOf(expression);
  if (query === undefined) return;
  visit(query.column.id);
  visitRelationColumns(query.relation, visit);
}

function visitRelationColumns(relation: Relation, visit: (column: ColumnId) => void): void {
  for (const expression of expressionsOf(relation)) visitColumns(expression, visit);
  for (const column of columnsHandedOn(relation)) visit(column);
  for (const input of inputsOf(relation)) visitRelationColumns(input, visit);
}

/** Named without an expression: they may come from outside, as in `(SELECT t.x)`. */
function columnsHandedOn(relation: Relation): readonly ColumnId[] {
  switch (relation.kind) {
    case 'project':
    case 'distinct':
      return relation.columns.map(({ id }) => id);
    case 'set':
      return [...relation.leftColumns, ...relation.rightColumns];
    default:
      return [];
  }
}

// --- structural equality ---

export function structuralKey(expression: Expression): string {
  return keyOf(expression, new Map());
}

function keyOf(expression: Expression, bound: Map<ArgumentId, number>): string {
  if (expression.kind === 'lambda') {
    for (const { argument } of expression.parameters) bound.set(argument, bound.size);
  }
  const operands = operandsOf(expression).map((operand) => keyOf(operand, bound));
  const type = displayType(expression.type);
  return `${expression.kind}:${type}:${labelOf(expression, bound)}(${operands.join(',')})`;
}

/** What tells two expressions of a kind apart, beside their operands and type. */
function labelOf(expression: Expression, bound: ReadonlyMap<ArgumentId, number>): string {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return typeof value === 'string' ? JSON.stringify(value) : literalLabel(value);
    }
    case 'column':
      return `${expression.column}`;
    case 'argument':
      return `${bound.get(expression.argument) ?? `free${expression.argument}`}`;
    case 'parameter':
      return JSON.stringify(expression.name);
    case 'call':
      return `${expression.overload.name}${expression.overload.signature}`;
    case 'cast':
      return expression.mode;
    case 'operation':
      return expression.operator;
    case 'field':
      return `${expression.index}`;
    case 'scalar-subquery':
    case 'exists':
    case 'quantified':
      return `#${expression.query.column.id}`;
    default:
      return '';
  }
}

function literalLabel(value: null | boolean | number | bigint): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

export function sortKeyKey(key: SortKey): string {
  return `${structuralKey(key.expression)}${key.descending}${key.nullsFirst}`;
}
