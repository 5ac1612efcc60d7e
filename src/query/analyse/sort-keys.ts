/**
 * ORDER BY items: types checked, NULLs last unless said otherwise (query-language 2.1).
 */
import type * as ast from '../parse/ast.ts';
import { fault } from './fault.ts';
import type { Expression, SortKey } from './typed.ts';
import { displayType, hasTrait } from './types.ts';

export function sortKeys(
  items: readonly ast.SortItem[],
  analyse: (expression: ast.Expression) => Expression,
): readonly SortKey[] {
  return items.map((item) => sortKey(item, analyse(item.key)));
}

export function sortKey(item: ast.SortItem, expression: Expression): SortKey {
  if (!hasTrait(expression.type, 'orderable')) {
    const text = `Type ${displayType(expression.type)} is not orderable`;
    throw fault(item.key.at, `${text}, and therefore cannot be used in ORDER BY`);
  }
  return {
    expression,
    descending: item.direction === 'descending',
    nullsFirst: item.nulls === 'first',
  };
}
