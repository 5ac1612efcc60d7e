/**
 * Array functions that take a lambda (query-language 6.7). A lambda may capture columns, and the
 * parameters of lambdas around it.
 */
import { ARRAY_COMPARED_MAX } from '../../../base/limits.ts';
import { elementOf, physicalType, type SqlType, UNKNOWN } from '../types.ts';
import { type Definition, sameAs, sql } from './define.ts';
import type { SqlTextOf } from './overload.ts';
import { applyLambda, bound, boundBoth, freshName, pickedText, raise } from './sql-text.ts';

/** The state travels beside the element in a struct, because DuckDB wants both of one type. */
export function reduceText(
  list: string,
  state: { readonly start: string; readonly type: SqlType; readonly element: SqlType },
  lambdas: { readonly step: string; readonly finish: string },
): string {
  const [stateType, elementType] = [physicalType(state.type), physicalType(state.element)];
  const nothing = `CAST(NULL AS ${elementType})`;
  const names = [lambdas.step, list, state.start];
  const [before, next] = [freshName('before', ...names), freshName('next', ...names)];
  const step = applyLambda(lambdas.step, [`${before}."s"`, `${next}."e"`]);
  const body = `{'s': CAST(${step} AS ${stateType}), 'e': ${nothing}}`;
  const start = `{'s': CAST(${state.start} AS ${stateType}), 'e': ${nothing}}`;
  return bound(list, (a) => {
    const noState = `CAST(NULL AS ${stateType})`;
    const wrapped = `list_transform(${a}, lambda item_1: {'s': ${noState}, 'e': item_1})`;
    const reduced = `list_reduce(${wrapped}, lambda ${before}, ${next}: ${body}, ${start})."s"`;
    const finished = bound(reduced, (result) => applyLambda(lambdas.finish, [result]));
    return `CASE WHEN ${a} IS NULL THEN NULL ELSE ${finished} END`;
  });
}

const reduce: SqlTextOf = ([list = '', start = '', step = '', finish = ''], types) => {
  const [listType, type = UNKNOWN] = types.arguments;
  return reduceText(list, { start, type, element: elementOf(listType) }, { step, finish });
};

const zipWith: SqlTextOf = ([first = '', second = '', lambda = '']) =>
  boundBoth(first, second, (a, b) => {
    const pair = freshName('pair', a, b, lambda);
    const body = applyLambda(lambda, [`${pair}[1]`, `${pair}[2]`]);
    const zipped = `list_transform(list_zip(${a}, ${b}), lambda ${pair}: ${body})`;
    return `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE ${zipped} END`;
  });

/** Whether some element makes the lambda `found`: that decides; else a NULL leaves it open. */
const matching =
  (found: boolean, decided: boolean): SqlTextOf =>
  ([list = '', lambda = '']) =>
    bound(
      `list_transform(${list}, ${lambda})`,
      (answers) =>
        `CASE WHEN ${answers} IS NULL THEN NULL WHEN list_contains(${answers}, ${found}) ` +
        `THEN ${decided} WHEN list_count(${answers}) < len(${answers}) THEN NULL ` +
        `ELSE ${!decided} END`,
    );

const BAD_COMPARATOR = 'Lambda comparator must return either -1, 0, or 1';
const TOO_MANY = `array_sort with a comparator takes at most ${ARRAY_COMPARED_MAX} elements`;

/**
 * An element's place is the number of those that come before it: by the comparator, and where that
 * says 0, by where they stand. DuckDB has no sort by a comparator; counting compares every pair.
 */
const sortByComparator: SqlTextOf = ([list = '', lambda = ''], types) =>
  bound(list, (a) => {
    const [x, y] = [freshName('first', a, lambda), freshName('second', a, lambda)];
    const compared = applyLambda(lambda, [y, x]);
    const sign =
      `CASE ${compared} WHEN -1 THEN -2 WHEN 0 THEN 0 WHEN 1 THEN 2 ` +
      `ELSE ${raise(BAD_COMPARATOR)} END`;
    const isBefore = `${y}_at <> ${x}_at AND (${sign}) + CASE WHEN ${y}_at < ${x}_at THEN -1 ELSE 1 END < 0`;
    const rank = `len(list_filter(${a}, lambda ${y}, ${y}_at: ${isBefore}))`;
    const ranked = `list_transform(${a}, lambda ${x}, ${x}_at: {'r': ${rank}, 'i': ${x}_at})`;
    const order = `list_transform(list_sort(${ranked}), lambda ${x}: ${x}."i")`;
    const failure = raise(TOO_MANY, physicalType(types.result));
    return (
      `CASE WHEN ${a} IS NULL THEN NULL WHEN len(${a}) > ${ARRAY_COMPARED_MAX} THEN ${failure} ` +
      `ELSE ${pickedText(a, order)} END`
    );
  });

export const arrayLambdas: readonly Definition[] = [
  {
    names: ['transform'],
    signatures: ['<T, U>(array(T), (T) -> U) -> array(U)'],
    doc: 'What the lambda makes of every element.',
    example: 'transform(ARRAY[1, 2], x -> x * 2) → [2, 4]',
    lower: sameAs('list_transform'),
  },
  {
    names: ['filter'],
    signatures: ['<T>(array(T), (T) -> boolean) -> array(T)'],
    doc: 'The elements for which the lambda is true.',
    lower: sameAs('list_filter'),
  },
  {
    names: ['reduce'],
    signatures: ['<T, S, R>(array(T), S, (S, T) -> S, (S) -> R) -> R'],
    doc: 'Folds the elements into a state, in order, and makes the result of the last state.',
    nulls: 'called',
    lower: sql(reduce),
  },
  {
    names: ['zip_with'],
    signatures: ['<T, U, R>(array(T), array(U), (T, U) -> R) -> array(R)'],
    doc: 'What the lambda makes of the elements at each position.',
    lower: sql(zipWith),
  },
  {
    names: ['any_match'],
    signatures: ['<T>(array(T), (T) -> boolean) -> boolean'],
    doc: 'Whether the lambda is true for an element; NULL if a NULL leaves it open.',
    lower: sql(matching(true, true)),
  },
  {
    names: ['all_match'],
    signatures: ['<T>(array(T), (T) -> boolean) -> boolean'],
    doc: 'Whether the lambda is true for all elements; NULL if a NULL leaves it open.',
    lower: sql(matching(false, false)),
  },
  {
    names: ['none_match'],
    signatures: ['<T>(array(T), (T) -> boolean) -> boolean'],
    doc: 'Whether the lambda is true for no element; NULL if a NULL leaves it open.',
    lower: sql(matching(true, false)),
  },
  {
    names: ['array_sort'],
    signatures: ['<T>(array(T), (T, T) -> integer) -> array(T)'],
    doc: 'In the order of a comparing lambda, which says -1, 0 or 1.',
    errors: [BAD_COMPARATOR, TOO_MANY],
    lower: sql(sortByComparator),
  },
];
