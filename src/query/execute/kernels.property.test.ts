/**
 * A query that a tile scan kernel computes gives what it gives when SQL computes it: random rows,
 * in several layouts, with NULLs, late rows and upserts, in one tile and in two; random groupings,
 * aggregates and conditions.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { START_MS } from '../../../test/support/new-catalog.ts';
import { type IngestWorld, newIngest } from '../../../test/support/new-ingest.ts';
import { newMagnetic } from '../../../test/support/new-magnetic.ts';
import { known } from '../../base/assert.ts';
import type { Nanos } from '../../base/brand.ts';
import { type Engine, openEngine } from '../../engine/api.ts';
import type { MagneticStore } from '../../magnetic/api.ts';
import { prepareStatement } from './prepare-statement.ts';
import { registerKernels } from './register-kernels.ts';
import { ResidentObjects } from './resident-objects.ts';
import { ThreadRun } from './thread-run.ts';
import { TileDictionaries } from './tile-dictionaries.ts';

let engine: Engine;
let magnetic: MagneticStore;

beforeAll(async () => {
  magnetic = await newMagnetic();
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: 'unused',
    allowedDirectories: [],
  });
  registerKernels(engine);
});
afterAll(() => engine.close());

// --- rows ---

const MEASURES = [
  ['d', 'DOUBLE', fc.constantFrom('0.5', '-1.25', '0', '-0.0', '3.75', '100.125', '2', '1e6')],
  ['b', 'BIGINT', fc.constantFrom('0', '-1', '7', '4294967296', '-4294967297', '12')],
  ['big', 'BIGINT', fc.constantFrom('9223372036854775807', '-9223372036854775808', '1')],
  ['o', 'BOOLEAN', fc.constantFrom('true', 'false')],
  ['v', 'VARCHAR', fc.constantFrom('x', 'y', 'grün', ' ')],
  ['ts', 'TIMESTAMP', fc.constantFrom('1700000000000', '5', '1700000000001')],
] as const;

/** Every measure may be missing: then the row has another layout, or is NULL in its chunk. */
const cells = fc
  .tuple(...MEASURES.map(([, , values]) => fc.option(values as fc.Arbitrary<string>, { freq: 3 })))
  .map((values) =>
    values.flatMap((Value, at) => {
      const measure = known(MEASURES[at], 'a measure');
      return Value === null ? [] : [{ Name: measure[0], Type: measure[1], Value }];
    }),
  )
  .filter((values) => values.length > 0);

interface Row {
  readonly host: string;
  readonly region: string | undefined;
  readonly measure: string;
  /** After the start of the data; may be a fraction. */
  readonly second: number;
  readonly cells: readonly {
    readonly Name: string;
    readonly Type: string;
    readonly Value: string;
  }[];
}

const row: fc.Arbitrary<Row> = fc.record({
  host: fc.constantFrom('a', 'b', 'c', 'ä'),
  region: fc.constantFrom('eu', 'us', undefined),
  measure: fc.constantFrom('m', 'n'),
  second: fc.integer({ min: 0, max: 4000 }),
  cells,
});

/** Times differ from each other, so that which row is the last of a group has one answer. */
const rows = fc.uniqueArray(row, { selector: ({ second }) => second, maxLength: 120 });

/** New measures for some of the rows that there are. */
const changes = fc.uniqueArray(fc.tuple(fc.nat(), cells), {
  selector: ([at_]) => at_ % 40,
  maxLength: 20,
});

function changed(all: readonly Row[], upserts: readonly (readonly [number, Row['cells']])[]) {
  return upserts.flatMap(([at_, values]) => {
    const old = all[at_ % 40];
    return old === undefined ? [] : [{ ...old, cells: values }];
  });
}

function recordOf({ host, region, measure, second, cells: values }: Row, version: number): object {
  const dimensions = [
    { Name: 'host', Value: host },
    ...(region === undefined ? [] : [{ Name: 'region', Value: region }]),
  ];
  return {
    Dimensions: dimensions,
    MeasureName: measure,
    MeasureValueType: 'MULTI',
    MeasureValues: values,
    Time: `${START_MS - 4_000_000 + second * 1000}`,
    Version: version,
  };
}

/** Gives the schema its columns, in one order; its row is outside of what the queries ask for. */
const FIRST: Row = {
  host: 'none',
  region: 'none',
  measure: 'm',
  second: 3_999_999 / 1000,
  cells: MEASURES.map(([Name, Type]) => ({ Name, Type, Value: Type === 'BOOLEAN' ? 'true' : '1' })),
};

