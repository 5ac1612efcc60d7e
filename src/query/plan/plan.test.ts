/** What a scan has to read, from the query's text. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../analyse/api.ts';
import { TEST_NOW, TEST_SCHEMA } from '../analyse/test-schema.test-support.ts';
import { parseStatement } from '../parse/api.ts';
import { planQuery, type ScanPlan } from './api.ts';

const HOUR = 3_600_000_000_000n;
const DAY = 24n * HOUR;

function scans(sql: string): readonly ScanPlan[] {
  const analysed = analyse(parseStatement(sql), TEST_SCHEMA, { nowNanos: TEST_NOW });
  if (analysed.kind !== 'query') throw new Error(`${sql} is no query`);
  return planQuery(analysed, { nowNanos: TEST_NOW }).scans;
}

function time(condition: string): ScanPlan['time'] | undefined {
  return scans(`SELECT host FROM db.cpu WHERE ${condition}`)[0]?.time;
}

describe('time bounds', () => {
  test.each<[string, ScanPlan['time']]>([
    ['time > ago(1h)', { from: TEST_NOW - HOUR + 1n }],
    ['ago(1h) <= time', { from: TEST_NOW - HOUR }],
    ['time < now() AND time >= now() - 2 * 1h', { from: TEST_NOW - 2n * HOUR, until: TEST_NOW }],
    [
      "time BETWEEN '2024-01-01' AND TIMESTAMP '2024-01-02'",
      { from: TEST_NOW, until: TEST_NOW + DAY + 1n },
    ],
    ["time = '2024-01-01 00:00:00.000000001'", { from: TEST_NOW + 1n, until: TEST_NOW + 2n }],
    ['time >= from_milliseconds(1704067200000) - 1month', { from: TEST_NOW - 31n * DAY }],
    ['time >= bin(now() + 5m, 1h) AND host IS NULL', { from: TEST_NOW }],
    ["time >= date_trunc('day', now() + 5h)", { from: TEST_NOW }],
    ['time < ago(2h) OR time < ago(1h)', { until: TEST_NOW - HOUR }],
    ["time >= DATE '2024-01-01'", { from: TEST_NOW }],
    ['time > ago(1h) OR host IS NULL', {}],
    ['NOT time > ago(1h)', {}],
    ['bin(time, 1h) > ago(1h)', {}],
    ["time > 'nonsense'", {}],
    ['time <> now()', {}],
  ])('of %s', (condition, expected) => {
    expect(time(condition)).toEqual(expected);
  });
});

describe('equalities', () => {
  test('of measure_name and dimensions, in AND and OR', () => {
    const [scan] = scans(
      `SELECT 1 FROM db.cpu WHERE measure_name IN ('a', 'b', 'c') AND measure_name <> 'x'
       AND (measure_name = 'b' OR measure_name = 'd') AND host = 'h' AND region LIKE 'eu%'`,
    );
    expect(scan?.measureNames).toEqual(['b']);
    expect(scan?.dimensionEquals).toEqual([{ dimension: 'host', values: ['h'] }]);
  });

  test('with a NULL or a column among the options prune nothing', () => {
    const [scan] = scans(`SELECT 1 FROM db.cpu WHERE host IN ('a', NULL) OR region IN ('a', host)`);
    expect(scan?.dimensionEquals).toEqual([]);
  });
});

describe('predicates', () => {
  test('pass sub-queries, GROUP BY keys and inner joins on equal columns', () => {
    const [cpu, status] = scans(
      `SELECT a.host FROM (SELECT host, max(time) FROM db.cpu WHERE time > ago(1h) GROUP BY host) a
       JOIN db.status s ON a.host = s.host WHERE s.host = 'x' AND s.time > ago(2h)`,
    );
    expect(cpu?.dimensionEquals).toEqual([{ dimension: 'host', values: ['x'] }]);
    expect(cpu?.time).toEqual({ from: TEST_NOW - HOUR + 1n });
    expect(status?.dimensionEquals).toEqual([{ dimension: 'host', values: ['x'] }]);
    expect(status?.time).toEqual({ from: TEST_NOW - 2n * HOUR + 1n });
  });

  test('of a LEFT JOIN condition prune the right side only', () => {
    const [cpu, status] = scans(
      `SELECT a.host FROM db.cpu a LEFT JOIN db.status s
       ON a.host = s.host AND a.host = 'x' AND s.time > ago(1h)`,
    );
    expect(cpu?.dimensionEquals).toEqual([]);
    expect(status?.dimensionEquals).toEqual([{ dimension: 'host', values: ['x'] }]);
    expect(status?.time).toEqual({ from: TEST_NOW - HOUR + 1n });
  });

  test('on a named query are those that all of its uses have', () => {
    const named = 'WITH w AS (SELECT time, host FROM db.cpu WHERE time < now())';
    const [scan] = scans(
      `${named} SELECT 1 FROM w WHERE time > ago(1h) AND host = 'a'
       UNION ALL SELECT 2 FROM w WHERE time > ago(2h) AND host = 'b'`,
    );
    expect(scan?.time).toEqual({ from: TEST_NOW - 2n * HOUR + 1n, until: TEST_NOW });
    expect(scan?.dimensionEquals).toEqual([{ dimension: 'host', values: ['a', 'b'] }]);
    const [other] = scans(`${named} SELECT 1 FROM w WHERE time > ago(1h) UNION SELECT 2 FROM w`);
    expect(other?.time).toEqual({ until: TEST_NOW });
  });

  test.each([
    "SELECT * FROM (SELECT * FROM db.cpu ORDER BY time LIMIT 5) WHERE host = 'a'",
    "SELECT * FROM (SELECT host, count(*) c FROM db.cpu GROUP BY ROLLUP (host)) WHERE host = 'a'",
    "SELECT * FROM (SELECT host, rank() OVER (ORDER BY time) r FROM db.cpu) WHERE host = 'a'",
    "SELECT count(*) FILTER (WHERE host = 'a') FROM db.cpu",
    "SELECT host = 'a' FROM db.cpu",
  ])('do not pass in %s', (sql) => {
    expect(scans(sql)[0]?.dimensionEquals).toEqual([]);
  });
});

describe('columns', () => {
  test.each([
    ['SELECT count(*) FROM db.cpu', ['time']],
    [
      'SELECT max(h) FROM (SELECT host AS h, region, time FROM db.cpu WHERE region IS NULL)',
      ['region', 'host'],
    ],
    ['SELECT 1 FROM (SELECT DISTINCT host, region FROM db.cpu)', ['region', 'host']],
    [
      'WITH w AS (SELECT * FROM db.cpu), v AS (SELECT * FROM w) SELECT a.host FROM v a, v b',
      ['host'],
    ],
    ['SELECT host FROM (SELECT * FROM db.cpu UNION ALL SELECT * FROM db.cpu)', ['host']],
    [
      'SELECT region FROM db.cpu c WHERE EXISTS (SELECT 1 FROM (VALUES 1) v (x) WHERE c.host IS NULL)',
      ['region', 'host'],
    ],
  ])('that are read in %s', (sql, expected) => {
    expect(scans(sql)[0]?.columns.map(({ source }) => source.name)).toEqual(expected);
  });

  test('of a named query that is not used are not read, nor is its table', () => {
    expect(scans('WITH w AS (SELECT * FROM db.cpu) SELECT 1')).toEqual([]);
  });
});
