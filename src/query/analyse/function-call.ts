/**
 * Picks the overload of a call and coerces its arguments. A call that nothing takes is what AWS
 * calls invalid syntax (query-language 6.14); what is wrong is said after it.
 */
import type { Position } from '../parse/ast.ts';
import { coerce } from './build.ts';
import { notYet, syntaxFault } from './fault.ts';
import { mismatchText, resolveFunction } from './functions/registry.ts';
import type { ResolvedCall } from './functions/resolve.ts';
import type { Expression } from './typed.ts';
import { displayType, type SqlType } from './types.ts';

/** A lambda, typed once the types of its parameters are known. */
export interface UntypedLambda {
  readonly kind: 'untyped-lambda';
  readonly parameterCount: number;
  readonly analyse: (parameters: readonly SqlType[]) => Expression & { readonly kind: 'lambda' };
}

export type CallArgument = Expression | UntypedLambda;

export interface Call {
  readonly name: string;
  readonly args: readonly CallArgument[];
  readonly at: Position;
}

export interface ResolvedArguments {
  readonly resolved: ResolvedCall;
  readonly args: readonly Expression[];
}

export function resolveCall({ name, args, at }: Call): ResolvedArguments {
  const resolution = resolveFunction(
    name,
    args.map((arg) =>
      arg.kind === 'untyped-lambda'
        ? {
            kind: 'lambda' as const,
            parameterCount: arg.parameterCount,
            resultOf: (parameters) => arg.analyse(parameters).body.type,
          }
        : arg.type,
    ),
  );
  switch (resolution.kind) {
    case 'unknown-function':
      throw syntaxFault(at, `Function ${name} not registered`);
    case 'mismatch': {
      const shown = args.map((arg) => ('type' in arg ? displayType(arg.type) : '<lambda>'));
      throw syntaxFault(at, mismatchText(name, shown, resolution.candidates));
    }
    case 'resolved':
      if (resolution.overload.notYet) throw notYet(name);
      return {
        resolved: resolution,
        args: args.map((arg, at) => settle(arg, resolution.arguments[at])),
      };
  }
}

function settle(arg: CallArgument, type: SqlType | undefined): Expression {
  if (arg.kind !== 'untyped-lambda') return type === undefined ? arg : coerce(arg, type);
  if (type?.kind !== 'function') return arg.analyse([]);
  const lambda = arg.analyse(type.parameters);
  return { ...lambda, type, body: coerce(lambda.body, type.result) };
}

/** A call of a scalar function. */
export function functionCall(call: Call): Expression {
  const { resolved, args } = resolveCall(call);
  return {
    kind: 'call',
    overload: resolved.overload,
    type: resolved.result,
    arguments: args,
  };
}