async function write(
  world: IngestWorld,
  all: readonly Row[],
  version: number,
  table = 'sensors',
): Promise<void> {
  for (let from = 0; from < all.length; from += 100) {
    const records = all.slice(from, from + 100).map((each) => recordOf(each, version));
    const request = { DatabaseName: 'iot', TableName: table, Records: records };
    const answered = (await world.post(JSON.stringify(request))) as object;
    expect(Object.keys(answered)).toEqual(['RecordsIngested']);
  }
}

// --- queries ---

const KEYS = ['host', 'region', 'measure_name'] as const;
const BINS = [
  'bin(time, 1m)',
  'bin(time, 7s)',
  'bin(time, 3h)',
  "date_trunc('minute', time)",
  "date_trunc('hour', time)",
] as const;
const AGGREGATES = [
  ...['count(*)', 'count(1)', 'count(time)', 'count(d)', 'count(v)', 'count(o)', 'count(region)'],
  ...['sum(d)', 'avg(d)', 'min(d)', 'max(d)', 'sum(b)', 'avg(b)', 'min(b)', 'max(b)', 'sum(big)'],
  ...['min(big)', 'max(big)', 'min(ts)', 'max(ts)', 'min(time)', 'max(time)'],
  ...['stddev(d)', 'stddev_pop(b)', 'variance(d)', 'var_pop(d)', 'var_samp(b)'],
  ...['max_by(d, time)', 'min_by(d, time)', 'max_by(b, time)', 'min_by(v, time)'],
  ...['max_by(v, time)', 'max_by(o, time)', 'max_by(ts, time)', 'min_by(host, time)'],
  ...['max_by(region, time)', 'max_by(measure_name, time)', 'max_by(time, time)'],
] as const;
const at = (second: number) => `from_milliseconds(${START_MS - 4_000_000 + second * 1000})`;
const CONDITIONS = [
  `time >= ${at(1000)}`,
  `time < ${at(3000)}`,
  `${at(2500)} > time`,
  `time BETWEEN ${at(500)} AND ${at(3500)}`,
  'time > ago(1h)',
  ...["host = 'a'", "host <> 'b'", "'b' = host", "host IN ('a', 'ä')", "host < 'c'", "host > 'b'"],
  ...['region IS NULL', 'region IS NOT NULL', "NOT (region = 'eu')", "region <> 'eu'"],
  ...["(host = 'a' OR region = 'us')", "(host = 'b' OR NOT region IN ('eu'))"],
  ...["measure_name = 'm'", "measure_name IN ('m', 'q')", "host BETWEEN 'a' AND 'b'"],
  ...['d > 1', 'd <= 3.75', 'd <> 2', '0 = d', 'd BETWEEN 0 AND 4', 'd < -1e0', 'd IS NULL'],
  ...['d IS NOT NULL', 'b >= 7', 'b > 1.5', 'b BETWEEN -1 AND 7', 'b <> 0', 'b < 4294967296'],
  ...['o', 'NOT o', 'o = true', 'o IS NULL', "v = 'x'", "v IN ('y', 'grün')", "v > 'x'"],
  ...["v <> ' '", `ts >= ${at(4000)}`, `ts < from_milliseconds(0)`],
] as const;

interface Query {
  readonly keys: readonly string[];
  readonly aggregates: readonly string[];
  readonly conditions: readonly string[];
}

/** What is around a grouping stays SQL, and reads what the kernel makes. */
const AROUND: readonly string[] = [
  'SELECT host, count(*) AS n FROM iot.sensors GROUP BY host HAVING count(*) > 3 ORDER BY n DESC',
  'SELECT DISTINCT host, region FROM iot.sensors',
  'SELECT DISTINCT bin(time, 5m) FROM iot.sensors WHERE d > 0',
  'SELECT count(*) FROM (SELECT host FROM iot.sensors GROUP BY host)',
  `WITH w AS (SELECT host, bin(time, 5m) AS t, sum(d) AS s, count(b) AS n FROM iot.sensors
     GROUP BY host, bin(time, 5m))
   SELECT a.host, a.t, a.s, b.n FROM w a JOIN w b ON a.host = b.host AND a.t = b.t WHERE a.n >= 0`,
  `SELECT host, max(s) FROM (SELECT host, bin(t, 1m) AS m, sum(x) AS s
     FROM (SELECT host, time AS t, d AS x FROM iot.sensors WHERE b > 0) GROUP BY host, bin(t, 1m))
   GROUP BY host`,
  `SELECT host, d FROM iot.sensors WHERE d >= (SELECT avg(d) FROM iot.sensors)
     AND host IN (SELECT host FROM iot.sensors WHERE o GROUP BY host)`,
  `SELECT x.host, x.n, y.m FROM (SELECT host, count(*) AS n FROM iot.sensors GROUP BY host) x
   LEFT JOIN (SELECT host, max_by(v, time) AS m FROM iot.sensors WHERE measure_name = 'n'
     GROUP BY host) y ON x.host = y.host`,
  `SELECT host, avg(d) AS a FROM iot.sensors GROUP BY host UNION ALL
   SELECT region, max(d) FROM iot.sensors WHERE time < ago(10m) GROUP BY region`,
  `SELECT max(time) - min(time), sum(big) FROM iot.sensors WHERE host = 'nobody'`,
];

