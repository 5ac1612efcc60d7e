/** Reading objects back: every value, columns that differ between objects, predicates. */
import { mkdir, rename } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nanos } from '../base/brand.ts';
import { readRows } from '../engine/api.ts';
import type { ObjectPredicate } from '../tiles/api.ts';
import { type Held, objectLayout, objectsRelation } from './api.ts';
import {
  heldBy,
  LAYOUT,
  openWorkbench,
  type PlainRow,
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

const ALL_TIME = { fromTime: -(2n ** 63n) as Nanos, untilTime: (2n ** 63n) as Nanos };
const TIME: Held = { kind: 'time' };
const HOST: Held = { kind: 'dimension', dimensionId: 1 };
const INT64_MAX = 2n ** 63n - 1n;

describe('objectsRelation()', () => {
  it('gives back what was written, of every type', async () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', "'", '\0', 'x\0'));
    const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
      fc.option(value, { nil: undefined });
    const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
    const anyRow = fc.record({
      d0: maybe(anyText),
      d1: maybe(anyText),
      measure_name: anyText,
      time: fc.bigInt({ min: -(10n ** 18n), max: INT64_MAX - 1n }),
      ts_version: fc.bigInt({ min: 0n, max: INT64_MAX }),
      c0: maybe(anyDouble),
      c4: maybe(fc.oneof(anyDouble, fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE))),
      c5: maybe(fc.bigInt({ min: -INT64_MAX - 1n, max: INT64_MAX })),
      c6: maybe(anyText),
      c7: maybe(fc.boolean()),
      c8: maybe(fc.oneof(fc.bigInt({ min: 0n, max: INT64_MAX }), fc.constant(INT64_MAX))),
    });
    const rowLists = fc.array(anyRow, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rowLists, async (rows) => {
        const object = await written(bench, rows);
        const read = await readObjects(bench.engine, {
          objects: [object],
          columns: heldBy(LAYOUT),
        });
        const expected = rows.map((row: PlainRow) => LAYOUT.map(({ name }) => row[name] ?? null));
        expect(read.map(textOf).toSorted()).toEqual(expected.map(textOf).toSorted());
      }),
      { numRuns: 25 },
    );
  });

  it('reads objects of different columns together; what one lacks is NULL', async () => {
    const row = { measure_name: 'm', ts_version: 1n };
    const first = await written(bench, [{ ...row, d1: 'a', time: 1n, c0: 0.5 }], {
      layout: objectLayout(SCHEMA, { dimensions: [1], columns: [0] }),
    });
    const second = await written(bench, [{ ...row, d0: 'r', time: 2n, c8: 7n }], {
      layout: objectLayout(SCHEMA, { dimensions: [0], columns: [8] }),
    });
    const columns: Held[] = [
      ...[TIME, HOST, { kind: 'dimension', dimensionId: 0 } as const],
      { kind: 'measure', columnId: 0, type: 'double' },
      { kind: 'measure', columnId: 8, type: 'timestamp' },
      { kind: 'measure', columnId: 6, type: 'varchar' },
      { kind: 'version' },
    ];
    const objects = [first, second];
    expect(await readObjects(bench.engine, { objects, columns })).toEqual([
      [1n, 'a', null, 0.5, null, null, 1n],
      [2n, null, 'r', null, 7n, null, 1n],
    ]);
    const where = { ...ALL_TIME, dimensions: new Map([[1, ['a', 'z']]]) };
    expect(await readObjects(bench.engine, { objects, columns: [TIME], where })).toEqual([[1n]]);
    const relation = objectsRelation({ objects, columns });
    const isNull = `SELECT "time" FROM (${relation}) WHERE d1 IS NULL AND c6 IS NULL`;
    expect(await readRows(bench.engine, isNull)).toEqual([[2n]]);
  });

  it('reads a column by its id, whatever its name in the file', async () => {
    const schema = SCHEMA.extended({ dimensions: ['HOST'], measures: [], attributes: [] });
    const layout = objectLayout(schema, { dimensions: [1, 2], columns: [] });
    const row = { d1: 'small', d2: 'large', measure_name: 'm', time: 1n, ts_version: 1n };
    const object = await written(bench, [row], { layout });
    const columns: Held[] = [{ kind: 'dimension', dimensionId: 2 }, HOST];
    const rows = await readObjects(bench.engine, { objects: [object], columns });
    expect(rows).toEqual([['large', 'small']]);
  });

  it('is undefined without objects', () => {
    expect(objectsRelation({ objects: [], columns: [TIME] })).toBeUndefined();
  });

  it('takes folders of any name', async () => {
    const row = { d1: 'a', measure_name: 'm', time: 1n, ts_version: 1n };
    for (const name of ["it's", 'd1=x', 'a*b', '[ab]', 'q?', 'ünï {a,b}']) {
      const { path, rows } = await written(bench, [row]);
      const folder = `${bench.folder}/${name}`;
      await mkdir(folder);
      await rename(path, `${folder}/a.parquet`);
      const objects = [{ path: `${folder}/a.parquet`, rows }];
      expect(await readObjects(bench.engine, { objects, columns: [HOST] })).toEqual([['a']]);
    }
  });

  describe('where', () => {
    const base = 1_700_000_000_000_000_000n;
    const quote = "a'b\0tile_scan(1)";
    const rows: PlainRow[] = [0n, 1n, 2n, 3n].map((i) => ({
      ...{ d1: i === 3n ? quote : `h${i}`, measure_name: i < 2n ? 'cpu' : 'load' },
      ...{ time: base + i, ts_version: 1n, c0: Number(i) },
    }));
    const wherever: [string, Partial<Record<keyof ObjectPredicate, unknown>>, number[]][] = [
      ['all times', {}, [0, 1, 2, 3]],
      ['from a time on', { fromTime: base + 1n }, [1, 2, 3]],
      ['until a time, exclusive', { untilTime: base + 2n }, [0, 1]],
      ['the ends of the plane', { fromTime: -(2n ** 63n), untilTime: 2n ** 63n }, [0, 1, 2, 3]],
      ['no time', { fromTime: INT64_MAX }, []],
      ['no time either', { untilTime: -INT64_MAX }, []],
      ['a measure name', { measureNames: ['load', 'none'] }, [2, 3]],
      ['no measure name', { measureNames: [] }, []],
      ['dimension values', { dimensions: new Map([[1, ['h0', 'h2', 'h9']]]) }, [0, 2]],
      ['a value to be escaped', { dimensions: new Map([[1, [quote]]]) }, [3]],
      ['a dimension that rows lack', { dimensions: new Map([[0, ['h0']]]) }, []],
    ];
    it.each(wherever)('%s', async (_name, where, expected) => {
      const object = await written(bench, rows);
      const read = {
        objects: [object],
        columns: [{ kind: 'measure', columnId: 0, type: 'double' } as const],
        where: { ...ALL_TIME, ...where } as ObjectPredicate,
      };
      const found = await readObjects(bench.engine, read);
      expect(found.map(([value]) => value).toSorted()).toEqual(expected);
      expect(objectsRelation(read)).not.toContain('tile_scan(');
    });

    it('is pushed down to the file, constants folded', async () => {
      const object = await written(bench, rows);
      const where = {
        ...{ fromTime: (base + 1n) as Nanos, untilTime: (base + 2n) as Nanos },
        dimensions: new Map([[1, ['h1']]]),
      };
      const relation = objectsRelation({ objects: [object], columns: [TIME], where });
      const [[, plan] = []] = await readRows(bench.engine, `EXPLAIN ${relation}`);
      expect(plan).toContain('READ_PARQUET');
      expect(plan).not.toContain('FILTER ');
      expect(plan).toContain('::TIMESTAMP_NS');
    });
  });
});

function textOf(row: readonly unknown[]): string {
  return row
    .map((value) => (value === 0 ? 'number 0' : `${typeof value} ${value}`))
    .join(' \u0001 ');
}
