/** The engine against real DuckDB: results, interruption, limits, closing. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, EngineError, openEngine, readRows } from './api.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({
    memoryLimitBytes: 128 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${tmpdir()}/tessera-engine-test`,
    allowedDirectories: [],
  });
});

afterAll(() => engine.close());

describe('Engine.run()', () => {
  test('gives columns with names and types', async () => {
    const stream = await engine.run(
      `SELECT 1 AS i, 2::BIGINT AS b, 0.5::DOUBLE AS d, 'x' AS v, true AS t, NULL AS n,
              [1, 2] AS l, {'time': 1::BIGINT, 'value': [0.5::DOUBLE]} AS s`,
    );
    expect(stream.columns).toEqual([
      { name: 'i', type: 'integer' },
      { name: 'b', type: 'bigint' },
      { name: 'd', type: 'double' },
      { name: 'v', type: 'varchar' },
      { name: 't', type: 'boolean' },
      { name: 'n', type: 'integer' },
      { name: 'l', type: { list: 'integer' } },
      {
        name: 's',
        type: {
          struct: [
            ['time', 'bigint'],
            ['value', { list: 'double' }],
          ],
        },
      },
    ]);
    await stream.close();
  });

  test('reads scalars, NULLs, short and long texts beyond ASCII', async () => {
    const rows = await readRows(
      engine,
      `SELECT i::INTEGER, CASE WHEN i % 3 = 0 THEN NULL ELSE i * 10000000000 END,
              i / 4.0::DOUBLE, i % 2 = 0,
              CASE i WHEN 0 THEN '' WHEN 1 THEN 'grüße' WHEN 2 THEN NULL
                ELSE 'a text of more than twelve bytes: ' || i || ' 🦆' END
       FROM range(5) t(i) ORDER BY i`,
    );
    expect(rows).toEqual([
      [0, null, 0, true, ''],
      [1, 10000000000n, 0.25, false, 'grüße'],
      [2, 20000000000n, 0.5, true, null],
      [3, null, 0.75, false, 'a text of more than twelve bytes: 3 🦆'],
      [4, 40000000000n, 1, true, 'a text of more than twelve bytes: 4 🦆'],
    ]);
  });

  test('reads nested lists and structs, also those that lambdas and slices made', async () => {
    const rows = await readRows(
      engine,
      `SELECT l, list_filter(l, lambda x: x % 2 = 0), l[2:3],
              list_transform(l, lambda x: {'time': x + k, 'value': CASE WHEN x = 2 THEN NULL ELSE [x, NULL] END}),
              CASE WHEN k = 20 THEN NULL ELSE {'f0': k, 'f1': 'v' || k} END
       FROM (VALUES ([1, 2, 3]::BIGINT[], 10::BIGINT), (NULL, 20), ([4], 30), ([], 40)) t(l, k)`,
    );
    expect(rows).toEqual([
      [
        [1n, 2n, 3n],
        [2n],
        [2n, 3n],
        [
          { time: 11n, value: [1n, null] },
          { time: 12n, value: null },
          { time: 13n, value: [3n, null] },
        ],
        { f0: 10n, f1: 'v10' },
      ],
      [null, null, null, null, null],
      [[4n], [4n], [], [{ time: 34n, value: [4n, null] }], { f0: 30n, f1: 'v30' }],
      [[], [], [], [], { f0: 40n, f1: 'v40' }],
    ]);
  });

  test('streams ten results at once, interleaved, each complete', async () => {
    const streams = await Promise.all(
      Array.from({ length: 10 }, (_, k) => engine.run(`SELECT i + ${k} FROM range(50000) t(i)`)),
    );
    const sums = streams.map(() => 0n);
    let open = streams.map((_, k) => k);
    while (open.length > 0) {
      const still: number[] = [];
      for (const k of open) {
        const chunk = await streams[k]!.next();
        if (chunk === null) continue;
        const view = chunk.column(0);
        if (view.kind === 'bigint') for (const value of view.bigints) sums[k]! += value;
        still.push(k);
      }
      open = still;
    }
    expect(sums).toEqual(streams.map((_, k) => 1249975000n + 50000n * BigInt(k)));
  });
});

async function failure(act: Promise<unknown>): Promise<EngineError> {
  const outcome = await act.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(EngineError);
  return outcome as EngineError;
}

describe('interrupting', () => {
  const ENDLESS =
    'SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range = b.range + 1e9::BIGINT OR a.range * b.range = 7';

  test('stops a statement in next()', async () => {
    const stream = await engine.run(ENDLESS);
    const pending = failure(stream.next());
    setTimeout(() => stream.interrupt(), 20);
    expect((await pending).kind).toBe('interrupted');
    await stream.close();
    expect(await readRows(engine, 'SELECT 1')).toEqual([[1]]);
  });

  test('stops a statement by its signal, also before it began', async () => {
    const running = new AbortController();
    const pending = failure(readRows(engine, ENDLESS, { signal: running.signal }));
    setTimeout(() => running.abort(), 20);
    expect((await pending).kind).toBe('interrupted');
    expect((await failure(engine.run('SELECT 1', { signal: running.signal }))).kind).toBe(
      'interrupted',
    );
  });

  test('at any moment leaves connections usable and results whole', async () => {
    for (let round = 0; round < 20; round++) {
      const controller = new AbortController();
      const pending = failure(readRows(engine, ENDLESS, { signal: controller.signal }));
      await new Promise<void>((resolve) => {
        if (round % 4 === 0) resolve();
        else setTimeout(resolve, round / 4);
      });
      controller.abort();
      expect((await pending).kind).toBe('interrupted');
      expect(await readRows(engine, 'SELECT count(*) FROM range(10000)')).toEqual([[10000n]]);
    }
  });

  test('by leaving a stream early frees its connection', async () => {
    const stream = await engine.run('SELECT i, repeat(i::VARCHAR, 10) FROM range(10000000) t(i)');
    expect((await stream.next())?.rows).toBe(2048);
    await stream.close();
    await stream.close();
    expect(await stream.next()).toBeNull();
    expect(await readRows(engine, 'SELECT 2')).toEqual([[2]]);
  });
});

describe('errors', () => {
  test("carry the text of SQL's error() alone", async () => {
    const error = await failure(readRows(engine, "SELECT error('Division by zero')"));
    expect(error).toMatchObject({ kind: 'user', userText: 'Division by zero' });
  });

  test.each([
    ['SELECT 9223372036854775807 + i FROM range(1, 3) t(i)', 'user', 'Out of Range'],
    ["SELECT CAST('abc' AS INTEGER)", 'user', 'Conversion'],
    ['SELECT nosuch(1)', 'internal', 'Catalog'],
    ['SELEKT', 'internal', 'Parser'],
    ['SELECT 1.5', 'internal', undefined],
    ["SELECT * FROM read_text('/etc/passwd')", 'internal', 'Permission'],
    ["COPY (SELECT 1) TO '/tmp/stray.csv'", 'internal', 'Permission'],
    ["SET memory_limit = '100GB'", 'user', 'Invalid Input'],
    ['INSTALL httpfs', 'internal', undefined],
  ])('of %s are %s', async (sql, kind, exceptionType) => {
    const error = await failure(readRows(engine, sql));
    expect([error.kind, error.exceptionType, error.message]).toEqual([
      kind,
      exceptionType ?? error.exceptionType,
      error.message,
    ]);
  });

  test('of the memory limit are clean, and the engine goes on', async () => {
    const error = await failure(readRows(engine, 'SELECT list(i) FROM range(30000000) t(i)'));
    expect(error.kind).toBe('out-of-memory');
    expect(await readRows(engine, 'SELECT 3')).toEqual([[3]]);
  });
});

describe('openEngine()', () => {
  test('sets what it was told and what it insists on', async () => {
    const names = ['memory_limit', 'threads', 'TimeZone', 'wal_autocheckpoint'];
    const settings = names.map((name) => `current_setting('${name}')::VARCHAR`);
    expect(await readRows(engine, `SELECT ${settings.join(', ')}`)).toEqual([
      ['128.0 MiB', '2', 'UTC', '931.3 GiB'],
    ]);
  });
});

describe('an engine with allowed directories', () => {
  test('reads and writes files there, spills, and refuses other places', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tessera-engine-'));
    const allowed = join(directory, "it's allowed");
    await mkdir(allowed);
    const other = await openEngine({
      memoryLimitBytes: 48 * 1024 * 1024,
      threads: 2,
      tempDirectory: join(directory, 'spill'),
      allowedDirectories: [allowed],
    });
    const file = `'${join(allowed, 'numbers.parquet').replaceAll("'", "''")}'`;
    await readRows(other, `COPY (SELECT i FROM range(1000) t(i)) TO ${file} (FORMAT parquet)`);
    expect(await readRows(other, `SELECT count(*) FROM read_parquet([${file}])`)).toEqual([
      [1000n],
    ]);
    const stray = failure(readRows(other, `COPY (SELECT 1) TO '${join(directory, 'stray.csv')}'`));
    expect((await stray).exceptionType).toBe('Permission');
    const sorted = await readRows(
      other,
      `SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY hash(i)) AS n,
         'text of row number ' || i AS t FROM range(1500000) t(i)) WHERE t <> ''`,
    );
    expect(sorted).toEqual([[1500000n]]);
    await other.close();
    await rm(directory, { recursive: true });
  });
});

describe('Engine.close()', () => {
  test('interrupts what runs and refuses what comes', async () => {
    const other = await openEngine({
      memoryLimitBytes: 64 * 1024 * 1024,
      threads: 2,
      tempDirectory: `${tmpdir()}/tessera-engine-test-2`,
      allowedDirectories: [],
    });
    const streams = await Promise.all([
      other.run('SELECT count(*) FROM range(100000000) a, range(100000000) b'),
      other.run('SELECT * FROM range(100000000)'),
    ]);
    const pending = failure(streams[0]!.next());
    const starting = other.run('SELECT count(*) FROM range(100000000) a, range(100000000) b');
    const started = starting
      .then((stream) => stream.next())
      .then(
        () => 'done',
        (error: unknown) => (error as EngineError).kind,
      );
    await other.close();
    expect((await pending).kind).toBe('interrupted');
    expect(await started).not.toBe('done');
    expect((await failure(other.run('SELECT 1'))).kind).toBe('interrupted');
    await other.close();
  });
});
