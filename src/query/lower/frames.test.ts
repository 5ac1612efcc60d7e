/** Window frames: how far an offset reaches, and which are refused (query-language 2.3). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { queryErrorText } from '../analyse/functions/engine-texts.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

function run(sql: string) {
  return runLowered(engine, lowered(sql), () => []);
}

/** The frame of each row of x, in the order of x. */
async function counts(values: string, over: string): Promise<readonly unknown[]> {
  const rows = await run(
    `SELECT n FROM (SELECT x, count(*) OVER (ORDER BY x ${over}) AS n FROM (VALUES ${values}) t (x)) ORDER BY x`,
  );
  return rows.map(([n]) => Number(n));
}

describe('RANGE offsets', () => {
  test.each<[string, string, readonly number[]]>([
    ['1, 2, 2, 4', 'RANGE BETWEEN 1 PRECEDING AND CURRENT ROW', [1, 3, 3, 1]],
    ['-5, 2', 'RANGE 2147483647 PRECEDING', [1, 2]],
    ['1, 2, 3', 'RANGE BETWEEN 1.5 PRECEDING AND 1 FOLLOWING', [2, 3, 2]],
    [
      "DATE '2020-01-01', DATE '2020-01-02', DATE '2020-01-04'",
      'RANGE BETWEEN 1d PRECEDING AND CURRENT ROW',
      [1, 2, 1],
    ],
    ['1y, 13month, 5y', 'RANGE BETWEEN 1month PRECEDING AND CURRENT ROW', [1, 2, 1]],
    [
      "TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-02'",
      'RANGE BETWEEN 24h PRECEDING AND CURRENT ROW',
      [1, 2],
    ],
  ])('over %s, %s reaches %j', async (values, over, expected) => {
    expect(await counts(values, over)).toEqual(expected);
  });
});

describe('offsets at run time', () => {
  const RANGE = 'Window frame offset value must not be negative or null';
  test.each([
    ['RANGE BETWEEN x - 2 PRECEDING AND CURRENT ROW', RANGE],
    ['RANGE BETWEEN CURRENT ROW AND nullif(x, 1) FOLLOWING', RANGE],
    ['ROWS -1 PRECEDING', 'Window frame starting offset must not be negative'],
    ['ROWS nullif(x, 1) PRECEDING', 'Window frame starting offset must not be null'],
    [
      'ROWS BETWEEN CURRENT ROW AND x - 2 FOLLOWING',
      'Window frame ending offset must not be negative',
    ],
  ])('%s fails', async (over, text) => {
    const failure = await counts('1, 2', over).catch((error: Error) => error.message);
    expect(queryErrorText(String(failure))).toBe(text);
  });
});

describe('what cannot stand over a window', () => {
  test.each([
    [
      'first_value(x) FILTER (WHERE true) OVER ()',
      'FILTER is not yet supported for window functions',
    ],
    ['lag(DISTINCT x) OVER ()', 'DISTINCT in window function parameters not yet supported'],
    ['array_agg(x ORDER BY x) OVER ()', 'Window function with ORDER BY is not supported'],
    ['rank() IGNORE NULLS OVER ()', 'Cannot specify null treatment clause for rank function'],
    [
      "count(*) OVER (ORDER BY x RANGE 'a' PRECEDING)",
      'Window frame offset does not fit the sort item',
    ],
  ])('%s is refused', (call, text) => {
    expect(() => lowered(`SELECT ${call} FROM (VALUES 1) t (x)`)).toThrow(text);
  });
});
