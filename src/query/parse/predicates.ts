/**
 * Comparisons and the other predicates that follow a value (query-language 1.5 level 7, 2.2).
 *
 * Their operands are values: the AND of BETWEEN is not the logical one.
 */
import type { Comparison, ComparisonOperator, Expression, Position } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { opensQuery } from './parentheses.ts';

const PREDICATES: ReadonlySet<string> = new Set(['BETWEEN', 'IN', 'LIKE']);
const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Whether the words of a predicate are here; symbols the caller knows. */
export function opensPredicate(cursor: Cursor): boolean {
  if (cursor.isWord('IS')) return true;
  return cursor.isAnyWord(PREDICATES, cursor.isWord('NOT') ? 1 : 0);
}

export function parsePredicate(cursor: Cursor, left: Expression): Expression {
  const { text, at } = cursor.peek();
  const operator = cursor.peek().kind === 'symbol' ? OPERATORS[text] : undefined;
  if (operator !== undefined) return parseComparison(cursor, left, operator);
  if (cursor.isWord('IS')) return parseIs(cursor, left);
  const negated = cursor.takeWord('NOT');
  const { word } = cursor.next();
  const subject = { operand: left, negated, at };
  if (word === 'BETWEEN') return parseBetween(cursor, subject);
  return word === 'IN' ? parseIn(cursor, subject) : parseLike(cursor, subject);
}

const QUANTIFIERS = { ALL: 'all', ANY: 'any', SOME: 'any' } as const;

function parseComparison(
  cursor: Cursor,
  left: Expression,
  operator: Comparison['operator'],
): Expression {
  const { at } = cursor.next();
  const { word } = cursor.peek();
  const named = word === 'ALL' || word === 'ANY' || word === 'SOME';
  if (!named || !cursor.isSymbol('(', 1)) {
    return { kind: 'comparison', operator, left, right: cursor.value(), at };
  }
  cursor.next();
  cursor.next();
  const query = cursor.query();
  cursor.expectSymbol(')');
  return { kind: 'quantified', operator, quantifier: QUANTIFIERS[word], left, query, at };
}

function parseIs(cursor: Cursor, left: Expression): Expression {
  const { at } = cursor.next();
  const negated = cursor.takeWord('NOT');
  if (cursor.takeWord('NULL')) return { kind: 'is-null', operand: left, negated, at };
  if (!cursor.takeWord('DISTINCT')) throw cursor.error('NULL or DISTINCT FROM');
  cursor.expectWord('FROM');
  return { kind: 'distinct-from', left, right: cursor.value(), negated, at };
}

interface Subject {
  readonly operand: Expression;
  readonly negated: boolean;
  readonly at: Position;
}

function parseBetween(cursor: Cursor, subject: Subject): Expression {
  const low = cursor.value();
  cursor.expectWord('AND');
  return { kind: 'between', low, high: cursor.value(), ...subject };
}

function parseIn(cursor: Cursor, subject: Subject): Expression {
  if (!opensQuery(cursor)) {
    const items = cursor.enclosedList((item) => item.expression());
    return { kind: 'in-list', items, ...subject };
  }
  cursor.expectSymbol('(');
  const query = cursor.query();
  cursor.expectSymbol(')');
  return { kind: 'in-subquery', query, ...subject };
}

function parseLike(cursor: Cursor, subject: Subject): Expression {
  const pattern = cursor.value();
  const mark = cursor.takeWord('ESCAPE') ? cursor.value() : undefined;
  return { kind: 'like', pattern, escape: mark, ...subject };
}
