/**
 * Expressions to SQL. Every text is safe to stand as an operand of anything: a literal, a name, a
 * call, or in parentheses.
 *
 * What an operator, a cast or a function does is in the tables of analyse/functions; here is only
 * what SQL itself spells: three-valued logic, CASE, sub-queries, constructors, lambdas.
 */
import { assert, assertNever } from '../../base/assert.ts';
import { castText } from '../analyse/functions/casts.ts';
import type { LoweringContext } from '../analyse/functions/overload.ts';
import { withRoomEach, withRoomFor } from '../analyse/functions/sizes.ts';
import type { Column, Expression, ExpressionOf, Relation } from '../analyse/typed.ts';
import { physicalFieldNames, physicalType, quoteIdentifier } from '../analyse/types.ts';
import { columnName } from '../plan/api.ts';
import { foldOf } from './fold-steps.ts';
import { coalesceInTry, holdsFailingConstant } from './guards.ts';
import { quantifiedText } from './quantified.ts';
import { fieldText, literalText, textLiteral } from './text.ts';
import { checkLength } from './text-limits.ts';

export interface ExpressionContext {
  readonly lowering: LoweringContext;
  /** The SELECT of a sub-query with these columns. */
  readonly subquery: (relation: Relation, columns: readonly Column[]) => string;
  /** What stands for a sub-query of this text: the text itself, or a name it is computed under. */
  readonly hoist: (text: string) => string;
  /** How a lambda's body names a column, where it cannot by the column's own name. */
  readonly captured?: (name: string) => string;
  readonly inLambda?: true;
  /** Directly, not in a lambda in it. */
  readonly inTry?: true;
  /** What stands for a call that is not deterministic; the call itself, but for inside of a TRY. */
  readonly hoistVolatile: (text: string) => string;
  /** A name for a value that only the lowering knows. */
  readonly newName: () => string;
}

/** Throws ValidationException for a text that is too long (text-limits.ts). */
export function expressionText(expression: Expression, context: ExpressionContext): string {
  return checkLength(textOf(expression, context));
}

function textOf(expression: Expression, context: ExpressionContext): string {
  const text = (operand: Expression): string => expressionText(operand, context);
  switch (expression.kind) {
    case 'literal':
      return literalText(expression.value, expression.type);
    case 'column':
      return columnText(columnName(expression.column), context);
    case 'argument':
      return argumentName(expression.argument);
    case 'parameter':
      return literalText(null, expression.type);
    case 'call':
      return foldText(expression, context) ?? callText(expression, expression.arguments, context);
    case 'operation':
      return callText(expression, expression.operands, context);
    case 'cast':
      return castOf(expression, context);
    case 'between': {
      const { value, low, high } = expression;
      return `(${text(value)} BETWEEN ${text(low)} AND ${text(high)})`;
    }
    case 'in-list':
      return `(${text(expression.value)} IN (${expression.options.map(text).join(', ')}))`;
    case 'and':
    case 'or':
      return `(${expression.operands.map(text).join(` ${expression.kind.toUpperCase()} `)})`;
    case 'not':
      return `(NOT ${text(expression.value)})`;
    case 'is-null':
      return `(${text(expression.value)} IS NULL)`;
    case 'case':
      return hidden(expression, context, (inner) => caseText(expression, inner));
    case 'coalesce':
      return hidden(expression, context, (inner) => coalesceOf(expression, inner));
    case 'null-if':
      return `(CASE WHEN ${text(expression.equal)} THEN NULL ELSE ${text(expression.value)} END)`;
    case 'try':
      return tryText(expression.value, context);
    case 'row':
      return rowText(expression, context);
    case 'array':
      return arrayText(expression, expression.elements.map(text));
    case 'field':
      return fieldText(text(expression.value), expression.index);
    case 'lambda':
      return lambdaText(expression, context);
    case 'scalar-subquery':
      return context.hoist(`(${subqueryText(expression, context)})`);
    case 'exists':
      return context.hoist(`(EXISTS (${context.subquery(expression.query.relation, [])}))`);
    case 'quantified':
      return quantifiedOf(expression, context);
    default:
      return assertNever(expression, 'expression');
  }
}

function arrayText(array: ExpressionOf<'array'>, elements: readonly string[]): string {
  const { type } = array;
  const parts = array.elements.map((each, at) => ({ text: elements[at] ?? '', type: each.type }));
  return withRoomFor(parts, `CAST([${elements.join(', ')}] AS ${physicalType(type)})`, type);
}

function columnText(name: string, { captured, inLambda }: ExpressionContext): string {
  return inLambda && captured ? captured(name) : name;
}

export function argumentName(argument: number): string {
  return `x${argument}`;
}

/** NULL for every row: written out, or cast from a value that has no type. */
function isWrittenNull(expression: Expression): boolean {
  if (expression.kind === 'cast') return expression.value.type.kind === 'unknown';
  return expression.kind === 'literal' && expression.value === null;
}

function callText(
  { overload, type }: ExpressionOf<'call' | 'operation'>,
  operands: readonly Expression[],
  context: ExpressionContext,
): string {
  const { lower, nulls } = overload;
  const isNull = operands.some(isWrittenNull);
  // DuckDB forgets the type of a NULL that is written out, and with it that of the call.
  if (isNull && nulls === 'propagate') return literalText(null, type);
  const args = operands.map((operand) => expressionText(operand, context));
  const types = { arguments: operands.map((operand) => operand.type), result: type };
  assert(lower.kind === 'sql' || lower.kind === 'kernel', `${overload.name} is a scalar function`);
  const called =
    lower.kind === 'kernel'
      ? `${lower.name}(${args.join(', ')})`
      : lower.text(args, types, context.lowering);
  const text = isNull ? `CAST(${called} AS ${physicalType(type)})` : called;
  return overload.deterministic ? text : context.hoistVolatile(text);
}

