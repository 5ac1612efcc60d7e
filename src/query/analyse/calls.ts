/**
 * Calls of scalar, aggregate and window functions.
 *
 * An aggregate or window call is put on the list of its SELECT (call-collector.ts) and stands as a
 * column from then on.
 */

import { printExpression } from '../parse/api.ts';
import type * as ast from '../parse/ast.ts';
import { columnExpression, type Environment } from './environment.ts';
import { fault, misplacedCall, syntaxFault } from './fault.ts';
import {
  type CallArgument,
  functionCall,
  resolveCall,
  type UntypedLambda,
} from './function-call.ts';
import type { FunctionOverload } from './functions/overload.ts';
import { overloadsOf } from './functions/registry.ts';
import { condition } from './operators.ts';
import { sortKeys } from './sort-keys.ts';
import { anyWithin, structuralKey, subqueryOf } from './tree.ts';
import type { Expression, ExpressionOf, SortKey } from './typed.ts';
import { displayType, type SqlType, UNKNOWN } from './types.ts';
import { windowSpecification } from './windows.ts';

type Analyse = (node: ast.Expression, env: Environment) => Expression;

export function callExpression(node: ast.Call, env: Environment, analyse: Analyse): Expression {
  const name = node.name.parts
    .map((part) => part.name)
    .join('.')
    .toLowerCase();
  const kind = overloadsOf(name)[0]?.kind ?? 'scalar';
  if (node.over) return windowCall({ node, name, kind }, env, analyse);
  if (kind === 'window') {
    throw fault(node.at, `Window function ${name} requires an OVER clause`);
  }
  if (kind === 'aggregate') return aggregateCall(node, name, env, analyse);
  refuseAggregateClauses(node, name);
  return functionCall({ name, args: callArguments(node, env, analyse), at: node.at });
}

function refuseAggregateClauses(node: ast.Call, name: string): void {
  const clause =
    (node.distinct && 'DISTINCT') ||
    (node.filter && 'FILTER') ||
    (node.orderBy.length > 0 && 'ORDER BY') ||
    (node.star && '*');
  if (clause) throw syntaxFault(node.at, `${clause} is not allowed for function ${name}`);
  refuseNullTreatment(node, name);
}

function refuseNullTreatment(node: ast.Call, name: string): void {
  if (node.nulls === undefined) return;
  throw fault(node.at, `Cannot specify null treatment clause for ${name} function`);
}

function callArguments(
  node: ast.Call,
  env: Environment,
  analyse: Analyse,
): readonly CallArgument[] {
  return node.arguments.map((argument) =>
    argument.kind === 'lambda' ? untypedLambda(argument, env, analyse) : analyse(argument, env),
  );
}

/**
 * The body is analysed once for given parameter types: it is asked for when the overload is picked
 * and again when the call is built, and twice at every level would be 2^depth for nested lambdas.
 */
function untypedLambda(node: ast.Lambda, env: Environment, analyse: Analyse): UntypedLambda {
  let known: { readonly types: string; readonly lambda: ExpressionOf<'lambda'> } | undefined;
  return {
    kind: 'untyped-lambda',
    parameterCount: node.parameters.length,
    analyse: (parameters) => {
      const types = parameters.map(displayType).join();
      if (known?.types !== types) {
        const body = (inner: Environment): Expression => analyse(node.body, inner);
        known = { types, lambda: typedLambda(node, parameters, { env, body }) };
      }
      return known.lambda;
    },
  };
}

interface LambdaSurroundings {
  readonly env: Environment;
  readonly body: (env: Environment) => Expression;
}

function typedLambda(
  node: ast.Lambda,
  types: readonly SqlType[],
  { env, body: analyseBody }: LambdaSurroundings,
): ExpressionOf<'lambda'> {
  const parameters = node.parameters.map(({ name }, at) => ({
    name,
    argument: env.analysis.argument(),
    type: types[at] ?? UNKNOWN,
  }));
  const lambda = { parameters, ...(env.lambda && { parent: env.lambda }) };
  const place = { kind: 'barred', clause: 'Lambda expression' } as const;
  const body = analyseBody({ ...env, lambda, place });
  const type = { kind: 'function', parameters: types, result: body.type } as const;
  return { kind: 'lambda', type, parameters, body };
}

// --- aggregates ---

