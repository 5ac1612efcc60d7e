/**
 * The time series kernels against slow versions written from their definitions (query-language
 * 6.13): every wanted time looks through all points.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, readRows, type VectorValue } from '../../engine/api.ts';
import { lowered, openTestEngine, runLowered } from '../lower/test-run.test-support.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

interface Point {
  readonly time: bigint;
  readonly value: number | null;
}

/** Far apart, so that differences do not fit into 32 bits, and on both sides of the epoch. */
const SCALE = 3_600_000_000_123n;
const ORIGIN = -4n * SCALE;

const times = fc.integer({ min: 0, max: 12 }).map((step) => ORIGIN + BigInt(step) * SCALE);
const between = fc
  .integer({ min: -2, max: 28 })
  .map((half) => ORIGIN + (BigInt(half) * SCALE) / 2n);
const values = fc.constantFrom(null, -2.5, 0, 1, 3, 1e9);

const series = fc
  .array(fc.record({ time: times, value: values }), { maxLength: 10 })
  .map((points) => points.toSorted((a, b) => Number(a.time - b.time)));
const wanted = fc.array(fc.option(between), { maxLength: 8 });

function seriesText(points: readonly Point[], type = 'DOUBLE'): string {
  const texts = points.map(
    ({ time, value }) => `{'time': ${time}, 'value': ${value ?? 'CAST(NULL AS DOUBLE)'}}`,
  );
  return `CAST([${texts.join(', ')}] AS STRUCT("time" BIGINT, "value" ${type})[])`;
}

function timesText(list: readonly (bigint | null)[]): string {
  return `CAST([${list.map((time) => time ?? 'CAST(NULL AS BIGINT)').join(', ')}] AS BIGINT[])`;
}

/** Points without a value do not count; of several at one time the last does. */
function counted(points: readonly Point[]): { readonly time: bigint; readonly value: number }[] {
  const byTime = new Map<bigint, number>();
  for (const { time, value } of points) if (value !== null) byTime.set(time, value);
  return [...byTime].map(([time, value]) => ({ time, value }));
}

