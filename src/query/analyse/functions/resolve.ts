/**
 * Picks the overload that a call means.
 *
 * Every overload that the arguments fit, with coercions where needed, is a candidate; the one whose
 * coercions cost least wins, an exact fit costing nothing, and the earlier declared one on a tie.
 * A type variable takes the common super type of the arguments it stands for.
 *
 * Lambdas have no type before the overload is known. They take part in the choice by the number of
 * their parameters only; once chosen, and its variables bound by the other arguments, the caller is
 * asked for the type of the body, left to right, which may bind further variables
 * (`transform(a, x -> …)` binds U).
 */
import { assert, assertNever } from '../../../base/assert.ts';
import { coercionCost, commonSuperType } from '../coercion.ts';
import { hasTrait, type SqlType, sameType, UNKNOWN } from '../types.ts';
import type { FunctionOverload, TypePattern } from './overload.ts';

export interface LambdaArgument {
  readonly kind: 'lambda';
  readonly parameterCount: number;
  /** The type of the body, given those of the parameters; throws if the body is wrong. */
  readonly resultOf: (parameters: readonly SqlType[]) => SqlType;
}

export type Argument = SqlType | LambdaArgument;

export interface ResolvedCall {
  readonly kind: 'resolved';
  readonly overload: FunctionOverload;
  /** What each argument is to be coerced to; a `function` type for a lambda. */
  readonly arguments: readonly SqlType[];
  readonly result: SqlType;
}

export type Resolution =
  | ResolvedCall
  | { readonly kind: 'unknown-function' }
  | { readonly kind: 'mismatch'; readonly candidates: readonly FunctionOverload[] };

type Bindings = Map<string, SqlType>;

interface Candidate {
  readonly overload: FunctionOverload;
  readonly bindings: Bindings;
  readonly cost: number;
}

export function resolveAmong(
  overloads: readonly FunctionOverload[],
  args: readonly Argument[],
): Resolution {
  const [first] = overloads;
  if (first === undefined) return { kind: 'unknown-function' };
  if (overloads.every((overload) => overload.notYet)) return unsupported(first, args);
  let best: Candidate | undefined;
  for (const overload of overloads) {
    const candidate = candidateOf(overload, args);
    if (candidate && (best === undefined || candidate.cost < best.cost)) best = candidate;
  }
  const resolved = best && settle(best, args);
  return resolved ?? { kind: 'mismatch', candidates: overloads };
}

/** A function of which only the name is known takes anything; the caller refuses it by notYet. */
function unsupported(overload: FunctionOverload, args: readonly Argument[]): ResolvedCall {
  const types = args.map((arg) => (arg.kind === 'lambda' ? UNKNOWN : arg));
  return { kind: 'resolved', overload, arguments: types, result: UNKNOWN };
}

/** The pattern of the argument at a position, repeating a variadic tail. */
function patternAt(overload: FunctionOverload, at: number): TypePattern | undefined {
  const last = overload.parameters.length - 1;
  return overload.parameters[overload.variadic ? Math.min(at, last) : at];
}

function fitsArity(overload: FunctionOverload, count: number): boolean {
  const declared = overload.parameters.length;
  return overload.variadic ? count >= declared - 1 : count === declared;
}

function candidateOf(overload: FunctionOverload, args: readonly Argument[]): Candidate | undefined {
  if (!fitsArity(overload, args.length)) return undefined;
  const bindings: Bindings = new Map();
  for (const [at, arg] of args.entries()) {
    const pattern = patternAt(overload, at);
    if (pattern === undefined) return undefined;
    if (arg.kind === 'lambda') {
      if (pattern.kind !== 'function') return undefined;
      if (pattern.parameters.length !== arg.parameterCount) return undefined;
    } else if (!bind(pattern, arg, bindings)) return undefined;
  }
  for (const { name, trait } of overload.variables) {
    const bound = bindings.get(name);
    if (trait && bound && !hasTrait(bound, trait)) return undefined;
  }
  const cost = totalCost(overload, args, bindings);
  return cost === undefined ? undefined : { overload, bindings, cost };
}

function totalCost(
  overload: FunctionOverload,
  args: readonly Argument[],
  bindings: Bindings,
): number | undefined {
  let total = 0;
  for (const [at, arg] of args.entries()) {
    if (arg.kind === 'lambda') continue;
    const pattern = patternAt(overload, at);
    const cost = pattern && coercionCost(arg, instantiate(pattern, bindings));
    if (cost === undefined) return undefined;
    total += cost;
  }
  return total;
}