const query: fc.Arbitrary<Query> = fc
  .record({
    keys: fc.subarray([...KEYS]),
    bin: fc.option(fc.constantFrom(...BINS), { freq: 1 }),
    aggregates: fc.subarray([...AGGREGATES], { minLength: 1, maxLength: 8 }),
    conditions: fc.uniqueArray(fc.constantFrom(...CONDITIONS), { maxLength: 3 }),
  })
  .map(({ keys, bin, aggregates, conditions }) => ({
    keys: bin === null ? keys : [...keys, bin],
    aggregates,
    conditions: ["host <> 'none'", ...conditions],
  }));

function textOf({ keys, aggregates, conditions }: Query): string {
  const group = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  const list = [...keys, ...aggregates].join(', ');
  return `SELECT ${list} FROM iot.sensors WHERE ${conditions.join(' AND ')}${group}`;
}

// --- both ways ---

type Cell = string | null;
type Answer = { readonly rows: readonly (readonly Cell[])[] } | { readonly failure: string };

interface Way {
  readonly kernels: boolean;
  /** Also the rows of a second tile, as if the table had two. */
  readonly beside?: boolean;
}

async function answer(world: IngestWorld, sql: string, way: Way): Promise<Answer> {
  const { catalog, memory, clock } = world;
  const prepared = prepareStatement(sql, {
    catalog,
    memory,
    magnetic,
    clock,
    residentBytesMax: 2 ** 26,
    kernels: way.kernels,
  });
  if (prepared.kind !== 'room') throw new Error(`${sql} is no query`);
  const { scans: tasks, rows: task } = prepared.statement;
  const hasKernel = task !== undefined || tasks.some((scan) => scan.kernel !== undefined);
  expect([sql, hasKernel]).toEqual([sql, way.kernels]);
  const snapshot = way.beside ? memory.snapshot(secondTile(world), EVERYTHING) : undefined;
  const scans = prepared.statement.scans.map((scan) => ({
    ...scan,
    tiles: [...scan.tiles, ...(snapshot ? [snapshot.descriptor] : [])],
  }));
  const room = {
    engine,
    slabs: memory.slabs,
    dictionaries: new TileDictionaries(),
    residents: new ResidentObjects(engine, 2 ** 26),
  };
  const run = new ThreadRun(room, { ...prepared.statement, scans });
  const page = await run.page({ rowsMax: 1e6, bytesMax: 2 ** 26 });
  await run.close();
  snapshot?.release();
  prepared.release();
  if (page.kind === 'failed') return { failure: page.text };
  const parsed = JSON.parse(`[${Buffer.from(page.page.rows).toString()}]`) as {
    readonly Data: readonly { readonly ScalarValue?: string }[];
  }[];
  return { rows: parsed.map(({ Data }) => Data.map(({ ScalarValue }) => ScalarValue ?? null)) };
}

const EVERYTHING = { fromTime: -(2n ** 63n) as Nanos, untilTime: (2n ** 63n - 1n) as Nanos };

function secondTile({ catalog }: IngestWorld) {
  const { id } = catalog.table({ database: 'iot', table: 'others' });
  return known(catalog.state.tiles.within(id)[0]?.active, 'a generation');
}

/** Groups differ in their keys, so those put rows in order. */
function inOrder({ rows: all }: { readonly rows: readonly (readonly Cell[])[] }, keys: number) {
  return all.toSorted((a, b) => {
    const [left, right] = [JSON.stringify(a.slice(0, keys)), JSON.stringify(b.slice(0, keys))];
    return left < right ? -1 : Number(left > right);
  });
}

