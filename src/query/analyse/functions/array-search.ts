/**
 * Where in an array a value is: by the `=` of comparison.ts, so that NaN is nowhere. Elements that
 * are arrays, rows or maps with a NULL inside may not be comparable; where that leaves the answer
 * open it is an error, as in the ancestor.
 */
import { containsDouble, physicalType, type SqlType, UNKNOWN } from '../types.ts';
import { equal } from './comparison.ts';
import { bound, boundBoth, freshName, raise } from './sql-text.ts';

/** Whether comparing values of this type may end in NULL although neither is. */
function isNested(type: SqlType | undefined): boolean {
  return type?.kind === 'array' || type?.kind === 'row' || type?.kind === 'map';
}

/**
 * contains(array, element). Where the elements are arrays or rows, one that holds a NULL cannot be
 * compared, and is an error unless another is equal.
 */
export function containsText(list: string, element: string, type: SqlType = UNKNOWN): string {
  const text = 'contains does not support arrays with elements that contain null';
  return boundBoth(list, element, (a, e) => {
    if (!isNested(type) && !containsDouble(type)) {
      return (
        `CASE WHEN list_contains(${a}, ${e}) THEN true ` +
        `WHEN list_count(${a}) < len(${a}) THEN NULL ELSE list_contains(${a}, ${e}) END`
      );
    }
    return bound(equalToEach(a, e, type), (all) => {
      const open = isNested(type)
        ? `WHEN list_count(${all}) < list_count(${a}) THEN ${raise(text, 'BOOLEAN')} `
        : '';
      return (
        `CASE WHEN ${a} IS NULL OR ${e} IS NULL THEN NULL ` +
        `WHEN list_contains(${all}, true) THEN true ${open}` +
        `WHEN list_count(${a}) < len(${a}) THEN NULL ELSE false END`
      );
    });
  });
}

/** For each element whether it equals the value. */
function equalToEach(list: string, value: string, type: SqlType): string {
  const item = freshName('item', list, value);
  return `list_transform(${list}, lambda ${item}: ${equal(item, value, type)})`;
}

/** array_position(array, element): 0 where no element equals the value. */
export function positionText(list: string, element: string, type: SqlType = UNKNOWN): string {
  return boundBoth(list, element, (a, e) => {
    const plain = !isNested(type) && !containsDouble(type);
    const found = plain
      ? `list_position(${a}, ${e})`
      : `list_position(${equalToEach(a, e, type)}, true)`;
    return (
      `CASE WHEN ${a} IS NULL OR ${e} IS NULL THEN NULL ` +
      `ELSE CAST(coalesce(${found}, 0) AS BIGINT) END`
    );
  });
}

/** array_remove(array, element). NULL elements stay. */
export function removeText(list: string, element: string, type: SqlType = UNKNOWN): string {
  const text = 'array_remove does not support arrays with elements that are null or contain null';
  return boundBoth(list, element, (a, e) => {
    const item = freshName('item', a, e);
    const failure = raise(text, 'BOOLEAN');
    const same = equal(item, e, type);
    const isOther = isNested(type)
      ? `CASE WHEN ${item} IS NULL THEN true ELSE NOT coalesce(${same}, ${failure}) END`
      : `NOT coalesce(${same}, false)`;
    const kept = `list_filter(${a}, lambda ${item}: ${isOther})`;
    return `CASE WHEN ${e} IS NULL THEN CAST(NULL AS ${physicalType(type)}[]) ELSE ${kept} END`;
  });
}
