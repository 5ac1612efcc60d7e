/** What a statement may nest and repeat before DuckDB sees it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  LOWERED_CHARS_MAX,
  SUBQUERIES_MAX,
  SUBQUERY_DEPTH_MAX,
  TYPE_DEPTH_MAX,
} from '../../base/limits.ts';
import type { Engine } from '../../engine/api.ts';
import { lowered, openTestEngine, runLowered } from './test-run.test-support.ts';
import { checkText } from './text-limits.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

type Shape = (count: number) => string;

const around =
  (left: string, inner: string, right: string): Shape =>
  (count) =>
    `SELECT ${left.repeat(count)}${inner}${right.repeat(count)}`;

/** Of each what is refused by us, not by DuckDB, and never takes long. */
const SHAPES: Readonly<Record<string, Shape>> = {
  concat: around("concat('a', ", "'b'", ')'),
  split_part: around('split_part(', "'b'", ", ',', 1)"),
  negation: around('- ', '1', ''),
  'double comparisons': around('CAST(rand() < ', 'rand()', ' AS double)'),
  'unequal doubles': around('CAST(', 'rand()', ' <> rand() AS double)'),
  'array comparisons': around('ARRAY[CAST(', 'rand()', ' = rand() AS double)][1]'),
  nullif: around('nullif(', 'rand()', ', 1e0)'),
  'simple case': around('CASE ', 'rand()', ' WHEN 1e0 THEN 2e0 END'),
  'in list': around('CAST(', 'rand()', ' IN (1e0, rand()) AS double)'),
  transform: around('transform(ARRAY[1], x -> ', '1', ')'),
  'sub-query': around('(SELECT ', '1', ')'),
  array: around('ARRAY[', '1', ']'),
  row: around('ROW(', '1', ')'),
  'cast of arrays': (n) =>
    `SELECT CAST(${'ARRAY['.repeat(n)}1${']'.repeat(n)} AS ${'array('.repeat(n)}varchar${')'.repeat(n)})`,
  'equal arrays': (n) => {
    const array = `${'ARRAY['.repeat(n)}1e0${']'.repeat(n)}`;
    return `SELECT ${array} = ${array}`;
  },
  'array type': (n) => `SELECT CAST(NULL AS ${'array('.repeat(n)}integer${')'.repeat(n)})`,
  'row type': (n) => `SELECT CAST(NULL AS ${'row(a '.repeat(n)}integer${')'.repeat(n)})`,
  'stars over stars': (n) => {
    let query = `SELECT ${Array.from({ length: n }, (_, at) => `1 a${at}`).join(', ')}`;
    query = `SELECT ${Array(n).fill('*').join(', ')} FROM (${query})`;
    return query;
  },
};

async function outcome(sql: string): Promise<unknown> {
  try {
    return await runLowered(engine, lowered(sql), () => []);
  } catch (error) {
    return error;
  }
}

describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
  test.each([5, 10, 20, 40, 60, 80, 100, 120, 160, 190])(
    'nested %i deep is answered',
    async (n) => {
      const start = performance.now();
      const answer = await outcome(shape(n));
      if (answer instanceof Error) {
        expect(answer).toMatchObject({ name: 'ValidationException' });
        expect(answer.message).not.toMatch(/undefined|max_expression_depth/);
      }
      expect(performance.now() - start).toBeLessThan(5000);
    },
  );

  test('nested 4 deep gives rows', async () => {
    expect(await outcome(shape(4))).toHaveLength(1);
  });
});

test.each([1000, 5000])('%i texts in one concat are no depth', async (count) => {
  const texts = Array.from({ length: count }, () => "'ab'").join(', ');
  expect(await outcome(`SELECT length(concat(${texts}))`)).toEqual([[BigInt(2 * count)]]);
});

test('says how many sub-queries there may be', async () => {
  const many = Array.from({ length: SUBQUERIES_MAX + 1 }, () => '(SELECT 1)').join(', ');
  expect(String(await outcome(`SELECT ${many}`))).toContain(
    `A query cannot have more than ${SUBQUERIES_MAX} sub-queries`,
  );
});

test('a long list of alternatives is planned in no time', () => {
  const conditions = Array.from({ length: 20_000 }, (_, at) => `host = '${at}'`).join(' OR ');
  const start = performance.now();
  expect(lowered(`SELECT 1 FROM db.cpu WHERE ${conditions}`).sql).toContain("'19999'");
  expect(performance.now() - start).toBeLessThan(6000);
});

describe('checkText', () => {
  test('passes what is within the limits', () => {
    const text = 'SELECT \'((((\' || "))))" || CASE WHEN true THEN [1] END';
    expect(checkText(text)).toBe(text);
  });

  test('counts brackets, but not in texts', () => {
    expect(() => checkText('('.repeat(300))).toThrow('too deeply');
    expect(() => checkText(`'${'('.repeat(300)}'`)).not.toThrow();
    expect(() => checkText('()'.repeat(300))).not.toThrow();
  });

  test('counts lambdas by the bodies they stand in', () => {
    const beside = 'f([], lambda x: x), '.repeat(100);
    expect(() => checkText(beside)).not.toThrow();
    expect(() => checkText('f([], lambda x: x), '.repeat(1001))).toThrow('too complex');
    expect(() => checkText('f([], lambda x: '.repeat(20))).toThrow('too deeply');
  });

  test('refuses what is too long', () => {
    expect(() => checkText('x'.repeat(LOWERED_CHARS_MAX + 1))).toThrow('too complex');
  });
});

test.each([
  [`Types cannot be nested deeper than ${TYPE_DEPTH_MAX} levels`, 'array type'],
  [`Sub-queries cannot be nested deeper than ${SUBQUERY_DEPTH_MAX} levels`, 'sub-query'],
  ['The query nests its expressions too deeply', 'split_part'],
  ['The query repeats its expressions too often', 'nullif'],
])('says that %s', async (text, shape) => {
  expect(
    String(await outcome(SHAPES[shape]?.(30 + (shape === 'split_part' ? 100 : 0)) ?? '')),
  ).toContain(text);
});
