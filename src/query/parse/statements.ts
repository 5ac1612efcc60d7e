/**
 * Statements (query-language 2). One that is not among them is refused at its first token.
 */
import type { Expression, LikePattern, Statement, UnloadOption } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseString } from './literals.ts';
import { parseIdentifier, parseQualifiedName } from './names.ts';
import { isQueryWord } from './parentheses.ts';

/** The whole text: a statement, perhaps a semicolon, and nothing after it. */
export function parseWholeStatement(cursor: Cursor): Statement {
  const statement = parseExplain(cursor) ?? parseStatement(cursor);
  cursor.takeSymbol(';');
  expectEnd(cursor);
  return statement;
}

export function parseWholeExpression(cursor: Cursor): Expression {
  const expression = cursor.expression();
  expectEnd(cursor);
  return expression;
}

function expectEnd(cursor: Cursor): void {
  if (!cursor.isEnd()) throw cursor.error('the end of the statement');
}

function parseExplain(cursor: Cursor): Statement | undefined {
  if (!cursor.isWord('EXPLAIN')) return undefined;
  const { at } = cursor.next();
  const analyze = cursor.takeWord('ANALYZE');
  return { kind: 'explain', analyze, statement: parseStatement(cursor), at };
}

function parseStatement(cursor: Cursor): Statement {
  const { word, at } = cursor.peek();
  if (isQueryWord(cursor) || cursor.isSymbol('(')) {
    return { kind: 'query-statement', query: cursor.query(), at };
  }
  switch (word) {
    case 'SHOW':
      return parseShow(cursor);
    case 'DESCRIBE':
    case 'DESC':
      cursor.next();
      return { kind: 'describe', table: parseQualifiedName(cursor), at };
    case 'UNLOAD':
      return parseUnload(cursor);
    default:
      throw cursor.error('SELECT, WITH, VALUES, SHOW, DESCRIBE or UNLOAD');
  }
}

function parseShow(cursor: Cursor): Statement {
  const { at } = cursor.next();
  const { word } = cursor.peek();
  switch (word) {
    case 'DATABASES':
      cursor.next();
      return { kind: 'show-databases', like: parseLikePattern(cursor), at };
    case 'TABLES': {
      cursor.next();
      const database = takeFrom(cursor) ? parseIdentifier(cursor) : undefined;
      return { kind: 'show-tables', database, like: parseLikePattern(cursor), at };
    }
    case 'MEASURES': {
      cursor.next();
      if (!takeFrom(cursor)) throw cursor.error('FROM');
      const table = parseQualifiedName(cursor);
      return { kind: 'show-measures', table, like: parseLikePattern(cursor), at };
    }
    case 'FUNCTIONS':
      cursor.next();
      return { kind: 'show-functions', like: parseLikePattern(cursor), at };
    default:
      throw cursor.error('DATABASES, TABLES, MEASURES or FUNCTIONS');
  }
}

function takeFrom(cursor: Cursor): boolean {
  return cursor.takeWord('FROM') || cursor.takeWord('IN');
}

function parseLikePattern(cursor: Cursor): LikePattern | undefined {
  if (!cursor.isWord('LIKE')) return undefined;
  const { at } = cursor.next();
  const pattern = parseString(cursor);
  const mark = cursor.takeWord('ESCAPE') ? parseString(cursor) : undefined;
  return { kind: 'like-pattern', pattern, escape: mark, at };
}

/** UNLOAD (query) TO 'target' [WITH (option = value, …)] */
function parseUnload(cursor: Cursor): Statement {
  const { at } = cursor.next();
  cursor.expectSymbol('(');
  const query = cursor.query();
  cursor.expectSymbol(')');
  cursor.expectWord('TO');
  const target = parseString(cursor);
  const options = cursor.takeWord('WITH') ? cursor.enclosedList(parseUnloadOption) : [];
  return { kind: 'unload', query, target, options, at };
}

function parseUnloadOption(cursor: Cursor): UnloadOption {
  const { at } = cursor;
  const name = parseIdentifier(cursor);
  cursor.expectSymbol('=');
  return { kind: 'unload-option', name, value: cursor.expression(), at };
}
