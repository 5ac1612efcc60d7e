/** Which groupings a tile scan kernel takes, and which it leaves to SQL. */
import { expect, test } from 'vitest';
import { analyse } from '../analyse/api.ts';
import { TEST_NOW, TEST_SCHEMA } from '../analyse/test-schema.test-support.ts';
import { parseStatement } from '../parse/api.ts';
import { planQuery } from './api.ts';
import { printPlan } from './print-plan.ts';

function planned(sql: string) {
  const context = { nowNanos: TEST_NOW };
  const query = analyse(parseStatement(sql), TEST_SCHEMA, context);
  if (query.kind !== 'query') throw new Error(`${sql} is no query`);
  return planQuery(query, context, { kernels: true });
}

const kernels = (sql: string) => planned(sql).scans.map(({ kernel }) => kernel !== undefined);
const D = '"measure_value::double"';

test.each([
  'SELECT count(*) FROM db.cpu',
  `SELECT host, bin(time, 1m), avg(${D}), max(time) FROM db.cpu GROUP BY 1, 2`,
  `SELECT host, max_by(${D}, time) FROM db.cpu WHERE time > ago(1h) GROUP BY host`,
  `SELECT region FROM db.cpu WHERE host IN ('a', 'b') AND ${D} > 9e1 GROUP BY region`,
  `SELECT date_trunc('hour', time), stddev(${D}) FROM db.cpu GROUP BY 1`,
  'SELECT DISTINCT host, region FROM db.cpu',
  `SELECT host FROM (SELECT host, ${D} AS d FROM db.cpu WHERE NOT host = 'a') WHERE d > 0
     GROUP BY host HAVING sum(d) > 1`,
])('%s is computed by a kernel', (sql) => {
  expect(kernels(sql)).toEqual([true]);
});

test.each([
  'SELECT host, time, count(*) FROM db.cpu GROUP BY host, time',
  'SELECT upper(host), count(*) FROM db.cpu GROUP BY 1',
  'SELECT host, count(*) FROM db.cpu GROUP BY ROLLUP (host)',
  'SELECT bin(time, 1m), bin(time, 1h), count(*) FROM db.cpu GROUP BY 1, 2',
  'SELECT bin(time, 100d), count(*) FROM db.cpu GROUP BY 1',
  'SELECT count(DISTINCT host) FROM db.cpu',
  `SELECT count(*) FILTER (WHERE ${D} > 1) FROM db.cpu`,
  `SELECT sum(${D} * 2) FROM db.cpu`,
  `SELECT max_by(${D}, ${D}) FROM db.cpu`,
  'SELECT max(host) FROM db.cpu',
  `SELECT approx_percentile(${D}, 0.5) FROM db.cpu`,
  "SELECT count(*) FROM db.cpu WHERE host LIKE 'a%'",
  `SELECT count(*) FROM db.cpu WHERE host = 'a' OR ${D} > 1`,
  `SELECT count(*) FROM db.cpu WHERE NOT ${D} > 1`,
  'SELECT count(*) FROM db.cpu WHERE host = region',
  "SELECT count(*) FROM db.cpu WHERE time <> '2024-01-01 00:00:00'",
  'SELECT count(*) FROM db.cpu WHERE host = NULL',
  'SELECT host FROM db.cpu ORDER BY time DESC LIMIT 5',
])('%s is left to SQL', (sql) => {
  expect(kernels(sql)).toEqual([false]);
});

test('a correlated sub-query is left to SQL, one that is not is computed by a kernel', () => {
  const correlated = `SELECT host, (SELECT count(*) FROM db.cpu b WHERE b.host = a.host)
    FROM db.cpu a`;
  expect(kernels(correlated)).toEqual([false, false]);
  expect(kernels('SELECT host FROM db.cpu WHERE time = (SELECT max(time) FROM db.cpu)')).toEqual([
    false,
    true,
  ]);
});

test('EXPLAIN shows what a kernel computes under its name', () => {
  const plan = planned(
    "SELECT host, count(*) AS n FROM db.cpu WHERE host <> 'a' GROUP BY host HAVING count(*) > 1",
  );
  const lines = printPlan(plan).map((line) => line.replace(/\$\d+/g, '$'));
  expect(lines).toEqual([
    'Project [host, $]',
    '  Filter ($ > 1)',
    expect.stringMatching(/^ {4}Tile kernel \d+$/),
    '      Aggregate [host] $ := count()',
    "        Filter (host <> 'a')",
    expect.stringMatching(/^ {10}Scan \d+ "db"."cpu" \[host\]$/),
  ]);
});
