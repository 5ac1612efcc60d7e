/**
 * Aggregates that make maps (query-language 6.14). The entries of a group are collected as a list
 * of {key, value}; keys are told apart by hashing when the list is complete.
 */
import { physicalType, type SqlType, UNKNOWN } from '../types.ts';
import { aggregate, aggregateSql, type Definition } from './define.ts';
import { grouped, hashableKeys } from './map.ts';
import type { AggregatePart, FunctionOverload } from './overload.ts';
import { bound, pickedText, raise } from './sql-text.ts';

function keyOf(type: SqlType | undefined): SqlType {
  return type?.kind === 'map' ? type.key : UNKNOWN;
}

/** Rows whose key is NULL have no place in a map. */
function collected(key: string, value: string): AggregatePart {
  return {
    name: 'list',
    args: [`{'key': ${key}, 'value': ${value}}`],
    filter: `(${key} IS NOT NULL)`,
  };
}

/** The map of a list of entries; of those with the same key the first. */
function firstOfEach(list: string, key: SqlType): string {
  return bound(
    list,
    (all) =>
      `map_from_entries(${pickedText(all, `k_distinct_positions(${hashableKeys(all, key)})`)})`,
  );
}

/** Bounds of the ancestor: a histogram of fewer than two buckets says nothing. */
const BUCKETS_MIN = 2;

const numericHistogram = aggregateSql(([buckets = '', value = '', weight = '1.0'], types) => ({
  parts: [
    {
      name: 'list',
      args: [`{'v': ${value}, 'w': CAST(${weight} AS DOUBLE)}`],
      filter: `(${value} IS NOT NULL AND ${weight} IS NOT NULL)`,
    },
    // Mostly a constant; a column may stand there, and is then what some row says.
    { name: 'any_value', args: [buckets] },
  ],
  finish: ([list = '', count = '']) => {
    const failure = raise(
      'numeric_histogram bucket count must be greater than one',
      physicalType(types.result),
    );
    return (
      `CASE WHEN ${count} < ${BUCKETS_MIN} THEN ${failure} ` +
      `ELSE map_from_entries(k_numeric_histogram(${list}, ${count})) END`
    );
  },
}));

const definitions: readonly Definition[] = [
  {
    names: ['map_agg'],
    signatures: ['<K comparable, V>(K, V) -> map(K, V)'],
    doc: 'The keys with their values; of a key that comes again one value.',
    lower: aggregateSql(([key = '', value = ''], types) => ({
      parts: [collected(key, value)],
      finish: ([list = '']) => firstOfEach(list, keyOf(types.result)),
    })),
  },
  {
    names: ['multimap_agg'],
    signatures: ['<K comparable, V>(K, V) -> map(K, array(V))'],
    doc: 'The keys with the arrays of their values.',
    lower: aggregateSql(([key = '', value = ''], types) => ({
      parts: [collected(key, value)],
      finish: ([list = '']) => bound(list, (all) => grouped(all, keyOf(types.result))),
    })),
  },
  {
    names: ['map_union'],
    signatures: ['<K comparable, V>(map(K, V)) -> map(K, V)'],
    doc: 'The entries of all maps; of a key that comes again one value.',
    lower: aggregateSql(([map = ''], types) => ({
      parts: [{ name: 'list', args: [`map_entries(${map})`], filter: `(${map} IS NOT NULL)` }],
      finish: ([lists = '']) => firstOfEach(`flatten(${lists})`, keyOf(types.result)),
    })),
  },
  {
    names: ['histogram'],
    signatures: ['<K comparable>(K) -> map(K, bigint)'],
    doc: 'Each value with the number of times it occurs.',
    lower: aggregateSql(([value = ''], types) => ({
      parts: [{ name: 'histogram', args: [value], filter: `(${value} IS NOT NULL)` }],
      finish: ([map = '']) => `CAST(${map} AS ${physicalType(types.result)})`,
    })),
  },
  {
    names: ['numeric_histogram'],
    signatures: [
      '(bigint, double) -> map(double, double)',
      '(bigint, double, double) -> map(double, double)',
    ],
    doc: 'At most so many buckets: their centres, each with its weight.',
    errors: ['numeric_histogram bucket count must be greater than one'],
    lower: numericHistogram,
  },
];

export const mapAggregates: readonly FunctionOverload[] = definitions.flatMap(aggregate);
