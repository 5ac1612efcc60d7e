/** Runs the lowered text of scalar functions, operators and casts in a real engine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  INTEGER,
  INTERVAL_DAY_SECOND,
  rowOf,
  type SqlType,
  TIME,
  TIMESTAMP,
  timeseriesOf,
  VARCHAR,
} from '../types.ts';
import type { Operator } from './operators.ts';
import {
  type BenchArgument,
  date,
  interval,
  lambda,
  months,
  SqlBench,
  type Typed,
  ts,
  typed,
} from './sql-bench.test-support.ts';

let bench: SqlBench;
beforeAll(async () => {
  bench = await SqlBench.open();
});
afterAll(() => bench.close());

type Case = readonly [name: string, args: readonly BenchArgument[], expected: string];

function table(cases: readonly Case[]): void {
  it.each(cases)('%s %j is %s', async (name, args, expected) => {
    expect(await bench.show(name, ...args)).toBe(expected);
  });
}

const ints = (...values: (number | string)[]) =>
  typed(`CAST([${values.join(', ')}] AS INTEGER[])`, arrayOf(INTEGER));
const doubles = (...values: string[]) =>
  typed(
    `CAST([${values.map((v) => `CAST('${v}' AS DOUBLE)`).join(', ')}] AS DOUBLE[])`,
    arrayOf(DOUBLE),
  );
const hour = 3_600_000_000_000;
const day = 24 * hour;

describe('mathematical functions', () => {
  table([
    ['abs', ['-3.5'], '3.5'],
    ['abs', ['-2147483648'], 'error: Value -2147483648 is out of range for abs(integer)'],
    ['cbrt', ['27'], '3.0'],
    ['ceil', ['1.2'], '2.0'],
    ['ceiling', ['7'], '7'],
    ['degrees', ['3.141592653589793'], '180.0'],
    ['e', [], '2.718281828459045'],
    ['exp', ['0'], '1.0'],
    ['floor', ['-1.2'], '-2.0'],
    ['from_base', ["'ff'", '16'], '255'],
    ['from_base', ["'fg'", '16'], 'error: Not a valid base-16 number: fg'],
    ['from_base', ["'1'", '1'], 'error: Radix must be between 2 and 36'],
    ['to_base', ['255', '16'], 'ff'],
    ['ln', ['0.0'], '-Infinity'],
    ['ln', ['-1.0'], 'NaN'],
    ['log2', ['8'], '3.0'],
    ['log10', ['1000.0'], '3.0'],
    ['mod', ['7', '3'], '1'],
    ['mod', ['7', '0'], 'error: Division by zero'],
    ['pow', ['2', '3'], '8.0'],
    ['power', ['1.0', 'NaN'], 'NaN'],
    ['radians', ['180'], '3.141592653589793'],
    ['random', ['0'], 'error: bound must be positive'],
    ['random', ['1'], '0'],
    ['round', ['-2.5'], '-3.0'],
    ['round', ['2.5'], '3.0'],
    ['round', ['5'], '5'],
    ['round', ['3.14159', '2'], '3.14'],
    ['round', ['1234.5', '-2'], '1200.0'],
    ['round', ['NaN', '2'], 'NaN'],
    ['sign', ['-8.3'], '-1.0'],
    ['sign', ['NaN'], 'NaN'],
    ['sign', ['-8'], '-1'],
    ['sqrt', ['16'], '4.0'],
    ['sqrt', ['-1'], 'NaN'],
    ['truncate', ['-2.7'], '-2.0'],
    ['acos', ['2.0'], 'NaN'],
    ['sin', ['Infinity'], 'NaN'],
    ['cos', ['0'], '1.0'],
    ['atan2', ['1', '1'], '0.7853981633974483'],
    ['is_nan', ['NaN'], 'true'],
    ['is_finite', ['Infinity'], 'false'],
    ['bit_count', ['19', '8'], '3'],
    ['bit_count', ['-7', '64'], '62'],
    [
      'bit_count',
      ['19', '2'],
      'error: Number must be representable with the bits specified. 19 can not be represented with 2 bits',
    ],
    ['bitwise_and', ['12', '7'], '4'],
    ['bitwise_or', ['12', '7'], '15'],
    ['bitwise_xor', ['12', '7'], '11'],
    ['bitwise_not', ['12'], '-13'],
    ['greatest', ['1', '2.5'], '2.5'],
    ['greatest', ['1', 'NULL'], 'NULL'],
    ['least', ['1.0', 'NaN'], 'error: Invalid argument to least(): NaN'],
    ['typeof', [interval(5)], 'interval day to second'],
  ]);
});

describe('string functions', () => {
  table([
    ['chr', ['65'], 'A'],
    ['chr', ['-1'], 'error: Not a valid Unicode code point: -1'],
    ['codepoint', ["'A'"], '65'],
    ['concat', ["'a'", "'b'", "'c'"], 'abc'],
    ['concat', ["'a'", 'NULL'], 'NULL'],
    ['hamming_distance', ["'karolin'", "'kathrin'"], '3'],
    ['length', ["'äb😀'"], '3'],
    ['levenshtein_distance', ["'kitten'", "'sitting'"], '3'],
    ['upper', ["'ab'"], 'AB'],
    ['lpad', ["'7'", '3', "'0'"], '007'],
    ['rpad', ["'abcd'", '2', "'x'"], 'ab'],
    ['lpad', ["'7'", '3', "''"], 'error: Padding string must not be empty'],
    ['lpad', ["'7'", '-3', "'x'"], 'error: Target length must be in the range [0..2147483647]'],
    ['trim', ["'\u3000 a\t'"], 'a'],
    ['replace', ["'a-b'", "'-'"], 'ab'],
    ['replace', ["'aa'", "'a'", "'b'"], 'bb'],
    ['replace', ["'ab'", "''", "'-'"], '-a-b-'],
    ['reverse', ["'ab😀'"], '😀ba'],
    ['split', ["'a,b,,c'", "','"], '[a, b, , c]'],
    ['split', ["'a,b'", "''"], 'error: The delimiter may not be the empty string'],
    ['split', ["'a,b,c'", "','", '2'], '[a, b,c]'],
    ['split_part', ["'a-b-c'", "'-'", '2'], 'b'],
    ['split_part', ["'a-b-c'", "'-'", '4'], 'NULL'],
    ['split_part', ["'a-b-c'", "'-'", '0'], 'error: Index must be greater than zero'],
    ['strpos', ["'hello'", "'l'"], '3'],
    ['strpos', ["'hello'", "'x'"], '0'],
    ['strpos', ["'hello'", "'l'", '2'], '4'],
    ['strpos', ["'hello'", "'l'", '0'], "error: 'instance' must be a positive number."],
    ['strrpos', ["'hello'", "'l'"], '4'],
    ['position', ["'l'", "'hello'"], '3'],
    ['substr', ["'hello'", '2', '3'], 'ell'],
    ['substr', ["'hello'", '-3'], 'llo'],
    ['substr', ["'hello'", '0'], ''],
    ['substr', ["'hello'", '9'], ''],
    ['substr', ["'hello'", '-9', '2'], ''],
    ['substr', ["'hello'", '2', '-1'], ''],
    ['substr', ['NULL', '2'], 'NULL'],
    ['regexp_like', ["'example'", "'ex'"], 'true'],
    ['regexp_extract', ["'example expect'", "'ex\\w'"], 'exa'],
    ['regexp_extract', ["'example'", "'zz'"], 'NULL'],
    ['regexp_extract', ["'example expect'", "'(ex)(\\w)'", '2'], 'a'],
    ['regexp_extract', ["'a'", "'(a)'", '2'], 'error: Pattern has 1 groups. Cannot access group 2'],
    ['regexp_extract_all', ["'example expect complex'", "'ex\\w'"], '[exa, exp]'],
    ['regexp_replace', ["'example expect'", "'expect'"], 'example '],
    ['regexp_replace', ["'example'", "'(e)(x)'", "'$2\\$$1'"], 'x$eample'],
    [
      'regexp_replace',
      ["'a'", "'(a)'", "'$2'"],
      'error: Illegal replacement sequence: unknown group 2',
    ],
    ['regexp_split', ["'example'", "'x'"], '[e, ample]'],
    [
      'regexp_replace',
      ["'example'", "'(\\w)'", lambda('lambda p_1: upper(p_1[1])', 1, () => VARCHAR)],
      'EXAMPLE',
    ],
  ]);
});

describe('array functions', () => {
  const timestamps = [ts('2023-04-02 19:26:12.941'), ts('2023-04-04 19:26:12.941')] as const;
  table([
    ['array_distinct', [ints(3, 1, 2, 2, 'NULL', 'NULL')], '[3, 1, 2, NULL]'],
    ['array_intersect', [ints(1, 2, 3, 'NULL'), ints(3, 'NULL', 4)], '[3, NULL]'],
    ['array_union', [ints(1, 2, 3), ints(3, 4, 5)], '[1, 2, 3, 4, 5]'],
    ['array_except', [ints(1, 2, 3), ints(3, 4, 5)], '[1, 2]'],
    ['array_join', [ints(1, 2, 'NULL', 3), "';'"], '1;2;3'],
    ['array_join', [ints(1, 'NULL'), "';'", "'-'"], '1;-'],
    ['array_join', [doubles('1', '2.5'), "','"], '1.0,2.5'],
    ['array_max', [ints(1, 2, 3)], '3'],
    ['array_max', [ints(1, 'NULL')], 'NULL'],
    ['array_min', [ints()], 'NULL'],
    ['array_position', [ints(3, 4, 5, 9), '5'], '3'],
    ['array_position', [ints(3), '7'], '0'],
    ['array_remove', [ints(3, 4, 5, 9), '4'], '[3, 5, 9]'],
    ['array_sort', [ints(6, 'NULL', 2)], '[2, 6, NULL]'],
    ['arrays_overlap', [ints(6, 8), ints(8)], 'true'],
    ['arrays_overlap', [ints(6, 'NULL'), ints(8)], 'NULL'],
    ['cardinality', [ints(1, 2)], '2'],
    ['concat', [ints(6), ints(11, 32)], '[6, 11, 32]'],
    ['contains', [ints(1, 'NULL'), '2'], 'NULL'],
    ['element_at', [ints(6, 8, 2), '-1'], '2'],
    ['element_at', [ints(6), '5'], 'NULL'],
    ['element_at', [ints(6), '0'], 'error: SQL array indices start at 1'],
    ['repeat', ['1', '3'], '[1, 1, 1]'],
    ['reverse', [ints(6, 8, 2)], '[2, 8, 6]'],
    ['sequence', ['3', '9', '2'], '[3, 5, 7, 9]'],
    ['sequence', ['3', '1'], '[3, 2, 1]'],
    ['sequence', ['1', '2', '0'], 'error: step must not be zero'],
    [
      'sequence',
      ['1', '10000'],
      '[' + Array.from({ length: 10_000 }, (_, i) => i + 1).join(', ') + ']',
    ],
    [
      'sequence',
      ['1', '10001'],
      'error: result of sequence function must not have more than 10000 entries',
    ],
    [
      'sequence',
      [...timestamps, interval(2 * day)],
      '[2023-04-02 19:26:12.941000000, 2023-04-04 19:26:12.941000000]',
    ],
    ['sequence', [date(0), date(2)], '[1970-01-01, 1970-01-02, 1970-01-03]'],
    [
      'sequence',
      [ts('2023-01-31'), ts('2023-03-31'), months(1)],
      '[2023-01-31 00:00:00.000000000, 2023-02-28 00:00:00.000000000, 2023-03-31 00:00:00.000000000]',
    ],
    ['sequence', [date(0), date(60), months(0)], 'error: step must not be zero'],
    ['slice', [ints(6, 8, 2, 9, 3), '1', '3'], '[6, 8, 2]'],
    ['slice', [ints(6, 8, 2), '-2', '5'], '[8, 2]'],
    ['slice', [ints(6, 8, 2), '5', '1'], '[]'],
    ['zip', [ints(6, 8, 2), ints(15, 24)], '[(6, 15), (8, 24), (2, NULL)]'],
    ['ngrams', [ints(1, 2, 3), '2'], '[[1, 2], [2, 3]]'],
    ['flatten', [typed('[[1], [2, 3]]', arrayOf(arrayOf(INTEGER)))], '[1, 2, 3]'],
    ['transform', [ints(1, 2), lambda('lambda p_1: p_1 * 2', 1, () => INTEGER)], '[2, 4]'],
    ['filter', [ints(1, 2, 'NULL'), lambda('lambda p_1: p_1 > 1', 1, () => BOOLEAN)], '[2]'],
    [
      'zip_with',
      [
        ints(1, 2),
        ints(3, 1),
        lambda('lambda p_1, p_2: list_transform(range(p_2), lambda item_1: p_1)', 2, () =>
          arrayOf(INTEGER),
        ),
      ],
      '[[1, 1, 1], [2]]',
    ],
    [
      'reduce',
      [
        ints(1, 2, 3),
        '0.5',
        lambda('lambda p_1, p_2: p_1 + p_2', 2, () => DOUBLE),
        lambda('lambda p_3: p_3 * 2', 1, () => DOUBLE),
      ],
      '13.0',
    ],
  ]);
});

describe('date and time functions', () => {
  const t = ts('2022-06-17 17:44:43.771');
  const october = ts('2019-10-12 23:10:34.162');
  table([
    ['now', [], '2022-07-07 17:42:32.939000000'],
    ['current_date', [], '2022-07-07'],
    ['current_time', [], '17:42:32.939000000'],
    ['ago', [interval(day)], '2022-07-06 17:42:32.939000000'],
    ['bin', ["'2022-06-17 10:15:20'", interval(300_000_000_000)], '2022-06-17 10:15:00.000000000'],
    ['bin', ["'2022-06-17 10:15:20'", interval(30 * day)], '2022-05-28 00:00:00.000000000'],
    ['bin', ["'2021-11-15 11:18:42'", interval(3 * day)], '2021-11-14 00:00:00.000000000'],
    ['bin', ["'1969-12-31 23:59:59'", interval(hour)], '1969-12-31 23:00:00.000000000'],
    ['bin', [t, interval(0)], 'error: bin interval must be positive'],
    ['date_trunc', ["'minute'", t], '2022-06-17 17:44:00.000000000'],
    ['date_trunc', ["'week'", t], '2022-06-13 00:00:00.000000000'],
    ['date_trunc', ["'month'", t], '2022-06-01 00:00:00.000000000'],
    ['date_trunc', ["'quarter'", t], '2022-04-01 00:00:00.000000000'],
    ['date_trunc', ["'year'", ts('1968-05-05')], '1968-01-01 00:00:00.000000000'],
    ['date_trunc', ["'x'", t], "error: 'x' is not a valid Timestamp field"],
    ['date_add', ["'hour'", '9', ts('2022-06-17')], '2022-06-17 09:00:00.000000000'],
    ['date_add', ["'month'", '1', ts('2022-01-31')], '2022-02-28 00:00:00.000000000'],
    ['date_add', ["'day'", '1', date(0)], '1970-01-02'],
    ['date_diff', ["'day'", date(0), date(1)], '1'],
    ['date_diff', ["'hour'", ts('2020-01-01'), ts('2020-01-02 00:59:59')], '24'],
    ['date_diff', ["'month'", ts('2020-01-31'), ts('2020-02-29')], '1'],
    ['date_diff', ["'month'", ts('2020-03-31'), ts('2020-02-29')], '-1'],
    ['date', ["'2022-07-07'"], '2022-07-07'],
    ['last_day_of_month', [t], '2022-06-30'],
    [
      'from_iso8601_timestamp',
      ["'2022-06-17T08:04:05.000000000+05:00'"],
      '2022-06-17 03:04:05.000000000',
    ],
    ['from_iso8601_date', ["'2022-W28-7'"], '2022-07-17'],
    ['to_iso8601', [date(19_160)], '2022-06-17'],
    ['from_milliseconds', ['1'], '1970-01-01 00:00:00.001000000'],
    ['from_nanoseconds', ['300000001'], '1970-01-01 00:00:00.300000001'],
    ['from_unixtime', ['1'], '1970-01-01 00:00:01.000000000'],
    ['to_milliseconds', [interval(51 * hour)], '183600000'],
    ['to_milliseconds', [t], '1655487883771'],
    ['to_nanoseconds', [ts('2022-06-17 17:44:43.771000678')], '1655487883771000678'],
    ['to_unixtime', ["'2022-06-17 17:44:43.771000000'"], '1.6554878837710001E9'],
    ['date_format', [ts('2019-10-20 10:20:20'), "'%Y-%m-%d %H:%i:%s'"], '2019-10-20 10:20:20'],
    [
      'date_parse',
      ["'2019-10-20 10:20:20'", "'%Y-%m-%d %H:%i:%s'"],
      '2019-10-20 10:20:20.000000000',
    ],
    [
      'parse_datetime',
      ["'2019-12-29 10:10 PST'", "'uuuu-LL-dd HH:mm z'"],
      '2019-12-29 18:10:00.000000000',
    ],
    ['format_datetime', [ts('1968-01-13 12:00'), "'yyyy-MM-dd HH'"], '1968-01-13 12'],
    ['parse_duration', ["'42.8ms'"], '0 00:00:00.042800000'],
    ['parse_duration', ["'1 day'"], '1 00:00:00.000000000'],
    ['parse_duration', ["'3 hours'"], 'error: Unknown time unit: hours'],
    ['year', [october], '2019'],
    ['quarter', [october], '4'],
    ['month', [october], '10'],
    ['week', [october], '41'],
    ['yow', [october], '2019'],
    ['day', ["'2019-10-12 23:10:34.000000000'"], '12'],
    ['dow', [october], '6'],
    ['doy', [october], '285'],
    ['hour', [october], '23'],
    ['minute', [october], '10'],
    ['second', [october], '34'],
    ['nanosecond', [october], '162000000'],
    ['hour', [ts('1969-12-31 23:30:00')], '23'],
    ['month', [months(50)], '2'],
    ['day', [interval(51 * hour)], '2'],
  ]);
});

describe('time series functions', () => {
  const second = 1_000_000_000;
  const points = [
    [0, 1],
    [2, 3],
    [4, 2],
    [6, 5],
    [8, 4],
  ] as const;
  const list = points.map(
    ([s, v]) => `{'time': CAST(${s * second} AS BIGINT), 'value': ${v}::DOUBLE}`,
  );
  const S = typed(`[${list.join(', ')}]`, timeseriesOf(DOUBLE));
  const all = typed(`generate_series(0::BIGINT, 8000000000, 1000000000)`, arrayOf(TIMESTAMP));
  const at = (seconds: number): Typed => typed(`CAST(${seconds * second} AS BIGINT)`, TIMESTAMP);
  const shown = (values: readonly string[]) => `[${values.map((v, s) => `${s}s ${v}`).join(', ')}]`;
  const pointLambda = (text: string, result: SqlType) => lambda(text, 1, () => result);
  table([
    [
      'interpolate_linear',
      [S, all],
      shown(['1.0', '2.0', '3.0', '2.5', '2.0', '3.5', '5.0', '4.5', '4.0']),
    ],
    ['interpolate_linear', [S, at(1.5)], '2.5'],
    ['interpolate_linear', [S, at(9)], 'NULL'],
    [
      'interpolate_locf',
      [S, all],
      shown(['1.0', '1.0', '3.0', '3.0', '2.0', '2.0', '5.0', '5.0', '4.0']),
    ],
    ['interpolate_locf', [S, at(-1)], 'NULL'],
    [
      'interpolate_fill',
      [S, all, '0'],
      shown(['1.0', '0.0', '3.0', '0.0', '2.0', '0.0', '5.0', '0.0', '4.0']),
    ],
    ['interpolate_spline_cubic', [S, at(2)], '3.0'],
    ['derivative_linear', [S, interval(second)], '[2s 1.0, 4s -0.5, 6s 1.5, 8s -0.5]'],
    ['derivative_linear', [S, interval(60 * second)], '[2s 60.0, 4s -30.0, 6s 90.0, 8s -30.0]'],
    ['non_negative_derivative_linear', [S, interval(second)], '[2s 1.0, 6s 1.5]'],
    ['integral_trapezoidal', [S], '25.0'],
    ['integral_trapezoidal', [S, interval(2 * second)], '12.5'],
    ['correlate_pearson', [S, S], '1.0'],
    ['correlate_spearman', [S, S], '1.0'],
    [
      'filter',
      [S, pointLambda('lambda p_1: p_1."value" > 2.5', BOOLEAN)],
      '[2s 3.0, 6s 5.0, 8s 4.0]',
    ],
    [
      'reduce',
      [
        S,
        '0.0',
        lambda('lambda p_1, p_2: p_2."value" * p_2."value" + p_1', 2, () => DOUBLE),
        pointLambda('lambda p_3: p_3', DOUBLE),
      ],
      '55.0',
    ],
    ['cardinality', [S], '5'],
    [
      'interpolate_fill',
      [
        typed('CAST(NULL AS STRUCT("time" BIGINT, "value" DOUBLE)[])', timeseriesOf(DOUBLE)),
        all,
        '0',
      ],
      'NULL',
    ],
  ]);
});

describe('operators', () => {
  const operators: readonly (readonly [Operator, readonly BenchArgument[], string])[] = [
    ['/', ['7', '2'], '3'],
    ['/', ['-7', '2'], '-3'],
    ['%', ['7', '-3'], '1'],
    ['%', ['-2147483648', '-1'], '0'],
    ['/', ['1', '0'], 'error: Division by zero'],
    ['/', ['1', '0.0'], 'Infinity'],
    ['/', ['0.0', '0'], 'NaN'],
    ['%', ['5.0', '0.0'], 'NaN'],
    ['+', ['2147483647', '1'], 'error: integer addition overflow: 2147483647 + 1'],
    [
      '*',
      ['9223372036854775807', '2'],
      'error: bigint multiplication overflow: 9223372036854775807 * 2',
    ],
    ['negate', ['-2147483648'], 'error: integer negation overflow: -2147483648'],
    ['negate', [typed('-5', INTEGER)], '5'],
    ['+', [date(19_133), interval(2 * day)], '2022-05-23'],
    ['+', [date(19_133), interval(hour)], 'error: Cannot add hour, minutes or seconds to a date'],
    ['-', [ts('2022-06-17 01:00'), interval(7 * hour)], '2022-06-16 18:00:00.000000000'],
    ['-', [interval(6 * day), interval(4 * hour)], '5 20:00:00.000000000'],
    ['+', [months(48), months(2)], '4-2'],
    ['+', [ts('2022-01-31'), months(1)], '2022-02-28 00:00:00.000000000'],
    ['-', [ts('2022-03-31'), months(1)], '2022-02-28 00:00:00.000000000'],
    ['*', [interval(hour), '1.5'], '0 01:30:00.000000000'],
    ['=', ['NaN', 'NaN'], 'false'],
    ['<>', ['NaN', 'NaN'], 'true'],
    ['>', ['NaN', '1.0'], 'false'],
    ['||', ["'a'", "'b'"], 'ab'],
    ['||', [ints(1), '2'], '[1, 2]'],
    ['||', ['2', ints(1)], '[2, 1]'],
    ['subscript', [ints(5, 6), '2'], '6'],
    ['subscript', [ints(5, 6), '0'], 'error: SQL array indices start at 1'],
    ['subscript', [ints(5, 6), '-1'], 'error: Array subscript is negative'],
    ['subscript', [ints(5, 6), '3'], 'error: Array subscript out of bounds'],
    ['like', ["'a%b'", "'a!%b'", "'!'"], 'true'],
    ['>=', [ts('2024-10-01 14:00:00'), "'2024-10-01'"], 'true'],
  ];
  it.each(operators)('%s %j is %s', async (name, args, expected) => {
    expect(await bench.operator(name, ...args)).toBe(expected);
  });
});

describe('casts', () => {
  const casts: readonly (readonly [string | Typed, SqlType, string])[] = [
    ['true', INTEGER, '1'],
    ['2.5', INTEGER, '3'],
    ['-2.5', BIGINT, '-3'],
    ['3e9', INTEGER, 'error: Out of range for integer: 3.0E9'],
    ['1e19', BIGINT, 'error: Unable to cast 1.0E19 to bigint'],
    ['NaN', BIGINT, 'error: Unable to cast NaN to bigint'],
    ['3000000000', INTEGER, 'error: Out of range for integer: 3000000000'],
    ['10000000.0', VARCHAR, '1.0E7'],
    ['NaN', BOOLEAN, 'true'],
    ["'TRUE'", BOOLEAN, 'true'],
    ["'yes'", BOOLEAN, "error: Cannot cast 'yes' to BOOLEAN"],
    ["' 1'", BIGINT, "error: Cannot cast ' 1' to BIGINT"],
    ["'+12'", INTEGER, '12'],
    ["'1e3'", DOUBLE, '1000.0'],
    ["'x'", DOUBLE, "error: Cannot cast 'x' to DOUBLE"],
    ["'abcdef'", { kind: 'varchar', length: 3 }, 'abc'],
    ["'2030-12-16'", TIMESTAMP, '2030-12-16 00:00:00.000000000'],
    ["'2021-09-18 00:00:00+02:00'", TIMESTAMP, '2021-09-17 22:00:00.000000000'],
    ["'x'", TIMESTAMP, 'error: Value cannot be cast to timestamp: x'],
    ["'x'", DATE, 'error: Value cannot be cast to date: x'],
    ["'12:42:13'", TIME, '12:42:13.000000000'],
    [ts('1969-12-31 23:00'), DATE, '1969-12-31'],
    [ts('1969-12-31 23:00'), TIME, '23:00:00.000000000'],
    [date(1), TIMESTAMP, '1970-01-02 00:00:00.000000000'],
    [typed('42800000', INTERVAL_DAY_SECOND), VARCHAR, '0 00:00:00.042800000'],
    [ints(1, 2), arrayOf(VARCHAR), '[1, 2]'],
    [
      typed("{'f0': 0, 'f1': 0}", rowOf([{ type: INTEGER }, { type: INTEGER }])),
      rowOf([
        { name: 'high', type: BIGINT },
        { name: 'total', type: DOUBLE },
      ]),
      '(0, 0.0)',
    ],
    ['NULL', arrayOf(INTEGER), 'NULL'],
  ];
  it.each(casts)('CAST(%j AS %j) is %s', async (value, to, expected) => {
    expect(await bench.cast(value, to)).toBe(expected);
  });

  it('TRY_CAST gives NULL where CAST fails', async () => {
    expect(await bench.tryCast("'x'", BIGINT)).toBe('NULL');
    expect(await bench.tryCast("'x'", TIMESTAMP)).toBe('NULL');
    expect(await bench.tryCast('NaN', INTEGER)).toBe('NULL');
    expect(await bench.tryCast("'7'", INTEGER)).toBe('7');
  });

  it('TRY gives NULL where an operator, a function or a kernel fails', async () => {
    const attempts = [
      bench.operatorText('/', '1', '0'),
      bench.operatorText('+', '2147483647', '1'),
      bench.text('from_base', "'x'", '10'),
      bench.text('element_at', ints(1), '0'),
      bench.text('date_parse', "'x'", "'%Y'"),
    ];
    for (const { text, type } of attempts) {
      expect(await bench.cast(typed(`TRY(${text})`, type), type)).toBe('NULL');
    }
  });

  it('a branch that is not taken does not fail, even over constants', async () => {
    const { text, type } = bench.operatorText('/', '1', '0');
    const lazy = typed(`(CASE WHEN 1 = 2 THEN ${text} ELSE 7 END)`, type);
    expect(await bench.cast(lazy, type)).toBe('7');
  });

  it('long arguments are evaluated once and nest', async () => {
    let text = bench.text('sqrt', '16');
    for (let depth = 0; depth < 12; depth++) text = bench.text('round', text, '2');
    expect(text.text.length).toBeLessThan(5000);
    expect(await bench.show('abs', text)).toBe('4.0');
  });
});
