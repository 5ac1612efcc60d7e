/**
 * Array functions (query-language 6.7). DuckDB's list functions drop NULLs, reorder, or answer NULL
 * where the language has an error; the texts here put that right.
 */
import { COMBINATIONS_MAX, SEQUENCE_ENTRIES_MAX } from '../../../base/limits.ts';
import {
  BIGINT,
  elementOf,
  physicalFieldNames,
  physicalType,
  type SqlType,
  UNKNOWN,
} from '../types.ts';
import { arrayLambdas } from './array-lambdas.ts';
import { positionText, removeText } from './array-search.ts';
import { arraySets } from './array-sets.ts';
import { castText } from './casts.ts';
import { type Definition, kernel, sameAs, scalar, sql } from './define.ts';
import { appendElement, concatenated, prependElement } from './operators.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { fullSizeText, hasAnySize, sizeText, withExactRoom, withRoom } from './sizes.ts';
import {
  bound,
  boundAll,
  boundBoth,
  freshName,
  literalText,
  NANOS_PER_DAY,
  pickedText,
  raise,
} from './sql-text.ts';

const extreme =
  (pick: 'list_max' | 'list_min'): SqlTextOf =>
  ([list = '']) =>
    bound(list, (a) => `CASE WHEN list_count(${a}) < len(${a}) THEN NULL ELSE ${pick}(${a}) END`);

const elementAt: SqlTextOf = ([list, index = ''], types) =>
  bound(index, (i) => {
    const failure = raise('SQL array indices start at 1', physicalType(types.result));
    return `CASE WHEN ${i} = 0 THEN ${failure} ELSE list_extract(${list}, ${i}) END`;
  });

const slice: SqlTextOf = ([list = '', start = '', count = ''], types) =>
  boundBoth(list, start, (a, from) =>
    bound(count, (n) => {
      const physical = physicalType(types.result);
      const zero = raise('SQL array indices start at 1', physical);
      const negative = raise('length must be greater than or equal to 0', physical);
      const first = `(CASE WHEN ${from} < 0 THEN len(${a}) + ${from} + 1 ELSE ${from} END)`;
      return (
        `CASE WHEN ${from} = 0 THEN ${zero} WHEN ${n} < 0 THEN ${negative} ` +
        `WHEN ${first} < 1 OR ${first} > len(${a}) OR ${n} = 0 THEN list_slice(${a}, 2, 1) ` +
        `ELSE list_slice(${a}, ${first}, least(${first} + ${n} - 1, len(${a}))) END`
      );
    }),
  );

function sumText(list: string, physical: string): string {
  return bound(
    list,
    (a) =>
      `CAST(CASE WHEN ${a} IS NOT NULL AND list_count(${a}) = 0 THEN 0 ` +
      `ELSE list_sum(${a}) END AS ${physical})`,
  );
}

const join: SqlTextOf = ([list = '', separator = '', nullText], types) =>
  boundAll([list, separator, nullText ?? "''"], ([a = '', delimiter = '', missing = '']) => {
    const type = types.arguments[0] ?? types.result;
    const item = freshName('item', a, missing);
    const cast = castText(item, elementOf(type), { kind: 'varchar' });
    const shown = nullText === undefined ? cast : `coalesce(${cast}, ${missing})`;
    // DuckDB's own takes a constant delimiter only.
    const call = literalText(delimiter) === undefined ? 'k_join' : 'array_to_string';
    const joined = `${call}(list_transform(${a}, lambda ${item}: ${shown}), ${delimiter})`;
    const between = `coalesce(strlen(${delimiter}) + strlen(${missing}), 0)`;
    return withRoom(`${fullSizeText(a, type)} + len(${a}) * ${between}`, joined, types.result);
  });

const repeat: SqlTextOf = ([element = '', count = ''], types) => {
  const physical = physicalType(types.result);
  const many = raise(
    `count argument of repeat function must be less than or equal to ${SEQUENCE_ENTRIES_MAX}`,
    physical,
  );
  const negative = raise(
    'count argument of repeat function must be greater than or equal to 0',
    physical,
  );
  return boundBoth(element, count, (e, n) => {
    const type = types.arguments[0] ?? UNKNOWN;
    const each = hasAnySize(type) ? `coalesce(${sizeText(e, type)}, 0)` : '8';
    const repeated = `list_transform(range(${n}), lambda ${freshName('item', e)}: ${e})`;
    return (
      `CASE WHEN ${n} > ${SEQUENCE_ENTRIES_MAX} THEN ${many} WHEN ${n} < 0 THEN ${negative} ` +
      `ELSE ${withRoom(`${n} * ${each}`, repeated, types.result)} END`
    );
  });
};

