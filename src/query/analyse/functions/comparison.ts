/**
 * Comparisons (query-language 3.6), which DuckDB answers otherwise in two ways:
 *
 *   NaN          equal to itself and above all there; here every comparison with it is false and
 *                `<>` true. The extra test is left out where a side is a number written out. It
 *                repeats its operand, which is then computed twice; bound to a name by a lambda, an
 *                equation would no longer be one that DuckDB can join by.
 *   NULL inside  of an array or a row a value like any other there. Here `=` is three-valued, part
 *                by part: false if any pair differs, else NULL if any is NULL; ordering comes to
 *                the first pair that differs, and fails if one of it is NULL.
 */
import { physicalFieldNames, type RowField, type SqlType } from '../types.ts';
import type { SqlTextOf } from './overload.ts';
import { bound, boundBoth, freshName, isNumberText, raise } from './sql-text.ts';

export type Ordering = '<' | '<=' | '>' | '>=';

export const equalTo: SqlTextOf = ([a = '', b = ''], types) => equal(a, b, typeOf(types.arguments));

export const unequalTo: SqlTextOf = ([a = '', b = ''], types) => {
  const type = typeOf(types.arguments);
  if (type.kind === 'array' || type.kind === 'row' || type.kind === 'map')
    return `(NOT ${equal(a, b, type)})`;
  const plain = `(${a} <> ${b})`;
  if (type.kind !== 'double' || isNumberText(a) || isNumberText(b)) return plain;
  const different = (x: string, y: string) =>
    `(${x} <> ${y} OR (isnan(${x}) AND ${y} IS NOT NULL))`;
  return Math.max(a.length, b.length) <= REPEATED_LENGTH_MAX
    ? different(a, b)
    : boundBoth(a, b, different);
};

export const ordered =
  (sign: Ordering): SqlTextOf =>
  ([a = '', b = ''], types) =>
    inOrder(a, b, sign, typeOf(types.arguments));

function typeOf([type]: readonly SqlType[]): SqlType {
  return type ?? { kind: 'unknown' };
}

/**
 * Operands up to this length are written twice, longer ones bound to names: under nesting, what is
 * written twice doubles at each level. No operand that one joins by is as long.
 */
const REPEATED_LENGTH_MAX = 300;

function withoutNaN(
  tested: string,
  other: string,
  compare: (tested: string, other: string) => string,
): string {
  if (tested.length <= REPEATED_LENGTH_MAX) return compare(tested, other);
  return boundBoth(tested, other, compare);
}

/** `a = b`, both of this type. */
export function equal(a: string, b: string, type: SqlType): string {
  switch (type.kind) {
    case 'double':
      if (isNumberText(a) || isNumberText(b)) return `(${a} = ${b})`;
      return a.length <= b.length
        ? withoutNaN(a, b, (x, y) => `(${x} = ${y} AND NOT isnan(${x}))`)
        : withoutNaN(b, a, (y, x) => `(${x} = ${y} AND NOT isnan(${y}))`);
    case 'array':
      return boundBoth(a, b, (x, y) => equalLists(x, y, type.element));
    case 'row':
      return boundBoth(a, b, (x, y) => {
        const pairs = fieldPairs(x, y, type.fields).map((pair) => equal(...pair));
        return `(${pairs.join(' AND ')})`;
      });
    case 'map':
      return boundBoth(a, b, (x, y) => equalMaps(x, y, type.value));
    default:
      return `(${a} = ${b})`;
  }
}

/** The entries of a map have no order, and its keys are what they are: only values are compared. */
function equalMaps(x: string, y: string, value: SqlType): string {
  const entry = freshName('entry', x, y);
  const other = `map_extract_value(${y}, ${entry}."key")`;
  const same =
    `CASE WHEN map_contains(${y}, ${entry}."key") ` +
    `THEN ${equal(`${entry}."value"`, other, value)} ELSE false END`;
  const all = allTrue(`list_transform(map_entries(${x}), lambda ${entry}: ${same})`);
  return (
    `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ` +
    `WHEN cardinality(${x}) <> cardinality(${y}) THEN false ELSE ${all} END)`
  );
}

