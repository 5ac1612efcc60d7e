/**
 * Expressions: names resolved, types found, coercions made explicit.
 *
 * One function per kind of node; calls of functions are in calls.ts, operators in operators.ts,
 * literals in literals.ts.
 */
import { assertNever } from '../../base/assert.ts';
import { printExpression } from '../parse/api.ts';
import type * as ast from '../parse/ast.ts';
import { literal } from './build.ts';
import { callExpression } from './calls.ts';
import { canCast } from './coercion.ts';
import { checkType } from './complexity.ts';
import { columnExpression, type Environment } from './environment.ts';
import { fault, misplacedCall, notYet, syntaxFault } from './fault.ts';
import { functionCall } from './function-call.ts';
import {
  doubleLiteral,
  integerLiteral,
  intervalLiteral,
  negativeIntegerLiteral,
  shortInterval,
  typedLiteral,
} from './literals.ts';
import {
  between,
  condition,
  inList,
  like,
  logicalOperand,
  negation,
  operation,
  unified,
} from './operators.ts';
import { resolveField, resolveLambdaParameter, sameName } from './scope.ts';
import { existsQuery, quantifiedQuery, scalarQuery } from './subqueries.ts';
import { typeNamed } from './type-name.ts';
import type { CaseBranch, Expression } from './typed.ts';
import { arrayOf, BOOLEAN, displayType, rowOf, type SqlType, UNKNOWN } from './types.ts';

export function analyseExpression(node: ast.Expression, env: Environment): Expression {
  const expression = typedExpression(node, env);
  checkType(expression.type, node.at);
  return expression;
}

function typedExpression(node: ast.Expression, env: Environment): Expression {
  const of = (operand: ast.Expression): Expression => analyseExpression(operand, env);
  if (isLiteral(node)) return literalExpression(node);
  switch (node.kind) {
    case 'parameter':
      return parameter(node, env);
    case 'identifier':
      return identifier(node, env);
    case 'dereference':
      return dereference(node, env);
    case 'subscript':
      return subscript(node, of);
    case 'call':
      return callExpression(node, env, analyseExpression);
    case 'current-value':
      return functionCall({ name: node.name, args: [], at: node.at });
    case 'arithmetic':
      return operation(node.operator, [of(node.left), of(node.right)], node.at);
    case 'unary':
      return unary(node, env);
    case 'concat':
      return operation('||', [of(node.left), of(node.right)], node.at);
    case 'logical':
      return logical(node, env);
    case 'not': {
      const { operand } = node;
      const value = logicalOperand(of(operand), 'Value of logical NOT expression', operand.at);
      return { kind: 'not', type: BOOLEAN, value };
    }
    case 'subquery':
      return scalarQuery(node, env);
    case 'case':
      return caseExpression(node, env);
    case 'if':
      return ifExpression(node, env);
    case 'coalesce':
    case 'nullif':
    case 'try':
      return lazyForm(node, of, env);
    case 'cast':
      return cast(node, of(node.operand));
    case 'extract':
      return functionCall({ name: extractName(node), args: [of(node.source)], at: node.at });
    case 'at-time-zone':
      throw notYet('AT TIME ZONE');
    case 'row': {
      const values = node.items.map(of);
      return { kind: 'row', type: rowOf(values.map(({ type }) => ({ type }))), values };
    }
    case 'array':
      return array(node, node.items.map(of));
    case 'lambda':
      throw syntaxFault(node.at);
    case 'grouping':
      return grouping(node, node.columns.map(of), env);
    default:
      return predicate(node, env);
  }
}

