/**
 * What the planner computes beforehand, to prune by (plan/fold.ts), is what DuckDB computes: over
 * random expressions of times, intervals and whole numbers. Where DuckDB fails, nothing is folded.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assert } from '../../base/assert.ts';
import type { Engine } from '../../engine/api.ts';
import { analyse } from '../analyse/api.ts';
import { TEST_NOW, TEST_SCHEMA } from '../analyse/test-schema.test-support.ts';
import type { Expression, Relation } from '../analyse/typed.ts';
import { parseStatement } from '../parse/api.ts';
import { foldToNanos } from '../plan/fold.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const { time, interval } = fc.letrec<{ time: string; interval: string; count: string }>((tie) => ({
  time: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('now()', 'current_timestamp', "TIMESTAMP '2024-02-29 12:34:56.789'"),
    fc.constantFrom("TIMESTAMP '1969-12-31 23:59:59.999999999'", "CAST('1700-01-01' AS timestamp)"),
    fc.constantFrom("from_iso8601_timestamp('2024-05-01T10:00:00+05:30')", 'CAST(now() AS date)'),
    fc.tuple(tie('time'), fc.constantFrom('+', '-'), tie('interval')).map(operation),
    fc
      .tuple(tie('time'), fc.constantFrom('+', '-'), fc.constantFrom('1month', '5y'))
      .map(operation),
    tie('interval').map((ago) => `ago(${ago})`),
    fc.tuple(tie('time'), tie('interval')).map(([at, step]) => `bin(${at}, ${step})`),
    fc
      .tuple(fc.constantFrom('second', 'hour', 'DAY', 'week', 'month'), tie('time'))
      .map(([unit, at]) => `date_trunc('${unit}', ${at})`),
    tie('count').map((nanos) => `from_nanoseconds(${nanos})`),
    tie('count').map((millis) => `from_milliseconds(${millis})`),
  ),
  interval: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('1ns', '15m', '1.5h', '3d', "INTERVAL '-2' HOUR", '40000d'),
    fc.tuple(tie('interval'), fc.constantFrom('+', '-'), tie('interval')).map(operation),
    fc.tuple(tie('interval'), fc.constant('*'), tie('count')).map(operation),
    tie('interval').map((inner) => `(- ${inner})`),
  ),
  count: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('0', '-7', '1000', "BIGINT '1704067200000'", "BIGINT '9223372036854775807'"),
    fc.tuple(tie('count'), fc.constantFrom('+', '-', '*'), tie('count')).map(operation),
  ),
}));

function operation([left, sign, right]: readonly [string, string, string]): string {
  return `(${left} ${sign} ${right})`;
}

/** The expression of the one column of a SELECT without FROM. */
function expressionOf(relation: Relation): Expression {
  if (relation.kind === 'extend') {
    const [addition] = relation.additions;
    assert(addition, 'one column is computed');
    return addition.expression;
  }
  assert('input' in relation, 'a SELECT computes its column');
  return expressionOf(relation.input);
}

test('a folded value is the executed one', async () => {
  let folds = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(time, interval), async (text) => {
      const sql = `SELECT ${text}`;
      const analysed = analyse(parseStatement(sql), TEST_SCHEMA, { nowNanos: TEST_NOW });
      assert(analysed.kind === 'query', 'a SELECT is a query');
      const folded = foldToNanos(expressionOf(analysed.relation), { nowNanos: TEST_NOW });
      if (folded === undefined) return;
      folds++;
      const executed = await runLowered(engine, lowered(sql), () => []).catch(String);
      expect(executed, sql).toEqual([[folded]]);
    }),
    { numRuns: 300 },
  );
  expect(folds).toBeGreaterThan(50);
});