function expectSame(sql: string, query_: Query, [a, b]: readonly [Answer, Answer]): void {
  if ('failure' in a || 'failure' in b) {
    expect({ sql, ...a }).toEqual({ sql, ...b });
    return;
  }
  const [left, right] = [inOrder(a, query_.keys.length), inOrder(b, query_.keys.length)];
  const isMoment = query_.aggregates.map((each) => /^(stddev|var)/.test(each));
  for (const [at_, own] of left.entries()) {
    for (const [column, cell] of own.entries()) {
      const other = right[at_]?.[column] ?? null;
      // The engine adds up parts of its threads, so that the last digits are open.
      if (!isMoment[column - query_.keys.length] || cell === null || other === null) continue;
      const tolerance = 1e-9 * Math.max(1, Math.abs(Number(cell)));
      expect(Math.abs(Number(cell) - Number(other))).toBeLessThanOrEqual(tolerance);
    }
  }
  const exact = (all: typeof left) =>
    all.map((own) =>
      own.map((cell, column) =>
        isMoment[column - query_.keys.length] && cell !== null ? '~' : cell,
      ),
    );
  expect({ sql, rows: exact(left) }).toEqual({ sql, rows: exact(right) });
}

/** Both ways; fails unless they agree, on the rows as they are. */
async function expectSameRows(world: IngestWorld, sql: string): Promise<Answer> {
  const own = await answer(world, sql, { kernels: true });
  const other = await answer(world, sql, { kernels: false });
  const bag = (each: Answer) =>
    'failure' in each ? each.failure : each.rows.map((cells_) => JSON.stringify(cells_)).toSorted();
  expect({ sql, rows: bag(own) }).toEqual({ sql, rows: bag(other) });
  return own;
}

async function newWorld(first: readonly Row[], late: readonly Row[]): Promise<IngestWorld> {
  const world = await newIngest();
  await write(world, [FIRST], 1);
  await write(world, first, 1);
  await write(world, late, 2);
  return world;
}

const data = fc.record({ first: rows, upserts: changes, second: rows });

test('a kernel and SQL give the same answers', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      data,
      fc.array(query, { minLength: 8, maxLength: 8 }),
      async ({ first, upserts }, queries) => {
        const world = await newWorld(first, changed(first, upserts));
        for (const each of queries) {
          const sql = textOf(each);
          expectSame(sql, each, [
            await answer(world, sql, { kernels: true }),
            await answer(world, sql, { kernels: false }),
          ]);
        }
      },
    ),
    { numRuns: 20 },
  );
});

test('a kernel over two tiles finds the groups that they share', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      data,
      fc.array(query, { minLength: 5, maxLength: 5 }),
      async ({ first, second }, queries) => {
        const world = await newWorld(first, []);
        await world.catalog.createTable({ database: 'iot', table: 'others' });
        const taken = new Set(first.map((each) => each.second));
        // One second cannot be in both, or the last row of a group would have two answers.
        await write(
          world,
          [FIRST, ...second.filter((each) => !taken.has(each.second))],
          1,
          'others',
        );
        for (const each of queries) {
          const sql = textOf(each);
          expectSame(sql, each, [
            await answer(world, sql, { kernels: true, beside: true }),
            await answer(world, sql, { kernels: false, beside: true }),
          ]);
        }
      },
    ),
    { numRuns: 15 },
  );
});

/** Groups differ in their keys, so an order by all of them leaves nothing open. */
const ordered = fc
  .record({
    keys: fc.subarray(['host', 'region', 'measure_name', 'bin(time, 5m)'], { minLength: 1 }),
    first: fc.option(fc.constantFrom(...['min(d)', 'max(big)', 'count(b)', 'max_by(o, time)'])),
    directions: fc.array(fc.constantFrom('', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'), {
      minLength: 5,
      maxLength: 5,
    }),
    rows: fc.constantFrom('', ' LIMIT 3', ' LIMIT 0', ' LIMIT 1000', ' OFFSET 2 LIMIT 4'),
  })
  .map(({ keys, first, directions, rows: limit }) => {
    const by = [...(first === null ? [] : [first]), ...keys].map((key, i) => key + directions[i]);
    return `SELECT count(*) AS n, ${keys.map((key, i) => `${key} AS k${i}`).join(', ')}
      FROM iot.sensors GROUP BY ${keys.join(', ')} ORDER BY ${by.join(', ')}${limit}`;
  });

test('a result that needs no SQL is in the same order, from and up to the same row', async () => {
  await fc.assert(
    fc.asyncProperty(
      data,
      fc.array(ordered, { minLength: 6, maxLength: 6 }),
      async ({ first, upserts }, statements) => {
        const world = await newWorld(first, changed(first, upserts));
        for (const sql of statements) {
          const own = await answer(world, sql, { kernels: true });
          expect({ sql, ...own }).toEqual({
            sql,
            ...(await answer(world, sql, { kernels: false })),
          });
        }
      },
    ),
    { numRuns: 20 },
  );
});

