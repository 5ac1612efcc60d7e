import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('a', 'b', '__proto__'));
const change = fc.oneof(
  fc.record({ kind: fc.constant('with' as const), key, value: fc.integer() }),
  fc.record({ kind: fc.constant('without' as const), key }),
  fc.record({ kind: fc.constant('all' as const), entries: fc.array(fc.tuple(key, fc.integer())) }),
);

describe('PersistentMap', () => {
  test('agrees with a Map, and leaves every earlier copy as it was', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const naive = new Map<string, number>();
        let map = PersistentMap.empty<string, number>();
        const earlier: [PersistentMap<string, number>, Map<string, number>][] = [];
        for (const next of changes) {
          earlier.push([map, new Map(naive)]);
          if (next.kind === 'with') {
            map = map.with(next.key, next.value);
            naive.set(next.key, next.value);
          } else if (next.kind === 'without') {
            map = map.without(next.key);
            naive.delete(next.key);
          } else {
            map = map.withAll(next.entries);
            for (const [name, value] of next.entries) naive.set(name, value);
          }
        }
        for (const [copy, expected] of [...earlier, [map, naive] as const]) {
          expect(copy.size).toBe(expected.size);
          expect(new Map(copy)).toEqual(expected);
          for (const [name, value] of expected) expect(copy.get(name)).toBe(value);
        }
      }),
    );
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
