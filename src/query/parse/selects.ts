/**
 * SELECT … FROM … WHERE … GROUP BY … HAVING … (query-language 2.1).
 */
import type {
  Expression,
  GroupBy,
  GroupingElement,
  Identifier,
  Select,
  SelectItem,
} from './ast.ts';
import { parseQuantifier } from './calls.ts';
import type { Cursor } from './cursor.ts';
import {
  opensClause,
  parseAlias,
  parseIdentifier,
  parseQualifiedName,
  qualifiedNameLength,
} from './names.ts';
import { parseFrom } from './relations.ts';
import { parseNamedWindows } from './windows.ts';

export function parseSelect(cursor: Cursor): Select {
  const { at } = cursor.expectWord('SELECT');
  const distinct = parseQuantifier(cursor) === 'distinct';
  const items = cursor.list(parseSelectItem);
  const from = cursor.takeWord('FROM') ? parseFrom(cursor) : undefined;
  const where = parseCondition(cursor, 'WHERE');
  const groupBy = parseGroupBy(cursor);
  const having = parseCondition(cursor, 'HAVING');
  const windows = opensClause(cursor) ? parseNamedWindows(cursor) : [];
  const qualify = opensClause(cursor) ? parseCondition(cursor, 'QUALIFY') : undefined;
  return { kind: 'select', distinct, items, from, where, groupBy, having, windows, qualify, at };
}

function parseCondition(cursor: Cursor, word: string): Expression | undefined {
  return cursor.takeWord(word) ? cursor.expression() : undefined;
}

function parseSelectItem(cursor: Cursor): SelectItem {
  const { at } = cursor;
  if (cursor.takeSymbol('*')) return { kind: 'select-all', qualifier: undefined, columns: [], at };
  const length = qualifiedNameLength(cursor);
  if (length > 0 && cursor.isSymbol('.', length) && cursor.isSymbol('*', length + 1)) {
    const qualifier = parseQualifiedName(cursor, length);
    return { kind: 'select-all', qualifier, columns: parseFields(cursor), at };
  }
  const value = cursor.expression();
  if (cursor.isSymbol('.')) {
    return { kind: 'select-fields', row: value, columns: parseFields(cursor), at };
  }
  return { kind: 'select-expression', value, alias: parseAlias(cursor), at };
}

/** .* [AS (name, …)] */
function parseFields(cursor: Cursor): readonly Identifier[] {
  cursor.expectSymbol('.');
  cursor.expectSymbol('*');
  return cursor.takeWord('AS') ? cursor.enclosedList(parseIdentifier) : [];
}

function parseGroupBy(cursor: Cursor): GroupBy | undefined {
  if (!cursor.isWord('GROUP')) return undefined;
  const { at } = cursor.next();
  cursor.expectWord('BY');
  const distinct = parseQuantifier(cursor) === 'distinct';
  return { kind: 'group-by', distinct, elements: cursor.list(parseGroupingElement), at };
}

function parseGroupingElement(cursor: Cursor): GroupingElement {
  const { at } = cursor;
  if (cursor.takeWord('ROLLUP')) return { kind: 'rollup', keys: parseKeyList(cursor), at };
  if (cursor.takeWord('CUBE')) return { kind: 'cube', keys: parseKeyList(cursor), at };
  if (cursor.isWord('GROUPING') && cursor.isWord('SETS', 1)) {
    cursor.next();
    cursor.next();
    return { kind: 'grouping-sets', sets: cursor.enclosedList(parseGroupingSet), at };
  }
  return { kind: 'simple-grouping', keys: parseGroupingSet(cursor), at };
}

function parseKeyList(cursor: Cursor): readonly Expression[] {
  return cursor.enclosedListOrNone((item) => item.expression());
}

/** `x`, `(x, y)` or `()`. The row that parentheses make is the set; one made by ROW is a key. */
function parseGroupingSet(cursor: Cursor): readonly Expression[] {
  const parenthesised = cursor.isSymbol('(');
  const empty = parenthesised && cursor.isSymbol(')', 1) && !cursor.isSymbol('->', 2);
  if (empty) return parseKeyList(cursor);
  const { at } = cursor;
  const key = cursor.expression();
  const isSet = parenthesised && key.kind === 'row' && key.at === at;
  return isSet ? key.items : [key];
}
