/**
 * Merging sources in SQL against the rule applied row by row, in the order in which they arrived.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRows, type VectorValue } from '../engine/api.ts';
import { mergedRelation, objectLayout, rejectedRelation } from './api.ts';
import {
  openWorkbench,
  type PlainRow,
  plainRelation,
  SCHEMA,
  type Workbench,
} from './objects.test-support.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const LAYOUT = objectLayout(SCHEMA, { dimensions: [0, 1], columns: [0, 4, 6] });
const DIMENSIONS = ['d0', 'd1'];
const MEASURES = ['c0', 'c4', 'c6'];
const NAMES = [...DIMENSIONS, 'measure_name', 'time', 'ts_version', ...MEASURES];

function mergeOf(sources: readonly (readonly PlainRow[])[]) {
  return {
    sources: sources.map((rows) => plainRelation(LAYOUT, rows)),
    dimensions: DIMENSIONS,
    measures: MEASURES,
  };
}

const cells = (row: PlainRow, names = NAMES): VectorValue[] =>
  names.map((name) => row[name] ?? null);
const keyOf = (row: PlainRow): string =>
  cells(row, [...DIMENSIONS, 'measure_name', 'time'])
    .map((cell) => `${cell}`)
    .join('|');
const textOf = (row: readonly VectorValue[]): string => row.map((cell) => `${cell}`).join(' ');

function applyRule(sources: readonly (readonly PlainRow[])[]) {
  const stored = new Map<string, PlainRow>();
  const rejected: string[] = [];
  for (const row of sources.flat()) {
    const existing = stored.get(keyOf(row));
    const version = row['ts_version'] as bigint;
    const existingVersion = existing?.['ts_version'] as bigint | undefined;
    if (existing === undefined || existingVersion === undefined || version > existingVersion) {
      stored.set(keyOf(row), row);
      continue;
    }
    const isSame = textOf(cells(row, MEASURES)) === textOf(cells(existing, MEASURES));
    if (version < existingVersion || !isSame)
      rejected.push(textOf([...cells(row), existingVersion]));
  }
  return { stored: [...stored.values()].map((row) => textOf(cells(row))), rejected };
}

const anyRow = fc.record({
  d0: fc.constantFrom(undefined, 'r'),
  d1: fc.constantFrom(undefined, 'a', 'b'),
  measure_name: fc.constantFrom('cpu', 'load'),
  time: fc.constantFrom(1n, 2n),
  ts_version: fc.constantFrom(1n, 2n, 3n),
  c0: fc.constantFrom(undefined, 1, 2),
  c4: fc.constantFrom(undefined, 1),
  c6: fc.constantFrom(undefined, 'x', ''),
});
/** A source has one row for a key. */
const anySource = fc.uniqueArray(anyRow, { selector: keyOf, minLength: 1, maxLength: 12 });

describe('merging sources', () => {
  it('keeps and rejects the rows that the version rule does', async () => {
    let rejections = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anySource, { minLength: 1, maxLength: 4 }), async (sources) => {
        const merge = mergeOf(sources);
        const expected = applyRule(sources);
        const merged = await readRows(bench.engine, mergedRelation(merge));
        expect(merged.map(textOf).toSorted()).toEqual(expected.stored.toSorted());
        const rejected = await readRows(bench.engine, rejectedRelation(merge));
        expect(rejected.map(textOf).toSorted()).toEqual(expected.rejected.toSorted());
        rejections += rejected.length;
      }),
      { numRuns: 60 },
    );
    expect(rejections).toBeGreaterThan(50);
  });

  it('works for rows without measures or dimensions', async () => {
    const layout = objectLayout(SCHEMA, { dimensions: [], columns: [] });
    const source = plainRelation(layout, [{ measure_name: 'm', time: 1n, ts_version: 1n }]);
    const merge = { sources: [source, source], dimensions: [], measures: [] };
    expect(await readRows(bench.engine, mergedRelation(merge))).toEqual([['m', 1n, 1n]]);
    expect(await readRows(bench.engine, rejectedRelation(merge))).toEqual([]);
  });
});
