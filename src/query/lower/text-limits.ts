/**
 * Bounds the generated SQL before DuckDB sees it (base/limits.ts): its length, how deep brackets
 * nest in it, how deep lambdas nest in the bodies of others, and how many windows there are. DuckDB's
 * planning takes time with powers of these, and cannot be interrupted.
 *
 * Length is checked while the text grows, because a lowering that repeats an operand doubles it at
 * each level; nesting is checked at the end, in one pass over the text.
 */
import { validation } from '../../base/errors.ts';
import {
  LOWERED_BRACKETS_MAX,
  LOWERED_CHARS_MAX,
  LOWERED_LAMBDAS_ALL_MAX,
  LOWERED_LAMBDAS_MAX,
  SUBQUERIES_MAX,
  SUBQUERY_DEPTH_MAX,
  WINDOWS_MAX,
} from '../../base/limits.ts';

const TOO_DEEP =
  'The query nests its expressions too deeply. Compute inner ones in a sub-query or in WITH.';

const TOO_COMPLEX = 'The query is too complex. Compute what it repeats in a sub-query or in WITH.';

const TOO_MANY_WINDOWS = `A query cannot have more than ${WINDOWS_MAX} different windows`;

/** Throws ValidationException for a text that is too long. */
export function checkLength(text: string): string {
  if (text.length <= LOWERED_CHARS_MAX) return text;
  throw validation(TOO_COMPLEX);
}

/** `depth`: sub-queries and lateral joins around each other. */
export function checkSubqueryDepth(depth: number): void {
  if (depth <= SUBQUERY_DEPTH_MAX) return;
  throw validation(`Sub-queries cannot be nested deeper than ${SUBQUERY_DEPTH_MAX} levels`);
}

/** `count`: sub-queries and lateral joins in the whole statement. */
export function checkSubqueryCount(count: number): void {
  if (count <= SUBQUERIES_MAX) return;
  throw validation(`A query cannot have more than ${SUBQUERIES_MAX} sub-queries`);
}

const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\blist_transform\(|\bOVER \(|\blambda\b|\bCASE\b|\bEND\b|[([{)\]}]/g;

/** Throws ValidationException for a whole text that is too long, nests too deep or is too complex. */
export function checkText(sql: string): string {
  checkLength(sql);
  // What each open bracket adds to the depths: itself, and the lambda that ends with it.
  const open: { weight: number; lambdas: number; windowAt?: number }[] = [];
  const windows = new Set<string>();
  let depth = 0;
  let lambdas = 0;
  let allLambdas = 0;
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    const innermost = open.at(-1);
    switch (token) {
      case ')':
      case ']':
      case '}':
      case 'END':
        open.pop();
        depth -= innermost?.weight ?? 0;
        lambdas -= innermost?.lambdas ?? 0;
        if (innermost?.windowAt !== undefined) {
          windows.add(sql.slice(innermost.windowAt, index));
          if (windows.size > WINDOWS_MAX) throw validation(TOO_MANY_WINDOWS);
        }
        break;
      case 'lambda':
        lambdas++;
        if (++allLambdas > LOWERED_LAMBDAS_ALL_MAX) throw validation(TOO_COMPLEX);
        if (innermost) innermost.lambdas++;
        break;
      case 'OVER (':
        open.push({ weight: 1, lambdas: 0, windowAt: index });
        depth++;
        break;
      case '(':
      case '[':
      case '{':
      case 'CASE':
      case 'list_transform(': {
        const weight = token === 'list_transform(' ? 2 : 1;
        open.push({ weight, lambdas: 0 });
        depth += weight;
        break;
      }
    }
    if (depth > LOWERED_BRACKETS_MAX || lambdas > LOWERED_LAMBDAS_MAX) throw validation(TOO_DEEP);
  }
  return sql;
}
