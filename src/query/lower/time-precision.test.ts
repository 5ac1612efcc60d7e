/** TIME(p) and TIMESTAMP(p) in casts: half up to p digits (query-language 3.4). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

async function text(expression: string): Promise<unknown> {
  const rows = await runLowered(engine, lowered(`SELECT CAST(${expression} AS varchar)`), () => []);
  return rows[0]?.[0];
}

const AT = "TIMESTAMP '2020-05-10 12:34:56.555555555'";
const BEFORE_EPOCH = "TIMESTAMP '1969-12-31 23:59:59.5'";

describe('a cast to a precision', () => {
  test.each([
    [`CAST(${AT} AS TIMESTAMP(0))`, '2020-05-10 12:34:57.000000000'],
    [`CAST(${AT} AS TIMESTAMP(4))`, '2020-05-10 12:34:56.555600000'],
    [`CAST(${AT} AS TIMESTAMP(12))`, '2020-05-10 12:34:56.555555555'],
    [`CAST(CAST(${AT} AS TIMESTAMP(1)) AS TIMESTAMP(6))`, '2020-05-10 12:34:56.600000000'],
    [`CAST(${AT} AS TIME(2))`, '12:34:56.560000000'],
    [`CAST(${BEFORE_EPOCH} AS TIMESTAMP(0))`, '1970-01-01 00:00:00.000000000'],
    ["CAST(TIME '23:59:59.9999' AS TIME(3))", '00:00:00.000000000'],
    ["CAST('12:34:56.499999999999' AS TIME(0))", '12:34:56.000000000'],
    ["CAST('12:34:56.5555555555' AS TIME)", '12:34:56.555555556'],
    ["CAST('2020-12-31 23:59:59.9999999999' AS TIMESTAMP)", '2021-01-01 00:00:00.000000000'],
    ["CAST(DATE '2020-01-01' AS TIMESTAMP(3))", '2020-01-01 00:00:00.000000000'],
    ["TRY_CAST('12:34:56.1111111111111' AS TIME(3))", null],
    ["CAST(ARRAY['10:00:00.55'] AS ARRAY(TIME(1)))[1]", '10:00:00.600000000'],
  ])('%s is %s', async (expression, expected) => {
    expect(await text(expression)).toBe(expected);
  });

  test('rounds nothing but what is cast', async () => {
    const rounded = `CAST(${AT} AS TIMESTAMP(2))`;
    expect(await text(`IF(false, ${rounded}, ${AT})`)).toBe('2020-05-10 12:34:56.555555555');
  });

  test('has twelve digits at most', () => {
    expect(() => lowered('SELECT CAST(now() AS TIMESTAMP(13))')).toThrow(
      'TIMESTAMP precision must be in range [0, 12]: 13',
    );
  });
});
