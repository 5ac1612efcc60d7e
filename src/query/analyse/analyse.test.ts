/** Names, result columns and errors of the analyser, through its api. */
import { describe, expect, test } from 'vitest';
import { parseStatement } from '../parse/api.ts';
import { type AnalysedQuery, analyse, displayType } from './api.ts';
import { TEST_NOW, TEST_SCHEMA } from './test-schema.test-support.ts';

function statement(sql: string) {
  return analyse(parseStatement(sql), TEST_SCHEMA, { nowNanos: TEST_NOW });
}

function query(sql: string): AnalysedQuery {
  const analysed = statement(sql);
  if (analysed.kind !== 'query') throw new Error(`${sql} is no query`);
  return analysed;
}

/** `name type, name type` */
function columns(sql: string): string {
  return query(sql)
    .columns.map(({ name, type }) => `${name} ${displayType(type)}`)
    .join(', ');
}

describe('result columns', () => {
  test.each([
    ['SELECT 1, 2 AS x, now()', '_col0 integer, x integer, _col2 timestamp'],
    [
      'SELECT c.time, measure_value::double FROM db.cpu c',
      'time timestamp, measure_value::double double',
    ],
    ['SELECT null, null', '_col0 unknown, _col1 unknown'],
    ['SELECT -2147483647, -2147483648', '_col0 integer, _col1 bigint'],
    ['SELECT host, time AS t, time FROM db.cpu', 'host varchar, t timestamp, time timestamp'],
    [
      'SELECT s.* FROM db.cpu, db.status AS s',
      'host varchar, measure_name varchar, time timestamp, code bigint, note varchar',
    ],
    ['SELECT * FROM (VALUES (1, 2.5), (NULL, 1)) AS t (a, b)', 'a integer, b double'],
    ['VALUES 1, 2', '_col0 integer'],
    ['SELECT 1 AS a UNION ALL SELECT 2.5', 'a double'],
    ['SELECT x.f FROM (SELECT CAST(ROW(1) AS ROW(f bigint)) AS x)', 'f bigint'],
    ['SELECT code, count(*) FROM db.status GROUP BY 1', 'code bigint, _col1 bigint'],
    ['SELECT IF(true, 1, 2.5), COALESCE(NULL, code) FROM db.status', '_col0 double, _col1 bigint'],
    ['SELECT host FROM db.cpu JOIN db.status USING (host)', 'host varchar'],
    ['SELECT transform(ARRAY[1, 2], x -> x > 1) AS big', 'big array(boolean)'],
    [
      'SELECT u.* FROM db.cpu CROSS JOIN UNNEST(ARRAY[1], ARRAY[true]) WITH ORDINALITY AS u (a, b, n)',
      'a integer, b boolean, n bigint',
    ],
  ])('of %s', (sql, expected) => {
    expect(columns(sql)).toBe(expected);
  });

  test('say which table column they are', () => {
    const [host, time, sum] = query('SELECT host, time AS t, code + 1 FROM db.status').columns;
    expect(host?.origin).toEqual({ table: { database: 'db', table: 'status' }, name: 'host' });
    expect(host?.aliased).toBe(false);
    expect(time?.origin?.name).toBe('time');
    expect(time?.aliased).toBe(true);
    expect(sum?.origin).toBeUndefined();
  });

  test('of a time series and its points', () => {
    const sql = `WITH s AS (SELECT create_time_series(time, measure_value::double) AS s FROM db.cpu)
      SELECT s, p.time, p.value FROM s CROSS JOIN UNNEST(s) AS p`;
    expect(columns(sql)).toBe('s timeseries(double), time timestamp, value double');
  });
});

