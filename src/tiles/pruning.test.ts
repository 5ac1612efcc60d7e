import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Nanos } from '../base/brand.ts';
import { hash32 } from '../base/hash.ts';
import { canHold, type ObjectPredicate, spaceRangesOf } from './pruning.ts';
import { newObject } from './tile-history.test-support.ts';
import type { TileObject } from './tile-object.ts';

interface Row {
  readonly time: bigint;
  readonly measureName: string;
  readonly dimensions: ReadonlyMap<number, string>;
}

const text = fc.constantFrom('a', 'b', 'c');
const texts = fc.array(text, { maxLength: 3 });
const row: fc.Arbitrary<Row> = fc.record({
  time: fc.bigInt({ min: 0n, max: 9n }),
  measureName: text,
  dimensions: fc
    .dictionary(fc.constantFrom('0', '1', '2'), text)
    .map((values) => new Map(Object.entries(values).map(([id, value]) => [Number(id), value]))),
});
const predicate: fc.Arbitrary<ObjectPredicate> = fc.record(
  {
    fromTime: fc.bigInt({ min: 0n, max: 9n }).map((time) => time as Nanos),
    untilTime: fc.bigInt({ min: 0n, max: 10n }).map((time) => time as Nanos),
    measureNames: texts,
    dimensions: fc.array(fc.tuple(fc.nat({ max: 2 }), texts)).map((pairs) => new Map(pairs)),
  },
  { requiredKeys: ['fromTime', 'untilTime'] },
);

/** What is known of an object with these rows, lists of up to `few` included. */
function objectOf(rows: readonly Row[], few: number): TileObject {
  const times = rows.map(({ time }) => time).sort((a, b) => Number(a - b));
  const ids = [...new Set(rows.flatMap(({ dimensions }) => [...dimensions.keys()]))].sort();
  const valuesOf = (id: number) => [
    ...new Set(rows.flatMap((one) => one.dimensions.get(id) ?? [])),
  ];
  const names = [...new Set(rows.map(({ measureName }) => measureName))];
  return {
    ...newObject('x', times[0]!, times.at(-1)!),
    dimensions: ids,
    measureNames: names.length <= few ? names : undefined,
    dimensionValues: new Map(
      ids.map((id) => [id, valuesOf(id)] as const).filter(([, values]) => values.length <= few),
    ),
  };
}

function matches({ time, measureName, dimensions }: Row, predicate: ObjectPredicate): boolean {
  return (
    predicate.fromTime <= time &&
    time < predicate.untilTime &&
    (predicate.measureNames?.includes(measureName) ?? true) &&
    [...(predicate.dimensions ?? [])].every(([id, values]) => values.includes(dimensions.get(id)!))
  );
}

describe('canHold', () => {
  test('never leaves out an object that has a matching row', () => {
    const rows = fc.array(row, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, fc.nat({ max: 3 }), predicate, (rows, few, predicate) => {
        const object = objectOf(rows, few);
        if (rows.some((one) => matches(one, predicate))) {
          expect(canHold(object, predicate)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('tells for an object of one row exactly whether it matches', () => {
    fc.assert(
      fc.property(row, predicate, (row, predicate) => {
        fc.pre(predicate.fromTime < predicate.untilTime);
        expect(canHold(objectOf([row], 1), predicate)).toBe(matches(row, predicate));
      }),
      { numRuns: 1000 },
    );
  });

  test('leaves out an object by times, names, values and missing dimensions', () => {
    const object = objectOf([{ time: 5n, measureName: 'cpu', dimensions: new Map([[3, 'x']]) }], 1);
    const holds = (more: Partial<ObjectPredicate>) =>
      canHold(object, { fromTime: 0n as Nanos, untilTime: 9n as Nanos, ...more });
    expect(holds({})).toBe(true);
    expect(holds({ fromTime: 5n as Nanos, untilTime: 6n as Nanos })).toBe(true);
    expect(holds({ fromTime: 6n as Nanos })).toBe(false);
    expect(holds({ untilTime: 5n as Nanos })).toBe(false);
    expect(holds({ measureNames: ['mem', 'cpu'] })).toBe(true);
    expect(holds({ measureNames: ['mem'] })).toBe(false);
    expect(holds({ dimensions: new Map([[3, ['y', 'x']]]) })).toBe(true);
    expect(holds({ dimensions: new Map([[3, ['y']]]) })).toBe(false);
    expect(holds({ dimensions: new Map([[4, ['x']]]) })).toBe(false);
  });
});

describe('spaceRangesOf', () => {
  test('gives the series of each key one range, ascending, none twice', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (keys) => {
        const ranges = spaceRangesOf(keys);
        for (const key of keys) {
          const lo = BigInt(hash32(key)) << 32n;
          expect(ranges).toContainEqual({ spaceLo: lo, spaceHi: lo + (1n << 32n) });
        }
        for (const [i, { spaceLo }] of ranges.slice(1).entries()) {
          expect(spaceLo >= ranges[i]!.spaceHi).toBe(true);
        }
      }),
    );
  });
});
