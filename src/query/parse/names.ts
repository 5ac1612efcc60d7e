/**
 * Names, and the question whether a word after an expression or relation is its alias.
 *
 * LIMIT, OFFSET, FETCH, TABLESAMPLE, WINDOW and QUALIFY are no reserved words: a column or a table
 * may be called so. They open a clause only where what follows fits that clause.
 */
import type { Identifier, QualifiedName } from './ast.ts';
import type { Cursor } from './cursor.ts';

export function parseIdentifier(cursor: Cursor): Identifier {
  if (!cursor.isIdentifier()) throw cursor.error('a name');
  const token = cursor.next();
  return { kind: 'identifier', name: token.text, at: token.at };
}

/** As far as names and dots go, or for a `length` in tokens. */
export function parseQualifiedName(cursor: Cursor, length = Infinity): QualifiedName {
  const { at } = cursor;
  const parts = [parseIdentifier(cursor)];
  while (parts.length * 2 < length && cursor.takeSymbol('.')) parts.push(parseIdentifier(cursor));
  return { kind: 'qualified-name', parts, at };
}

/** The number of tokens of the qualified name that is here; 0 when there is none. */
export function qualifiedNameLength(cursor: Cursor): number {
  if (!cursor.isIdentifier()) return 0;
  let length = 1;
  while (cursor.isSymbol('.', length) && cursor.isIdentifier(length + 1)) length += 2;
  return length;
}

/** [AS] name */
export function parseAlias(cursor: Cursor): Identifier | undefined {
  if (cursor.takeWord('AS')) return parseIdentifier(cursor);
  return cursor.isIdentifier() && !opensClause(cursor) ? parseIdentifier(cursor) : undefined;
}

const FETCHED: ReadonlySet<string> = new Set(['FIRST', 'NEXT']);
const SAMPLING: ReadonlySet<string> = new Set(['BERNOULLI', 'SYSTEM']);

/** Whether LIMIT, OFFSET or FETCH, as a clause, is there. */
export function opensPage(cursor: Cursor, ahead = 0): boolean {
  const next = ahead + 1;
  switch (cursor.peek(ahead).word) {
    case 'LIMIT':
      return cursor.peek(next).kind === 'integer' || cursor.isWord('ALL', next);
    case 'OFFSET':
      return cursor.peek(next).kind === 'integer';
    case 'FETCH':
      return cursor.isAnyWord(FETCHED, next);
    default:
      return false;
  }
}

export function opensClause(cursor: Cursor, ahead = 0): boolean {
  const next = ahead + 1;
  switch (cursor.peek(ahead).word) {
    case 'TABLESAMPLE':
      return cursor.isAnyWord(SAMPLING, next);
    case 'WINDOW':
      return cursor.isIdentifier(next) && cursor.isWord('AS', next + 1);
    case 'QUALIFY':
      return opensExpression(cursor, next) && !opensPage(cursor, next);
    default:
      return opensPage(cursor, ahead);
  }
}

const EXPRESSION_WORDS: ReadonlySet<string> = new Set(
  `CASE CAST EXTRACT EXISTS NOT NULL TRUE FALSE GROUPING NORMALIZE CURRENT_DATE CURRENT_TIME
  CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP`.split(/\s+/),
);

/** Whether an expression can begin there. */
export function opensExpression(cursor: Cursor, ahead = 0): boolean {
  const token = cursor.peek(ahead);
  switch (token.kind) {
    case 'end':
    case 'invalid':
      return false;
    case 'symbol':
      return token.text === '(' || token.text === '-' || token.text === '+';
    case 'word':
      return cursor.isIdentifier(ahead) || EXPRESSION_WORDS.has(token.word);
    default:
      return true;
  }
}
