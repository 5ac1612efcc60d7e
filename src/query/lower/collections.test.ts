/** Maps, lambdas, sets and the functions Timestream does not document (query-language 6.7, 6.14). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { queryErrorText } from '../analyse/functions/engine-texts.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

async function answer(sql: string): Promise<unknown> {
  const rows = await runLowered(engine, lowered(sql), () => []);
  return rows[0]?.[0];
}

const one = (expression: string) => answer(`SELECT ${expression}`);
const M = "MAP(ARRAY[1, 2], ARRAY['x', NULL])";

describe('maps', () => {
  test.each<[string, unknown]>([
    [`${M}[1]`, 'x'],
    [`${M}[2]`, null],
    [`element_at(${M}, 3)`, null],
    [`cardinality(${M})`, 2n],
    [`map_keys(${M})`, [1, 2]],
    [`map_entries(${M})[2]`, { f0: 2, f1: null }],
    [`map_values(map_filter(${M}, (k, v) -> v IS NULL))`, [null]],
    [`map_values(transform_values(${M}, (k, v) -> k * 2.5))`, [2.5, 5]],
    [`map_keys(transform_keys(${M}, (k, v) -> k + 1))`, [2, 3]],
    [`map_values(map_concat(${M}, MAP(ARRAY[2, 3], ARRAY['y', 'z'])))`, ['x', 'y', 'z']],
    ['MAP(ARRAY[1, 2], ARRAY[3, 4]) = MAP(ARRAY[2, 1], ARRAY[4, 3])', true],
    [`${M} = ${M}`, null],
    [`${M} IS DISTINCT FROM ${M}`, false],
    ["map_keys(map_from_entries(ARRAY[ROW('a', 1)]))", ['a']],
    ["multimap_from_entries(ARRAY[ROW('a', 1), ROW('b', 2), ROW('a', 3)])['a']", [1, 3]],
    ["split_to_map('a=1,b=2', ',', '=')['b']", '2'],
    ['CAST(MAP(ARRAY[1], ARRAY[2]) AS map(bigint, varchar))[1]', '2'],
    ['map_zip_with(MAP(ARRAY[1], ARRAY[5]), NULL, (k, a, b) -> a) IS NULL', true],
  ])('%s is %o', async (expression, expected) => {
    expect(await one(expression)).toEqual(expected);
  });

  test.each<[string, string]>([
    [`${M}[3]`, 'Key not present in map: 3'],
    ['MAP(ARRAY[1, 1], ARRAY[2, 3])[1]', 'Duplicate map keys are not allowed'],
    ['MAP(ARRAY[NULL], ARRAY[2])[1]', 'map key cannot be null'],
    ['MAP(ARRAY[1], ARRAY[2, 3])[1]', 'Key and value arrays must be the same length'],
  ])('%s fails with %s', async (expression, text) => {
    const message = await one(expression).then(
      () => 'nothing',
      (error: Error) => queryErrorText(error.message),
    );
    expect(message).toBe(text);
  });

  test('aggregates make maps, and UNNEST takes them apart', async () => {
    const from = "FROM (VALUES ('a', 1), ('b', 2), ('a', 3), (NULL, 4)) t(k, v)";
    expect(await answer(`SELECT multimap_agg(k, v)['a'] ${from}`)).toEqual([1, 3]);
    expect(await answer(`SELECT map_keys(map_agg(k, v)) ${from}`)).toEqual(['a', 'b']);
    expect(await answer(`SELECT histogram(k)['a'] ${from}`)).toBe(2n);
    expect(await answer(`SELECT map_agg(k, v) IS NULL ${from} WHERE v > 9`)).toBe(true);
    const unnested = "SELECT sum(v) FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) t(k, v)";
    expect(await answer(unnested)).toBe(3n);
    const merged = 'SELECT map_values(map_union(m)) FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(m)';
    expect(await answer(merged)).toEqual([2]);
  });
});

describe('arrays', () => {
  test.each<[string, unknown]>([
    [
      'array_sort(ARRAY[3, 1, NULL, 2], (a, b) -> IF(a IS NULL, -1, IF(b IS NULL OR a < b, 1, -1)))',
      [null, 3, 2, 1],
    ],
    ['any_match(ARRAY[1, NULL], x -> x = 1)', true],
    ['all_match(ARRAY[1, NULL], x -> x = 1)', null],
    ['none_match(ARRAY[1, NULL], x -> x = 2)', null],
    [
      'combinations(ARRAY[1, 2, 3], 2)',
      [
        [1, 2],
        [1, 3],
        [2, 3],
      ],
    ],
    ['concat(ARRAY[1], 2)', [1, 2]],
    ['concat(ARRAY[], NULL, ARRAY[])', null],
    ['array_except(NULL, ARRAY[1])', null],
    ['array_intersect(ARRAY[3, 1, NULL, 3], ARRAY[NULL, 3])', [3, null]],
    ['array_join(ARRAY[1, NULL], CAST(NULL AS varchar))', null],
    ['contains(ARRAY[nan()], nan())', false],
    ['array_sum(ARRAY[])', 0n],
    [
      'transform(ARRAY[1, 2], x -> reduce(ARRAY[x, 9], 0, (s, y) -> s + x * y, s -> s - x))',
      [9, 20],
    ],
  ])('%s is %o', async (expression, expected) => {
    expect(await one(expression)).toEqual(expected);
  });

  test('elements that cannot be printed are refused by type', () => {
    expect(() => lowered("SELECT array_join(ARRAY[ARRAY[1]], ',')")).toThrow(
      'Unexpected parameters (array(array(integer)), varchar(1)) for function array_join',
    );
  });
});

describe('bytes, JSON and text', () => {
  test.each<[string, unknown]>([
    ["from_big_endian_64(xxhash64(CAST('' AS varbinary)))", -1205034819632174695n],
    ["to_hex(sha512(to_utf8('')))", /^CF83E1357EEFB8BD/],
    ["from_utf8(from_base64(to_base64(to_utf8('ä'))))", 'ä'],
    ["length(X'00ff')", 2n],
    ["to_hex(X'00' || X'ff')", '00FF'],
    [`json_extract_scalar(json_parse('{"a": [1, 2]}'), '$.a[1]')`, '2'],
    [`json_format(json_extract('{"a": {"b" : 1}}', '$.a'))`, '{"b":1}'],
    ["trim(BOTH 'xy' FROM 'xyayx')", 'a'],
    ["ltrim('xxa', 'x')", 'a'],
    ["split_part('', '', 1)", null],
    ["regexp_extract_all('💰', '')", ['', '']],
    ["regexp_replace('a', NULL, x -> x[1])", null],
    ['log(2, 8)', 3],
  ])('%s is %o', async (expression, expected) => {
    const got = await one(expression);
    if (expected instanceof RegExp) expect(got).toMatch(expected);
    else expect(got).toEqual(expected);
  });
});
