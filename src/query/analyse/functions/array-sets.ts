/**
 * Arrays as sets (query-language 6.7): elements once each, in the order in which the first array
 * has them. The positions to keep are found by hashing (kernels/set-kernels.ts), so that no
 * operation is quadratic. NULL is an element like any other.
 */
import { elementOf, isColumnar, type SqlType } from '../types.ts';
import { containsText } from './array-search.ts';
import { type Definition, sql } from './define.ts';
import { concatenated } from './operators.ts';
import type { SqlTextOf } from './overload.ts';
import { bound, boundBoth, freshName, pickedText } from './sql-text.ts';

/** The list, for a kernel that compares its elements: of a type that vectors can carry. */
export function hashable(list: string, element: SqlType): string {
  if (isColumnar(element)) return list;
  const item = freshName('item', list);
  return `list_transform(${list}, lambda ${item}: CAST(${item} AS VARCHAR))`;
}

export function distinctText(list: string, element: SqlType): string {
  return bound(list, (a) => pickedText(a, `k_distinct_positions(${hashable(a, element)})`));
}

const setOperation =
  (kernel: string): SqlTextOf =>
  ([a = '', b = ''], types) =>
    bound(a, (left) => {
      const element = elementOf(types.arguments[0]);
      const lists = [left, b].map((list) => hashable(list, element));
      return pickedText(left, `${kernel}(${lists.join(', ')})`);
    });

const overlap: SqlTextOf = ([a = '', b = '']) =>
  boundBoth(
    a,
    b,
    (x, y) =>
      `CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL WHEN list_has_any(${x}, ${y}) THEN true ` +
      `WHEN list_count(${x}) < len(${x}) OR list_count(${y}) < len(${y}) THEN NULL ELSE false END`,
  );

export const arraySets: readonly Definition[] = [
  {
    names: ['array_distinct'],
    signatures: ['<T comparable>(array(T)) -> array(T)'],
    doc: 'Every element once, in the order of first occurrence.',
    example: 'array_distinct(ARRAY[1, 2, 2, 3]) → [1, 2, 3]',
    lower: sql(([a = ''], types) => distinctText(a, elementOf(types.arguments[0]))),
  },
  {
    names: ['array_intersect'],
    signatures: ['<T comparable>(array(T), array(T)) -> array(T)'],
    doc: 'The elements that are in both, once each.',
    lower: sql(setOperation('k_intersect_positions')),
  },
  {
    names: ['array_union'],
    signatures: ['<T comparable>(array(T), array(T)) -> array(T)'],
    doc: 'The elements that are in either, once each.',
    lower: sql((args, types, context) =>
      distinctText(concatenated(args, types, context), elementOf(types.arguments[0])),
    ),
  },
  {
    names: ['array_except'],
    signatures: ['<T comparable>(array(T), array(T)) -> array(T)'],
    doc: 'The elements of the first that are not in the second, once each.',
    lower: sql(setOperation('k_except_positions')),
  },
  {
    names: ['arrays_overlap'],
    signatures: ['<T comparable>(array(T), array(T)) -> boolean'],
    doc: 'Whether there is a common element; NULL if a NULL leaves it open.',
    lower: sql(overlap),
  },
  {
    names: ['contains'],
    signatures: ['<T comparable>(array(T), T) -> boolean'],
    doc: 'Whether the element is in the array; NULL if a NULL leaves it open.',
    errors: ['contains does not support arrays with elements that contain null'],
    lower: sql(([list = '', element = ''], types) =>
      containsText(list, element, types.arguments[1]),
    ),
  },
];
