/**
 * An immutable map whose changed copy costs little, for states that are folded record by record.
 *
 *     branch   16 children, by the next 4 bits of the key's hash
 *     bucket   up to 32 keys and their values; more once the 32 bits are used up
 *
 * A hash trie: a change copies the way from the root, some five small arrays for a million entries,
 * and shares the rest with the map before it. A change of many entries copies each branch once:
 * branches that it made itself carry its token, and are changed in place until it is over. Buckets
 * are always copied, as arrays that grow in place keep room to spare.
 * Look-ups hash the key once. Iteration is in no useful order; `sortedKeys` is computed once per
 * copy, on demand.
 */
import { hash32 } from './hash.ts';

const BITS = 4;
const WIDTH = 1 << BITS;
const HASH_BITS = 32;
const BUCKET_MAX = 32;

/** The token of one change, and how many entries it adds so far. */
interface Change {
  added: number;
}

interface Bucket<K, V> {
  readonly kind: 'bucket';
  readonly keys: readonly K[];
  readonly values: readonly V[];
}

interface Branch<K, V> {
  readonly kind: 'branch';
  readonly madeBy: Change;
  readonly children: (Trie<K, V> | undefined)[];
}

type Trie<K, V> = Bucket<K, V> | Branch<K, V>;

/** A key, and which bits of its hash choose the next child. */
interface Place<K> {
  readonly key: K;
  readonly hash: number;
  readonly shift: number;
}

