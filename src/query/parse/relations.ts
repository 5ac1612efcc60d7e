/**
 * FROM: tables, joins, derived tables, UNNEST (query-language 2.1, 2.4).
 *
 *   a JOIN b JOIN c ON x ON y     the right side of a join is itself a relation, joins and all
 *   a, b JOIN c ON x              the comma binds loosest
 */
import type { Join, JoinCriteria, Relation, Sample } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAlias, parseIdentifier, parseQualifiedName } from './names.ts';
import { opensQuery } from './parentheses.ts';

/** What follows FROM: relations separated by commas are cross joined. */
export function parseFrom(cursor: Cursor): Relation {
  let left = parseRelation(cursor);
  while (cursor.takeSymbol(',')) {
    const right = parseRelation(cursor);
    left = { kind: 'join', type: 'cross', left, right, criteria: undefined, at: left.at };
  }
  return left;
}

function parseRelation(cursor: Cursor): Relation {
  cursor.enter();
  let left = parseSampled(cursor);
  for (;;) {
    const joined = parseJoin(cursor, left);
    if (joined === undefined) break;
    left = joined;
  }
  cursor.leave();
  return left;
}

function parseJoin(cursor: Cursor, left: Relation): Join | undefined {
  const { at } = left;
  if (cursor.takeWord('CROSS')) {
    cursor.expectWord('JOIN');
    const right = parseSampled(cursor);
    return { kind: 'join', type: 'cross', left, right, criteria: undefined, at };
  }
  const natural = cursor.isWord('NATURAL') ? cursor.next() : undefined;
  const type = parseJoinType(cursor);
  if (type === undefined) {
    if (natural === undefined) return undefined;
    throw cursor.error('JOIN');
  }
  if (natural !== undefined) {
    const criteria = { kind: 'natural', at: natural.at } as const;
    return { kind: 'join', type, left, right: parseSampled(cursor), criteria, at };
  }
  const right = parseRelation(cursor);
  return { kind: 'join', type, left, right, criteria: parseCriteria(cursor), at };
}

const OUTER = { LEFT: 'left', RIGHT: 'right', FULL: 'full' } as const;

/** Up to and including JOIN; nothing when no join is here. */
function parseJoinType(cursor: Cursor): Join['type'] | undefined {
  const { word } = cursor.peek();
  if (word === 'LEFT' || word === 'RIGHT' || word === 'FULL') {
    cursor.next();
    cursor.takeWord('OUTER');
    cursor.expectWord('JOIN');
    return OUTER[word];
  }
  if (cursor.takeWord('INNER')) cursor.expectWord('JOIN');
  else if (!cursor.takeWord('JOIN')) return undefined;
  return 'inner';
}

function parseCriteria(cursor: Cursor): JoinCriteria {
  const { at } = cursor;
  if (cursor.takeWord('ON')) return { kind: 'on', condition: cursor.expression(), at };
  if (!cursor.takeWord('USING')) throw cursor.error('ON or USING');
  return { kind: 'using', columns: cursor.enclosedList(parseIdentifier), at };
}

/** A relation with its alias and sampling, but without joins. */
function parseSampled(cursor: Cursor): Relation {
  const relation = parseAliased(cursor);
  return parseSample(cursor, relation) ?? relation;
}

const METHODS = { BERNOULLI: 'bernoulli', SYSTEM: 'system' } as const;

function parseSample(cursor: Cursor, relation: Relation): Sample | undefined {
  const { word } = cursor.peek(1);
  if (!cursor.isWord('TABLESAMPLE')) return undefined;
  if (word !== 'BERNOULLI' && word !== 'SYSTEM') return undefined;
  cursor.next();
  cursor.next();
  cursor.expectSymbol('(');
  const percentage = cursor.expression();
  cursor.expectSymbol(')');
  return { kind: 'sample', relation, method: METHODS[word], percentage, at: relation.at };
}

function parseAliased(cursor: Cursor): Relation {
  const relation = parsePrimary(cursor);
  const alias = parseAlias(cursor);
  if (alias === undefined) return relation;
  const columns = cursor.isSymbol('(') ? cursor.enclosedList(parseIdentifier) : [];
  return { kind: 'aliased', relation, alias, columns, at: relation.at };
}

function parsePrimary(cursor: Cursor): Relation {
  const { at } = cursor;
  if (cursor.takeWord('UNNEST')) {
    const args = cursor.enclosedList((item) => item.expression());
    return { kind: 'unnest', arguments: args, ordinality: parseOrdinality(cursor), at };
  }
  if (cursor.isSymbol('(')) return parseParentheses(cursor);
  if (cursor.isWord('LATERAL') && cursor.isSymbol('(', 1)) {
    cursor.next();
    cursor.next();
    const query = cursor.query();
    cursor.expectSymbol(')');
    return { kind: 'lateral', query, at };
  }
  if (!cursor.isIdentifier()) throw cursor.error('a table');
  return { kind: 'table', name: parseQualifiedName(cursor), at };
}

function parseParentheses(cursor: Cursor): Relation {
  const isQuery = opensQuery(cursor);
  const { at } = cursor.next();
  const inside: Relation = isQuery
    ? { kind: 'derived-table', query: cursor.query(), at }
    : parseRelation(cursor);
  cursor.expectSymbol(')');
  return inside;
}

function parseOrdinality(cursor: Cursor): boolean {
  if (!cursor.takeWord('WITH')) return false;
  cursor.expectWord('ORDINALITY');
  return true;
}
