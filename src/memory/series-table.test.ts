import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedArena } from './arena.ts';
import type { SeriesDefinition } from './contract.ts';
import { Dictionary } from './dictionary.ts';
import { canonicalSeriesKey, spaceOf } from './series-key.ts';
import { SeriesTable } from './series-table.ts';

function newTable(): SeriesTable {
  const arena = new SharedArena();
  return new SeriesTable(arena, new Dictionary(arena));
}

function definition(values: readonly (string | undefined)[], measureName = 'm'): SeriesDefinition {
  const dimensions = values.flatMap((value, id) =>
    value === undefined ? [] : [{ id, name: `d${id}`, value }],
  );
  return { dimensions, measureName, partitionKey: measureName };
}

describe('the series table', () => {
  it('knows a series again whatever the order of its dimensions', () => {
    const table = newTable();
    const one = definition(['a', 'b', 'c']);
    const id = table.resolve(one);
    expect(table.resolve({ ...one, dimensions: [...one.dimensions].reverse() })).toBe(id);
    expect(table.count).toBe(1);
  });

  it.each([
    ['another measure name', definition(['a', 'b'], 'n')],
    ['a missing dimension', definition(['a', undefined])],
    ['a further dimension', definition(['a', 'b', 'c'])],
    ['values the other way round', definition(['b', 'a'])],
  ])('tells series apart: %s', (_what, other) => {
    const table = newTable();
    expect(table.resolve(definition(['a', 'b']))).not.toBe(table.resolve(other));
  });

  it('resolves and selects many series as a list would', () => {
    const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
    const series = fc.tuple(value, value, value, fc.constantFrom('m', 'n'));
    fc.assert(
      fc.property(fc.array(series, { maxLength: 200, size: 'max' }), (all) => {
        const table = newTable();
        const keys = new Map<string, number>();
        const definitions: SeriesDefinition[] = [];
        for (const [a, b, c, measureName] of all) {
          const made = definition([a, b, c], measureName);
          const id = table.resolve(made);
          const key = canonicalSeriesKey(made);
          expect(id).toBe(keys.get(key) ?? keys.size);
          if (!keys.has(key)) definitions.push(made);
          keys.set(key, id);
        }
        const selected = table.select({
          dimensions: new Map([
            [0, ['a', 'b', 'a', 'nowhere']],
            [2, ['c']],
          ]),
          measureNames: ['m'],
        });
        const expected = definitions.flatMap(({ dimensions, measureName }, id) => {
          const valueOfDimension = (own: number): string | undefined =>
            dimensions.find((dimension) => dimension.id === own)?.value;
          const matches =
            ['a', 'b'].includes(valueOfDimension(0) ?? '') && valueOfDimension(2) === 'c';
          return matches && measureName === 'm' ? [id] : [];
        });
        expect([...selected!]).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('selects all series when nothing is asked, and none when no value is allowed', () => {
    const table = newTable();
    table.resolve(definition(['a']));
    expect(table.select({})).toBeUndefined();
    expect([...table.select({ measureNames: [] })!]).toEqual([]);
  });

  it('places a series by its partition key and its canonical form', () => {
    const one = definition(['a', 'b']);
    const reversed = { ...one, dimensions: [...one.dimensions].reverse() };
    expect(spaceOf(one)).toEqual(spaceOf(reversed));
    expect(spaceOf(one).high).toBe(spaceOf(definition(['x'])).high);
    expect(spaceOf(one).low).not.toBe(spaceOf(definition(['x'])).low);
    // These are kept on disk.
    expect(canonicalSeriesKey(one)).toBe('2:d01:a2:d11:b1:m');
    expect(spaceOf(one)).toMatchInlineSnapshot(`
      {
        "high": 1524906076,
        "low": 3656853462,
      }
    `);
  });
});
