/** Functions written in TypeScript, called by SQL. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AssertionError } from '../base/assert.ts';
import { type Engine, openEngine, perRow, readRows, type VectorValue } from './api.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${tmpdir()}/tessera-engine-function-test`,
    allowedDirectories: [],
  });
  register(engine);
});

afterAll(() => engine.close());

const LONG = 'more than twelve bytes, größer';

function register(to: Engine): void {
  to.registerFunction({
    name: 'plus_one',
    parameters: ['double'],
    result: 'double',
    nulls: 'propagate',
    run([x], rows, out) {
      if (x?.kind !== 'double') throw new Error('not a double');
      for (let row = 0; row < rows; row++) out.doubles[row] = x.doubles[row]! + 1;
    },
  });
  to.registerFunction(
    perRow<[string, number]>({
      name: 'repeated',
      parameters: ['varchar', 'integer'],
      result: 'varchar',
      nulls: 'propagate',
      apply: (text, times) => text.repeat(times),
    }),
  );
  to.registerFunction(
    perRow<[VectorValue]>({
      name: 'describe_value',
      parameters: ['any'],
      result: 'varchar',
      nulls: 'called',
      apply: (value) =>
        JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)),
    }),
  );
  to.registerFunction(
    perRow<[VectorValue]>({
      name: 'same',
      parameters: [SERIES],
      result: SERIES,
      nulls: 'propagate',
      apply: (value) => value,
    }),
  );
  to.registerFunction(
    perRow<string[]>({
      name: 'joined',
      parameters: ['varchar'],
      varargs: 'varchar',
      result: {
        struct: [
          ['text', 'varchar'],
          ['parts', { list: 'varchar' }],
          ['count', 'integer'],
        ],
      },
      nulls: 'propagate',
      apply: (separator, ...parts) => ({
        text: parts.length === 0 ? null : parts.join(separator),
        parts,
        count: parts.length,
      }),
    }),
  );
  to.registerFunction(
    perRow<[bigint]>({
      name: 'refuse',
      parameters: ['bigint'],
      result: 'bigint',
      nulls: 'propagate',
      apply(value) {
        if (value === 13n) throw new RangeError('13 brings bad luck');
        if (value === 14n) throw new AssertionError('this is a bug');
        return value;
      },
    }),
  );
  let drawn = 0;
  to.registerFunction(
    perRow<[]>({
      name: 'draw',
      parameters: [],
      result: 'integer',
      nulls: 'propagate',
      volatile: true,
      apply: () => drawn++,
    }),
  );
}

const SERIES = {
  list: {
    struct: [
      ['time', 'bigint'],
      ['value', { list: 'varchar' }],
    ],
  },
} as const;

describe('a scalar function', () => {
  test('has a NULL result for a NULL argument', async () => {
    const sql = `SELECT plus_one(x), repeated('ab', i), repeated(NULL, 2)
      FROM (VALUES (1.5::DOUBLE, 2), (NULL, NULL), (3, 0)) t(x, i)`;
    expect(await readRows(engine, sql)).toEqual([
      [2.5, 'abab', null],
      [null, null, null],
      [4, '', null],
    ]);
  });

  test('sees NULLs itself when declared so, and any type', async () => {
    const sql = `SELECT describe_value(x), describe_value(NULL), describe_value([x, 7]),
        describe_value({'a': x::VARCHAR, 'b': [true]})
      FROM (VALUES (1::BIGINT), (NULL)) t(x)`;
    expect(await readRows(engine, sql)).toEqual([
      ['"1n"', 'null', '["1n","7n"]', '{"a":"1","b":[true]}'],
      ['null', 'null', '[null,"7n"]', '{"a":null,"b":[true]}'],
    ]);
  });

  test('takes and gives nested lists and structs', async () => {
    const sql = `SELECT same(l), l IS NOT DISTINCT FROM same(l) FROM (VALUES
      ([{'time': 1::BIGINT, 'value': ['a', '${LONG}', NULL]}, {'time': NULL, 'value': []}]),
      (NULL), ([]), ([NULL, {'time': 3, 'value': NULL}])) t(l)`;
    expect(await readRows(engine, sql)).toEqual([
      [
        [
          { time: 1n, value: ['a', LONG, null] },
          { time: null, value: [] },
        ],
        true,
      ],
      [null, true],
      [[], true],
      [[null, { time: 3n, value: null }], true],
    ]);
  });

  test('takes further arguments and gives structs', async () => {
    const sql = `SELECT joined('-', 'x', '${LONG}').text, joined(' ', 'y').parts, joined('').text`;
    expect(await readRows(engine, sql)).toEqual([[`x-${LONG}`, ['y'], null]]);
  });

  test('of 100,000 lists returns each intact', async () => {
    const sql = `SELECT count(*) FILTER (WHERE same(l) = l), sum(len(same(l)))::BIGINT FROM (
      SELECT list_transform(range(i % 4), lambda x: {'time': x, 'value': ['v' || i, repeat('w', 20)]}) AS l
      FROM range(100000) t(i))`;
    expect(await readRows(engine, sql)).toEqual([[100000n, 150000n]]);
  });

  test('ends the query with the error it throws', async () => {
    expect(await readRows(engine, 'SELECT refuse(i) FROM range(3) t(i)')).toHaveLength(3);
    await expect(readRows(engine, 'SELECT refuse(i) FROM range(20) t(i)')).rejects.toMatchObject({
      kind: 'user',
      userText: '13 brings bad luck',
      cause: new RangeError('13 brings bad luck'),
    });
    await expect(readRows(engine, 'SELECT refuse(14)')).rejects.toMatchObject({
      kind: 'internal',
      message: 'this is a bug',
    });
  });

  test('is left out where a condition rules its row out, and caught by TRY', async () => {
    const guarded = 'SELECT sum(CASE WHEN i < 13 THEN refuse(i) END)::BIGINT FROM range(20) t(i)';
    expect(await readRows(engine, guarded)).toEqual([[78n]]);
    const tried = 'SELECT count(TRY(refuse(i))), count(*) FROM range(5000) t(i)';
    expect(await readRows(engine, tried)).toEqual([[4998n, 5000n]]);
  });

  test('works inside lambdas, with outer columns', async () => {
    const sql = `SELECT list_transform(l, lambda x: plus_one(x) + k) FROM (VALUES
      ([1, 2]::DOUBLE[], 10), (NULL, 1), ([5], 20)) t(l, k)`;
    expect(await readRows(engine, sql)).toEqual([[[12, 13]], [null], [[26]]]);
  });

  test('that is volatile is called for every row', async () => {
    const rows = await readRows(engine, 'SELECT count(DISTINCT draw()) FROM range(5000)');
    expect(rows).toEqual([[5000n]]);
  });
});
