/**
 * Equality of arrays, rows and maps (query-language 3.6): element by element, in three-valued logic,
 * where DuckDB's own `=` takes a NULL inside for equal to a NULL. NaN equals nothing.
 *
 *     false   where an element, a length or a key differs
 *     NULL    where only NULLs leave it open
 *     true    else
 */
import { containsDouble, physicalType, type SqlType, UNKNOWN } from '../types.ts';
import { bound, boundBoth, freshName, isNumberText, raise } from './sql-text.ts';

/** `a = b`, both of this type. */
export function equalText(a: string, b: string, type: SqlType): string {
  switch (type.kind) {
    case 'array':
      return boundBoth(a, b, (x, y) => equalArrays(x, y, type.element));
    case 'row':
      return boundBoth(a, b, (x, y) => equalRows(x, y, type));
    case 'map':
      return boundBoth(a, b, (x, y) => equalMaps(x, y, type));
    case 'double':
      return isNumberText(a) || isNumberText(b)
        ? `(${a} = ${b})`
        : `(${a} = ${b} AND NOT isnan(${a}))`;
    default:
      return `(${a} = ${b})`;
  }
}

/** The AND of a list of answers. */
function allOf(answers: string): string {
  return bound(
    answers,
    (all) =>
      `CASE WHEN list_contains(${all}, false) THEN false ` +
      `WHEN list_count(${all}) < len(${all}) THEN NULL ELSE true END`,
  );
}

function equalArrays(x: string, y: string, element: SqlType): string {
  const pair = freshName('pair', x, y);
  const each = equalText(`${pair}[1]`, `${pair}[2]`, element);
  const answers = `list_transform(list_zip(${x}, ${y}), lambda ${pair}: ${each})`;
  return (
    `CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL WHEN len(${x}) <> len(${y}) THEN false ` +
    `ELSE ${allOf(answers)} END`
  );
}

function equalRows(x: string, y: string, type: Extract<SqlType, { kind: 'row' }>): string {
  const fields = type.fields.map((field, at) =>
    equalText(`struct_extract_at(${x}, ${at + 1})`, `struct_extract_at(${y}, ${at + 1})`, field.type),
  );
  return `CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ELSE (${fields.join(' AND ')}) END`;
}

function equalMaps(x: string, y: string, type: Extract<SqlType, { kind: 'map' }>): string {
  const entry = freshName('entry', x, y);
  const other = `map_extract_value(${y}, ${entry}."key")`;
  const each =
    `CASE WHEN map_contains(${y}, ${entry}."key") ` +
    `THEN ${equalText(`${entry}."value"`, other, type.value)} ELSE false END`;
  const answers = `list_transform(map_entries(${x}), lambda ${entry}: ${each})`;
  return (
    `CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ` +
    `WHEN cardinality(${x}) <> cardinality(${y}) THEN false ELSE ${allOf(answers)} END`
  );
}

/** `a IS DISTINCT FROM b` of maps, whose entries have no order: both are put in one first. */
export function distinctMapsText(a: string, b: string): string {
  return `(list_sort(map_entries(${a})) IS DISTINCT FROM list_sort(map_entries(${b})))`;
}

/** Whether comparing values of this type may end in NULL although neither is. */
export function isNested(type: SqlType | undefined): boolean {
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
  return `list_transform(${list}, lambda ${item}: ${equalText(item, value, type)})`;
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
    const same = equalText(item, e, type);
    const isOther = isNested(type)
      ? `CASE WHEN ${item} IS NULL THEN true ELSE NOT coalesce(${same}, ${failure}) END`
      : `NOT coalesce(${same}, false)`;
    const kept = `list_filter(${a}, lambda ${item}: ${isOther})`;
    return `CASE WHEN ${e} IS NULL THEN CAST(NULL AS ${physicalType(type)}[]) ELSE ${kept} END`;
  });
}