/** Times differ, so an order by time leaves nothing open. */
const rowQuery = fc
  .record({
    columns: fc.subarray(['host', 'region', 'measure_name', 'time', 'd', 'b', 'v', 'o', 'ts'], {
      minLength: 1,
    }),
    conditions: fc.uniqueArray(fc.constantFrom(...CONDITIONS), { maxLength: 3 }),
    order: fc.constantFrom(
      ...['', ' ORDER BY time DESC LIMIT 5', ' ORDER BY time LIMIT 7', ' ORDER BY time LIMIT 0'],
      ...[' ORDER BY time DESC LIMIT 1000', ' ORDER BY time DESC OFFSET 3 LIMIT 4'],
    ),
  })
  .map(({ columns, conditions, order }) => ({
    isOrdered: order !== '',
    sql: `SELECT ${columns.map((name, i) => `${name} AS c${i}`).join(', ')} FROM iot.sensors
      WHERE ${["host <> 'none'", ...conditions].join(' AND ')}${order}`,
  }));

test('rows that need no SQL are the same, and in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(
      data,
      fc.array(rowQuery, { minLength: 8, maxLength: 8 }),
      async ({ first, upserts }, statements) => {
        const world = await newWorld(first, changed(first, upserts));
        for (const { sql, isOrdered } of statements) {
          if (!isOrdered) await expectSameRows(world, sql);
          else {
            const own = await answer(world, sql, { kernels: true });
            const other = await answer(world, sql, { kernels: false });
            expect({ sql, ...own }).toEqual({ sql, ...other });
          }
        }
      },
    ),
    { numRuns: 20 },
  );
});

test('a kernel inside of a larger statement changes none of its rows', async () => {
  await fc.assert(
    fc.asyncProperty(data, async ({ first, upserts }) => {
      const world = await newWorld(first, changed(first, upserts));
      for (const sql of AROUND) await expectSameRows(world, sql);
    }),
    { numRuns: 8 },
  );
});

test('a kernel goes through many chunks, and hands over many blocks of results', async () => {
  const world = await newIngest();
  await write(world, [FIRST], 1);
  const count = 27_000;
  const long = Array.from({ length: count }, (_, i): Row => {
    // Most rows come late, and there is a gap.
    const at_ = (i * 7) % count;
    return {
      host: known(['a', 'b', 'c'][at_ % 3], 'a host'),
      region: undefined,
      measure: 'm',
      second: at_ / 10 + (at_ > 20_000 ? 300 : 0),
      cells: [
        { Name: 'd', Type: 'DOUBLE', Value: `${at_ / 8}` },
        ...(at_ % 5 === 0 ? [] : [{ Name: 'b', Type: 'BIGINT', Value: `${at_}` }]),
      ],
    };
  });
  await write(world, long, 1);
  const statements = [
    ...['1ms', '1s', '1m', '7m', '1h', '1d'].map(
      (bin) => `SELECT host, bin(time, ${bin}) AS t, avg(d), sum(b), min(b), max(d), count(b)
        FROM iot.sensors GROUP BY host, bin(time, ${bin})`,
    ),
    `SELECT bin(time, 1s), max_by(d, time), count(*) FROM iot.sensors
       WHERE time BETWEEN ${at(700)} AND ${at(2500)} AND b > 100 GROUP BY bin(time, 1s)`,
    'SELECT count(*), sum(b), avg(b), max(time) FROM iot.sensors WHERE d > 100 AND d < 1000',
  ];
  for (const sql of statements) {
    const own = await expectSameRows(world, sql);
    expect(own).not.toHaveProperty('failure');
  }
  const [whole] = statements;
  const result = await answer(world, known(whole, 'a statement'), { kernels: true });
  expect(result).toHaveProperty('rows.length', count + 1);
});

test('results beyond what a double holds are the same, or fail in the same words', async () => {
  const world = await newIngest();
  const large = ['1.7e308', '1.6e308', '-1e308', '1e200'].map(
    (Value, at_): Row => ({
      ...FIRST,
      host: 'a',
      second: at_,
      cells: [{ Name: 'd', Type: 'DOUBLE', Value }],
    }),
  );
  await write(world, [FIRST, ...large], 1);
  for (const aggregate of ['sum', 'avg', 'stddev', 'stddev_pop', 'variance', 'var_pop', 'max']) {
    await expectSameRows(world, `SELECT ${aggregate}(d) FROM iot.sensors WHERE host = 'a'`);
  }
});