/** Of a row, the field at a position that is written out; of an array or a map, the element. */
function subscript(
  { base, index, at }: ast.Subscript,
  of: (operand: ast.Expression) => Expression,
): Expression {
  const value = of(base);
  const { type } = value;
  if (type.kind !== 'row') return operation('subscript', [value, of(index)], at);
  if (index.kind !== 'integer-literal') {
    throw fault(index.at, 'Subscript expression on ROW requires a constant index');
  }
  const position = Number(index.text);
  if (position === 0) {
    throw fault(index.at, 'Invalid subscript index: 0. ROW indices start at 1');
  }
  const field = type.fields[position - 1];
  if (field === undefined) {
    const limit = `max value is ${type.fields.length}`;
    throw fault(index.at, `Subscript index out of bounds: ${index.text}, ${limit}`);
  }
  return { kind: 'field', type: field.type, value, index: position - 1 };
}

function isLiteral(node: ast.Expression): node is ast.Literal {
  return node.kind.endsWith('-literal');
}

function literalExpression(node: ast.Literal): Expression {
  switch (node.kind) {
    case 'null-literal':
      return literal(null, UNKNOWN);
    case 'boolean-literal':
      return literal(node.value, BOOLEAN);
    case 'integer-literal':
      return integerLiteral(node);
    case 'double-literal':
      return doubleLiteral(node);
    case 'string-literal':
      return literal(node.value, { kind: 'varchar', length: [...node.value].length });
    case 'binary-literal':
      return binaryLiteral(node);
    case 'typed-literal':
      return typedLiteral(node);
    case 'interval-literal':
      return intervalLiteral(node);
    case 'short-interval-literal':
      return shortInterval(node);
    default:
      return assertNever(node, 'literal');
  }
}

type Predicate =
  | ast.Comparison
  | ast.Quantified
  | ast.Between
  | ast.InList
  | ast.InSubquery
  | ast.Like
  | ast.IsNull
  | ast.DistinctFrom
  | ast.Exists;

function predicate(node: Predicate, env: Environment): Expression {
  const of = (operand: ast.Expression): Expression => analyseExpression(operand, env);
  const { at } = node;
  switch (node.kind) {
    case 'comparison':
      return operation(node.operator, [of(node.left), of(node.right)], at);
    case 'quantified':
      return quantifiedQuery(node, of(node.left), env);
    case 'between':
      return negated(node, between(of(node.operand), of(node.low), of(node.high), at));
    case 'in-list': {
      const value = of(node.operand);
      const listed = inList(value, node.items.map(of), at);
      if (listed.kind === 'or') env.analysis.repetitions.add(value, node.items.length, at);
      return negated(node, listed);
    }
    case 'in-subquery': {
      const membership = { ...node, operator: '=', quantifier: 'any' } as const;
      return negated(node, quantifiedQuery(membership, of(node.operand), env));
    }
    case 'like': {
      const escapedBy = node.escape && of(node.escape);
      return negated(node, like(of(node.operand), of(node.pattern), escapedBy, at));
    }
    case 'is-null':
      return negated(node, { kind: 'is-null', type: BOOLEAN, value: of(node.operand) });
    case 'distinct-from':
      return negated(node, operation('is distinct from', [of(node.left), of(node.right)], at));
    case 'exists':
      return existsQuery(node, env);
    default:
      return assertNever(node, 'expression');
  }
}

function lazyForm(
  node: ast.Coalesce | ast.NullIf | ast.Try,
  of: (operand: ast.Expression) => Expression,
  { analysis }: Environment,
): Expression {
  switch (node.kind) {
    case 'coalesce': {
      const text = (type: string) => `All COALESCE operands must be the same type: ${type}`;
      const { type, values } = unified(node.operands.map(of), node.at, text);
      return { kind: 'coalesce', type, values };
    }
    case 'nullif': {
      const value = of(node.left);
      analysis.repetitions.add(value, 1, node.at);
      const equal = operation('=', [value, of(node.right)], node.at);
      return { kind: 'null-if', type: value.type, value, equal };
    }
    case 'try': {
      const value = of(node.operand);
      return { kind: 'try', type: value.type, value };
    }
    default:
      return assertNever(node, 'form');
  }
}

/** A condition of WHERE, HAVING, ON, FILTER. */
export function analyseCondition(
  node: ast.Expression,
  env: Environment,
  clause: string,
): Expression {
  return condition(
    analyseExpression(node, env),
    node.at,
    (type) => `${clause} must evaluate to a boolean: actual type ${type}`,
  );
}

