/**
 * ORDER BY, LIMIT, OFFSET over a finished query.
 */
import type * as ast from '../parse/ast.ts';
import { columnExpression } from './environment.ts';
import { fault } from './fault.ts';
import type { Field } from './scope.ts';
import { sortKey } from './sort-keys.ts';
import type { Expression, Relation, SortKey } from './typed.ts';

/** `ORDER BY 2`: the position, from 0, or undefined if the key is no ordinal. */
export function ordinalOf(key: ast.Expression, count: number, clause: string): number | undefined {
  if (key.kind !== 'integer-literal') return undefined;
  const position = Number(key.text);
  if (position >= 1 && position <= count) return position - 1;
  throw fault(key.at, `${clause} position ${key.text} is not in select list`);
}

/** Keys over the output columns only, as after a set operation. */
export function outputSortKeys(
  items: readonly ast.SortItem[],
  fields: readonly Field[],
  analyse: (key: ast.Expression) => Expression,
): readonly SortKey[] {
  return items.map((item) => {
    const ordinal = ordinalOf(item.key, fields.length, 'ORDER BY');
    const field = ordinal === undefined ? undefined : fields[ordinal];
    return sortKey(item, field ? columnExpression(field.column) : analyse(item.key));
  });
}

export function limited(
  input: Relation,
  keys: readonly SortKey[],
  limit: bigint | undefined,
  offset: bigint | undefined,
): Relation {
  if (keys.length === 0 && limit === undefined && offset === undefined) return input;
  return {
    kind: 'sort',
    input,
    keys,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}
