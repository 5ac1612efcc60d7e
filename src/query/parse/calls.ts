/**
 * Calls of functions (query-language 2.3, 6):
 *
 *   name ( [DISTINCT] argument, … [ORDER BY …] ) [FILTER (WHERE …)] [IGNORE NULLS] [OVER …]
 *   name ( * ) …
 *
 * Of FILTER, IGNORE, RESPECT and OVER none is reserved; what follows tells them from an alias.
 */
import type { Call, Expression } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { opensExpression, parseQualifiedName } from './names.ts';
import { parseOrderBy, parseOver } from './windows.ts';

export function parseCall(cursor: Cursor): Call {
  const { at } = cursor;
  const name = parseQualifiedName(cursor);
  cursor.expectSymbol('(');
  const inside = parseArguments(cursor);
  cursor.expectSymbol(')');
  const filter = parseFilter(cursor);
  const nulls = parseNullTreatment(cursor);
  return { kind: 'call', name, ...inside, filter, nulls, over: parseOver(cursor), at };
}

type Arguments = Pick<Call, 'arguments' | 'star' | 'distinct' | 'orderBy'>;

function parseArguments(cursor: Cursor): Arguments {
  if (cursor.isSymbol('*') && cursor.isSymbol(')', 1)) {
    cursor.next();
    return { arguments: [], star: true, distinct: false, orderBy: [] };
  }
  if (cursor.isSymbol(')')) return { arguments: [], star: false, distinct: false, orderBy: [] };
  const distinct = parseQuantifier(cursor) === 'distinct';
  const args = cursor.list((item) => item.expression());
  return { arguments: args, star: false, distinct, orderBy: parseOrderBy(cursor) };
}

/** DISTINCT, ALL or nothing. ALL is a name too: it is a quantifier where something follows it. */
export function parseQuantifier(cursor: Cursor): 'distinct' | 'all' | undefined {
  if (cursor.takeWord('DISTINCT')) return 'distinct';
  const isAsterisk = cursor.isSymbol('*', 1) && !opensExpression(cursor, 2);
  if (!cursor.isWord('ALL') || !(isAsterisk || opensExpression(cursor, 1))) return undefined;
  cursor.next();
  return 'all';
}

function parseFilter(cursor: Cursor): Expression | undefined {
  if (!cursor.isWord('FILTER') || !cursor.isSymbol('(', 1)) return undefined;
  cursor.next();
  cursor.expectSymbol('(');
  cursor.expectWord('WHERE');
  const condition = cursor.expression();
  cursor.expectSymbol(')');
  return condition;
}

function parseNullTreatment(cursor: Cursor): Call['nulls'] {
  const ignore = cursor.isWord('IGNORE');
  if (!ignore && !cursor.isWord('RESPECT')) return undefined;
  if (!cursor.isWord('NULLS', 1)) return undefined;
  cursor.next();
  cursor.next();
  return ignore ? 'ignore' : 'respect';
}
