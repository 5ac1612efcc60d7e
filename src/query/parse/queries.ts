/**
 * Queries: WITH, set operations, ORDER BY, LIMIT (query-language 2.1).
 *
 * INTERSECT binds tighter than UNION and EXCEPT; all three associate to the left. A parenthesised
 * branch keeps a node of its own only when it has an ORDER BY, LIMIT, OFFSET or WITH.
 */
import type { Limit, NamedQuery, Offset, Query, QueryBody, SetOperation, With } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRowCount } from './literals.ts';
import { opensPage, parseIdentifier, parseQualifiedName } from './names.ts';
import { parseSelect } from './selects.ts';
import { parseOrderBy } from './windows.ts';

export function parseQuery(cursor: Cursor): Query {
  const { at } = cursor;
  const named = parseWith(cursor);
  const body = parseUnion(cursor);
  const orderBy = parseOrderBy(cursor);
  const page = parsePage(cursor);
  const query: Query = { kind: 'query', with: named, body, orderBy, ...page, at };
  return body.kind === 'query' && isBare(query) ? body : query;
}

/** Whether the query adds nothing to its body. */
function isBare(query: Query): boolean {
  const { with: named, orderBy, offset, limit } = query;
  return !named && orderBy.length === 0 && !offset && !limit;
}

function parseWith(cursor: Cursor): With | undefined {
  if (!cursor.isWord('WITH')) return undefined;
  const { at } = cursor.next();
  const recursive = cursor.takeWord('RECURSIVE');
  return { kind: 'with', recursive, queries: cursor.list(parseNamedQuery), at };
}

function parseNamedQuery(cursor: Cursor): NamedQuery {
  const { at } = cursor;
  const name = parseIdentifier(cursor);
  const columns = cursor.isSymbol('(') ? cursor.enclosedList(parseIdentifier) : [];
  cursor.expectWord('AS');
  cursor.expectSymbol('(');
  const query = cursor.query();
  cursor.expectSymbol(')');
  return { kind: 'named-query', name, columns, query, at };
}

function parseUnion(cursor: Cursor): QueryBody {
  let left = parseIntersect(cursor);
  while (cursor.isWord('UNION') || cursor.isWord('EXCEPT')) {
    const operator = cursor.isWord('UNION') ? 'union' : 'except';
    const { at } = cursor.next();
    const distinct = parseSetQuantifier(cursor);
    left = { kind: 'set-operation', operator, distinct, left, right: parseIntersect(cursor), at };
  }
  return left;
}

function parseIntersect(cursor: Cursor): QueryBody {
  let left = parseBranch(cursor);
  while (cursor.isWord('INTERSECT')) {
    const { at } = cursor.next();
    const distinct = parseSetQuantifier(cursor);
    const right = parseBranch(cursor);
    left = { kind: 'set-operation', operator: 'intersect', distinct, left, right, at };
  }
  return left;
}

function parseSetQuantifier(cursor: Cursor): SetOperation['distinct'] {
  if (cursor.takeWord('ALL')) return false;
  cursor.takeWord('DISTINCT');
  return true;
}

function parseBranch(cursor: Cursor): QueryBody {
  const { at } = cursor;
  if (cursor.isWord('SELECT')) return parseSelect(cursor);
  if (cursor.takeWord('VALUES')) {
    return { kind: 'values', rows: cursor.list((item) => item.expression()), at };
  }
  if (cursor.takeWord('TABLE')) {
    return { kind: 'table-query', name: parseQualifiedName(cursor), at };
  }
  if (!cursor.takeSymbol('(')) throw cursor.error('a query');
  const query = cursor.query();
  cursor.expectSymbol(')');
  return isBare(query) ? query.body : query;
}

/** LIMIT, FETCH FIRST and OFFSET, each at most once, in any order. */
function parsePage(cursor: Cursor): Pick<Query, 'limit' | 'offset'> {
  let limit: Limit | undefined;
  let offset: Offset | undefined;
  for (;;) {
    const { word, at } = cursor.peek();
    if (!opensPage(cursor)) return { limit, offset };
    if (word === 'OFFSET' && offset === undefined) {
      cursor.next();
      offset = { kind: 'offset', rows: parseRowCount(cursor), at };
      if (!cursor.takeWord('ROWS')) cursor.takeWord('ROW');
    } else if (word === 'LIMIT' && limit === undefined) {
      cursor.next();
      limit = { kind: 'limit', rows: parseLimit(cursor), at };
    } else if (word === 'FETCH' && limit === undefined) {
      limit = parseFetch(cursor);
    } else throw cursor.error('the end of the query');
  }
}

function parseLimit(cursor: Cursor): Limit['rows'] {
  return cursor.takeWord('ALL') ? undefined : parseRowCount(cursor);
}

/** FETCH (FIRST | NEXT) [n] (ROW | ROWS) ONLY */
function parseFetch(cursor: Cursor): Limit {
  const { at } = cursor.next();
  cursor.next();
  const rows = cursor.peek().kind === 'integer' ? parseRowCount(cursor) : 1n;
  if (!cursor.takeWord('ROWS')) cursor.expectWord('ROW');
  cursor.expectWord('ONLY');
  return { kind: 'limit', rows, at };
}
