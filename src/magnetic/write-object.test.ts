/** Objects written by the engine: what is in them, and what is said to be. */
import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRows } from '../engine/api.ts';
import { objectLayout, writeObject } from './api.ts';
import {
  LAYOUT,
  openWorkbench,
  type PlainRow,
  plainRelation,
  readObjects,
  SCHEMA,
  type Workbench,
  written,
} from './objects.test-support.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const T0 = 1_700_000_000_123_456_789n;

describe('writeObject()', () => {
  it('tells what it has written', async () => {
    const { contents } = await written(bench, [
      { d1: 'b', measure_name: 'load', time: T0 + 1n, ts_version: 1n, c0: 0.5 },
      { d1: 'a', measure_name: 'cpu', time: T0, ts_version: 2n, c4: 1, c6: 'x' },
      { d1: 'a', measure_name: 'cpu', time: T0 + 9n, ts_version: 1n, c6: 'y' },
    ]);
    expect(contents).toEqual({
      rows: 3,
      minTime: T0,
      maxTime: T0 + 9n,
      dimensions: [1],
      columns: [0, 4, 6],
      measureNames: ['cpu', 'load'],
      dimensionValues: new Map([[1, ['a', 'b']]]),
    });
  });

  it('lists values only where they are few and short', async () => {
    const rowsOf = (count: number, text: (i: number) => string): PlainRow[] =>
      Array.from({ length: count * 3 }, (_, i) => ({
        ...{ d0: text(i % count), d1: 'one', measure_name: text(i % count) },
        ...{ time: T0 + BigInt(i), ts_version: 1n, c0: i },
      }));
    const few = await written(
      bench,
      rowsOf(16, (i) => `v${i}`),
    );
    expect(few.contents.dimensionValues.get(0)).toHaveLength(16);
    expect(few.contents.measureNames).toHaveLength(16);
    const many = await written(
      bench,
      rowsOf(17, (i) => `v${i}`),
    );
    expect(many.contents.dimensionValues).toEqual(new Map([[1, ['one']]]));
    expect(many.contents.measureNames).toBeUndefined();
    const long = await written(
      bench,
      rowsOf(2, (i) => `${i}`.repeat(513)),
    );
    expect(long.contents.dimensionValues).toEqual(new Map([[1, ['one']]]));
    expect(long.contents.dimensions).toEqual([0, 1]);
  });

  it('lists values over all row groups, and NULL is none', async () => {
    const path = `${bench.folder}/groups.parquet`;
    const relation = `SELECT CASE WHEN i >= 130000 THEN 'r' || (i % 3) END AS d0,
      CASE WHEN i < 122880 THEN 'h' ELSE 'h' || (i % 40) END AS d1,
      'load' AS measure_name, ${T0} + i AS "time", 1::BIGINT AS ts_version, i::DOUBLE AS c0
      FROM range(250000) AS t(i)`;
    const layout = objectLayout(SCHEMA, { dimensions: [0, 1], columns: [0] });
    const sortFirst = { kind: 'measure' } as const;
    const contents = await writeObject(bench.engine, { layout, relation, path, sortFirst });
    expect(contents).toMatchObject({
      ...{ rows: 250_000, minTime: T0, maxTime: T0 + 249_999n },
      dimensions: [0, 1],
      dimensionValues: new Map([[0, ['r0', 'r1', 'r2']]]),
    });
  });

  it('answers undefined when there are no rows', async () => {
    const relation = `${plainRelation(LAYOUT, [{}])} WHERE false`;
    const path = `${bench.folder}/empty.parquet`;
    const plan = { layout: LAYOUT, relation, path, sortFirst: undefined };
    expect(await writeObject(bench.engine, plan)).toBeUndefined();
  });

  it.each([
    [undefined, ['a1 cpu 1', 'a2 cpu 1', 'a2 cpu 2', 'a2 load 1', 'b1 cpu 1']],
    [
      { kind: 'dimension', dimensionId: 1 } as const,
      ['a1 cpu 1', 'b1 cpu 1', 'a2 cpu 1', 'a2 cpu 2', 'a2 load 1'],
    ],
    [{ kind: 'measure' } as const, ['a1 cpu 1', 'a2 cpu 1', 'a2 cpu 2', 'b1 cpu 1', 'a2 load 1']],
    [
      { kind: 'dimension', dimensionId: 77 } as const,
      ['a1 cpu 1', 'a2 cpu 1', 'a2 cpu 2', 'a2 load 1', 'b1 cpu 1'],
    ],
  ])('sorts by %j first', async (sortFirst, expected) => {
    const row = (d0: string, d1: string, measure_name: string, time: bigint): PlainRow => ({
      ...{ d0, d1, measure_name, time, ts_version: 1n, c0: 1 },
    });
    const object = await written(
      bench,
      [
        row('a', '2', 'load', 1n),
        row('b', '1', 'cpu', 1n),
        row('a', '2', 'cpu', 2n),
        row('a', '2', 'cpu', 1n),
        row('a', '1', 'cpu', 1n),
      ],
      sortFirst === undefined ? {} : { sortFirst },
    );
    const rows = await readObjects(bench.engine, {
      objects: [object],
      columns: [
        { kind: 'dimension', dimensionId: 0 },
        { kind: 'dimension', dimensionId: 1 },
        { kind: 'measure-name' },
        { kind: 'time' },
      ],
    });
    expect(rows.map(([d0, d1, name, time]) => `${d0}${d1} ${name} ${time}`)).toEqual(expected);
  });

  it('takes less than 0.8 bytes for an integer and 7 for a random double', async () => {
    const sizeOf = async (value: string): Promise<number> => {
      const columns = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
      const schema = SCHEMA.extended({
        measures: [],
        attributes: columns.map((id) => ({ name: `m${id}`, type: 'double' })),
      });
      const ids = columns.map((id) => id + SCHEMA.attributes.length);
      const layout = objectLayout(schema, { dimensions: [0, 1], columns: ids });
      // A walk: a sum of independent steps, per host.
      const values = ids.map((id) => value.replaceAll('ID', `${id}`) + ` AS c${id}`);
      const relation = `SELECT 'region-' || (h % 7) AS d0, 'host_' || h AS d1,
        'cpu' AS measure_name, ${T0} + i * 10000000000 AS "time", 1::BIGINT AS ts_version,
        ${values.join(', ')} FROM range(100) AS a(h), range(1440) AS b(i)
        WINDOW w AS (PARTITION BY h ORDER BY i)`;
      const path = `${bench.folder}/size-${value.length}.parquet`;
      await writeObject(bench.engine, { layout, relation, path, sortFirst: undefined });
      return (await stat(path)).size / (100 * 1440 * columns.length);
    };
    const step = 'hash(h, i, ID) % 5';
    const walk = `CAST(50 + sum(CASE ${step} WHEN 0 THEN -1 WHEN 1 THEN 1 ELSE 0 END) OVER w AS DOUBLE)`;
    expect(await sizeOf(walk)).toBeLessThan(0.8);
    expect(
      await sizeOf('CAST(hash(h, i, ID) AS DOUBLE) / 18446744073709551616.0 * 100'),
    ).toBeLessThan(7);
  });

  it('leaves nothing that is not of the user behind in its statement: names are quoted', async () => {
    const names = ['a"; DROP TABLE x; --', "it's", '日本 🦆', 'a.b', ' ', 'n'.repeat(256)];
    const schema = SCHEMA.extended({
      measures: [],
      attributes: names.map((name) => ({ name, type: 'bigint' })),
    });
    const ids = names.map((_, i) => 4 + SCHEMA.attributes.length + i);
    const layout = objectLayout(schema, { dimensions: [], columns: ids });
    const row = Object.fromEntries(ids.map((id) => [`c${id}`, BigInt(id)]));
    const rows = [{ measure_name: 'm', time: T0, ts_version: 1n, ...row }];
    const { path, contents } = await written(bench, rows, { layout });
    expect(contents.columns).toEqual(ids);
    const found = await readRows(
      bench.engine,
      `SELECT name, field_id FROM parquet_schema('${path}') WHERE field_id >= 100000`,
    );
    expect(found).toEqual(names.map((name, i) => [name, BigInt(100_000 + ids[i]!)]));
  });
});