/** Notes what the type variables of the pattern have to be at least. False if it cannot fit. */
function bind(pattern: TypePattern, type: SqlType, bindings: Bindings): boolean {
  switch (pattern.kind) {
    case 'exact':
      return true;
    case 'variable': {
      const before = bindings.get(pattern.name);
      const after = before === undefined ? type : commonSuperType(before, type);
      if (after === undefined) return false;
      bindings.set(pattern.name, after);
      return true;
    }
    case 'array':
      if (type.kind === 'unknown') return bind(pattern.element, UNKNOWN, bindings);
      return type.kind === 'array' && bind(pattern.element, type.element, bindings);
    case 'timeseries':
      if (type.kind === 'unknown') return bind(pattern.value, UNKNOWN, bindings);
      return type.kind === 'timeseries' && bind(pattern.value, type.value, bindings);
    case 'map':
      if (type.kind === 'unknown') {
        return bind(pattern.key, UNKNOWN, bindings) && bind(pattern.value, UNKNOWN, bindings);
      }
      if (type.kind !== 'map') return false;
      return bind(pattern.key, type.key, bindings) && bind(pattern.value, type.value, bindings);
    case 'row': {
      if (type.kind === 'unknown') {
        return pattern.fields.every((field) => bind(field.type, UNKNOWN, bindings));
      }
      if (type.kind !== 'row' || type.fields.length !== pattern.fields.length) return false;
      return pattern.fields.every((field, at) =>
        bind(field.type, type.fields[at]?.type ?? UNKNOWN, bindings),
      );
    }
    case 'function':
      return false;
    default:
      return assertNever(pattern, 'pattern');
  }
}

/** The type that a pattern stands for; a variable nothing has bound is unknown. */
function instantiate(pattern: TypePattern, bindings: Bindings): SqlType {
  switch (pattern.kind) {
    case 'exact':
      return pattern.type;
    case 'variable':
      return bindings.get(pattern.name) ?? UNKNOWN;
    case 'array':
      return { kind: 'array', element: instantiate(pattern.element, bindings) };
    case 'timeseries':
      return { kind: 'timeseries', value: instantiate(pattern.value, bindings) };
    case 'map': {
      const key = instantiate(pattern.key, bindings);
      return { kind: 'map', key, value: instantiate(pattern.value, bindings) };
    }
    case 'row': {
      const fields = pattern.fields.map((field) => ({
        ...(field.name === undefined ? {} : { name: field.name }),
        type: instantiate(field.type, bindings),
      }));
      return { kind: 'row', fields };
    }
    case 'function': {
      const parameters = pattern.parameters.map((inner) => instantiate(inner, bindings));
      return { kind: 'function', parameters, result: instantiate(pattern.result, bindings) };
    }
    default:
      return assertNever(pattern, 'pattern');
  }
}

/** Types the lambdas, then everything else. Undefined if a lambda's result does not fit. */
function settle(candidate: Candidate, args: readonly Argument[]): ResolvedCall | undefined {
  const { overload, bindings } = candidate;
  for (const [at, arg] of args.entries()) {
    if (arg.kind !== 'lambda') continue;
    const pattern = patternAt(overload, at);
    assert(pattern?.kind === 'function', 'a lambda stands where a function is expected');
    if (!settleLambda(pattern, arg, bindings)) return undefined;
  }
  const targets = args.map((_arg, at) => {
    const pattern = patternAt(overload, at);
    assert(pattern !== undefined, 'every argument has its parameter');
    return instantiate(pattern, bindings);
  });
  const result =
    typeof overload.result === 'function'
      ? overload.result(targets)
      : instantiate(overload.result, bindings);
  return { kind: 'resolved', overload, arguments: targets, result };
}

function settleLambda(
  pattern: Extract<TypePattern, { kind: 'function' }>,
  lambda: LambdaArgument,
  bindings: Bindings,
): boolean {
  const parameters = pattern.parameters.map((inner) => instantiate(inner, bindings));
  const body = lambda.resultOf(parameters);
  const wanted = pattern.result;
  if (wanted.kind === 'variable') {
    const bound = bindings.get(wanted.name);
    // A variable the body is first to bind takes the body's type; one bound before keeps its own.
    if (bound === undefined) bindings.set(wanted.name, body);
    else if (coercionCost(body, bound) === undefined) return false;
    return true;
  }
  if (wanted.kind === 'exact') return coercionCost(body, wanted.type) !== undefined;
  return bind(wanted, body, bindings) && sameType(body, instantiate(wanted, bindings));
}