function negated(node: { readonly negated: boolean }, value: Expression): Expression {
  return node.negated ? { kind: 'not', type: BOOLEAN, value } : value;
}

function binaryLiteral({ hex, at }: ast.BinaryLiteral): Expression {
  const value = literal(hex, { kind: 'varchar', length: hex.length });
  return functionCall({ name: 'from_hex', args: [value], at });
}

// --- names ---

function parameter(node: ast.Parameter, { analysis }: Environment): Expression {
  const bound = analysis.context.parameters?.get(node.name);
  if (bound) return literal(bound.value, bound.type);
  if (!analysis.unbound.has(node.name)) analysis.unbound.set(node.name, UNKNOWN);
  return { kind: 'parameter', type: UNKNOWN, name: node.name };
}

function identifier({ name, at }: ast.Identifier, env: Environment): Expression {
  const bound = resolveLambdaParameter(env.lambda, name);
  if (bound) return { kind: 'argument', ...bound };
  const aliased = env.aliases?.get(name.toLowerCase());
  if (aliased) {
    env.analysis.repetitions.add(aliased, 1, at);
    return aliased;
  }
  const field = resolveField(env.scope, [name], at);
  if (field === undefined) throw fault(at, `Column '${name}' does not exist`);
  return columnExpression(field.column);
}

/** `t.x` if there is such a column, else the field `x` of the row `t`. */
function dereference(node: ast.Dereference, env: Environment): Expression {
  const parts = dottedName(node);
  if (parts) {
    const isArgument = resolveLambdaParameter(env.lambda, parts[0] ?? '') !== undefined;
    const field = isArgument ? undefined : resolveField(env.scope, parts, node.at);
    if (field) return columnExpression(field.column);
    const prefixes = parts.length - 1;
    if (!isArgument && !namesAnything(parts.slice(0, prefixes), env)) {
      throw fault(node.at, `Column '${parts.join('.')}' does not exist`);
    }
  }
  const value = analyseExpression(node.base, env);
  return fieldOf(value, node);
}

function dottedName(node: ast.Expression): readonly string[] | undefined {
  if (node.kind === 'identifier') return [node.name];
  if (node.kind !== 'dereference') return undefined;
  const base = dottedName(node.base);
  return base && [...base, node.field.name];
}

/** Whether a start of the name is a column, whose fields the rest could name. */
function namesAnything(parts: readonly string[], { scope, aliases }: Environment): boolean {
  if (aliases?.has((parts[0] ?? '').toLowerCase())) return true;
  const at = { line: 1, column: 1 };
  return parts.some((_, count) => resolveField(scope, parts.slice(0, count + 1), at) !== undefined);
}

function fieldOf(value: Expression, node: ast.Dereference): Expression {
  const fields: readonly { readonly name?: string; readonly type: SqlType }[] =
    value.type.kind === 'row' ? value.type.fields : [];
  const name = node.field.name;
  const named = (each: (typeof fields)[number]) => sameName(each.name ?? '', name);
  const index = fields.findIndex(named);
  if (fields.filter(named).length > 1) {
    throw fault(node.at, `Ambiguous row field reference: ${name}`);
  }
  const field = fields[index];
  if (field === undefined) {
    if (value.type.kind === 'row')
      throw fault(node.at, `Column '${printExpression(node)}' does not exist`);
    throw fault(node.at, `Expression ${printExpression(node.base)} is not of type ROW`);
  }
  return { kind: 'field', type: field.type, value, index };
}

// --- operators ---

function unary(node: ast.Unary, env: Environment): Expression {
  if (node.operator === '-') {
    const { operand } = node;
    const isDigits = operand.kind === 'integer-literal' && !operand.text.startsWith('-');
    if (isDigits) return negativeIntegerLiteral(operand);
    return negation(analyseExpression(operand, env), node.at);
  }
  const value = analyseExpression(node.operand, env);
  // The sign changes nothing; that it may stand here is checked as for the other one.
  negation(value, node.at);
  return value;
}

