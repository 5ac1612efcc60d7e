/** What the generated SQL computes, in DuckDB. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { queryErrorText } from '../analyse/functions/engine-texts.ts';
import { TEST_NOW } from '../analyse/test-schema.test-support.ts';
import { lowered, openTestEngine, runLowered, type TestRow } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const MINUTE = 60_000_000_000n;

function cpu(host: string | null, minute: number, value: number | null): TestRow {
  const time = TEST_NOW + BigInt(minute) * MINUTE;
  return { host, region: 'eu', measure_name: 'm', time, 'measure_value::double': value };
}

const CPU = [cpu('a', 0, 1), cpu('a', 1, 3), cpu('b', 0, 2), cpu('b', 2, null), cpu(null, 1, 5)];
const STATUS: readonly TestRow[] = [
  { host: 'a', measure_name: 's', time: TEST_NOW, code: 1n, note: 'x' },
  { host: 'b', measure_name: 's', time: TEST_NOW, code: 2n, note: null },
  { host: 'z', measure_name: 's', time: TEST_NOW, code: 3n, note: 'y' },
];

function run(sql: string) {
  return runLowered(engine, lowered(sql), (scan) => (scan.table.table === 'cpu' ? CPU : STATUS));
}

const N = TEST_NOW;

describe('queries', () => {
  test.each<[string, readonly (readonly unknown[])[]]>([
    // select, order, limit
    [
      'SELECT host FROM db.cpu WHERE host IS NOT NULL ORDER BY time DESC, host LIMIT 2',
      [['b'], ['a']],
    ],
    ['SELECT DISTINCT host FROM db.cpu ORDER BY host DESC', [['b'], ['a'], [null]]],
    [
      'SELECT host, host FROM db.cpu ORDER BY measure_value::double NULLS FIRST LIMIT 1',
      [['b', 'b']],
    ],
    [
      'SELECT x FROM (VALUES 1.0, nan(), NULL, infinity()) t (x) ORDER BY x DESC',
      [[Number.NaN], [Infinity], [1], [null]],
    ],
    ['SELECT x FROM (VALUES 3, 1, 2) t (x) ORDER BY -x', [[3], [2], [1]]],
    ["SELECT 'it''s'", [["it's"]]],
    // grouping
    [
      'SELECT host, count(*), sum(measure_value::double) FROM db.cpu GROUP BY host ORDER BY 1',
      [
        ['a', 2n, 4],
        ['b', 2n, 2],
        [null, 1n, 5],
      ],
    ],
    [
      'SELECT bin(time, 2m) AS t, max(measure_value::double) FROM db.cpu GROUP BY bin(time, 2m) ORDER BY t',
      [
        [N, 5],
        [N + 2n * MINUTE, null],
      ],
    ],
    ['SELECT count(*) FROM db.cpu WHERE false', [[0n]]],
    ['SELECT 1 FROM db.cpu HAVING count(*) > 100', []],
    [
      'SELECT host, grouping(host), count(*) FROM db.status GROUP BY ROLLUP (host) ORDER BY 2, 1',
      [
        ['a', 0n, 1n],
        ['b', 0n, 1n],
        ['z', 0n, 1n],
        [null, 1n, 3n],
      ],
    ],
    ['SELECT count(*) FROM db.cpu GROUP BY GROUPING SETS ((), ())', [[5n], [5n]]],
    [
      'SELECT host FROM db.cpu GROUP BY host HAVING avg(measure_value::double) > 1 ORDER BY avg(measure_value::double) DESC',
      [[null], ['a'], ['b']],
    ],
    [
      "SELECT count(*) FILTER (WHERE host = 'a'), count(DISTINCT host), array_agg(code ORDER BY code DESC) FROM db.cpu JOIN db.status USING (host)",
      [[2n, 2n, [2n, 2n, 1n, 1n]]],
    ],
    [
      `SELECT cardinality(create_time_series(DISTINCT time, x)) FROM (VALUES (now(), 1), (now(), 1), (ago(1s), 2)) t (time, x)`,
      [[2n]],
    ],
    [`SELECT x FROM (VALUES 1, 2) t (x) ORDER BY 'a', x DESC`, [[2], [1]]],
    ['SELECT x FROM (VALUES 1, 2) t (x) ORDER BY 1 + 0, 7e0, x DESC', [[2], [1]]],
    ['SELECT try(rand(random(1)))', [[null]]],
    [
      'SELECT try(rand(1)), try(try(rand(1)) + 1), try(try(rand()) * 0e0), try(cardinality(shuffle(ARRAY[1, 2])))',
      [[0, 1, 0, 2n]],
    ],
    ['SELECT try(sum(code) / (count(*) - 3)) FROM db.status', [[null]]],
    [
      'SELECT region, (SELECT max(code) FROM db.status s WHERE s.measure_name > c.region) FROM db.cpu c GROUP BY region',
      [['eu', 3n]],
    ],
    // joins
    [
      'SELECT c.host, code FROM db.cpu c LEFT JOIN db.status s ON c.host = s.host AND code = 1 WHERE c.time = now() ORDER BY 1',
      [
        ['a', 1n],
        ['b', null],
      ],
    ],
    [
      'SELECT host, code FROM db.cpu FULL JOIN db.status USING (host) WHERE measure_value::double IS NULL ORDER BY 1',
      [
        ['b', 2n],
        ['z', 3n],
      ],
    ],
    [
      'SELECT x, y FROM (VALUES 1, 2) t (x) LEFT JOIN (VALUES 1, 2) u (y) ON x = y AND y IN (SELECT 2) ORDER BY 1',
      [
        [1, null],
        [2, 2],
      ],
    ],
    [
      'SELECT a.x, b.y FROM (VALUES 1, 2) a (x) CROSS JOIN LATERAL (SELECT a.x * 10 AS y) b ORDER BY 1',
      [
        [1, 10],
        [2, 20],
      ],
    ],
    [
      'SELECT b.y FROM (VALUES 1, 2) a (x) CROSS JOIN LATERAL (SELECT transform(ARRAY[z], e -> e + a.x) AS y FROM (VALUES 5) c (z)) b ORDER BY 1',
      [[[6]], [[7]]],
    ],
    [
      'SELECT (SELECT max(filter(ARRAY[1, 2], e -> e > x)[1]) FROM (VALUES 1) u (y)) FROM (VALUES 1) t (x)',
      [[2]],
    ],
    // sub-queries
    [
      'SELECT note FROM db.status WHERE host IN (SELECT host FROM db.cpu WHERE host IS NOT NULL) ORDER BY code',
      [['x'], [null]],
    ],
    ['SELECT host FROM db.status WHERE host NOT IN (SELECT host FROM db.cpu)', []],
    [
      'SELECT host FROM db.status s WHERE NOT EXISTS (SELECT 1 FROM db.cpu c WHERE c.host = s.host)',
      [['z']],
    ],
    [
      'SELECT 17 < ALL (VALUES 19, 20, 15), 50 >= SOME (VALUES 53, 77, 27), 1 = ANY (SELECT 1 WHERE false), 1 = ALL (SELECT 1 WHERE false)',
      [[false, true, false, true]],
    ],
    ['SELECT nan() = ANY (SELECT nan()), (1, 2) IN (SELECT 1, 2)', [[false, true]]],
    [
      "SELECT code, (SELECT max(time) FROM db.cpu) - 1m = time FROM db.status WHERE note = 'x'",
      [[1n, false]],
    ],
    ['SELECT try((SELECT 1) / 0)', [[null]]],
    ['SELECT abs((SELECT -1)) / (SELECT max(code) FROM db.status)', [[0n]]],
    // set operations and named queries
    ['SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 2.5 ORDER BY a', [[1], [2.5]]],
    ['(SELECT 1 ORDER BY 1 LIMIT 1) EXCEPT (VALUES 1, 2)', []],
    [
      'WITH a AS (SELECT code AS x FROM db.status), b AS (SELECT sum(x) AS s FROM a) SELECT x, s FROM a, b ORDER BY x LIMIT 1',
      [[1n, 6n]],
    ],
    // unnest
    [
      'SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY[3]) WITH ORDINALITY AS t (a, b, n) ORDER BY n',
      [
        [1, 3, 1n],
        [2, null, 2n],
      ],
    ],
    [
      'SELECT x, y FROM (VALUES (1, ARRAY[5, 6]), (2, NULL)) t (x, a) CROSS JOIN UNNEST(a) u (y) ORDER BY 2',
      [
        [1, 5],
        [1, 6],
      ],
    ],
    [
      'SELECT x, y FROM (VALUES (1, ARRAY[5]), (2, NULL)) t (x, a) LEFT JOIN UNNEST(a) u (y) ON true ORDER BY 1',
      [
        [1, 5],
        [2, null],
      ],
    ],
    [
      "SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'p'), ROW(2, 'q')]) t (a, b) ORDER BY a",
      [
        [1, 'p'],
        [2, 'q'],
      ],
    ],
    [
      "SELECT p.time, p.value FROM (SELECT create_time_series(time, measure_value::double) AS s FROM db.cpu WHERE host = 'a') CROSS JOIN UNNEST(s) AS p ORDER BY 1",
      [
        [N, 1],
        [N + MINUTE, 3],
      ],
    ],
    // windows
    [
      'SELECT host, rank() OVER (ORDER BY code DESC) FROM db.status ORDER BY 2',
      [
        ['z', 1n],
        ['b', 2n],
        ['a', 3n],
      ],
    ],
    [
      'SELECT last_value(note) IGNORE NULLS OVER (ORDER BY code ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM db.status ORDER BY 1',
      [['x'], ['x'], ['y']],
    ],
    [
      'SELECT host, sum(count(*)) OVER () FROM db.cpu GROUP BY host ORDER BY host LIMIT 1',
      [['a', 5n]],
    ],
    [
      'SELECT code, sum(code) OVER (ORDER BY code RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM db.status ORDER BY 1',
      [
        [1n, 1n],
        [2n, 3n],
        [3n, 5n],
      ],
    ],
    [
      'SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 5, 9) t(x) ORDER BY x',
      [
        [1, 2n],
        [1, 2n],
        [5, 7n],
        [9, 14n],
      ],
    ],
    [
      'SELECT host, row_number() OVER (ORDER BY code DESC) AS place FROM db.status QUALIFY place = 1',
      [['z', 1n]],
    ],
    // expressions
    [
      "SELECT 'a_' LIKE 'a_' ESCAPE '', 'ab' LIKE 'a_' ESCAPE '', 'b' LIKE 'a_' ESCAPE ''",
      [[true, true, false]],
    ],
    [
      'SELECT x / 0, x % 0, mod(x, 0) FROM (VALUES CAST(NULL AS bigint)) t(x)',
      [[null, null, null]],
    ],
    ['SELECT 7 / 2, -7 / 2, 7 % -3, 1 / 0.0, try(1 / 0)', [[3, -3, 1, Infinity, null]]],
    [
      "SELECT 'a_c' LIKE 'a!_c' ESCAPE '!', 'abc' NOT LIKE 'a%', NULL IN (1), 1 IN (2, NULL)",
      [[true, false, null, null]],
    ],
    [
      'SELECT nan() = nan(), nan() <> 1.0, nan() BETWEEN 0.0 AND nan(), nan() IN (nan())',
      [[false, true, false, false]],
    ],
    [
      'SELECT CASE 2 WHEN 1 THEN 1 / 0 ELSE 5 END, if(false, 1 / 0), coalesce(1, 1 / 0), nullif(1, 1)',
      [[5, null, 1, null]],
    ],
    [
      'SELECT filter(ARRAY[1, 2, 3], x -> x > y), reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * y) FROM (VALUES 2) t (y)',
      [[[3], 12]],
    ],
    ['SELECT ARRAY[5, 6][2], CAST(ROW(1, 2) AS ROW(a bigint, b integer)).a', [[6, 1n]]],
    [
      'SELECT -9223372036854775808, round(3.14, CAST(NULL AS integer)), concat(ARRAY[1], ARRAY[2], NULL)',
      [[-9223372036854775808n, null, null]],
    ],
    [
      'SELECT count_if(DISTINCT x = 1), approx_distinct(x, 0.1), approx_percentile(x, 1, 0.5, 0.1) FROM (VALUES 1, 1, 2) t (x)',
      [[1n, 2n, 1n]],
    ],
    [
      'SELECT x, y FROM (VALUES CAST(ROW(1, 2) AS ROW(a integer, b integer)), (3, 4)) t (x, y) ORDER BY 1',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'SELECT x, y FROM (VALUES 1, 2) t (x) LEFT JOIN (VALUES 2, 3) u (y) ON x = (SELECT y) ORDER BY 1',
      [
        [1, null],
        [2, 2],
      ],
    ],
    ['SELECT TRY(rand()) < 1, TRY(random(5) / 0)', [[true, null]]],
    ["SELECT 'a%b' LIKE 'a!%b' ESCAPE '!', 'a!' LIKE 'a!!' ESCAPE '!'", [[true, true]]],
    [
      'SELECT TRY(10 / x), TRY(10 / x + 1), COALESCE(IF(x = 0, 7), 10 / x), COALESCE(IF(x = 0, 8), 10 / x + 1) FROM (VALUES 0, 1) t (x) ORDER BY x',
      [
        [null, null, 7, 8],
        [10, 11, 10, 11],
      ],
    ],
    [
      "SELECT TRY_CAST(s AS integer), TRY_CAST(s AS integer) + 1 FROM (VALUES 'a') t (s)",
      [[null, null]],
    ],
    ['SELECT (SELECT TRY(10 / x + (SELECT 1))) FROM (VALUES 0, 5) t (x) ORDER BY x', [[null], [3]]],
    [
      "SELECT TRY_CAST((SELECT 'a') AS integer), TRY_CAST(CAST(rand() AS varchar) AS double) < 1",
      [[null, true]],
    ],
    [
      'SELECT transform(ARRAY[0, 5], y -> TRY(COALESCE(10 / y, x))), abs(TRY(x / (SELECT 0))) FROM (VALUES 1) t (x)',
      [[[null, 2], null]],
    ],
    [
      'SELECT max(TRY(10 / x)), max(TRY(10 / x + 1)) FROM (VALUES 0, 5) t (x) GROUP BY TRY(10 / x) IS NULL ORDER BY 1',
      [
        [2, 3],
        [null, null],
      ],
    ],
    ["SELECT upper('äßẞ'), split_part('a', NULL, 1)", [['Äßẞ', null]]],
    ["SELECT CAST('1e999' AS double), CAST(2147483647.4 AS integer)", [[Infinity, 2147483647]]],
    ['SELECT CAST(2.5 AS integer), CAST(-2.5 AS bigint)', [[3, -3n]]],
    ["SELECT '1' || NULL, ARRAY[1] || 2, NULL IS DISTINCT FROM 1", [[null, [1, 2], true]]],
  ])('%s', async (sql, expected) => {
    expect(await run(sql)).toEqual(expected);
  });
});

describe('TRY over many rows', () => {
  test.each([
    'TRY(COALESCE(IF(x % 2 = 0, x), 10 / (x % 7)))',
    'COALESCE(TRY(COALESCE(IF(x % 2 = 0, x), 10 / (x % 7))), NULL)',
    'TRY(COALESCE(NULL, IF(x % 2 = 0, x), transform(ARRAY[x], y -> COALESCE(10 / (y % 7), 0))[1]))',
  ])('%s fails for its own rows only', async (expression) => {
    const right = 'IF(x % 2 = 0, x, IF(x % 7 = 0, NULL, 10 / (x % 7)))';
    const wrong = `count_if(${expression} IS DISTINCT FROM ${right})`;
    for (let repetition = 0; repetition < 20; repetition++) {
      expect(await run(`SELECT ${wrong} FROM UNNEST(sequence(1, 3000)) t (x)`)).toEqual([[0n]]);
    }
  });

  test.each(['integer', 'bigint', 'double'])('TRY_CAST of texts to %s', async (type) => {
    const text = "IF(x % 7 = 0, 'a', CAST(x AS varchar))";
    const wrong = `count_if(TRY_CAST(${text} AS ${type}) IS DISTINCT FROM IF(x % 7 = 0, NULL, x))`;
    for (let repetition = 0; repetition < 20; repetition++) {
      expect(await run(`SELECT ${wrong} FROM UNNEST(sequence(1, 3000)) t (x)`)).toEqual([[0n]]);
    }
  });
});

describe('errors at run time', () => {
  test.each([
    ['SELECT 1 / 0', 'Division by zero'],
    ['SELECT ARRAY[1][0]', 'SQL array indices start at 1'],
    ['SELECT (SELECT code FROM db.status)', 'Scalar sub-query has returned multiple rows'],
    ['SELECT -(-9223372036854775808)', 'bigint negation overflow: -9223372036854775808'],
    ['SELECT approx_distinct(1, 0.5)', 'Max standard error must be in [0.0040625, 0.26'],
    [
      'SELECT approx_percentile(1, 1, 0.5, 1.0)',
      'Percentile accuracy must be strictly between 0 and 1',
    ],
    ['SELECT CAST(2147483647.5 AS integer)', 'Out of range for integer: 2.1474836475E9'],
    ["SELECT CAST('99999999999' AS integer)", "Cannot cast '99999999999' to INT"],
    [
      "SELECT CAST('99999999999999999999' AS bigint)",
      "Cannot cast '99999999999999999999' to BIGINT",
    ],
    ['SELECT CAST(-2147483648.5 AS integer)', 'Out of range for integer: -2.1474836485E9'],
    [
      'SELECT CAST(9223372036854775807e0 AS bigint)',
      'Unable to cast 9.223372036854776E18 to bigint',
    ],
    [
      "SELECT create_time_series(timestamp '2024-05-01', x) FROM (VALUES 1, 2) t (x)",
      'create_time_series() has two values for 2024-05-01 00:00:00.000000000',
    ],
    ['SELECT CAST(nan() AS bigint)', 'Unable to cast NaN to bigint'],
    [
      "SELECT 'ab' LIKE 'a!' ESCAPE '!'",
      "Escape character must be followed by '%', '_' or the escape character itself",
    ],
    ["SELECT 'a' LIKE 'a' ESCAPE '!!'", 'Escape string must be a single character'],
    ['SELECT approx_percentile(1, NULL)', 'Percentile must be between 0 and 1'],
  ])('%s', async (sql, message) => {
    const failure = await run(sql).catch((error: Error) => error.message);
    expect(queryErrorText(String(failure)) ?? failure).toContain(message);
  });
});

describe('user text', () => {
  test('reaches DuckDB as a literal, whatever is in it', async () => {
    const text = `'; tile_scan(1) -- " \\ \u0000 é 🦆`;
    const sql = `SELECT '${text.replaceAll("'", "''")}' AS "a; drop", length(host) FROM db.cpu AS "t'1" LIMIT 1`;
    expect(lowered(sql).sql).not.toContain('drop');
    expect((await run(sql))[0]?.[0]).toBe(text);
  });
});

test('a lowered query names the kernels it calls', () => {
  expect(lowered("SELECT CAST('k_none(' || host AS timestamp) FROM db.cpu").kernels).toEqual([
    'k_parse_timestamp',
    'k_text_room',
  ]);
});