/** reduce() as one loop, where its lambdas allow it. */
function foldText(call: ExpressionOf<'call'>, context: ExpressionContext): string | undefined {
  const fold = call.overload.name === 'reduce' ? foldOf(call) : undefined;
  if (fold === undefined) return undefined;
  const { type, program, list, start, outer } = fold;
  const captured = outer.map((value, at) => `v${at} := ${expressionText(value, context)}`);
  const startText = `CAST(${expressionText(start, context)} AS ${physicalType(start.type)})`;
  const values = `struct_pack(${[`s := ${startText}`, ...captured].join(', ')})`;
  const steps = textLiteral(JSON.stringify(program));
  return `k_fold_${type}(${steps}, ${expressionText(list, context)}, ${values})`;
}

function castOf(expression: ExpressionOf<'cast'>, context: ExpressionContext): string {
  const { mode, value, type } = expression;
  const cast = (text: string): string => castText(text, value.type, type);
  const changes = cast('x') !== 'x';
  if (mode === 'try' && changes) return tryText({ ...expression, mode: 'cast' }, context);
  return cast(expressionText(value, context));
}

/** What the engine must not compute beforehand is put where it does not (guards.ts). */
function hidden(
  expression: Expression,
  context: ExpressionContext,
  textIn: (inner: ExpressionContext) => string,
): string {
  const shows = context.inLambda || !holdsFailingConstant(expression, context.lowering);
  if (shows) return textIn(context);
  const text = textIn({ ...context, inLambda: true });
  return `list_transform([1], lambda ${context.newName()}: ${text})[1]`;
}

function caseText(
  { branches, otherwise }: ExpressionOf<'case'>,
  context: ExpressionContext,
): string {
  const text = (operand: Expression): string => expressionText(operand, context);
  const lines = branches.map(({ when, result }) => `WHEN ${text(when)} THEN ${text(result)}`);
  return `(CASE ${lines.join(' ')} ELSE ${text(otherwise)} END)`;
}

function coalesceOf({ values }: ExpressionOf<'coalesce'>, context: ExpressionContext): string {
  const texts = values.map((value) => expressionText(value, context));
  return context.inTry ? coalesceInTry(texts) : `coalesce(${texts.join(', ')})`;
}

/**
 * DuckDB's TRY takes no sub-query inside, nor a call that answers differently each time. A sub-query
 * is computed first, beside the TRY: `(SELECT TRY(… u9 …) FROM (SELECT (sub-query) AS u9))`; what is
 * drawn at random is bound to the parameter of a lambda around the TRY.
 */
function tryText(value: Expression, context: ExpressionContext): string {
  const hoisted: string[] = [];
  const calls: { readonly name: string; readonly text: string }[] = [];
  const inner: ExpressionContext = {
    ...context,
    inTry: true,
    hoist: (text) => {
      const name = context.newName();
      hoisted.push(`${text} AS ${name}`);
      return name;
    },
    hoistVolatile: (text) => {
      // Out of all TRYs around it.
      if (context.inTry) return context.hoistVolatile(text);
      const bind = (call: string): string => {
        const name = context.newName();
        calls.push({ name, text: call });
        return name;
      };
      // What draws for every element cannot draw beforehand, and does not fail.
      if (/\blambda (?!bound_)/.test(text)) return bind(text);
      return text.replaceAll('random()', bind);
    },
  };
  const tried = hidden(value, inner, (within) => `TRY(${expressionText(value, within)})`);
  // A call may be an operand of a later one, so the first is bound outermost.
  const text = calls.reduceRight(
    (body, call) => `list_transform([${call.text}], lambda ${call.name}: ${body})[1]`,
    tried,
  );
  if (hoisted.length === 0) return text;
  const source = `(SELECT ${hoisted.join(', ')}) AS ${context.newName()}`;
  return context.hoist(`(SELECT ${text} FROM ${source})`);
}

function rowText({ values, type }: ExpressionOf<'row'>, context: ExpressionContext): string {
  assert(type.kind === 'row', 'a row has a row type');
  const names = physicalFieldNames(type.fields);
  const fields = values.map(
    (value, at) => `${quoteIdentifier(names[at] ?? '')} := ${expressionText(value, context)}`,
  );
  return `struct_pack(${fields.join(', ')})`;
}

function lambdaText(lambda: ExpressionOf<'lambda'>, context: ExpressionContext): string {
  const names = lambda.parameters.map(({ argument }) => argumentName(argument));
  // What a call takes from the lambda's parameters is not there outside.
  const { inTry: _, ...outside } = context;
  const inner = { ...outside, inLambda: true, hoistVolatile: (text: string) => text } as const;
  const body = expressionText(lambda.body, inner);
  const [first] = names;
  // The elements themselves were there before.
  const asks = first !== undefined && lambda.body.kind !== 'argument';
  const made = asks ? withRoomEach(first, body, lambda.body.type) : body;
  return `lambda ${names.join(', ')}: ${made}`;
}

function quantifiedOf(expression: ExpressionOf<'quantified'>, context: ExpressionContext): string {
  const text = quantifiedText(expression, {
    value: expressionText(expression.value, context),
    query: subqueryText(expression, context),
    newName: context.newName,
    lowering: context.lowering,
  });
  return context.hoist(text);
}

function subqueryText(
  expression: ExpressionOf<'scalar-subquery' | 'quantified'>,
  context: ExpressionContext,
): string {
  return context.subquery(expression.query.relation, [expression.query.column]);
}
