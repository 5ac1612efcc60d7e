/**
 * Expressions, by precedence climbing (query-language 1.5).
 *
 *   power   operators
 *     1     OR
 *     2     AND
 *     3     NOT (prefix)
 *     4     = <> < <= > >=  BETWEEN  IN  LIKE  IS …        at most one: a = b = c is no expression
 *     5     ||
 *     6     + -
 *     7     * / %
 *     8     + - (prefix)
 *     9     AT TIME ZONE
 *
 * `parsePower(cursor, n)` reads an expression of operators that bind tighter than n, so between two
 * levels that the cursor counts (primaries and prefixes) it calls itself at most nine times.
 */
import type { ArithmeticOperator, Expression, Logical } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseInterval, parseSmallestBigint, parseString } from './literals.ts';
import { opensPredicate, parsePredicate } from './predicates.ts';
import { parsePrimary } from './primaries.ts';

const OR = 1;
const AND = 2;
const NOT = 3;
const PREDICATE = 4;
const CONCAT = 5;
const ADDITIVE = 6;
const MULTIPLICATIVE = 7;
const SIGN = 8;
const ZONE = 9;

export function parseExpression(cursor: Cursor): Expression {
  return parsePower(cursor, 0);
}

/** What may stand beside a comparison: no predicate, no NOT, AND, OR. */
export function parseValue(cursor: Cursor): Expression {
  return parsePower(cursor, PREDICATE);
}

function parsePower(cursor: Cursor, floor: number): Expression {
  let left = parsePrefix(cursor, floor);
  let ceiling = ZONE;
  for (;;) {
    const power = infixPower(cursor);
    if (power <= floor) return left;
    if (power > ceiling) throw cursor.error('AND, OR or the end of the condition');
    left = parseInfix(cursor, left, power);
    // After a predicate only AND and OR can follow.
    if (power <= PREDICATE) ceiling = AND;
  }
}

function infixPower(cursor: Cursor): number {
  const { kind, text, word } = cursor.peek();
  if (kind === 'symbol') return symbolPower(text);
  if (word === 'OR') return OR;
  if (word === 'AND') return AND;
  if (opensZone(cursor)) return ZONE;
  return opensPredicate(cursor) ? PREDICATE : 0;
}

function symbolPower(text: string): number {
  switch (text) {
    case '+':
    case '-':
      return ADDITIVE;
    case '*':
    case '/':
    case '%':
      return MULTIPLICATIVE;
    case '||':
      return CONCAT;
    case '=':
    case '<>':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return PREDICATE;
    default:
      return 0;
  }
}

function parsePrefix(cursor: Cursor, floor: number): Expression {
  if (cursor.isWord('NOT') && floor < PREDICATE) {
    const { at } = cursor.next();
    cursor.enter();
    const operand = parsePower(cursor, NOT);
    cursor.leave();
    return { kind: 'not', operand, at };
  }
  const smallest = parseSmallestBigint(cursor);
  if (smallest !== undefined) return smallest;
  const sign = cursor.isSymbol('-') ? '-' : cursor.isSymbol('+') ? '+' : undefined;
  if (sign === undefined) return parsePrimary(cursor);
  const { at } = cursor.next();
  cursor.enter();
  const operand = parsePower(cursor, SIGN);
  cursor.leave();
  return { kind: 'unary', operator: sign, operand, at };
}

function parseInfix(cursor: Cursor, left: Expression, power: number): Expression {
  if (power === PREDICATE) return parsePredicate(cursor, left);
  if (power === ZONE) return parseZone(cursor, left);
  if (power <= AND) return parseLogical(cursor, left, power);
  const { text, at } = cursor.next();
  const right = parsePower(cursor, power);
  if (power === CONCAT) return { kind: 'concat', left, right, at };
  return { kind: 'arithmetic', operator: text as ArithmeticOperator, left, right, at };
}

function parseLogical(cursor: Cursor, first: Expression, power: number): Logical {
  const word = power === AND ? 'AND' : 'OR';
  const { at } = cursor;
  const operands = [first];
  while (cursor.takeWord(word)) operands.push(parsePower(cursor, power));
  return { kind: 'logical', operator: power === AND ? 'and' : 'or', operands, at };
}

function opensZone(cursor: Cursor): boolean {
  return cursor.isWord('AT') && cursor.isWord('TIME', 1) && cursor.isWord('ZONE', 2);
}

function parseZone(cursor: Cursor, operand: Expression): Expression {
  const { at } = cursor.next();
  cursor.next();
  cursor.next();
  const zone = parseInterval(cursor) ?? parseString(cursor);
  return { kind: 'at-time-zone', operand, zone, at };
}
