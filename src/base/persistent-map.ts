/**
 * An immutable map whose changed copy costs little, for states that are folded record by record.
 *
 *   buckets ──► [ Map | undefined, … 256 … ]      with(): copies the array and the one bucket
 *                                                  withAll(): copies each touched bucket once
 *
 * A plain Map of 50 000 entries takes milliseconds to copy, this one some microseconds. Look-ups
 * hash the key once. Iteration is in no useful order; `sortedKeys` is computed once per copy, on demand.
 */
import { hash32 } from './hash.ts';

const BUCKETS = 256;

type Buckets<K, V> = readonly (ReadonlyMap<K, V> | undefined)[];

export class PersistentMap<K extends string | number, V> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #buckets: Buckets<K, V>;
  #sortedKeys: readonly K[] | undefined;

  private constructor(buckets: Buckets<K, V>, size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  static empty<K extends string | number, V>(): PersistentMap<K, V> {
    return new PersistentMap<K, V>(new Array(BUCKETS).fill(undefined), 0);
  }

  static of<K extends string | number, V>(entries: Iterable<readonly [K, V]>): PersistentMap<K, V> {
    return PersistentMap.empty<K, V>().withAll(entries);
  }

  get(key: K): V | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  has(key: K): boolean {
    return this.#buckets[bucketOf(key)]?.has(key) ?? false;
  }

  with(key: K, value: V): PersistentMap<K, V> {
    return this.withAll([[key, value]]);
  }

  withAll(entries: Iterable<readonly [K, V]>): PersistentMap<K, V> {
    const buckets = [...this.#buckets];
    const copied = new Map<number, Map<K, V>>();
    let size = this.size;
    for (const [key, value] of entries) {
      const at = bucketOf(key);
      let bucket = copied.get(at);
      if (bucket === undefined) {
        bucket = new Map(buckets[at]);
        copied.set(at, bucket);
        buckets[at] = bucket;
      }
      if (!bucket.has(key)) size++;
      bucket.set(key, value);
    }
    return new PersistentMap(buckets, size);
  }

  without(key: K): PersistentMap<K, V> {
    if (!this.has(key)) return this;
    const at = bucketOf(key);
    const bucket = new Map(this.#buckets[at]);
    bucket.delete(key);
    return new PersistentMap(this.#buckets.with(at, bucket), this.size - 1);
  }

  /** Ascending: numbers by value, texts by UTF-16 code unit. */
  get sortedKeys(): readonly K[] {
    this.#sortedKeys ??= [...this.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return this.#sortedKeys;
  }

  *entries(): MapIterator<[K, V]> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket;
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}

function bucketOf(key: string | number): number {
  return (typeof key === 'number' ? key : hash32(key)) & (BUCKETS - 1);
}