const WRONG_WAY =
  'sequence stop value should be greater than or equal to start value if step is greater than ' +
  'zero otherwise stop should be less than or equal to start';
const TOO_LONG = `result of sequence function must not have more than ${SEQUENCE_ENTRIES_MAX} entries`;

const LIST: SqlType = { kind: 'array', element: BIGINT };

/** start, start + step … up to stop; the three are bound, their physical type is given. */
function sequenceText(args: readonly [string, string, string], physical: string): string {
  const [start, stop, step] = args;
  const list = `${physical}[]`;
  return boundBoth(start, stop, (from, to) =>
    bound(step, (by) => {
      const cells = [from, to, by].map((value) => `CAST(${value} AS BIGINT)`);
      const generated = `generate_series(${cells.join(', ')})`;
      const typed = physical === 'BIGINT' ? generated : `CAST(${generated} AS ${list})`;
      const entries = `(CAST(${to} AS HUGEINT) - ${from}) // ${by}`;
      return (
        `CASE WHEN ${by} = 0 THEN ${raise('step must not be zero', list)} ` +
        `WHEN (${by} > 0 AND ${to} < ${from}) OR (${by} < 0 AND ${to} > ${from}) ` +
        `THEN ${raise(WRONG_WAY, list)} ` +
        `WHEN ${entries} >= ${SEQUENCE_ENTRIES_MAX} THEN ${raise(TOO_LONG, list)} ` +
        `ELSE ${withRoom(`CAST(${entries} AS BIGINT) * 8`, typed, LIST)} END`
      );
    }),
  );
}

const sequenceOfNumbers: SqlTextOf = ([start = '', stop = '', step]) => {
  if (step !== undefined) return sequenceText([start, stop, step], 'BIGINT');
  return boundBoth(start, stop, (from, to) => {
    const direction = `(CASE WHEN ${to} < ${from} THEN -1 ELSE 1 END)`;
    return sequenceText([from, to, direction], 'BIGINT');
  });
};

const sequenceOfTimestamps: SqlTextOf = ([start = '', stop = '', step]) =>
  sequenceText([start, stop, step ?? NANOS_PER_DAY], 'BIGINT');

const sequenceOfDates: SqlTextOf = ([start = '', stop = '', step]) => {
  if (step === undefined) return sequenceText([start, stop, '1'], 'INTEGER');
  const failure = raise(
    'sequence step must be a day interval if start and end values are dates',
    'INTEGER[]',
  );
  return bound(step, (by) => {
    const days = sequenceText([start, stop, `(${by} // ${NANOS_PER_DAY})`], 'INTEGER');
    return `CASE WHEN ${by} % ${NANOS_PER_DAY} <> 0 THEN ${failure} ELSE ${days} END`;
  });
};

/** One row of all arrays' elements at each place, the shorter ones padded with NULL. */
const zip: SqlTextOf = (args, types) =>
  boundAll(args, (lists) => {
    const element = elementOf(types.result);
    const zipped = `list_zip(${lists.join(', ')})`;
    const missing = lists.map((list) => `${list} IS NULL`).join(' OR ');
    if (element.kind !== 'row') return zipped;
    const names = physicalFieldNames(element.fields);
    const fields = names.map((name, at) => `'${name}': item_1[${at + 1}]`).join(', ');
    const rows = `list_transform(${zipped}, lambda item_1: {${fields}})`;
    return `CASE WHEN ${missing} THEN NULL ELSE ${rows} END`;
  });

function zipResult(args: readonly SqlType[]): SqlType {
  const fields = args.map((arg) => ({ type: elementOf(arg) }));
  return { kind: 'array', element: { kind: 'row', fields } };
}

const ngrams: SqlTextOf = ([list = '', count = ''], types) =>
  boundBoth(list, count, (a, n) => {
    const failure = raise('N must be positive', physicalType(types.result));
    const starts = `range(1, greatest(len(${a}) - ${n} + 1, 1) + 1)`;
    const at = freshName('at', a, n);
    const runs = `list_transform(${starts}, lambda ${at}: list_slice(${a}, ${at}, ${at} + ${n} - 1))`;
    const bytes = `${fullSizeText(a, types.arguments[0] ?? types.result)} * least(${n}, len(${a}))`;
    return `CASE WHEN ${n} <= 0 THEN ${failure} ELSE ${withRoom(bytes, runs, types.result)} END`;
  });