describe('names', () => {
  test.each([
    'SELECT HOST, "Host", cpu.host, db.cpu.host FROM db.cpu',
    'SELECT a.host FROM db.cpu A',
    'SELECT X FROM (SELECT 1 AS x)',
    'WITH w (a) AS (SELECT 1) SELECT W.A FROM w WHERE EXISTS (SELECT 1 FROM w)',
    'SELECT host FROM db.cpu c WHERE EXISTS (SELECT 1 FROM db.status s WHERE s.host = c.host)',
    'SELECT bin(time, 1h) AS b, count(*) FROM db.cpu GROUP BY bin(time, 1h) ORDER BY b',
    'SELECT host FROM db.cpu GROUP BY host ORDER BY avg(measure_value::double) DESC',
    'SELECT a.second FROM unnest(sequence(0, 3)) t(second) CROSS JOIN unnest(sequence(0, 3)) AS t(hour) CROSS JOIN (VALUES 1) a(second)',
    "SELECT host FROM db.cpu WHERE time > '2024-01-01' AND time BETWEEN '2023-09-19' AND now()",
    'SELECT region, (SELECT max(code) FROM db.status s WHERE s.host = region) FROM db.cpu GROUP BY region',
    'SELECT DISTINCT host FROM db.cpu ORDER BY host',
    'SELECT grouping(host), count(*) FROM db.cpu GROUP BY ROLLUP (region, host)',
  ])('are found in %s', (sql) => {
    expect(() => query(sql)).not.toThrow();
  });
});

describe('errors', () => {
  test.each([
    ['SELECT x FROM db.cpu', "line 1:8: Column 'x' does not exist"],
    ['SELECT c.x FROM db.cpu c', "line 1:8: Column 'c.x' does not exist"],
    ['SELECT time FROM db.cpu, db.status', "line 1:8: Column 'time' is ambiguous"],
    ['SHOW TABLES FROM no', "Requested database 'no' not found for identifier 'no' at line 1:18"],
    ['SELECT 1 FROM no.t', "Requested database 'no' not found for identifier 'no.t' at line 1:15"],
    ['SELECT 1 FROM db.t', 'line 1:15: Table db.t does not exist'],
    ['SELECT *', 'line 1:8: SELECT * not allowed in queries without FROM clause'],
    ["SELECT 'a' = 1", "line 1:12: '=' cannot be applied to varchar(1), integer"],
    ['SELECT host + 1 FROM db.cpu', "line 1:13: '+' cannot be applied to varchar, integer"],
    [
      'SELECT true AND 15m',
      'line 1:17: Right side of logical expression must evaluate to a boolean (actual: interval day to second): ',
    ],
    [
      'SELECT 1 FROM db.cpu WHERE 1',
      'line 1:28: WHERE clause must evaluate to a boolean: actual type integer',
    ],
    [
      'SELECT host, count(*) FROM db.cpu',
      "line 1:8: 'host' must be an aggregate expression or appear in GROUP BY clause",
    ],
    [
      'SELECT bin(time, 1m) FROM db.cpu GROUP BY bin(time, 1h)',
      "line 1:8: 'bin(time, 1m)' must be an aggregate expression or appear in GROUP BY clause",
    ],
    ['SELECT host AS h FROM db.cpu GROUP BY h', "line 1:39: Column 'h' does not exist"],
    ['SELECT host FROM db.cpu GROUP BY 2', 'line 1:34: GROUP BY position 2 is not in select list'],
    ['SELECT host FROM db.cpu ORDER BY 0', 'line 1:34: ORDER BY position 0 is not in select list'],
    [
      'SELECT host FROM db.cpu WHERE count(*) > 1',
      'line 1:31: WHERE clause cannot contain aggregations, window functions or grouping operations: [count(*)]',
    ],
    [
      'SELECT sum(count(*)) FROM db.cpu',
      "line 1:12: Cannot nest aggregations inside aggregation 'sum': [count(*)]",
    ],
    ['SELECT rank() FROM db.cpu', 'line 1:8: Window function rank requires an OVER clause'],
    [
      'SELECT sum(rank() OVER ()) OVER () FROM db.cpu',
      'line 1:12: Cannot nest window functions inside window function arguments',
    ],
    [
      'SELECT DISTINCT host FROM db.cpu ORDER BY time',
      'line 1:43: For SELECT DISTINCT, ORDER BY expressions must appear in select list',
    ],
    ['SELECT 1 UNION SELECT 1, 2', 'line 1:10: UNION query has different number of fields: 1, 2'],
    [
      "SELECT 1 UNION SELECT 'a'",
      'line 1:10: column 1 in UNION query has incompatible types: integer, varchar(1)',
    ],
    [
      'WITH a AS (SELECT 1), A AS (SELECT 2) SELECT 1',
      "line 1:23: WITH query name 'A' specified more than once",
    ],
    [
      'SELECT 1 FROM db.cpu AS t (a)',
      "line 1:25: Column alias list has 1 entries but 't' has 6 columns available",
    ],
    ['SELECT 1 FROM cpu', 'line 1:15: Schema must be specified when session schema is not set'],
    [
      'SELECT CASE WHEN true THEN 1 ELSE true END',
      'line 1:8: All CASE results must be the same type: integer',
    ],
    [
      'SELECT (SELECT 1, 2)',
      'line 1:8: Multiple columns returned by subquery are not yet supported. Found 2',
    ],
    ['SELECT 1 FROM db.cpu NATURAL JOIN db.status', 'line 1:22: Natural join not supported'],
    ['SELECT CAST(now() AS double)', 'line 1:8: Cannot cast timestamp to double'],
    ["SELECT DATE '2024-13-01'", "line 1:8: '2024-13-01' is not a valid date literal"],
    ['SELECT transform(ARRAY[1], x -> y)', "line 1:33: Column 'y' does not exist"],
  ])('%s', (sql, message) => {
    expect(() => query(sql)).toThrow(
      expect.objectContaining({ name: 'ValidationException', message }),
    );
  });

  test.each([
    "SELECT ago('7d')",
    'SELECT no_such_function(1)',
    'SELECT abs(1, 2)',
    'SELECT abs(DISTINCT 1)',
  ])('%s is invalid syntax, as on AWS', (sql) => {
    expect(() => query(sql)).toThrow(/^The query syntax is invalid at line 1:8/);
  });

  test('SELECT word_stem(text) is not supported yet', () => {
    expect(() => query("SELECT word_stem('runs')")).toThrow('not supported yet: word_stem');
  });
});

