/**
 * From bytes that come again and again (the names and tags of a series) to what they were read as,
 * so that a series is decoded once.
 *
 *   follower   clients send their series in much the same order every time: what followed the last
 *              one is compared first, and nothing is scanned or hashed when it is the one
 *   lookUp     else by the hash of the bytes
 *
 * Kept in two generations: when the young one is full it becomes the old one and the old one goes;
 * what is still in use moves over when it is found. Entries refer only to entries that were young
 * together with them, so nothing keeps a dropped generation alive.
 */
import { DIMENSION_CACHE_BYTES_MAX, DIMENSION_CACHE_SETS_MAX } from '../base/limits.ts';
import { isSame, type KeptBytes } from './same-bytes.ts';

const CHUNK_BYTES = 1 << 20;
/** Longer than the dimensions of one series may be (2 KB): not worth keeping. */
const ENTRY_BYTES_MAX = 16 * 1024;
/** More entries than this under one hash are no accident; they are decoded every time. */
const SAME_HASH_MAX = 8;

interface Entry<Item> extends KeptBytes {
  readonly item: Item;
  readonly sameHash: Entry<Item> | undefined;
  readonly depth: number;
  follower: Entry<Item> | undefined;
}

interface Generation<Item> {
  readonly byHash: Map<number, Entry<Item>>;
  chunk: Uint8Array;
  view: DataView;
  used: number;
  entries: number;
  bytes: number;
}

export class BytesCache<Item> {
  /** Where the bytes ended that `follower` found. */
  end = 0;
  #young = newGeneration<Item>();
  #old = newGeneration<Item>();
  #last: Entry<Item> | undefined;

  /** What followed the item found last, if its bytes are those at `at`. */
  follower(view: DataView, at: number): Item | undefined {
    const guess = this.#last?.follower;
    if (guess === undefined || !isSame(guess, view, at)) return undefined;
    this.#last = guess;
    this.end = at + guess.length;
    return guess.item;
  }

  /** The item of the bytes from `at` to `end`. */
  lookUp(view: DataView, at: number, end: number): Item | undefined {
    const length = end - at;
    if (length > ENTRY_BYTES_MAX) return undefined;
    const hash = hashBytes(view, at, length);
    const entry = findIn(this.#young, hash, view, { at, length });
    if (entry !== undefined) return this.#follow(entry);
    const past = findIn(this.#old, hash, view, { at, length });
    return past && this.#remember(past.item, hash, bytesOf(view, at, length));
  }

  /** Keeps the item, if its bytes are of a length worth keeping. */
  remember(item: Item, view: DataView, at: number, end: number): void {
    const length = end - at;
    if (length > ENTRY_BYTES_MAX) return;
    this.#remember(item, hashBytes(view, at, length), bytesOf(view, at, length));
  }

  #remember(item: Item, hash: number, bytes: Uint8Array): Item {
    const entry = this.#keep(item, hash, bytes);
    return entry === undefined ? item : this.#follow(entry);
  }

  #follow(entry: Entry<Item>): Item {
    if (this.#last !== undefined) this.#last.follower = entry;
    this.#last = entry;
    return entry.item;
  }

  #keep(item: Item, hash: number, bytes: Uint8Array): Entry<Item> | undefined {
    const young = this.#youngWithRoom(bytes.length);
    const sameHash = young.byHash.get(hash);
    const depth = sameHash === undefined ? 1 : sameHash.depth + 1;
    if (depth > SAME_HASH_MAX) return undefined;
    const { chunk, view, used: offset } = young;
    chunk.set(bytes, offset);
    young.used += bytes.length;
    young.bytes += bytes.length;
    young.entries++;
    const place = { view, offset, length: bytes.length };
    const entry: Entry<Item> = { item, ...place, sameHash, depth, follower: undefined };
    young.byHash.set(hash, entry);
    return entry;
  }

  #youngWithRoom(length: number): Generation<Item> {
    const { entries, bytes } = this.#young;
    if (entries >= DIMENSION_CACHE_SETS_MAX || bytes >= DIMENSION_CACHE_BYTES_MAX) {
      this.#old = this.#young;
      this.#young = newGeneration();
      this.#last = undefined;
    }
    const young = this.#young;
    if (young.used + length > young.chunk.length) {
      young.chunk = new Uint8Array(CHUNK_BYTES);
      young.view = new DataView(young.chunk.buffer);
      young.used = 0;
    }
    return young;
  }
}

function newGeneration<Item>(): Generation<Item> {
  const chunk = new Uint8Array(0);
  const view = new DataView(chunk.buffer);
  return { byHash: new Map(), chunk, view, used: 0, entries: 0, bytes: 0 };
}

function bytesOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

function findIn<Item>(
  generation: Generation<Item>,
  hash: number,
  view: DataView,
  range: { readonly at: number; readonly length: number },
): Entry<Item> | undefined {
  let entry = generation.byHash.get(hash);
  while (entry !== undefined && !(entry.length === range.length && isSame(entry, view, range.at))) {
    entry = entry.sameHash;
  }
  return entry;
}

function hashBytes(view: DataView, at: number, length: number): number {
  const words = at + (length & ~3);
  let hash = length;
  let i = at;
  for (; i < words; i += 4) {
    hash = Math.imul(hash ^ view.getInt32(i, true), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  for (; i < at + length; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x0100_0193);
  return hash;
}
