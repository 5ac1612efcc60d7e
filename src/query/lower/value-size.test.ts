/** Values that grow without the engine's counting them are refused before they are made. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VALUE_BYTES_UNASKED } from '../../base/limits.ts';
import { type Engine, openEngine } from '../../engine/api.ts';
import { kernelsAsking } from '../kernels/api.ts';
import { scalarFunctionOf } from '../kernels/scalar-function.ts';
import { lowered, runLowered } from './test-run.test-support.ts';

let engine: Engine;
/** What the process may still take, and the most it was asked for at once. */
let leftBytes = Number.POSITIVE_INFINITY;
let askedBytes = 0;

beforeAll(async () => {
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: 'unused',
    allowedDirectories: [],
  });
  const kernels = kernelsAsking((bytes) => {
    askedBytes = Math.max(askedBytes, bytes);
    if (bytes > leftBytes) throw new Error('no memory left');
  });
  for (const kernel of kernels) engine.registerFunction(scalarFunctionOf(kernel));
});
afterAll(() => engine.close());

async function run(expression: string): Promise<unknown> {
  askedBytes = 0;
  const rows = await runLowered(engine, lowered(`SELECT ${expression}`), () => []);
  return rows[0]?.[0];
}

const LONG = "rpad('a', 1048576, 'a')";

describe('one value', () => {
  test.each([
    `cardinality(repeat(${LONG}, 10000))`,
    "length(reduce(sequence(1, 40), 'ab', (s, x) -> s || s, s -> s))",
    "length(reduce(sequence(1, 40), 'ab', (s, x) -> concat(s, upper(s), s), s -> s))",
    "length(reduce(sequence(1, 40), 'ab', (s, x) -> replace(s, 'a', 'aab'), s -> s))",
    'cardinality(reduce(sequence(1, 40), ARRAY[1], (s, x) -> s || s, s -> s))',
    "length(reduce(sequence(1, 40), ARRAY['ab'], (s, x) -> ARRAY[array_join(s, ''), array_join(s, '')], s -> s[1]))",
    `length(replace(${LONG}, 'a', rpad('a', 1000, 'a')))`,
    `length(replace(rpad('a', 10000, 'b'), '', ${LONG}))`,
    "length(regexp_replace(rpad('a', 100000, 'a'), 'a', rpad('a', 10000, 'a')))",
    `length(array_join(repeat('abc', 10000), ${LONG}))`,
    "cardinality(ngrams(repeat(rpad('a', 1000, 'a'), 10000), 100))",
    `cardinality(combinations(repeat(rpad('a', 100000, 'a'), 40), 3))`,
  ])('%s is refused', async (expression) => {
    await expect(run(expression)).rejects.toMatchObject({
      kind: 'user',
      message: expect.stringContaining('Function result too large'),
    });
    expect(await run(`TRY(${expression})`)).toBeNull();
  });

  test('a sum of columns is refused', async () => {
    const sum = run(`(SELECT length(concat(a, a, a, a, a)) FROM (SELECT ${LONG} AS a))`);
    await expect(sum).rejects.toThrow('Function result too large');
  });

  test.each([
    [`length(replace(${LONG}, 'b', ${LONG}))`, 1_048_576n],
    [`length(${LONG} || ${LONG})`, 2_097_152n],
    ["length(rpad('', 1048576, '𝕊'))", 1_048_576n],
    ['cardinality(combinations(sequence(1, 20), 3))', 1140n],
    ["array_join(ARRAY['a', NULL, 'b'], '-', '?')", 'a-?-b'],
    ["length(array_join(repeat('abc', 10000), ', '))", 49_998n],
    ["CAST(NULL AS varchar) || 'a'", null],
    ['repeat(CAST(NULL AS varchar), 2)', [null, null]],
    ["transform(ARRAY['a', NULL], x -> x || 'b')", ['ab', null]],
    ['transform(ARRAY[1, NULL], x -> ARRAY[x])', [[1], [null]]],
  ])('%s is made', async (expression, expected) => {
    expect(await run(expression)).toEqual(expected);
  });
});

describe('many values at once', () => {
  test.each([
    `transform(sequence(1, 10000), x -> ${LONG})`,
    "transform(sequence(1, 10000), x -> rpad('a', 1040000 + x, 'a'))",
    'transform(sequence(1, 10000), x -> sequence(1, 10000))',
    `transform(sequence(1, 10000), x -> ARRAY[${LONG}, CAST(x AS varchar)])`,
    `(SELECT max(a || 'x') FROM (SELECT ${LONG} AS a) CROSS JOIN UNNEST(sequence(1, 10000)) AS t (x))`,
  ])('%s asks for the memory of all of them', async (expression) => {
    leftBytes = 64 * 1024 * 1024;
    try {
      await expect(run(expression)).rejects.toThrow('no memory left');
      expect(askedBytes).toBeGreaterThan(leftBytes);
    } finally {
      leftBytes = Number.POSITIVE_INFINITY;
    }
  });

  test('small ones are made without asking', async () => {
    await run("'a' || CAST(rand() AS varchar)");
    expect(askedBytes).toBe(0);
    await run(`rpad('a', ${VALUE_BYTES_UNASKED + 1}, 'a')`);
    expect(askedBytes).toBe(VALUE_BYTES_UNASKED + 1);
  });
});