/** Each element stands in at most as many choices as there are; those are counted by the kernel. */
const combinations: SqlTextOf = ([list = '', size = ''], types) =>
  boundBoth(list, size, (a, n) => {
    const choice = freshName('choice', a);
    const chosen = `k_combinations(CAST(len(${a}) AS BIGINT), ${n})`;
    const picked = `list_transform(${chosen}, lambda ${choice}: ${pickedText(a, choice)})`;
    const mean = `${fullSizeText(a, types.arguments[0] ?? types.result)} // greatest(len(${a}), 1)`;
    const most = `${COMBINATIONS_MAX} * ${n} * (${mean})`;
    return withExactRoom(most, `len(${chosen}) * ${n} * (${mean})`, picked, types.result);
  });

const ELEMENTS: readonly Definition[] = [
  {
    names: ['array_max'],
    signatures: ['<T orderable>(array(T)) -> T'],
    doc: 'The largest element; NULL for an empty array or one with a NULL.',
    lower: sql(extreme('list_max')),
  },
  {
    names: ['array_min'],
    signatures: ['<T orderable>(array(T)) -> T'],
    doc: 'The smallest element; NULL for an empty array or one with a NULL.',
    lower: sql(extreme('list_min')),
  },
  {
    names: ['array_position'],
    signatures: ['<T comparable>(array(T), T) -> bigint'],
    doc: 'The position of the first occurrence, 0 if there is none.',
    example: 'array_position(ARRAY[3, 4, 5, 9], 5) → 3',
    lower: sql(([list = '', element = ''], types) =>
      positionText(list, element, types.arguments[1]),
    ),
  },
  {
    names: ['array_remove'],
    signatures: ['<T comparable>(array(T), T) -> array(T)'],
    doc: 'Without the elements equal to the second argument.',
    lower: sql(([list = '', element = ''], types) => removeText(list, element, types.arguments[1])),
  },
  {
    names: ['element_at'],
    signatures: ['<T>(array(T), bigint) -> T'],
    doc: 'The element at a position, negative ones counted from the end; NULL outside.',
    errors: ['SQL array indices start at 1'],
    lower: sql(elementAt),
  },
  {
    names: ['cardinality'],
    signatures: ['<T>(array(T)) -> bigint', '<T>(timeseries(T)) -> bigint'],
    doc: 'The number of elements.',
    lower: sameAs('len'),
  },
];

