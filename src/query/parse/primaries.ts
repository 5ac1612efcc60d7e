/**
 * The operands of expressions: literals, names, calls, forms, parentheses, and the `.field` and
 * `[index]` that may follow any of them (query-language 1.5, level 1).
 */
import type { CurrentValue, CurrentValueName, Expression, Lambda, Position } from './ast.ts';
import { parseCall } from './calls.ts';
import type { Cursor } from './cursor.ts';
import { parseInterval, parseTokenLiteral, parseTypedLiteral } from './literals.ts';
import { parseIdentifier, qualifiedNameLength } from './names.ts';
import { opensLambda, opensQuery } from './parentheses.ts';
import { parseSpecialForm } from './special-forms.ts';

export function parsePrimary(cursor: Cursor): Expression {
  cursor.enter();
  const primary = parsePostfixes(cursor, cursor.at);
  cursor.leave();
  return primary;
}

function parsePostfixes(cursor: Cursor, at: Position): Expression {
  let base = parseOperand(cursor);
  for (;;) {
    if (cursor.isSymbol('.') && !cursor.isSymbol('*', 1)) {
      cursor.next();
      base = { kind: 'dereference', base, field: parseIdentifier(cursor), at };
    } else if (cursor.takeSymbol('[')) {
      const index = cursor.value();
      cursor.expectSymbol(']');
      base = { kind: 'subscript', base, index, at };
    } else return base;
  }
}

function parseOperand(cursor: Cursor): Expression {
  const operand =
    parseTokenLiteral(cursor) ??
    parseWordLiteral(cursor) ??
    parseInterval(cursor) ??
    parseTypedLiteral(cursor) ??
    parseCurrentValue(cursor) ??
    parseSpecialForm(cursor) ??
    parseArray(cursor) ??
    parseName(cursor) ??
    parseParentheses(cursor);
  if (operand === undefined) throw cursor.error('an expression');
  return operand;
}

function parseWordLiteral(cursor: Cursor): Expression | undefined {
  const { word, at } = cursor.peek();
  switch (word) {
    case 'NULL':
      cursor.next();
      return { kind: 'null-literal', at };
    case 'TRUE':
    case 'FALSE':
      cursor.next();
      return { kind: 'boolean-literal', value: word === 'TRUE', at };
    default:
      return undefined;
  }
}

const CURRENT_VALUES: Readonly<Record<string, CurrentValueName>> = {
  CURRENT_DATE: 'current_date',
  CURRENT_TIME: 'current_time',
  CURRENT_TIMESTAMP: 'current_timestamp',
  CURRENT_USER: 'current_user',
  LOCALTIME: 'localtime',
  LOCALTIMESTAMP: 'localtimestamp',
};

function parseCurrentValue(cursor: Cursor): CurrentValue | undefined {
  const { word, at } = cursor.peek();
  const name = Object.hasOwn(CURRENT_VALUES, word) ? CURRENT_VALUES[word] : undefined;
  if (name === undefined) return undefined;
  cursor.next();
  const precise = name !== 'current_date' && name !== 'current_user' && cursor.takeSymbol('(');
  if (!precise) return { kind: 'current-value', name, precision: undefined, at };
  if (cursor.peek().kind !== 'integer') throw cursor.error('a number of digits');
  const precision = Number(cursor.next().text);
  cursor.expectSymbol(')');
  return { kind: 'current-value', name, precision, at };
}

/** ARRAY[…]; a column of that name cannot be subscripted unquoted. */
function parseArray(cursor: Cursor): Expression | undefined {
  if (!cursor.isWord('ARRAY') || !cursor.isSymbol('[', 1)) return undefined;
  const { at } = cursor.next();
  cursor.next();
  const items = cursor.isSymbol(']') ? [] : cursor.list((item) => item.expression());
  cursor.expectSymbol(']');
  return { kind: 'array', items, at };
}

/** A lambda, a call or a column. */
function parseName(cursor: Cursor): Expression | undefined {
  if (opensLambda(cursor)) return parseLambda(cursor);
  const length = qualifiedNameLength(cursor);
  if (length === 0) return undefined;
  return cursor.isSymbol('(', length) ? parseCall(cursor) : parseIdentifier(cursor);
}

function parseLambda(cursor: Cursor): Lambda {
  const { at } = cursor;
  const parameters = cursor.isSymbol('(')
    ? cursor.enclosedListOrNone(parseIdentifier)
    : [parseIdentifier(cursor)];
  cursor.expectSymbol('->');
  return { kind: 'lambda', parameters, body: cursor.expression(), at };
}

/** (query), (expression) or (expression, expression, …) */
function parseParentheses(cursor: Cursor): Expression | undefined {
  if (!cursor.isSymbol('(')) return undefined;
  const isQuery = opensQuery(cursor);
  const { at } = cursor.next();
  if (isQuery) {
    const query = cursor.query();
    cursor.expectSymbol(')');
    return { kind: 'subquery', query, at };
  }
  const items = cursor.list((item) => item.expression());
  cursor.expectSymbol(')');
  const [only, second] = items;
  return only !== undefined && second === undefined ? only : { kind: 'row', items, at };
}