function aggregateCall(
  node: ast.Call,
  name: string,
  env: Environment,
  analyse: Analyse,
): Expression {
  refuseNullTreatment(node, name);
  const { place, analysis } = env;
  if (place.kind === 'in-aggregate') {
    const shown = printExpression(node);
    throw fault(node.at, `Cannot nest aggregations inside aggregation '${place.name}': [${shown}]`);
  }
  if (place.kind === 'barred') {
    throw misplacedCall(node.at, place.clause, printExpression(node));
  }
  // Names of the select list are not visible inside of an aggregate.
  const { aliases: _, ...visible } = env;
  const inner: Environment = { ...visible, place: { kind: 'in-aggregate', name } };
  const { resolved, args } = resolveCall({
    name,
    args: callArguments(node, inner, analyse),
    at: node.at,
  });
  refuseVariableParameters(node, name, args);
  const filter = node.filter && filterOf(node.filter, inner, analyse);
  const orderBy = sortKeys(node.orderBy, (each) => analyse(each, inner));
  if (node.distinct) refuseForeignOrder(node, args, orderBy);
  const call = {
    overload: resolved.overload,
    arguments: args,
    distinct: node.distinct,
    orderBy,
    ...(filter && { filter }),
  };
  return columnExpression(place.calls.aggregate(call, () => analysis.column(resolved.result)));
}

/** How many values come before those that say how to aggregate: a count, a percentile. */
function valueCount(name: string, argumentCount: number): number {
  if (name === 'approx_percentile') return argumentCount === 2 ? 1 : 2;
  if (name === 'max_by' || name === 'min_by') return 2;
  return ['max', 'min', 'approx_distinct'].includes(name) ? 1 : argumentCount;
}

function refuseVariableParameters(node: ast.Call, name: string, args: readonly Expression[]): void {
  for (const [at, argument] of args.entries()) {
    if (at < valueCount(name, args.length)) continue;
    const varies = anyWithin(
      argument,
      (each) =>
        each.kind === 'column' ||
        (each.kind === 'call' && !each.overload.deterministic) ||
        subqueryOf(each) !== undefined,
    );
    if (!varies) continue;
    throw fault(node.at, `Argument ${at + 1} of ${name} must be a constant`);
  }
}

/** The rows that DISTINCT has folded into one have no one value of anything else. */
function refuseForeignOrder(
  { at }: ast.Call,
  args: readonly Expression[],
  orderBy: readonly SortKey[],
): void {
  const known = new Set(args.map(structuralKey));
  if (orderBy.every(({ expression }) => known.has(structuralKey(expression)))) return;
  const text =
    'For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments';
  throw fault(at, text);
}

function filterOf(node: ast.Expression, env: Environment, analyse: Analyse): Expression {
  return condition(
    analyse(node, env),
    node.at,
    (type) => `FILTER clause must evaluate to a boolean: actual type ${type}`,
  );
}

// --- windows ---

const NULL_TREATING = new Set(['first_value', 'last_value', 'nth_value', 'lead', 'lag']);

interface NamedCall {
  readonly node: ast.Call;
  readonly name: string;
  readonly kind: FunctionOverload['kind'];
}

function windowCall(
  { node, name, kind }: NamedCall,
  env: Environment,
  analyse: Analyse,
): Expression {
  const { place, analysis } = env;
  if (place.kind === 'in-window') {
    throw fault(node.at, 'Cannot nest window functions inside window function arguments');
  }
  if (place.kind === 'in-aggregate') {
    const shown = printExpression(node);
    const text = `Cannot nest window functions inside aggregation '${place.name}': [${shown}]`;
    throw fault(node.at, text);
  }
  if (place.kind === 'barred') {
    throw misplacedCall(node.at, place.clause, printExpression(node));
  }
  if (place.barsWindows !== undefined) {
    throw fault(node.at, `${place.barsWindows} cannot contain window functions`);
  }
  if (kind === 'scalar') {
    if (overloadsOf(name).length === 0)
      throw syntaxFault(node.at, `Function ${name} not registered`);
    throw fault(node.at, `Not a window function: ${name}`);
  }
  if (!NULL_TREATING.has(name)) refuseNullTreatment(node, name);
  if (kind === 'window' && node.filter) {
    throw fault(node.at, 'FILTER is not yet supported for window functions');
  }
  if (kind === 'window' && node.distinct) {
    throw fault(node.at, 'DISTINCT in window function parameters not yet supported');
  }
  if (node.orderBy.length > 0) {
    throw fault(node.at, 'Window function with ORDER BY is not supported');
  }
  const inner: Environment = { ...env, place: { kind: 'in-window', calls: place.calls } };
  const { resolved, args } = resolveCall({
    name,
    args: callArguments(node, inner, analyse),
    at: node.at,
  });
  refuseVariableParameters(node, name, args);
  const filter = node.filter && filterOf(node.filter, inner, analyse);
  const specification = windowSpecification(node.over, env.windows, (each) => analyse(each, inner));
  const call = {
    overload: resolved.overload,
    arguments: args,
    distinct: node.distinct,
    ignoreNulls: node.nulls === 'ignore',
    ...specification,
    ...(filter && { filter }),
  };
  return columnExpression(place.calls.window(call, () => analysis.column(resolved.result)));
}
