/**
 * Map functions (query-language 6.14). A map lives inside of expressions only: a query cannot
 * return one. What is made of its entries goes through the list of them, {key, value}.
 */
import { physicalFieldNames, physicalType, type SqlType, UNKNOWN } from '../types.ts';
import { distinctText, hashable } from './array-sets.ts';
import { type Definition, sameAs, scalar, sql } from './define.ts';
import type { CallTypes, FunctionOverload, SqlTextOf } from './overload.ts';
import { applyLambda, bound, boundAll, boundBoth, freshName, pickedText } from './sql-text.ts';

export const DUPLICATE_KEYS = 'Duplicate map keys are not allowed';
export const NULL_KEY = 'map key cannot be null';
export const UNALIGNED = 'Key and value arrays must be the same length';

function keyType(types: CallTypes): SqlType {
  const [map] = types.arguments;
  return map?.kind === 'map' ? map.key : UNKNOWN;
}

const emptyMap: SqlTextOf = (_args, types) => `CAST(map([], []) AS ${physicalType(types.result)})`;

/** The lambda over an entry of a list of {key, value}. */
function overEntry(lambda: string, entry: string): string {
  return applyLambda(lambda, [`${entry}."key"`, `${entry}."value"`]);
}

function eachEntry(
  map: string,
  lambda: string,
  partsOf: (entry: string) => { readonly key: string; readonly value: string },
): string {
  const entry = freshName('entry', map, lambda);
  const { key, value } = partsOf(entry);
  const made = `{'key': ${key}, 'value': ${value}}`;
  return `map_from_entries(list_transform(map_entries(${map}), lambda ${entry}: ${made}))`;
}

const filter: SqlTextOf = ([map = '', lambda = '']) => {
  const entry = freshName('entry', map, lambda);
  const kept = `list_filter(map_entries(${map}), lambda ${entry}: ${overEntry(lambda, entry)})`;
  return `map_from_entries(${kept})`;
};

const transformKeys: SqlTextOf = ([map = '', lambda = '']) =>
  eachEntry(map, lambda, (entry) => ({
    key: overEntry(lambda, entry),
    value: `${entry}."value"`,
  }));

const transformValues: SqlTextOf = ([map = '', lambda = '']) =>
  eachEntry(map, lambda, (entry) => ({ key: `${entry}."key"`, value: overEntry(lambda, entry) }));

/** Every key of either map, with both values, one of them NULL where the key is missing. */
const zipWith: SqlTextOf = ([first = '', second = '', lambda = ''], types) =>
  boundBoth(first, second, (a, b) => {
    const key = freshName('key', a, b, lambda);
    const all = `(map_keys(${a}) || map_keys(${b}))`;
    const keys = distinctText(all, keyType(types));
    const values = [a, b].map((map) => `map_extract_value(${map}, ${key})`);
    const value = applyLambda(lambda, [key, ...values]);
    const entries = `list_transform(${keys}, lambda ${key}: {'key': ${key}, 'value': ${value}})`;
    return `map_from_entries(${entries})`;
  });

/** The entries as rows without names. */
const entries: SqlTextOf = ([map = ''], types) => {
  const { result } = types;
  const row = result.kind === 'array' && result.element.kind === 'row' ? result.element.fields : [];
  const [key = 'f0', value = 'f1'] = physicalFieldNames(row);
  const entry = freshName('entry', map);
  const made = `{'${key}': ${entry}."key", '${value}': ${entry}."value"}`;
  return `list_transform(map_entries(${map}), lambda ${entry}: ${made})`;
};

/** A list of {key, value} of an array of rows of two fields. */
function entriesOfRows(rows: string): string {
  const row = freshName('row', rows);
  const [key, value] = [1, 2].map((at) => `struct_extract_at(${row}, ${at})`);
  return `list_transform(${rows}, lambda ${row}: {'key': ${key}, 'value': ${value}})`;
}

/** The keys of a bound list of {key, value}, for a kernel that tells them apart. */
export function hashableKeys(list: string, key: SqlType): string {
  const entry = freshName('entry', list);
  return hashable(`list_transform(${list}, lambda ${entry}: ${entry}."key")`, key);
}

/** Each key once, with the array of its values, of a list of {key, value} that is bound. */
export function grouped(list: string, key: SqlType): string {
  const [entry, group] = [freshName('entry', list), freshName('group', list)];
  const keys = `list_transform(${list}, lambda ${entry}: ${entry}."key")`;
  const values = `list_transform(${list}, lambda ${entry}: ${entry}."value")`;
  return boundBoth(keys, values, (all, each) => {
    const groups = `k_group_positions(${hashable(all, key)})`;
    const made =
      `{'key': list_extract(${all}, ${group}[1]), ` + `'value': ${pickedText(each, group)}}`;
    return `map_from_entries(list_transform(${groups}, lambda ${group}: ${made}))`;
  });
}

const multimapOfRows: SqlTextOf = ([rows = ''], types) =>
  bound(entriesOfRows(rows), (list) => {
    const key = types.result.kind === 'map' ? types.result.key : UNKNOWN;
    return grouped(list, key);
  });

