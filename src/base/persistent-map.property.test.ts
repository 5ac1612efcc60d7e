import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

/** Many keys, so that buckets overflow; some numbers agree in all 32 bits that count. */
const texts = fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('a', '__proto__'));
const numbers = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat({ max: 60 }).map((n) => n * 2 ** 32),
  fc.nat({ max: 30 }).map((n) => n * 2 ** 16),
);

const changesOf = <K extends string | number>(key: fc.Arbitrary<K>) =>
  fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('with' as const), key, value: fc.integer() }),
      fc.record({ kind: fc.constant('without' as const), key }),
      fc.record({ kind: fc.constant('withoutAll' as const), keys: fc.array(key) }),
      fc.record({
        kind: fc.constant('withAll' as const),
        entries: fc.array(fc.tuple(key, fc.integer()), { maxLength: 60, size: 'max' }),
      }),
    ),
    { maxLength: 20 },
  );
type ChangeOf<K extends string | number> =
  ReturnType<typeof changesOf<K>> extends fc.Arbitrary<(infer T)[]> ? T : never;

/** Follows a Map through the changes, then compares with it and with every earlier copy. */
function agreesWithMap<K extends string | number>(changes: readonly ChangeOf<K>[]): void {
  const naive = new Map<K, number>();
  let map = PersistentMap.empty<K, number>();
  const copies: [PersistentMap<K, number>, Map<K, number>][] = [];
  for (const change of changes) {
    copies.push([map, new Map(naive)]);
    switch (change.kind) {
      case 'with':
        map = map.with(change.key, change.value);
        naive.set(change.key, change.value);
        break;
      case 'without':
        map = map.without(change.key);
        naive.delete(change.key);
        break;
      case 'withoutAll':
        map = map.withoutAll(change.keys);
        for (const key of change.keys) naive.delete(key);
        break;
      case 'withAll':
        map = map.withAll(change.entries);
        for (const [key, value] of change.entries) naive.set(key, value);
    }
  }
  copies.push([map, naive], [PersistentMap.of(naive), naive]);
  for (const [copy, expected] of copies) {
    expect(copy.size).toBe(expected.size);
    expect(new Map(copy)).toEqual(expected);
    const keys = [...naive.keys()];
    expect(keys.map((key) => copy.get(key))).toEqual(keys.map((key) => expected.get(key)));
    expect(keys.map((key) => copy.has(key))).toEqual(keys.map((key) => expected.has(key)));
  }
}

describe('PersistentMap', () => {
  test('agrees with a Map, and leaves every earlier copy as it was', () => {
    fc.assert(fc.property(changesOf<string>(texts), agreesWithMap<string>));
    fc.assert(fc.property(changesOf<number>(numbers), agreesWithMap<number>));
  });

  test('lists its keys in ascending order', () => {
    const numbers = PersistentMap.of([300, 2, 10, 1000].map((id) => [id, id] as const));
    expect(numbers.sortedKeys).toEqual([2, 10, 300, 1000]);
    const texts = PersistentMap.of(['b', 'a', 'B'].map((name) => [name, name] as const));
    expect(texts.sortedKeys).toEqual(['B', 'a', 'b']);
  });

  test('knows what it does not have', () => {
    const map = PersistentMap.empty<string, number>().with('a', 1);
    expect([map.has('a'), map.has('b'), map.get('b')]).toEqual([true, false, undefined]);
    expect(map.without('b')).toBe(map);
  });
});