/** `a IS DISTINCT FROM b`; the entries of maps are put in order for it. */
export const distinctFrom: SqlTextOf = ([a = '', b = ''], types) => {
  const isMap = typeOf(types.arguments).kind === 'map';
  const part = (text: string) => (isMap ? `list_sort(map_entries(${text}))` : text);
  return `(${part(a)} IS DISTINCT FROM ${part(b)})`;
};

/** The AND of a list of answers. */
function allTrue(answers: string): string {
  return bound(
    answers,
    (each) =>
      `CASE WHEN list_contains(${each}, false) THEN false ` +
      `WHEN list_count(${each}) < len(${each}) THEN NULL ELSE true END`,
  );
}

function equalLists(x: string, y: string, element: SqlType): string {
  const [item, at] = [freshName('item', x, y), freshName('at', x, y)];
  const same = equal(item, `list_extract(${y}, ${at})`, element);
  const all = allTrue(`list_transform(${x}, lambda ${item}, ${at}: ${same})`);
  return (
    `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ` +
    `WHEN len(${x}) <> len(${y}) THEN false ELSE ${all} END)`
  );
}

type Pair = readonly [a: string, b: string, type: SqlType];

function fieldPairs(x: string, y: string, fields: readonly RowField[]): readonly Pair[] {
  return physicalFieldNames(fields).map((_, at) => {
    const field = (struct: string) => `struct_extract_at(${struct}, ${at + 1})`;
    return [field(x), field(y), fields[at]?.type ?? { kind: 'unknown' }];
  });
}

function inOrder(a: string, b: string, sign: Ordering, type: SqlType): string {
  switch (type.kind) {
    case 'double': {
      // NaN is the largest for DuckDB, so it is the greater side that must not be one.
      const isLess = sign.startsWith('<');
      if (isNumberText(isLess ? b : a)) return `(${a} ${sign} ${b})`;
      return isLess
        ? withoutNaN(b, a, (y, x) => `(${x} ${sign} ${y} AND NOT isnan(${y}))`)
        : withoutNaN(a, b, (x, y) => `(${x} ${sign} ${y} AND NOT isnan(${x}))`);
    }
    case 'array':
      return boundBoth(a, b, (x, y) => listsInOrder(x, y, sign, type.element));
    case 'row':
      return boundBoth(a, b, (x, y) => {
        const failure = raise(
          'ROW comparison not supported for fields with null elements',
          'BOOLEAN',
        );
        const pairs = fieldPairs(x, y, type.fields);
        return `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ${decided(pairs, sign, failure)})`;
      });
    default:
      return `(${a} ${sign} ${b})`;
  }
}

/** The WHENs of a CASE that stops at the first pair that differs. */
function decided([pair, ...rest]: readonly Pair[], sign: Ordering, failure: string): string {
  if (pair === undefined) return `ELSE ${sign.endsWith('=')} END`;
  const [a, b] = pair;
  const missing = `WHEN ${a} IS NULL OR ${b} IS NULL THEN ${failure} `;
  if (rest.length === 0) return `${missing}ELSE ${inOrder(a, b, sign, pair[2])} END`;
  const differ = `WHEN NOT ${equal(...pair)} THEN ${inOrder(a, b, sign, pair[2])} `;
  return `${missing}${differ}${decided(rest, sign, failure)}`;
}

/** The first position where the lists differ or miss an element, 0 for none, decides. */
function listsInOrder(x: string, y: string, sign: Ordering, element: SqlType): string {
  const failure = raise('ARRAY comparison not supported for arrays with null elements', 'BOOLEAN');
  const [item, at] = [freshName('item', x, y), freshName('at', x, y)];
  const other = `list_extract(${y}, ${at})`;
  const differs = `coalesce(NOT ${equal(item, other, element)}, true)`;
  const common = `list_slice(${x}, 1, len(${y}))`;
  const tests = `list_transform(${common}, lambda ${item}, ${at}: ${differs})`;
  const answer = bound(`coalesce(list_position(${tests}, true), 0)`, (first) => {
    const [left, right] = [`list_extract(${x}, ${first})`, `list_extract(${y}, ${first})`];
    return (
      `CASE WHEN ${first} = 0 THEN len(${x}) ${sign} len(${y}) ` +
      `WHEN ${left} IS NULL OR ${right} IS NULL THEN ${failure} ` +
      `ELSE ${inOrder(left, right, sign, element)} END`
    );
  });
  return `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ELSE ${answer} END)`;
}