/** The entries of pairs of texts `key<separator>value`, between delimiters. */
const splitToMap: SqlTextOf = ([text, delimiter, separator]) =>
  `map_from_entries(k_split_to_entries(${text}, ${delimiter}, ${separator}))`;

const splitToMultimap: SqlTextOf = ([text, delimiter, separator]) =>
  bound(`k_split_to_entries(${text}, ${delimiter}, ${separator})`, (list) =>
    grouped(list, { kind: 'varchar' }),
  );

const making: readonly Definition[] = [
  {
    names: ['map'],
    signatures: ['() -> map(unknown, unknown)'],
    doc: 'The map without entries.',
    lower: sql(emptyMap),
  },
  {
    names: ['map'],
    signatures: ['<K comparable, V>(array(K), array(V)) -> map(K, V)'],
    doc: 'The keys of the first array with the values of the second.',
    errors: [DUPLICATE_KEYS, NULL_KEY, UNALIGNED],
    lower: sameAs('map'),
  },
  {
    names: ['map_from_entries'],
    signatures: ['<K comparable, V>(array(row(K, V))) -> map(K, V)'],
    doc: 'The map with these keys and values.',
    errors: [DUPLICATE_KEYS, NULL_KEY],
    lower: sql(([rows = '']) => `map_from_entries(${entriesOfRows(rows)})`),
  },
  {
    names: ['multimap_from_entries'],
    signatures: ['<K comparable, V>(array(row(K, V))) -> map(K, array(V))'],
    doc: 'Each key with the array of its values.',
    errors: [NULL_KEY],
    lower: sql(multimapOfRows),
  },
  {
    names: ['map_concat'],
    signatures: ['<K comparable, V>(map(K, V), map(K, V), map(K, V)...) -> map(K, V)'],
    doc: 'All entries; of a key in several maps the last.',
    lower: sql((args) =>
      boundAll(
        args,
        (maps) =>
          `CASE WHEN ${maps.map((map) => `${map} IS NULL`).join(' OR ')} THEN NULL ` +
          `ELSE map_concat(${maps.join(', ')}) END`,
      ),
    ),
  },
  {
    names: ['split_to_map'],
    signatures: ['(varchar, varchar, varchar) -> map(varchar, varchar)'],
    doc: 'The keys and values of a text such as a=1,b=2, given its two delimiters.',
    errors: [DUPLICATE_KEYS],
    lower: sql(splitToMap),
  },
  {
    names: ['split_to_multimap'],
    signatures: ['(varchar, varchar, varchar) -> map(varchar, array(varchar))'],
    doc: 'As split_to_map, each key with all its values.',
    lower: sql(splitToMultimap),
  },
];

const using: readonly Definition[] = [
  {
    names: ['map_keys'],
    signatures: ['<K, V>(map(K, V)) -> array(K)'],
    doc: 'The keys.',
    lower: sameAs('map_keys'),
  },
  {
    names: ['map_values'],
    signatures: ['<K, V>(map(K, V)) -> array(V)'],
    doc: 'The values.',
    lower: sameAs('map_values'),
  },
  {
    names: ['map_entries'],
    signatures: ['<K, V>(map(K, V)) -> array(row(K, V))'],
    doc: 'The keys with their values.',
    lower: sql(entries),
  },
  {
    names: ['element_at'],
    signatures: ['<K comparable, V>(map(K, V), K) -> V'],
    doc: 'The value of a key; NULL if it is missing.',
    lower: sameAs('map_extract_value'),
  },
  {
    names: ['cardinality'],
    signatures: ['<K, V>(map(K, V)) -> bigint'],
    doc: 'The number of entries.',
    lower: sql(([map]) => `CAST(cardinality(${map}) AS BIGINT)`),
  },
  {
    names: ['map_filter'],
    signatures: ['<K, V>(map(K, V), (K, V) -> boolean) -> map(K, V)'],
    doc: 'The entries for which the lambda is true.',
    lower: sql(filter),
  },
  {
    names: ['transform_keys'],
    signatures: ['<K, V, R>(map(K, V), (K, V) -> R) -> map(R, V)'],
    doc: 'With what the lambda makes of each entry for its key.',
    errors: [DUPLICATE_KEYS, NULL_KEY],
    lower: sql(transformKeys),
  },
  {
    names: ['transform_values'],
    signatures: ['<K, V, R>(map(K, V), (K, V) -> R) -> map(K, R)'],
    doc: 'With what the lambda makes of each entry for its value.',
    lower: sql(transformValues),
  },
  {
    names: ['map_zip_with'],
    signatures: ['<K comparable, V, W, R>(map(K, V), map(K, W), (K, V, W) -> R) -> map(K, R)'],
    doc: 'What the lambda makes of the values that each key has in two maps.',
    lower: sql(zipWith),
  },
  {
    names: ['cosine_similarity'],
    signatures: ['(map(varchar, double), map(varchar, double)) -> double'],
    doc: 'The cosine of the angle between two sparse vectors.',
    lower: sql(([first = '', second = '']) =>
      boundBoth(
        first,
        second,
        (a, b) =>
          `k_cosine_similarity(map_keys(${a}), map_values(${a}), map_keys(${b}), map_values(${b}))`,
      ),
    ),
  },
];

export const mapFunctions: readonly FunctionOverload[] = [...making, ...using].flatMap(scalar);