function ascending(list: readonly (bigint | null)[]): bigint[] {
  return list.filter((time) => time !== null).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

type At = (points: ReturnType<typeof counted>, time: bigint) => number | null;

const before = (points: ReturnType<typeof counted>, time: bigint) =>
  points.findLast((point) => point.time <= time);

const DEFINITIONS: Readonly<Record<string, At>> = {
  k_interpolate_linear: (points, time) => {
    const left = before(points, time);
    const right = points.find((point) => point.time >= time);
    if (!left || !right) return null;
    if (left === right) return left.value;
    const share = Number(time - left.time) / Number(right.time - left.time);
    return left.value + (right.value - left.value) * share;
  },
  k_locf: (points, time) => before(points, time)?.value ?? null,
  k_fill: (points, time) => points.find((point) => point.time === time)?.value ?? 7,
};

async function one(sql: string): Promise<VectorValue> {
  const rows = await readRows(engine, `SELECT ${sql}`);
  return rows[0]?.[0] ?? null;
}

function closeTo(got: VectorValue, expected: number | null): void {
  if (expected === null) expect(got).toBeNull();
  else expect(got).toBeCloseTo(expected, 3);
}

describe('interpolation', () => {
  for (const [name, at] of Object.entries(DEFINITIONS)) {
    const fill = name === 'k_fill' ? ', CAST(7 AS DOUBLE)' : '';
    test(`${name} gives what its definition says, one point for each time, in order`, async () => {
      await fc.assert(
        fc.asyncProperty(series, wanted, async (points, list) => {
          const got = await one(`${name}(${seriesText(points)}, ${timesText(list)}${fill})`);
          const sorted = ascending(list);
          const result = got as unknown as readonly Point[];
          expect(result.map((point) => point.time)).toEqual(sorted);
          for (const [index, time] of sorted.entries()) {
            closeTo(result[index]?.value ?? null, at(counted(points), time));
          }
        }),
        { numRuns: 150 },
      );
    });

    test(`${name}_at gives the same for a single time`, async () => {
      await fc.assert(
        fc.asyncProperty(series, between, async (points, time) => {
          const text = `${name}_at(${seriesText(points)}, CAST(${time} AS BIGINT)${fill})`;
          closeTo(await one(text), at(counted(points), time));
        }),
        { numRuns: 100 },
      );
    });
  }

  test('the spline passes through the points, is NULL outside, and a line through two', async () => {
    await fc.assert(
      fc.asyncProperty(series, async (points) => {
        const known = counted(points);
        const asked = [ORIGIN - 1n, ...known.map(({ time }) => time), ORIGIN + 13n * SCALE];
        const got = await one(`k_interpolate_spline(${seriesText(points)}, ${timesText(asked)})`);
        const result = (got as unknown as readonly Point[]).map(({ value }) => value);
        expect(result).toEqual([null, ...known.map(({ value }) => value), null]);
      }),
      { numRuns: 100 },
    );
    const line = seriesText([
      { time: 0n, value: 1 },
      { time: 8n, value: 5 },
    ]);
    expect(await one(`k_interpolate_spline_at(${line}, CAST(2 AS BIGINT))`)).toBe(2);
  });

  test('whole numbers and texts are interpolated as they are', async () => {
    const whole = `CAST([{'time': 0, 'value': 9007199254740993}, {'time': 4, 'value': 3}] AS STRUCT("time" BIGINT, "value" BIGINT)[])`;
    expect(await one(`k_locf_at(${whole}, CAST(1 AS BIGINT))`)).toBe(9007199254740993n);
    expect(await one(`k_interpolate_linear_at(${whole}, CAST(4 AS BIGINT))`)).toBe(3);
    const text = `CAST([{'time': 0, 'value': 'a text longer than a cell'}] AS STRUCT("time" BIGINT, "value" VARCHAR)[])`;
    expect(await one(`k_locf_at(${text}, CAST(1 AS BIGINT))`)).toBe('a text longer than a cell');
    expect(await one(`k_fill_at(${text}, CAST(1 AS BIGINT), 'no')`)).toBe('no');
  });

  test('rows of one query keep their own series', async () => {
    const rows = await readRows(
      engine,
      `SELECT k_interpolate_linear_at(list({'time': y, 'value': CAST(x * y AS DOUBLE)} ORDER BY y), 5)
         FROM range(3000) AS a(x), range(10) AS b(y) GROUP BY x ORDER BY x`,
    );
    expect(rows.map((row) => row[0])).toEqual(Array.from({ length: 3000 }, (_, x) => 5 * x));
  });
});

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

/** The covariance by the product of the deviations; NaN where one side does not vary. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (term: (at: number) => number) => a.reduce((total, _, at) => total + term(at), 0);
  const covariance = sum((at) => (a[at]! - meanA) * (b[at]! - meanB));
  const squares = sum((at) => (a[at]! - meanA) ** 2) * sum((at) => (b[at]! - meanB) ** 2);
  return squares === 0 ? Number.NaN : covariance / Math.sqrt(squares);
}

/** The mean of the places, from 1, that equal values take together. */
function ranks(list: readonly number[]): number[] {
  return list.map((value) => {
    const below = list.filter((other) => other < value).length;
    return below + (list.filter((other) => other === value).length + 1) / 2;
  });
}

function sameCorrelation(got: VectorValue, expected: number): void {
  if (Number.isNaN(expected)) expect(got).toBeNaN();
  else expect(got).toBeCloseTo(expected, 9);
}

describe('create_time_series', () => {
  test('has the points that have a value, in order of time; two at one time are an error', async () => {
    const point = fc.record({ time: fc.option(times), value: values });
    await fc.assert(
      fc.asyncProperty(fc.array(point, { maxLength: 8 }), async (points) => {
        const rows = points.map(({ time, value }) => {
          const at = time === null ? 'NULL' : `from_nanoseconds(${time})`;
          return `(${at}, CAST(${value ?? 'NULL'} AS double))`;
        });
        const source = ['(from_nanoseconds(0), CAST(NULL AS double))', ...rows].join(', ');
        const sql = `SELECT create_time_series(t, v) FROM (VALUES ${source}) AS s(t, v)`;
        const got = await runLowered(engine, lowered(sql), () => []).catch(String);
        const kept = points.filter((each) => each.time !== null && each.value !== null);
        const isDouble = new Set(kept.map(({ time }) => time)).size < kept.length;
        if (isDouble) expect(got).toContain('create_time_series() has two values for');
        else if (kept.length === 0) expect(got).toEqual([[null]]);
        else expect(got).toEqual([[kept.toSorted((a, b) => (a.time! < b.time! ? -1 : 1))]]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('calculus', () => {
  test('derivative and integral are the sums of their definitions', async () => {
    await fc.assert(
      fc.asyncProperty(series, async (points) => {
        const known = counted(points);
        const steps = known.slice(1).map((point, index) => {
          const last = known[index] ?? point;
          const run = Number(point.time - last.time) / 1e9;
          return { run, rise: point.value - last.value, mean: (point.value + last.value) / 2 };
        });
        const text = seriesText(points);
        const second = 'CAST(1000000000 AS BIGINT)';
        const slopes = (await one(`k_derivative(${text}, ${second})`)) as unknown as Point[];
        expect(slopes.map(({ time }) => time)).toEqual(known.slice(1).map(({ time }) => time));
        for (const [index, { rise, run }] of steps.entries()) {
          closeTo(slopes[index]?.value ?? null, rise / run);
        }
        const rising = (await one(
          `k_non_negative_derivative(${text}, ${second})`,
        )) as unknown as Point[];
        expect(rising).toEqual(slopes.filter(({ value }) => (value ?? 0) >= 0));
        const area = steps.reduce((sum, { mean, run }) => sum + mean * run, 0);
        const got = (await one(`k_integral(${text}, ${second})`)) as number;
        expect(Math.abs(got - area)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(area)));
      }),
      { numRuns: 100 },
    );
  });

  test('correlations are those of their definitions, by value and by average rank', async () => {
    const pair = fc.record({
      a: fc.constantFrom(-2.5, 0, 1, 3, 8),
      b: fc.integer({ max: 9, min: 0 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 2, maxLength: 9 }), async (pairs) => {
        const [a, b] = [pairs.map((each) => each.a), pairs.map((each) => each.b)];
        const text = (list: readonly number[]) =>
          seriesText(list.map((value, at) => ({ time: ORIGIN + BigInt(at) * SCALE, value })));
        const got = async (name: string) =>
          await one(`k_correlate_${name}(${text(a)}, ${text(b)})`);
        sameCorrelation(await got('pearson'), pearson(a, b));
        sameCorrelation(await got('spearman'), pearson(ranks(a), ranks(b)));
      }),
      { numRuns: 100 },
    );
  });

  test('a correlation needs the same times on both sides', async () => {
    const a = seriesText([
      { time: 0n, value: 1 },
      { time: 1n, value: 2 },
    ]);
    const b = seriesText([
      { time: 0n, value: 5 },
      { time: 2n, value: 3 },
    ]);
    expect(await one(`k_correlate_pearson(${a}, ${a})`)).toBeCloseTo(1, 12);
    await expect(one(`k_correlate_spearman(${a}, ${b})`)).rejects.toThrow(
      'Time series must have the same timestamps',
    );
  });
});
