/**
 * Arrays as sets, weighted percentiles and combinations, against slow versions of the definitions.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, readRows, type VectorValue } from '../../engine/api.ts';
import { openTestEngine } from '../lower/test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

async function one(sql: string): Promise<VectorValue> {
  const rows = await readRows(engine, `SELECT ${sql}`);
  return rows[0]?.[0] ?? null;
}

const NULL = 'CAST(NULL AS VARCHAR)';
const items: fc.Arbitrary<string[]> = fc.array(
  fc.constantFrom("'a'", "'b'", "'1:a'", "''", NULL, "'💰'"),
  {
    maxLength: 8,
  },
);
const listText = (list: readonly string[]) => `CAST([${list.join(', ')}] AS VARCHAR[])`;
/** The same as rows and arrays, whose keys are made of parts. */
const nestedText = (list: readonly string[]) =>
  `CAST([${list.map((item) => `{'a': [${item}, 'x'], 'b': 1}`).join(', ')}] AS STRUCT(a VARCHAR[], b INTEGER)[])`;

const positionsWhere = (list: readonly string[], keeps: (item: string, at: number) => boolean) =>
  list.flatMap((item, at) => (keeps(item, at) ? [BigInt(at + 1)] : []));

test('set kernels keep first occurrences, in order, and NULL is a value', async () => {
  await fc.assert(
    fc.asyncProperty(items, items, async (a, b) => {
      const first = (item: string, at: number) => a.indexOf(item) === at;
      const expected = {
        k_distinct_positions: positionsWhere(a, first),
        k_intersect_positions: positionsWhere(a, (item, at) => first(item, at) && b.includes(item)),
        k_except_positions: positionsWhere(a, (item, at) => first(item, at) && !b.includes(item)),
      };
      for (const [name, positions] of Object.entries(expected)) {
        for (const text of [listText, nestedText]) {
          const args = name === 'k_distinct_positions' ? [text(a)] : [text(a), text(b)];
          expect(await one(`${name}(${args.join(', ')})`)).toEqual(positions);
        }
      }
      const groups = (await one(`k_group_positions(${listText(a)})`)) as readonly bigint[][];
      expect(groups.flat().toSorted()).toEqual(positionsWhere(a, () => true).toSorted());
      for (const group of groups) {
        const members = new Set(group.map((position) => a[Number(position) - 1]));
        expect(members.size).toBe(1);
      }
    }),
    { numRuns: 60 },
  );
});

test('a weighted percentile is that of the values written out as often as they weigh', async () => {
  const weighted = fc.array(
    fc.record({ v: fc.integer({ min: -5, max: 5 }), w: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 8 },
  );
  const percentile = fc.constantFrom(0, 0.1, 0.25, 0.5, 0.75, 1);
  await fc.assert(
    fc.asyncProperty(weighted, percentile, async (points, p) => {
      const sorted = points.toSorted((a, b) => a.v - b.v);
      const written = sorted.flatMap(({ v, w }) => new Array<number>(w).fill(v));
      const rank = Math.min(Math.floor(p * written.length), written.length - 1);
      const list = `CAST([${sorted.map(({ v, w }) => `{'v': ${v}, 'w': ${w}}`).join()}] AS STRUCT(v BIGINT, w BIGINT)[])`;
      const expected = BigInt(written[rank] ?? 0);
      const ask = (what: string) => one(`k_weighted_percentile(${list}, ${what}, 0.5::DOUBLE)`);
      expect(await ask(`${p}::DOUBLE`)).toBe(expected);
      expect(await ask(`[${p}::DOUBLE, 0.0::DOUBLE]`)).toEqual([expected, BigInt(written[0] ?? 0)]);
    }),
    { numRuns: 100 },
  );
});

test('combinations come with the choice first whose last element is first', async () => {
  expect(await one('k_combinations(CAST(4 AS BIGINT), CAST(2 AS BIGINT))')).toEqual(
    [
      [1, 2],
      [1, 3],
      [2, 3],
      [1, 4],
      [2, 4],
      [3, 4],
    ].map((choice) => choice.map(BigInt)),
  );
  expect(await one('k_combinations(CAST(2 AS BIGINT), CAST(0 AS BIGINT))')).toEqual([[]]);
  expect(await one('k_combinations(CAST(2 AS BIGINT), CAST(3 AS BIGINT))')).toEqual([]);
  await expect(one('k_combinations(CAST(9 AS BIGINT), CAST(6 AS BIGINT))')).rejects.toThrow(
    'combination size must not exceed 5',
  );
});
