/**
 * reduce() as one loop against reduce() by list_reduce: the same lambdas, kept from the loop by a
 * last lambda that it does not know.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/api.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

/** The value, or that it failed: which of two failures comes first may differ. */
async function answer(sql: string): Promise<unknown> {
  const query = lowered(sql);
  try {
    const [row] = await runLowered(engine, query, () => []);
    return row?.[0];
  } catch {
    return 'fails';
  }
}

interface Parts {
  readonly type: string;
  readonly list: string;
  readonly start: string;
  readonly step: string;
}

async function expectSameAnswer({ type, list, start, step }: Parts): Promise<void> {
  const withFinish = (finish: string) =>
    `SELECT reduce(${list}, ${start}, (s, x) -> CAST(${step} AS ${type}), s -> ${finish}) ` +
    `FROM (VALUES (CAST(3 AS ${type}))) AS t(c)`;
  const looped = withFinish('s');
  const listed = withFinish('element_at(ARRAY[s], 1)');
  expect(lowered(looped).sql).toContain('k_fold_');
  expect(lowered(listed).sql).not.toContain('k_fold_');
  expect(await answer(looped), looped).toEqual(await answer(listed));
}

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['0', '1', '-1', '7', '2147483647', 'CAST(NULL AS INTEGER)'],
  BIGINT: [
    "BIGINT '0'",
    "BIGINT '-3'",
    "BIGINT '9007199254740991'",
    "BIGINT '-9007199254740993'",
    "BIGINT '9223372036854775807'",
    'CAST(NULL AS BIGINT)',
  ],
  DOUBLE: ['0.0', '-0.0', '1.5', '1e300', 'nan()', '-infinity()', 'CAST(NULL AS DOUBLE)'],
};

/** Steps over the state s, the element x and the captured c, all of one type. */
function steps(type: string): fc.Arbitrary<string> {
  // What is constant, or NULL, DuckDB computes beforehand, with the failures in it or without.
  const literals = (LITERALS[type] ?? []).filter((text) => !/\(/.test(text));
  const name = fc.constantFrom('s', 'x', 'c');
  const leaf = fc.oneof(name, fc.constantFrom(...literals));
  const compared = fc
    .tuple(name, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), leaf)
    .map(([a, sign, b]) => `${a} ${sign} ${b}`);
  const condition = fc.oneof(
    compared,
    name.map((a) => `${a} IS NULL`),
    fc.tuple(name, leaf, leaf).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    fc
      .tuple(compared, fc.constantFrom('AND', 'OR', 'AND NOT', 'OR NOT'), compared)
      .map(([a, word, b]) => `(${a}) ${word} (${b})`),
  );
  const signs = type === 'DOUBLE' ? ['+', '-', '*', '/'] : ['+', '-', '*', '/', '%'];
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(tie('value'), fc.constantFrom(...signs), tie('value'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(condition, tie('value'), tie('value')).map((each) => `IF(${each.join(', ')})`),
      fc
        .tuple(fc.constantFrom('coalesce', 'nullif', 'greatest', 'least'), name, leaf)
        .map(([function_, a, b]) => `${function_}(${a}, ${b})`),
      fc
        .tuple(name, leaf, leaf, name)
        .map(([a, b, c, d]) => `CASE WHEN ${a} IN (${b}, ${c}) THEN ${d} ELSE -1 END`),
      fc
        .tuple(fc.constantFrom('abs', '-', 'floor', 'ceil'), name)
        .map(([function_, a]) => `${function_}(${a})`),
    ),
  }));
  return value;
}

describe('reduce() in one loop gives what list_reduce gives', () => {
  for (const [type, literals] of Object.entries(LITERALS)) {
    test(`over ${type}`, async () => {
      const literal = fc.constantFrom(...literals);
      const list = fc.array(literal, { minLength: 0, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(list, literal, steps(type), async (elements, start, step) => {
          const array = `CAST(ARRAY[${elements.join(', ')}] AS ARRAY(${type}))`;
          await expectSameAnswer({ type, list: array, start: `CAST(${start} AS ${type})`, step });
        }),
        { numRuns: 120 },
      );
    });
  }

  test.each([
    ['an average', '(s, x) -> CAST(ROW(x + s.sum, s.n + 1) AS ROW(sum DOUBLE, n INTEGER))'],
    ['a condition', '(s, x) -> IF(x > 2, CAST(ROW(x, s.n) AS ROW(sum DOUBLE, n INTEGER)), s)'],
  ])('with a row as state: %s', async (_, step) => {
    const call = (finish: string) =>
      `SELECT reduce(ARRAY[5, 2, 50.0], CAST(ROW(0.0, 0) AS ROW(sum DOUBLE, n INTEGER)), ${step}, ` +
      `s -> ${finish})`;
    expect(lowered(call('s.sum / s.n')).sql).toContain('k_fold_double');
    expect(await answer(call('s.sum / s.n'))).toEqual(
      await answer(call('element_at(ARRAY[s.sum / s.n], 1)')),
    );
  });

  test('of a series, with what the lambda captures, for each row', async () => {
    const query = lowered(
      `SELECT reduce(ts, BIGINT '0', (s, p) -> IF(p.value >= low AND p.time > from_nanoseconds(1), s + 1, s), s -> s)
         FROM (SELECT g, min(v) + 1 AS low, create_time_series(from_nanoseconds(v), v) AS ts
                 FROM (VALUES (1, 1), (1, 2), (1, 3), (2, 10), (2, 30)) AS t(g, v) GROUP BY g)
        ORDER BY g`,
    );
    expect(await runLowered(engine, query, () => [])).toEqual([[2n], [1n]]);
  });

  test('texts are joined, compared, and made of whole numbers', async () => {
    const call = (finish: string) =>
      `SELECT reduce(ARRAY['b', NULL, 'a'], 'x', (s, t) -> ` +
      `IF(t IN ('a', 'c') OR s = 'y', coalesce(t, '-') || s || CAST(12 AS varchar), s), s -> ${finish})`;
    expect(lowered(call('s')).sql).toContain('k_fold_varchar');
    expect(await answer(call('s'))).toBe('ax12');
    expect(await answer(call('element_at(ARRAY[s], 1)'))).toBe('ax12');
  });

  test('NaN is found, and roots are drawn', async () => {
    const call = (finish: string) =>
      `SELECT reduce(ARRAY[4.0, nan(), 9.0], 0.0, (s, x) -> IF(is_nan(x), s, s + sqrt(x)), s -> ${finish})`;
    expect(lowered(call('s')).sql).toContain('k_fold_double');
    expect(await answer(call('s'))).toBe(5);
    expect(await answer(call('element_at(ARRAY[s], 1)'))).toBe(5);
  });

  test('an array that is NULL gives NULL, an empty one the start', async () => {
    expect(await answer('SELECT reduce(CAST(NULL AS ARRAY(BIGINT)), 1, (s, x) -> s, s -> s)')).toBe(
      null,
    );
    expect(await answer('SELECT reduce(ARRAY[], 1, (s, x) -> s + 1, s -> s)')).toBe(1);
  });

  test('errors have the text of the operator', async () => {
    const failing = lowered('SELECT reduce(ARRAY[1], 2147483647, (s, x) -> s + x, s -> s)');
    await expect(runLowered(engine, failing, () => [])).rejects.toThrow(
      'integer addition overflow: 2147483647 + 1',
    );
  });
});
