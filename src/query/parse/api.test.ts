import { describe, expect, test } from 'vitest';
import { SQL_DEPTH_MAX } from '../../base/limits.ts';
import {
  type Expression,
  ParseError,
  parseExpression,
  parseStatement,
  printExpression,
  printStatement,
} from './api.ts';
import { withoutPositions } from './testing.ts';

const canonical = (sql: string) => printStatement(parseStatement(sql));
const canonicalExpression = (sql: string) => printExpression(parseExpression(sql));

/** Both texts say the same. */
function expectSame(sql: string, other: string): void {
  expect(withoutPositions(parseExpression(sql))).toEqual(withoutPositions(parseExpression(other)));
}

function refused(sql: string): ParseError {
  try {
    parseStatement(sql);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error(`accepted: ${sql}`);
}

describe('parseStatement()', () => {
  test.each([
    'SHOW DATABASES',
    "SHOW DATABASES LIKE '%'",
    'SHOW TABLES',
    "SHOW TABLES FROM \"net-example\" LIKE 'a!_%' ESCAPE '!'",
    "SHOW MEASURES FROM db.t LIKE 'cpu%'",
    "SHOW FUNCTIONS LIKE 'a%'",
    'DESCRIBE sampleDB."Dev-Ops"',
    'EXPLAIN ANALYZE SELECT 1',
    'VALUES 1, 2, 3',
    'TABLE db.t',
    'WITH a AS (SELECT 1), b (x, y) AS (VALUES ROW(1, 2)) SELECT * FROM a CROSS JOIN b',
    'WITH RECURSIVE a AS (SELECT 1) TABLE a',
    'SELECT DISTINCT a AS b, *, t.*, db.t.* FROM db.t',
    '(SELECT 1 LIMIT 1) UNION ALL (SELECT 2 LIMIT 2) ORDER BY x NULLS FIRST OFFSET 2 LIMIT ALL',
    'SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT ALL SELECT 4',
    '(SELECT 1 UNION SELECT 2) INTERSECT (SELECT 3 UNION SELECT 4)',
    'SELECT 1 EXCEPT (SELECT 2 EXCEPT SELECT 3)',
    'SELECT a FROM t WHERE b GROUP BY a HAVING c ORDER BY a DESC NULLS LAST, b LIMIT 0',
    'SELECT a FROM t GROUP BY DISTINCT a, (b, c), (), ROLLUP (a), CUBE (a, b)',
    'SELECT GROUPING(a, t.b) FROM t GROUP BY GROUPING SETS (a, (a, b), ())',
    'SELECT a FROM t WINDOW w AS (ORDER BY b), v AS (w ROWS 1 PRECEDING) QUALIFY c > 1',
    'SELECT a FROM t AS x INNER JOIN u ON x.a = u.a LEFT JOIN v USING (a, b)',
    'SELECT a FROM t RIGHT JOIN (u FULL JOIN v ON TRUE) ON FALSE',
    'SELECT a FROM t NATURAL INNER JOIN u CROSS JOIN UNNEST(t.a, t.b) WITH ORDINALITY AS x (y, z)',
    'SELECT a FROM t AS x TABLESAMPLE BERNOULLI (10) CROSS JOIN LATERAL (SELECT 1) AS y',
    'SELECT a FROM (VALUES 1, 2) AS t (c1, c2)',
    "UNLOAD (SELECT 1) TO 's3://b/p' WITH (format = 'CSV', partitioned_by = ARRAY['a', 'b'])",
  ])('keeps %s', (sql) => expect(canonical(sql)).toBe(sql));

  test.each([
    ['select 1;', 'SELECT 1'],
    ['describe "db"."tbl"', 'DESCRIBE db.tbl'],
    ['DESC db.t', 'DESCRIBE db.t'],
    ['SHOW TABLES IN db', 'SHOW TABLES FROM db'],
    ['SELECT a FROM a, b JOIN c ON d', 'SELECT a FROM a CROSS JOIN (b INNER JOIN c ON d)'],
    [
      'SELECT a FROM a JOIN b JOIN c ON d ON e',
      'SELECT a FROM a INNER JOIN (b INNER JOIN c ON d) ON e',
    ],
    ['SELECT a FROM a LEFT OUTER JOIN b ON c', 'SELECT a FROM a LEFT JOIN b ON c'],
    ['SELECT a FROM(SELECT 1)', 'SELECT a FROM (SELECT 1)'],
    ['SELECT a FROM ((SELECT 1) t JOIN u ON b)', 'SELECT a FROM (SELECT 1) AS t INNER JOIN u ON b'],
    ['((SELECT 1)\n\nUNION\n\n(SELECT 2))', 'SELECT 1 UNION SELECT 2'],
    ['SELECT * FROM ((SELECT 1) UNION (SELECT 2))', 'SELECT * FROM (SELECT 1 UNION SELECT 2)'],
    ['SELECT 1 FETCH FIRST 3 ROWS ONLY', 'SELECT 1 LIMIT 3'],
    ['SELECT 1 LIMIT 3 OFFSET 2 ROWS', 'SELECT 1 OFFSET 2 LIMIT 3'],
    ['SELECT ALL a FROM t', 'SELECT a FROM t'],
    ['SELECT distinct(gpio) FROM t', 'SELECT DISTINCT gpio FROM t'],
    ['VALUES ((1,1)), ((2,2))', 'VALUES ROW(1, 1), ROW(2, 2)'],
    ['SELECT a FROM t GROUP BY ALL a', 'SELECT a FROM t GROUP BY a'],
    ['SELECT 1 a, 2 "b c"', 'SELECT 1 AS a, 2 AS "b c"'],
    ['SELECT (f(x)).*, g(y).* AS (a, b)', 'SELECT (f(x)).*, (g(y)).* AS (a, b)'],
    ["UNLOAD(SELECT 1)TO 's3://b'", "UNLOAD (SELECT 1) TO 's3://b'"],
  ])('reads %s', (sql, expected) => expect(canonical(sql)).toBe(expected));

  test('takes words that are not reserved as names and aliases', () => {
    const words = 'time timestamp date interval hour day minute second rank count sum value int';
    const more = 'rows type status level row filter if range some any map desc first ignore over';
    const clauses = 'limit offset fetch window qualify tablesample lateral show explain unload at';
    for (const word of `${words} ${more} ${clauses}`.split(' ')) {
      const column = (name: string) => ({ kind: 'identifier', name, at: expect.anything() });
      const sql = `SELECT ${word}, t.${word} ${word} FROM ${word} ${word} WHERE ${word} = 1`;
      expect(parseStatement(sql)).toMatchObject({
        query: {
          body: {
            items: [{ value: column(word) }, { alias: column(word) }],
            from: { alias: column(word) },
          },
        },
      });
    }
  });

  test('refuses every reserved word as a name', () => {
    for (const word of ['order', 'NATURAL', 'cube', 'uescape', 'current_user', 'constraint']) {
      expect(() => parseStatement(`SELECT a AS ${word}`)).toThrow(ParseError);
      expect(() => parseStatement(`SELECT a AS "${word}"`)).not.toThrow();
    }
  });

  test('takes a word after a table as its alias unless it opens a clause', () => {
    expect(canonical('SELECT * FROM t DESC LIMIT 10')).toBe('SELECT * FROM t AS DESC LIMIT 10');
    expect(canonical('SELECT * FROM t limit LIMIT 10')).toBe('SELECT * FROM t AS "limit" LIMIT 10');
    expect(canonical('SELECT * FROM unnest(a) t(second)')).toBe(
      'SELECT * FROM UNNEST(a) AS t (second)',
    );
  });

  test('gives the fixed text with line and column, and a hint', () => {
    const error = refused('SHOW TABLES FROM net-example');
    expect(error).toMatchObject({ name: 'ValidationException', line: 1, column: 21 });
    expect(error.message).toBe('The query syntax is invalid at line 1:21');
    expect(error.hint).toBe("expected the end of the statement, found '-'");
  });

  test.each([
    ['', '1:1'],
    ['INSERT INTO t VALUES (1)', '1:1'],
    ['  CREATE TABLE t (a int)', '1:3'],
    ['SHOW COLUMNS FROM t', '1:6'],
    ['SHOW MEASURES', '1:14'],
    ['SELECT', '1:7'],
    ['SELECT a FROM', '1:14'],
    ['SELECT 1; SELECT 2', '1:11'],
    ['SELECT a\nFROM t\nWHERE', '3:6'],
    ["SELECT '💰', FROM t", '1:13'],
    ['SELECT measure_value :: double', '1:22'],
    ['SELECT a = b = c', '1:14'],
    ['SELECT a IS NULL = b', '1:18'],
    ['SELECT a FROM t JOIN u', '1:23'],
    ['SELECT NOW() - INTERVAL 30 MINUTE', '1:25'],
    ["SELECT INTERVAL '1'", '1:20'],
    ['SELECT 3hours', '1:8'],
    ['SELECT a FROM t LIMIT x + 1', '1:23'],
    ['SELECT `a`', '1:8'],
    ['SELECT a = ?', '1:12'],
    ["SELECT 'a", '1:8'],
    ["SELECT ) 'a", '1:8'],
    ['SELECT 9223372036854775808', '1:8'],
    ['SELECT if(a)', '1:8'],
    ['SELECT coalesce(a)', '1:8'],
    ['SELECT f(a b)', '1:12'],
    ['SELECT ()', '1:9'],
    ['SELECT 1 = NOT TRUE', '1:12'],
    ['SELECT a FROM t.table', '1:17'],
    ['SELECT 1 FETCH FIRST 1 ROWS WITH TIES', '1:29'],
    ['EXPLAIN EXPLAIN SELECT 1', '1:9'],
  ])('refuses %s at %s', (sql, at) => {
    const { line, column } = refused(sql);
    expect(`${line}:${column}`).toBe(at);
  });
});

describe('parseExpression()', () => {
  test.each([
    ['a OR b AND NOT c = d', 'a OR (b AND (NOT (c = d)))'],
    ["'a' || 1 + 2", "'a' || (1 + 2)"],
    ['a - b - c * d % e', '(a - b) - ((c * d) % e)'],
    ['-a * b', '(-a) * b'],
    ["-a AT TIME ZONE 'UTC'", "-(a AT TIME ZONE 'UTC')"],
    ['-a[1].b', '-((a[1]).b)'],
    ['a || b || c', '(a || b) || c'],
    ['NOT NOT a AND b', '(NOT (NOT a)) AND b'],
    ['a BETWEEN b - 12h AND c AND d', '(a BETWEEN (b - 12h) AND c) AND d'],
    ['a IN (1, 2) OR b NOT LIKE c || d', '(a IN (1, 2)) OR (b NOT LIKE (c || d))'],
    ['x -> x.a > 1 AND b', 'x -> ((x.a > 1) AND b)'],
    ['a = b AND c <> d', '(a = b) AND (c <> d)'],
  ])('gives %s the precedence of %s', expectSame);

  test.each([
    'a = ALL (VALUES 1, 2)',
    'a <= ANY (SELECT 1)',
    'a IN (SELECT 1)',
    'a NOT IN (1, 2)',
    'a NOT BETWEEN 1 AND 2',
    "a LIKE 'b!%' ESCAPE '!'",
    'a IS NULL AND b IS NOT NULL',
    'a IS DISTINCT FROM b OR a IS NOT DISTINCT FROM c',
    'EXISTS (SELECT 1)',
    '(SELECT 1) + 1',
    'CASE a WHEN 1 THEN b ELSE c END',
    'CASE WHEN a = 1 THEN b WHEN c THEN (SELECT NULL) END',
    'IF(a, b)',
    'IF(a, b, c)',
    'COALESCE(a, b, c)',
    'NULLIF(a, b)',
    'TRY(a / 0)',
    'EXTRACT(YEAR FROM a)',
    'CAST(a AS double) + TRY_CAST(b AS varchar(3))',
    'CAST(a AS row(count_high bigint, "interval" array(map(varchar, double)), date))',
    'CAST(a AS timestamp(3) with time zone)',
    'CAST(a AS interval day to second)',
    'current_date < current_timestamp(3)',
    'ARRAY[1, 2][1]',
    'ROW(1, NULL, TRUE).f',
    '@scheduled_runtime - 10m',
    "INTERVAL -'3 05:10' DAY TO MINUTE",
    "DATE '2020-03-01'",
    "X'65683F'",
    'U.X',
    'count(*) FILTER (WHERE a > 1)',
    'count(DISTINCT a, b)',
    'array_agg(a ORDER BY b DESC NULLS FIRST)',
    'dense_rank() OVER (PARTITION BY a, b ORDER BY c)',
    'last_value(a) IGNORE NULLS OVER (ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)',
    'sum(a) OVER (w GROUPS BETWEEN 1 PRECEDING AND 2h FOLLOWING) + sum(b) OVER w',
    'filter(ts, (x) -> x.value < 75 AND x.time > oldest_time + 1m)',
    'reduce(a, 0, (s, x) -> s + x, (s) -> s)',
    'zip_with(a, b, () -> 1)',
    '-9223372036854775808',
    '- -1',
    'a.b.c(d)',
  ])('keeps %s', (sql) => expect(canonicalExpression(sql)).toBe(sql));

  test.each([
    ['a != b', 'a <> b'],
    ['a >= SOME (VALUES 53,77,27)', 'a >= ANY (VALUES 53, 77, 27)'],
    ["(1, 'a')", "ROW(1, 'a')"],
    ['position(a IN b)', 'strpos(b, a)'],
    ['substring(a FROM 2 FOR 3)', '"substring"(a, 2, 3)'],
    ['substring(a, 2)', '"substring"(a, 2)'],
    ["trim(LEADING 'x' FROM a)", "ltrim(a, 'x')"],
    ['trim(TRAILING FROM a)', 'rtrim(a)'],
    ["trim('x' FROM a)", '"trim"(a, \'x\')'],
    ['trim(both)', '"trim"("both")'],
    ['normalize(a, nfkd)', '"normalize"(a, \'NFKD\')'],
    ['cast(a AS int array)', 'CAST(a AS array(integer))'],
    ['cast(a AS ARRAY<ARRAY<double precision>>)', 'CAST(a AS array(array(double)))'],
    ['cast(a AS time without time zone)', 'CAST(a AS time)'],
    ["INTERVAL '2' DAY", "INTERVAL '2' DAY"],
    ["u&'\\0041\\+01f4b0\\\\'", "'A💰\\'"],
    ["U&'!0041!!' UESCAPE '!'", "'A!'"],
    ["X'65 68'", "X'6568'"],
    ['ago (1h)', 'ago(1h)'],
    ['f(a, -- first\n b /* second */)', 'f(a, b)'],
    ['count(all a)', 'count(a)'],
    ['((SELECT 1))', '(SELECT 1)'],
    ['((SELECT 1) UNION SELECT 2)', '(SELECT 1 UNION SELECT 2)'],
    ['a IN ((SELECT 1), 2)', 'a IN ((SELECT 1), 2)'],
  ])('reads %s', (sql, expected) => expect(canonicalExpression(sql)).toBe(expected));

  test('reads time, date and interval as columns unless a string follows', () => {
    expect(parseExpression('time')).toMatchObject({ kind: 'identifier', name: 'time' });
    expect(parseExpression("TIME '01:00'")).toMatchObject({ kind: 'typed-literal', text: '01:00' });
    expect(parseExpression('interval')).toMatchObject({ kind: 'identifier' });
    expect(parseExpression("interval - '1'")).toMatchObject({ kind: 'arithmetic' });
    expect(parseExpression("interval - '1' day")).toMatchObject({ kind: 'interval-literal' });
  });

  test('reads over, filter and ignore behind a call as an alias where no clause follows', () => {
    for (const word of ['over', 'filter', 'ignore', 'respect']) {
      expect(canonical(`SELECT f() ${word} FROM t`)).toBe(`SELECT f() AS ${word} FROM t`);
    }
  });

  test('does not take :: as a cast', () => {
    expect(parseExpression('x::bigint')).toMatchObject({ kind: 'identifier', name: 'x::bigint' });
    expect(parseExpression('b.measure_value::double')).toMatchObject({
      kind: 'dereference',
      field: { name: 'measure_value::double' },
    });
  });

  test('reads 1 day as an integer with an alias', () => {
    expect(canonical('SELECT 1 day, 15 m')).toBe('SELECT 1 AS day, 15 AS m');
  });

  test.each<[string, string, number]>([
    ['abc + 1', 'arithmetic', 5],
    ['a = b', 'comparison', 3],
    ['a AND b AND c', 'logical', 3],
    ['a || b', 'concat', 3],
    ['a NOT IN (1)', 'in-list', 3],
    ['a BETWEEN 1 AND 2', 'between', 3],
    ['a IS NOT NULL', 'is-null', 3],
    ['a > ALL (SELECT 1)', 'quantified', 3],
    ['  NOT a', 'not', 3],
    ['  -a', 'unary', 3],
    ['  a.b', 'dereference', 3],
    ['  a[1]', 'subscript', 3],
    ['  f(a)', 'call', 3],
    ['  (SELECT 1)', 'subquery', 3],
    ['  (1, 2)', 'row', 3],
    ['  x -> 1', 'lambda', 3],
    ["a AT TIME ZONE 'UTC'", 'at-time-zone', 3],
  ])('puts %s, a %s, at column %i', (sql, kind, column) => {
    expect(parseExpression(sql)).toMatchObject({ kind, at: { line: 1, column } });
  });

  test('keeps the operands of AND in one node, but not those in parentheses', () => {
    const operands = (expression: Expression) =>
      expression.kind === 'logical' ? expression.operands.length : 0;
    expect(operands(parseExpression('a AND b AND c AND d'))).toBe(4);
    expect(operands(parseExpression('a AND (b AND c) AND d'))).toBe(3);
  });
});

describe('the depth of statements', () => {
  const nested = (before: string, after: string, levels: number) =>
    `SELECT ${before.repeat(levels)}1${after.repeat(levels)}`;
  const many = 20_000;

  test.each([
    ['parentheses', '(', ')'],
    ['calls', 'f(', ')'],
    ['signs', '- ', ''],
    ['NOTs', 'NOT ', ''],
    ['lambdas', 'x -> ', ''],
    ['sub-queries', '(SELECT ', ')'],
    ['subscripts', 'a[', ']'],
    ['every operator', '(a OR a AND a = a || a + a * -', ')'],
    ['sums', '1 + ', ''],
    ['CASEs', 'CASE WHEN a THEN ', ' END'],
    ['arrays', 'ARRAY[', ']'],
  ])('is limited for %s', (_, before, after) => {
    expect(() => parseStatement(nested(before, after, 20))).not.toThrow();
    expect(refused(nested(before, after, many)).hint).toContain(String(SQL_DEPTH_MAX));
  });

  test.each([
    ['types', `SELECT CAST(a AS ${'array('.repeat(many)}x${')'.repeat(many)})`],
    ['post-fix array types', `SELECT CAST(a AS x${' array'.repeat(many)})`],
    ['parenthesised queries', `${'('.repeat(many)}SELECT 1${')'.repeat(many)}`],
    ['queries in an expression', `SELECT ${'('.repeat(many)}SELECT 1${')'.repeat(many)}`],
    ['parenthesised relations', `SELECT 1 FROM ${'('.repeat(many)}t${')'.repeat(many)}`],
    ['joins', `SELECT 1 FROM t${' CROSS JOIN t'.repeat(many)}`],
    ['nested joins', `SELECT 1 FROM t${' JOIN t'.repeat(many)}`],
    ['unions', `SELECT 1${' UNION SELECT 1'.repeat(many)}`],
    ['row types', `SELECT CAST(a AS ${'row(a '.repeat(many)}x${')'.repeat(many)})`],
  ])('is limited for %s', (_, sql) => {
    expect(refused(sql).hint).toContain(String(SQL_DEPTH_MAX));
    expect(refused(sql).message).toMatch(/ at line 1:\d+$/);
  });

  test('is not what limits long lists', () => {
    const conditions = `a = 1${' OR a = 1'.repeat(5000)}`;
    expect(() => parseExpression(conditions)).not.toThrow();
    expect(() => parseExpression(`a IN (1${', 1'.repeat(5000)})`)).not.toThrow();
  });
});
