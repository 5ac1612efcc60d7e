/** NaN and NULLs inside of arrays and rows, in everything that compares (query-language 3.6). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { queryErrorText } from '../analyse/functions/engine-texts.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

async function answer(expression: string): Promise<unknown> {
  const rows = await runLowered(engine, lowered(`SELECT ${expression}`), () => []);
  return rows[0]?.[0];
}

const INTEGERS = 'CAST(NULL AS ARRAY(integer))';

describe('NaN', () => {
  test.each<[string, boolean | null]>([
    ['nan() = nan()', false],
    ['nan() <> nan()', true],
    ['nan() > 1', false],
    ['1 < nan()', false],
    ['1 BETWEEN 0 AND nan()', false],
    ['1.0 IN (nan(), 1.0)', true],
    ['2.0 IN (nan(), NULL)', null],
    ['nan() NOT IN (1.0, 2.0)', true],
    ['nan() IS DISTINCT FROM nan()', false],
    ['nan() = ANY (VALUES nan())', false],
    ['nan() <> ANY (VALUES nan())', true],
    ['1.0 < ALL (VALUES nan(), 2.0)', false],
    ['1.0 < ANY (VALUES nan(), 0.5)', false],
    ['nan() > ANY (VALUES 1.0)', false],
    ['1.0 <> ALL (VALUES nan(), NULL)', null],
    ['ARRAY[nan()] = ARRAY[nan()]', false],
    ['ROW(1, nan()) <> ROW(1, nan())', true],
  ])('%s is %s', async (expression, expected) => {
    expect(await answer(expression)).toBe(expected);
  });

  test('is the last choice of max_by, and the largest of max', async () => {
    const rows = "(VALUES ('a', nan()), ('b', 1.0), ('c', 2.0)) t (x, y)";
    expect(await answer(`max_by(x, y) FROM ${rows}`)).toBe('c');
    expect(await answer(`max_by(x, y, 3) FROM ${rows}`)).toEqual(['c', 'b', 'a']);
    expect(await answer(`max(y) FROM ${rows}`)).toBeNaN();
  });
});

describe('NULL inside', () => {
  test.each<[string, boolean | null]>([
    ['ARRAY[1, 2, NULL] = ARRAY[1, 2, NULL]', null],
    ['ARRAY[1, 2, NULL] = ARRAY[1, 3, NULL]', false],
    ['ARRAY[1, NULL] = ARRAY[1]', false],
    ['ARRAY[NULL] <> ARRAY[NULL]', null],
    ['ARRAY[ARRAY[1], ARRAY[NULL]] = ARRAY[ARRAY[1], ARRAY[2]]', null],
    [`ARRAY[] = ${INTEGERS}`, null],
    ['ROW(1, NULL) = ROW(1, 2)', null],
    ['ROW(1, NULL) = ROW(2, 2)', false],
    ['ROW(1, ARRAY[1, NULL]) <> ROW(1, ARRAY[1, 2])', null],
    ['ROW(1, NULL) < ROW(2, 2)', true],
    ['ROW(1, 2) <= ROW(1, 2)', true],
    ['ROW(1, 3) < ROW(1, 2)', false],
    ['ARRAY[1, 2] < ARRAY[1, 2, 3]', true],
    ['ARRAY[1, 3] < ARRAY[1, 2, 3]', false],
    ['ARRAY[1, 2] BETWEEN ARRAY[1] AND ARRAY[1, 3]', true],
    ['ARRAY[1, NULL] IN (ARRAY[1, NULL], ARRAY[2])', null],
    ['ROW(1, 2) IN (ROW(1, NULL), ROW(3, 4))', null],
    ['ROW(1, 2) IN (SELECT a, b FROM (VALUES (1, 2), (NULL, 3)) t (a, b))', true],
    ['ROW(1, 3) IN (SELECT a, b FROM (VALUES (1, 2), (NULL, 3)) t (a, b))', null],
    ['ROW(1, 4) NOT IN (SELECT a, b FROM (VALUES (1, 2), (NULL, 3)) t (a, b))', true],
    ['ARRAY[1] = ANY (VALUES ARRAY[NULL])', null],
    ['ARRAY[1] < ALL (VALUES ARRAY[2], ARRAY[1, 1])', true],
  ])('%s is %s', async (expression, expected) => {
    expect(await answer(expression)).toBe(expected);
  });

  test('a quantified comparison may be of a value and a query that know outer columns', async () => {
    const sql = `SELECT ARRAY[x] = ANY (SELECT ARRAY[y] FROM (VALUES 1, NULL) t (y) WHERE x > 0)
      FROM (VALUES 1, 2) u (x) ORDER BY x`;
    expect(await runLowered(engine, lowered(sql), () => [])).toEqual([[true], [null]]);
  });

  test.each([
    ['ROW(1, NULL) < ROW(1, 2)', 'ROW comparison not supported for fields with null elements'],
    [
      'ARRAY[1, NULL] < ARRAY[1, 2]',
      'ARRAY comparison not supported for arrays with null elements',
    ],
  ])('%s fails', async (expression, text) => {
    const failure = await answer(expression).catch((error: Error) => error.message);
    expect(queryErrorText(String(failure))).toBe(text);
  });
});