const SHAPES: readonly Definition[] = [
  {
    names: ['array_join'],
    signatures: [
      '<T printable>(array(T), varchar) -> varchar',
      '<T printable>(array(T), varchar, varchar) -> varchar',
    ],
    doc: 'The elements as one text; NULLs are left out, or written as the third argument.',
    lower: sql(join),
  },
  {
    names: ['array_sort'],
    signatures: ['<T orderable>(array(T)) -> array(T)'],
    doc: 'In ascending order, NULLs last.',
    lower: sql(([a]) => `list_sort(${a}, 'ASC', 'NULLS LAST')`),
  },
  {
    names: ['concat'],
    signatures: ['<T>(array(T), array(T), array(T)...) -> array(T)'],
    doc: 'The arrays one after the other.',
    lower: sql(concatenated),
  },
  {
    names: ['concat'],
    signatures: ['<T>(array(T), T) -> array(T)'],
    doc: 'The array, and the element at its end.',
    lower: sql(appendElement),
  },
  {
    names: ['concat'],
    signatures: ['<T>(T, array(T)) -> array(T)'],
    doc: 'The element, and the array after it.',
    lower: sql(prependElement),
  },
  {
    names: ['flatten'],
    signatures: ['<T>(array(array(T))) -> array(T)'],
    doc: 'The elements of the elements.',
    lower: sameAs('flatten'),
  },
  {
    names: ['reverse'],
    signatures: ['<T>(array(T)) -> array(T)'],
    doc: 'From last to first.',
    lower: sameAs('list_reverse'),
  },
  {
    names: ['shuffle'],
    signatures: ['<T>(array(T)) -> array(T)'],
    doc: 'In random order.',
    deterministic: false,
    lower: sql(([a]) => {
      const drawn = `list_transform(${a}, lambda item_1: {'r': random(), 'e': item_1})`;
      return `list_transform(list_sort(${drawn}), lambda item_1: item_1."e")`;
    }),
  },
  {
    names: ['slice'],
    signatures: ['<T>(array(T), bigint, bigint) -> array(T)'],
    doc: 'A part, from a position, negative ones counted from the end.',
    errors: ['SQL array indices start at 1', 'length must be greater than or equal to 0'],
    lower: sql(slice),
  },
  {
    names: ['repeat'],
    signatures: ['<T>(T, bigint) -> array(T)'],
    doc: 'The element so many times.',
    nulls: 'called',
    lower: sql(repeat),
  },
  {
    names: ['zip'],
    signatures: [
      '<A, B>(array(A), array(B)) -> array(unknown)',
      '<A, B, C>(array(A), array(B), array(C)) -> array(unknown)',
      '<A, B, C, D>(array(A), array(B), array(C), array(D)) -> array(unknown)',
    ],
    doc: 'Rows of the elements at each position.',
    result: zipResult,
    lower: sql(zip),
  },
  {
    names: ['combinations'],
    signatures: ['<T>(array(T), bigint) -> array(array(T))'],
    doc: 'All choices of n elements, n at most 5; the first elements first.',
    example: 'combinations(ARRAY[1, 2, 3], 2) → [[1, 2], [1, 3], [2, 3]]',
    errors: ['combination size must not be negative', 'combination size must not exceed 5'],
    lower: sql(combinations),
  },
  {
    names: ['array_sum'],
    signatures: ['(array(bigint)) -> bigint'],
    doc: 'The sum of the elements that are not NULL; 0 if there are none.',
    lower: sql(([list = '']) => sumText(list, 'BIGINT')),
  },
  {
    names: ['array_sum'],
    signatures: ['(array(double)) -> double'],
    doc: 'The sum of the elements that are not NULL; 0 if there are none.',
    lower: sql(([list = '']) => sumText(list, 'DOUBLE')),
  },
  {
    names: ['array_average'],
    signatures: ['(array(double)) -> double'],
    doc: 'The mean of the elements that are not NULL; NULL if there are none.',
    lower: sameAs('list_avg'),
  },
  {
    names: ['ngrams'],
    signatures: ['<T>(array(T), bigint) -> array(array(T))'],
    doc: 'All runs of n elements.',
    lower: sql(ngrams),
  },
];

const SEQUENCES: readonly Definition[] = [
  {
    names: ['sequence'],
    signatures: ['(bigint, bigint) -> array(bigint)', '(bigint, bigint, bigint) -> array(bigint)'],
    doc: 'The numbers from the first through the second.',
    example: 'sequence(3, 9, 2) → [3, 5, 7, 9]',
    errors: ['step must not be zero', WRONG_WAY, TOO_LONG],
    lower: sql(sequenceOfNumbers),
  },
  {
    names: ['sequence'],
    signatures: [
      '(timestamp, timestamp) -> array(timestamp)',
      '(timestamp, timestamp, interval day to second) -> array(timestamp)',
    ],
    doc: 'The times from the first through the second; the step is a day unless given.',
    errors: ['step must not be zero', WRONG_WAY, TOO_LONG],
    lower: sql(sequenceOfTimestamps),
  },
  {
    names: ['sequence'],
    signatures: [
      '(date, date) -> array(date)',
      '(date, date, interval day to second) -> array(date)',
    ],
    doc: 'The days from the first through the second.',
    errors: ['sequence step must be a day interval if start and end values are dates'],
    lower: sql(sequenceOfDates),
  },
  {
    names: ['sequence'],
    signatures: ['(timestamp, timestamp, interval year to month) -> array(timestamp)'],
    doc: 'The times from the first through the second in steps of months.',
    lower: kernel('k_timestamp_month_sequence'),
  },
  {
    names: ['sequence'],
    signatures: ['(date, date, interval year to month) -> array(date)'],
    doc: 'The days from the first through the second in steps of months.',
    lower: kernel('k_date_month_sequence'),
  },
];

export const arrayFunctions: readonly FunctionOverload[] = [
  ...arraySets,
  ...ELEMENTS,
  ...SHAPES,
  ...SEQUENCES,
  ...arrayLambdas,
].flatMap(scalar);