function logical({ operator, operands }: ast.Logical, env: Environment): Expression {
  const sides = operands.map((operand, at) =>
    logicalOperand(
      analyseExpression(operand, env),
      `${at === 0 ? 'Left' : 'Right'} side of logical expression`,
      operand.at,
    ),
  );
  return { kind: operator, type: BOOLEAN, operands: sides };
}

function ifExpression(node: ast.If, env: Environment): Expression {
  const when = condition(
    analyseExpression(node.condition, env),
    node.condition.at,
    (type) => `IF condition must evaluate to a boolean: actual type ${type}`,
  );
  const then = analyseExpression(node.then, env);
  const otherwise = node.otherwise
    ? analyseExpression(node.otherwise, env)
    : literal(null, UNKNOWN);
  const text = (type: string) => `Result types for IF must be the same: ${type}`;
  const { type, values } = unified([then, otherwise], node.at, text);
  const [yes = then, no = otherwise] = values;
  return { kind: 'case', type, branches: [{ when, result: yes }], otherwise: no };
}

function caseExpression(node: ast.Case, env: Environment): Expression {
  const operand = node.operand && analyseExpression(node.operand, env);
  if (operand) env.analysis.repetitions.add(operand, node.branches.length, node.at);
  const whens = node.branches.map(({ when }) => {
    const value = analyseExpression(when, env);
    if (operand) return operation('=', [operand, value], when.at);
    return condition(
      value,
      when.at,
      (type) => `CASE WHEN clause must evaluate to a boolean (actual: ${type})`,
    );
  });
  const thens = node.branches.map(({ result }) => analyseExpression(result, env));
  const otherwise = node.otherwise
    ? analyseExpression(node.otherwise, env)
    : literal(null, UNKNOWN);
  const text = (type: string) => `All CASE results must be the same type: ${type}`;
  const { type, values } = unified([...thens, otherwise], node.at, text);
  const branches: CaseBranch[] = whens.map((when, at) => ({
    when,
    result: values[at] ?? otherwise,
  }));
  return { kind: 'case', type, branches, otherwise: values.at(-1) ?? otherwise };
}

function cast(node: ast.Cast, value: Expression): Expression {
  const type = typeNamed(node.type);
  if (!canCast(value.type, type)) {
    throw fault(node.at, `Cannot cast ${displayType(value.type)} to ${displayType(type)}`);
  }
  if (value.kind === 'literal' && value.value === null) return literal(null, type);
  return { kind: 'cast', mode: node.safe ? 'try' : 'cast', type, value };
}

function array(node: ast.ArrayConstructor, elements: readonly Expression[]): Expression {
  if (elements.length === 0) return { kind: 'array', type: arrayOf(UNKNOWN), elements };
  const text = (type: string) => `All ARRAY elements must be the same type: ${type}`;
  const { type, values } = unified(elements, node.at, text);
  return { kind: 'array', type: arrayOf(type), elements: values };
}

const EXTRACTED = new Set([
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'day_of_month',
  'day_of_week',
  'dow',
  'day_of_year',
  'doy',
  'year_of_week',
  'yow',
  'hour',
  'minute',
  'second',
]);

/** The function that does what EXTRACT of a field does. */
function extractName({ field, at }: ast.Extract): string {
  const name = field.toLowerCase();
  if (!EXTRACTED.has(name)) throw fault(at, `Invalid EXTRACT field: ${field}`);
  return name;
}

function grouping(
  node: ast.Grouping,
  operands: readonly Expression[],
  { place, analysis }: Environment,
): Expression {
  if (place.kind !== 'free' && place.kind !== 'in-window') {
    const clause = place.kind === 'barred' ? place.clause : 'Aggregation arguments';
    throw misplacedCall(node.at, clause, printExpression(node));
  }
  const type: SqlType = { kind: 'bigint' };
  return columnExpression(place.calls.grouping(operands, () => analysis.column(type)));
}