describe('statements', () => {
  test('SHOW and DESCRIBE name their objects', () => {
    expect(statement("SHOW TABLES FROM db LIKE 'a!%%' ESCAPE '!'")).toEqual({
      kind: 'show-tables',
      database: 'db',
      like: { pattern: 'a!%%', escape: '!' },
    });
    expect(statement('DESCRIBE db.cpu')).toMatchObject({
      kind: 'describe',
      table: { ref: { database: 'db', table: 'cpu' } },
    });
    expect(() => statement('SHOW MEASURES FROM db.no')).toThrow('Table db.no does not exist');
  });

  test('parameters without a value are listed with the type that they are needed in', () => {
    const sql = 'SELECT host FROM db.cpu WHERE time > @since AND host = @host AND @odd IS NULL';
    expect(query(sql).parameters).toEqual([
      { name: 'since', type: { kind: 'timestamp' } },
      { name: 'host', type: { kind: 'varchar' } },
      { name: 'odd', type: { kind: 'unknown' } },
    ]);
  });

  test('parameters with a value are literals', () => {
    const parameters = new Map([['n', { type: { kind: 'integer' }, value: 5 } as const]]);
    const parsed = parseStatement('SELECT @n AS n');
    const analysed = analyse(parsed, TEST_SCHEMA, { nowNanos: TEST_NOW, parameters });
    expect(analysed).toMatchObject({
      parameters: [],
      columns: [{ name: 'n', type: { kind: 'integer' } }],
    });
  });
});