export class PersistentMap<K extends string | number, V> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #root: Trie<K, V> | undefined;
  #sortedKeys: readonly K[] | undefined;

  private constructor(root: Trie<K, V> | undefined, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<K extends string | number, V>(): PersistentMap<K, V> {
    return new PersistentMap<K, V>(undefined, 0);
  }

  static of<K extends string | number, V>(entries: Iterable<readonly [K, V]>): PersistentMap<K, V> {
    const all = new Map(entries);
    return new PersistentMap(trieOf(all, [...all.keys()], 0, { added: 0 }), all.size);
  }

  get(key: K): V | undefined {
    const bucket = bucketOf(this.#root, key);
    return bucket?.values[bucket.keys.indexOf(key)];
  }

  has(key: K): boolean {
    return bucketOf(this.#root, key)?.keys.includes(key) ?? false;
  }

  with(key: K, value: V): PersistentMap<K, V> {
    return this.withAll([[key, value]]);
  }

  withAll(entries: Iterable<readonly [K, V]>): PersistentMap<K, V> {
    const change: Change = { added: 0 };
    let root = this.#root;
    for (const [key, value] of entries) {
      root = withEntry(root, { key, hash: hashOf(key), shift: 0 }, value, change);
    }
    return new PersistentMap(root, this.size + change.added);
  }

  without(key: K): PersistentMap<K, V> {
    return this.withoutAll([key]);
  }

  withoutAll(keys: Iterable<K>): PersistentMap<K, V> {
    const change: Change = { added: 0 };
    let root = this.#root;
    for (const key of keys) {
      root = root && withoutKey(root, { key, hash: hashOf(key), shift: 0 }, change);
    }
    return change.added === 0 ? this : new PersistentMap(root, this.size + change.added);
  }

  /** Ascending: numbers by value, texts by UTF-16 code unit. */
  get sortedKeys(): readonly K[] {
    this.#sortedKeys ??= [...this.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return this.#sortedKeys;
  }

  *entries(): MapIterator<[K, V]> {
    for (const { keys, values } of bucketsOf(this.#root)) {
      for (let i = 0; i < keys.length; i++) yield [keys[i]!, values[i]!];
    }
  }

  *keys(): MapIterator<K> {
    for (const { keys } of bucketsOf(this.#root)) yield* keys;
  }

  *values(): MapIterator<V> {
    for (const { values } of bucketsOf(this.#root)) yield* values;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}

/** Numbers are ids, counted up: their low bits spread them well. */
function hashOf(key: string | number): number {
  return typeof key === 'number' ? key : hash32(key);
}

function slotAt(hash: number, shift: number): number {
  return (hash >>> shift) & (WIDTH - 1);
}

/** The bucket that has the key, if the map has it. */
function bucketOf<K extends string | number, V>(
  root: Trie<K, V> | undefined,
  key: K,
): Bucket<K, V> | undefined {
  const hash = hashOf(key);
  let node = root;
  for (let shift = 0; node?.kind === 'branch'; shift += BITS) {
    node = node.children[slotAt(hash, shift)];
  }
  return node;
}

function* bucketsOf<K, V>(root: Trie<K, V> | undefined): Generator<Bucket<K, V>> {
  const waiting = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (node?.kind === 'bucket') yield node;
    else if (node !== undefined) waiting.push(...node.children);
  }
}

/** All at once, as adding one by one copies every bucket as often as it has entries. */
function trieOf<K extends string | number, V>(
  all: ReadonlyMap<K, V>,
  keys: readonly K[],
  shift: number,
  madeBy: Change,
): Trie<K, V> | undefined {
  if (keys.length === 0) return undefined;
  if (keys.length <= BUCKET_MAX || shift >= HASH_BITS) {
    return { kind: 'bucket', keys: [...keys], values: keys.map((key) => all.get(key)!) };
  }
  const parts = Array.from({ length: WIDTH }, (): K[] => []);
  for (const key of keys) parts[slotAt(hashOf(key), shift)]!.push(key);
  const children = parts.map((part) => trieOf(all, part, shift + BITS, madeBy));
  return { kind: 'branch', madeBy, children };
}

function withEntry<K extends string | number, V>(
  node: Trie<K, V> | undefined,
  place: Place<K>,
  value: V,
  change: Change,
): Trie<K, V> {
  const { key, hash, shift } = place;
  if (node === undefined) {
    change.added++;
    return { kind: 'bucket', keys: [key], values: [value] };
  }
  if (node.kind === 'branch') {
    const own = ownBranch(node, change);
    const slot = slotAt(hash, shift);
    const below = { key, hash, shift: shift + BITS };
    own.children[slot] = withEntry(own.children[slot], below, value, change);
    return own;
  }
  const at = node.keys.indexOf(key);
  if (at < 0 && node.keys.length >= BUCKET_MAX && shift < HASH_BITS) {
    return withEntry(spread(node, shift, change), place, value, change);
  }
  if (at >= 0) return { ...node, values: node.values.with(at, value) };
  change.added++;
  return { kind: 'bucket', keys: [...node.keys, key], values: [...node.values, value] };
}

/** A branch with the entries of the bucket. */
function spread<K extends string | number, V>(
  bucket: Bucket<K, V>,
  shift: number,
  change: Change,
): Trie<K, V> {
  const children = new Array<Trie<K, V> | undefined>(WIDTH).fill(undefined);
  let branch: Trie<K, V> = { kind: 'branch', madeBy: change, children };
  bucket.keys.forEach((key, i) => {
    branch = withEntry(branch, { key, hash: hashOf(key), shift }, bucket.values[i]!, change);
  });
  // They were counted again.
  change.added -= bucket.keys.length;
  return branch;
}

/** Undefined when nothing is left. */
function withoutKey<K extends string | number, V>(
  node: Trie<K, V>,
  place: Place<K>,
  change: Change,
): Trie<K, V> | undefined {
  const { key, hash, shift } = place;
  if (node.kind === 'branch') {
    const slot = slotAt(hash, shift);
    const child = node.children[slot];
    const left = child && withoutKey(child, { key, hash, shift: shift + BITS }, change);
    if (left === child) return node;
    const own = ownBranch(node, change);
    own.children[slot] = left;
    return left === undefined && own.children.every((one) => one === undefined) ? undefined : own;
  }
  const at = node.keys.indexOf(key);
  if (at < 0) return node;
  change.added--;
  if (node.keys.length === 1) return undefined;
  return { kind: 'bucket', keys: without(node.keys, at), values: without(node.values, at) };
}

function without<T>(list: readonly T[], at: number): readonly T[] {
  return [...list.slice(0, at), ...list.slice(at + 1)];
}

function ownBranch<K, V>(node: Branch<K, V>, change: Change): Branch<K, V> {
  if (node.madeBy === change) return node;
  return { kind: 'branch', madeBy: change, children: [...node.children] };
}
