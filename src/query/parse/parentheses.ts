/**
 * What an opening parenthesis opens, told by looking ahead only.
 *
 *   ( SELECT …                      a query
 *   (( SELECT … ) UNION …           a query, whose first branch is in parentheses
 *   (( SELECT … ) + 1               an expression
 *   (( SELECT … ) t JOIN …          relations
 *   ( a, b ) -> …                   a lambda's parameters
 */
import type { Cursor } from './cursor.ts';
import { opensPage } from './names.ts';

const QUERY_WORDS: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE']);
const SET_OPERATORS: ReadonlySet<string> = new Set(['UNION', 'INTERSECT', 'EXCEPT']);

/** Whether a query begins with the word here. */
export function isQueryWord(cursor: Cursor, ahead = 0): boolean {
  return cursor.isAnyWord(QUERY_WORDS, ahead);
}

export function opensQuery(cursor: Cursor): boolean {
  if (!cursor.isSymbol('(')) return false;
  let innermost = 0;
  while (cursor.isSymbol('(', innermost + 1)) innermost++;
  if (!isQueryWord(cursor, innermost + 1)) return false;
  // The innermost one does. Each one around it does when the query it begins with goes on.
  for (let open = innermost; open > 0; open--) {
    const after = cursor.closing(open) + 1;
    const goesOn =
      cursor.isSymbol(')', after) ||
      cursor.isAnyWord(SET_OPERATORS, after) ||
      cursor.isWord('ORDER', after) ||
      opensPage(cursor, after);
    if (!goesOn) return false;
  }
  return true;
}

/** `name ->`, `(name, …) ->` or `() ->` */
export function opensLambda(cursor: Cursor): boolean {
  if (cursor.isIdentifier()) return cursor.isSymbol('->', 1);
  if (!cursor.isSymbol('(')) return false;
  if (cursor.isSymbol(')', 1)) return cursor.isSymbol('->', 2);
  let ahead = 1;
  while (cursor.isIdentifier(ahead) && cursor.isSymbol(',', ahead + 1)) ahead += 2;
  return (
    cursor.isIdentifier(ahead) &&
    cursor.isSymbol(')', ahead + 1) &&
    cursor.isSymbol('->', ahead + 2)
  );
}
