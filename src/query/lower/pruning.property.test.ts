/**
 * Pruning changes no answer: a query over the rows that satisfy its scan plans gives what it gives
 * over all rows.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { TEST_NOW } from '../analyse/test-schema.test-support.ts';
import type { ScanPlan } from '../plan/api.ts';
import { lowered, openTestEngine, runLowered, type TestRow } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const names = fc.constantFrom('a', 'b', 'c', null);
const MINUTE = 60_000_000_000n;

const row = fc.record({
  region: names,
  host: names,
  measure_name: fc.constantFrom('m', 'n'),
  time: fc.integer({ min: -4, max: 4 }).map((minutes) => TEST_NOW + BigInt(minutes) * MINUTE),
  'measure_value::double': fc.constantFrom(0.5, 1, null),
  code: fc.constantFrom(1n, 2n, null),
});

const literals = fc.constantFrom("'a'", "'b'", 'NULL', 'host');
const times = fc.constantFrom('now()', 'ago(2m)', 'now() + 1m', "'2024-01-01 00:03:00'", 'NULL');
const comparisons = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');

function leaf(alias: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.tuple(comparisons, times).map(([sign, time]) => `${alias}.time ${sign} ${time}`),
    fc.tuple(times, times).map(([low, high]) => `${alias}.time BETWEEN ${low} AND ${high}`),
    fc
      .tuple(comparisons, literals)
      .map(([sign, text]) => `${alias}.host ${sign} ${text.replace('host', `${alias}.host`)}`),
    fc
      .array(literals, { minLength: 1, maxLength: 3 })
      .map((all) => `${alias}.host IN (${all.join(', ').replaceAll('host', `${alias}.host`)})`),
    fc.constantFrom(`${alias}.measure_name = 'm'`, `${alias}.host IS NULL`),
  );
}

function condition(...aliases: readonly string[]): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(...aliases.map(leaf)),
      fc
        .tuple(tie('tree'), fc.constantFrom('AND', 'OR'), tie('tree'))
        .map((parts) => `(${parts.join(' ')})`),
      tie('tree').map((inner) => `NOT (${inner})`),
    ),
  }));
  return tree;
}

const joins = fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN');

const queries = fc.oneof(
  condition('a').map((where) => `SELECT host, time FROM db.cpu a WHERE ${where}`),
  fc.tuple(joins, condition('a', 'b'), condition('a', 'b')).map(
    ([join, on, where]) =>
      `SELECT a.host, a.time, b.host, b.time, code FROM db.cpu a ${join} db.status b
         ON a.host = b.host AND ${on} WHERE ${where}`,
  ),
  fc.tuple(condition('a'), condition('g')).map(
    ([where, having]) =>
      `SELECT * FROM (SELECT host, time, measure_name, count(*) AS n FROM db.cpu a WHERE ${where}
         GROUP BY host, time, measure_name) g WHERE ${having}`,
  ),
  fc
    .tuple(
      condition('w'),
      condition('w'),
      fc.constantFrom('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'),
    )
    .map(
      ([first, second, operator]) =>
        `WITH w AS (SELECT host, time, measure_name FROM db.cpu)
         SELECT * FROM w WHERE ${first} ${operator} SELECT * FROM w WHERE ${second}`,
    ),
);

function satisfies({ time, measureNames, dimensionEquals }: ScanPlan, each: TestRow): boolean {
  const at = each['time'] as bigint;
  if (time.from !== undefined && at < time.from) return false;
  if (time.until !== undefined && at >= time.until) return false;
  if (measureNames && !measureNames.includes(each['measure_name'] as string)) return false;
  return dimensionEquals.every(({ dimension, values }) =>
    values.includes(each[dimension] as string),
  );
}

function bag(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((each) => each.map(String).join()).toSorted();
}

test('pruning by the scan plans changes no answer', { timeout: 30_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(queries, fc.array(row, { maxLength: 8 }), async (sql, rows) => {
      const query = lowered(sql);
      const whole = await runLowered(engine, query, () => rows);
      const pruned = await runLowered(engine, query, (scan) =>
        rows.filter((each) => satisfies(scan, each)),
      );
      expect(bag(pruned)).toEqual(bag(whole));
    }),
    { numRuns: 250 },
  );
});
