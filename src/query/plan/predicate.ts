/**
 * Predicates simple enough to prune with: a column against constants.
 *
 *     range    `from <= column < until`, half open, in nanoseconds; an absent end is open
 *     one-of   the column equals one of these texts
 *
 * Each is what a row must satisfy at least: weaker than the condition it was read from, never
 * stronger, and none holds for NULL. That is what lets them travel through outer joins too
 * (push-down.ts). Reading them is all this file does.
 */
import type { ColumnId, Comparison, Expression } from '../analyse/typed.ts';
import { type Constants, foldToNanos, foldToText } from './fold.ts';

export type SimplePredicate =
  | {
      readonly kind: 'range';
      readonly column: ColumnId;
      readonly from?: bigint;
      readonly until?: bigint;
    }
  | { readonly kind: 'one-of'; readonly column: ColumnId; readonly values: readonly string[] };

/** Two columns that every surviving row has equal. */
export interface ColumnEquality {
  readonly left: ColumnId;
  readonly right: ColumnId;
}

/** The operands of nested ANDs. */
export function conjunctsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'and' ? expression.operands.flatMap(conjunctsOf) : [expression];
}

export function equalityOf(expression: Expression): ColumnEquality | undefined {
  if (expression.kind !== 'operation' || expression.operator !== '=') return undefined;
  const [left, right] = expression.operands;
  if (left === undefined || right === undefined) return undefined;
  if (left.kind !== 'column' || right.kind !== 'column') return undefined;
  return { left: left.column, right: right.column };
}

export function predicatesOf(
  expression: Expression,
  constants: Constants,
): readonly SimplePredicate[] {
  switch (expression.kind) {
    case 'and':
      return expression.operands.flatMap((operand) => predicatesOf(operand, constants));
    case 'or':
      return alternatives(expression.operands, constants);
    case 'operation': {
      const { operator, operands } = expression;
      const [left, right] = operands;
      if (!isComparison(operator) || left === undefined || right === undefined) return [];
      return comparison(operator, left, right, constants);
    }
    case 'between': {
      const { value, low, high } = expression;
      return [
        ...comparison('>=', value, low, constants),
        ...comparison('<=', value, high, constants),
      ];
    }
    case 'in-list':
      return inList(expression.value, expression.options, constants);
    default:
      return [];
  }
}

export const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

export function isComparison(operator: string): operator is Comparison {
  return operator in MIRRORED;
}

function comparison(
  operator: Comparison,
  left: Expression,
  right: Expression,
  constants: Constants,
): readonly SimplePredicate[] {
  if (left.kind !== 'column') {
    if (right.kind !== 'column') return [];
    return comparison(MIRRORED[operator], right, left, constants);
  }
  if (left.type.kind === 'timestamp') {
    const nanos = foldToNanos(right, constants);
    return nanos === undefined ? [] : timeComparison(operator, left.column, nanos);
  }
  if (left.type.kind === 'varchar' && operator === '=') {
    const text = foldToText(right, constants);
    return text === undefined ? [] : [{ kind: 'one-of', column: left.column, values: [text] }];
  }
  return [];
}

function timeComparison(
  operator: Comparison,
  column: ColumnId,
  nanos: bigint,
): readonly SimplePredicate[] {
  switch (operator) {
    case '=':
      return [{ kind: 'range', column, from: nanos, until: nanos + 1n }];
    case '<':
      return [{ kind: 'range', column, until: nanos }];
    case '<=':
      return [{ kind: 'range', column, until: nanos + 1n }];
    case '>':
      return [{ kind: 'range', column, from: nanos + 1n }];
    case '>=':
      return [{ kind: 'range', column, from: nanos }];
    case '<>':
      return [];
  }
}

function inList(
  value: Expression,
  options: readonly Expression[],
  constants: Constants,
): readonly SimplePredicate[] {
  const equalities = options.map((option) => comparison('=', value, option, constants)[0]);
  return union(equalities.map((equality) => (equality ? [equality] : [])));
}

/** A NULL among the options or alternatives makes no row match, but is read as no predicate. */
function alternatives(
  operands: readonly Expression[],
  constants: Constants,
): readonly SimplePredicate[] {
  return union(operands.map((operand) => predicatesOf(operand, constants)));
}

/** What holds if one of the branches does: only what every branch says about a column. */
function union(branches: readonly (readonly SimplePredicate[])[]): readonly SimplePredicate[] {
  const [first, ...others] = branches.map(mergePredicates);
  if (first === undefined) return [];
  return first.flatMap((predicate) => {
    const alike = [predicate];
    for (const other of others) {
      const same = other.find(
        (candidate) => candidate.column === predicate.column && candidate.kind === predicate.kind,
      );
      if (same === undefined) return [];
      alike.push(same);
    }
    return widenAll(alike);
  });
}

/** All of one kind: texts are gathered at once, for lists of thousands. */
function widenAll(alike: readonly SimplePredicate[]): readonly SimplePredicate[] {
  const [first, ...others] = alike;
  if (first?.kind === 'one-of') {
    const values = alike.flatMap((each) => (each.kind === 'one-of' ? each.values : []));
    return [{ ...first, values: [...new Set(values)] }];
  }
  let widened: SimplePredicate | undefined = first;
  for (const other of others) widened = widened && widen(widened, other);
  return widened === undefined ? [] : [widened];
}

/** The weakest that both imply; undefined if that is nothing. */
export function widen(a: SimplePredicate, b: SimplePredicate): SimplePredicate | undefined {
  if (a.kind === 'one-of' && b.kind === 'one-of') {
    return { ...a, values: [...new Set([...a.values, ...b.values])] };
  }
  if (a.kind !== 'range' || b.kind !== 'range') return undefined;
  const from = a.from === undefined || b.from === undefined ? undefined : smaller(a.from, b.from);
  const until =
    a.until === undefined || b.until === undefined ? undefined : larger(a.until, b.until);
  return from === undefined && until === undefined ? undefined : range(a.column, from, until);
}

/** One predicate of each kind per column: what holds if all of them do. */
export function mergePredicates(all: readonly SimplePredicate[]): readonly SimplePredicate[] {
  const merged = new Map<string, SimplePredicate>();
  for (const predicate of all) {
    const key = `${predicate.kind}${predicate.column}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? predicate : narrow(before, predicate));
  }
  return [...merged.values()];
}

function narrow(a: SimplePredicate, b: SimplePredicate): SimplePredicate {
  if (a.kind === 'one-of' && b.kind === 'one-of') {
    const others = new Set(b.values);
    return { ...a, values: a.values.filter((value) => others.has(value)) };
  }
  if (a.kind !== 'range' || b.kind !== 'range') return a;
  const from =
    a.from === undefined || b.from === undefined ? (a.from ?? b.from) : larger(a.from, b.from);
  const until =
    a.until === undefined || b.until === undefined
      ? (a.until ?? b.until)
      : smaller(a.until, b.until);
  return range(a.column, from, until);
}

function range(column: ColumnId, from?: bigint, until?: bigint): SimplePredicate {
  return {
    kind: 'range',
    column,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
