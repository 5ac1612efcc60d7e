/** What the analyser refuses although it could be run, and the words it has for that. */
import { describe, expect, test } from 'vitest';
import { parseStatement } from '../parse/api.ts';
import { analyse } from './api.ts';
import { TEST_NOW, TEST_SCHEMA } from './test-schema.test-support.ts';

const T = 'FROM (VALUES (1, 2)) t (x, y)';

describe('the analyser refuses', () => {
  test.each([
    [
      `SELECT array_agg(DISTINCT x ORDER BY y) ${T}`,
      'line 1:8: For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments',
    ],
    [
      `SELECT approx_percentile(x, y / 5.0) ${T}`,
      'Argument 2 of approx_percentile must be a constant',
    ],
    [
      `SELECT approx_percentile(x, rand()) ${T}`,
      'Argument 2 of approx_percentile must be a constant',
    ],
    [`SELECT max(x, y) ${T}`, 'Argument 2 of max must be a constant'],
    [
      `SELECT 1 ${T} LEFT JOIN (VALUES 3) u (z) ON x IN (SELECT z + y)`,
      'Given correlated subquery is not supported',
    ],
    [
      `SELECT 1 FROM (VALUES ARRAY[1]) t (a) INNER JOIN UNNEST(a) u (b) ON b = 1`,
      'INNER JOIN involving UNNEST is only supported with condition ON TRUE',
    ],
    ['SELECT CAST(ROW(1, 2) AS ROW(a bigint, A double)).a', 'Ambiguous row field reference: a'],
    ["SELECT TIMESTAMP '1500-01-01'", "line 1:8: '1500-01-01' is not a valid timestamp literal"],
    [`SELECT 'b' - 'a'`, "'-' cannot be applied to varchar(1), varchar(1)"],
    [
      'SELECT transform(ARRAY[1], x -> (SELECT 1))',
      'line 1:33: Lambda expression cannot contain subqueries',
    ],
    ['SELECT 9223372036854775808', 'The query syntax is invalid at line 1:8'],
  ])('%s', (sql, text) => {
    const run = () => analyse(parseStatement(sql), TEST_SCHEMA, { nowNanos: TEST_NOW });
    expect(run).toThrow(text);
  });
});
