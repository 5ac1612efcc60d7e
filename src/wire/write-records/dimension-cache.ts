/**
 * From the raw bytes of a `Dimensions` array to its DimensionSet, decoded once per series.
 *
 *   predict   clients send their series in much the same order every time: the set that followed
 *             the last one is compared first, and nothing is scanned when it is the one
 *   find      else the array's end is sought, its bytes hashed, and the set looked up
 *   decode    else it is parsed, strictly; what is legal but odd is left to the general reader
 *
 * Kept in two generations: when the young one is full it becomes the old one and the old one goes;
 * what is still in use moves over when it is found. Entries refer only to entries that were young
 * together with them, so nothing keeps a dropped generation alive.
 */
import {
  DIMENSION_CACHE_BYTES_MAX,
  DIMENSION_CACHE_SETS_MAX,
  DIMENSIONS_PER_RECORD_MAX,
} from '../../base/limits.ts';
import { DimensionSet } from '../../ingest/api.ts';

const CHUNK_BYTES = 1 << 20;
/** Longer arrays than one series may have (2 KB of names and values) are not worth keeping. */
const ENTRY_BYTES_MAX = 16 * 1024;
/** `[]` has nothing to remember, and comparing goes by four bytes. */
const ENTRY_BYTES_MIN = 4;
/** More sets than this under one hash are no accident; they are decoded every time. */
const SAME_HASH_MAX = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;

interface Entry {
  readonly set: DimensionSet;
  readonly bytes: DataView;
  readonly offset: number;
  readonly length: number;
  readonly sameHash: Entry | undefined;
  readonly depth: number;
  follower: Entry | undefined;
}

interface Generation {
  readonly byHash: Map<number, Entry>;
  chunk: Uint8Array;
  view: DataView;
  used: number;
  sets: number;
  bytes: number;
}

export class DimensionCache {
  /** Where the array ended that was found last. */
  end = 0;
  /** The request being read. */
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(this.#bytes.buffer, 0, 0);
  #young = newGeneration();
  #old = newGeneration();
  #last: Entry | undefined;

  /** The set whose array starts at `at`, or undefined if the general reader must see it. */
  find(bytes: Buffer, view: DataView, at: number): DimensionSet | undefined {
    const guess = this.#last?.follower;
    if (guess !== undefined && isSame(guess, view, at)) {
      this.#last = guess;
      this.end = at + guess.length;
      return guess.set;
    }
    this.#bytes = bytes;
    this.#view = view;
    return this.#lookUp(at) ?? this.#decode(at);
  }

  /**
   * The known set that ends at the next closing bracket. That may be inside a string; but then no
   * set with these bytes is known, as none is only a part of a JSON array.
   */
  #lookUp(at: number): DimensionSet | undefined {
    const end = this.#bytes.indexOf(RIGHT_BRACKET, at) + 1;
    return end <= at ? undefined : this.#known(at, end);
  }

  #decode(at: number): DimensionSet | undefined {
    const end = endOfArray(this.#bytes, at);
    if (end < 0) return undefined;
    const known = this.#known(at, end);
    if (known !== undefined) return known;
    const set = decode(this.#bytes.toString('utf8', at, end));
    const length = end - at;
    if (set === undefined || length > ENTRY_BYTES_MAX || length < ENTRY_BYTES_MIN) return set;
    return this.#remember(set, hashBytes(this.#view, at, length), this.#bytes.subarray(at, end));
  }

  #known(at: number, end: number): DimensionSet | undefined {
    this.end = end;
    const hash = hashBytes(this.#view, at, end - at);
    const known = this.#findIn(this.#young, hash, at);
    if (known !== undefined) return this.#follow(known);
    const past = this.#findIn(this.#old, hash, at);
    return past && this.#remember(past.set, hash, this.#bytes.subarray(at, end));
  }

  /** The entry with the bytes from `at` to `end`. */
  #findIn(generation: Generation, hash: number, at: number): Entry | undefined {
    const length = this.end - at;
    let entry = generation.byHash.get(hash);
    while (entry !== undefined && !(entry.length === length && isSame(entry, this.#view, at))) {
      entry = entry.sameHash;
    }
    return entry;
  }

  #remember(set: DimensionSet, hash: number, bytes: Uint8Array): DimensionSet {
    const entry = this.#keep(set, hash, bytes);
    return entry === undefined ? set : this.#follow(entry);
  }

  #follow(entry: Entry): DimensionSet {
    if (this.#last !== undefined) this.#last.follower = entry;
    this.#last = entry;
    return entry.set;
  }

  #keep(set: DimensionSet, hash: number, bytes: Uint8Array): Entry | undefined {
    const young = this.#youngWithRoom(bytes.length);
    const sameHash = young.byHash.get(hash);
    const depth = sameHash === undefined ? 1 : sameHash.depth + 1;
    if (depth > SAME_HASH_MAX) return undefined;
    const { chunk, view, used: offset } = young;
    chunk.set(bytes, offset);
    young.used += bytes.length;
    young.bytes += bytes.length;
    young.sets++;
    const place = { bytes: view, offset, length: bytes.length };
    const entry: Entry = { set, ...place, sameHash, depth, follower: undefined };
    young.byHash.set(hash, entry);
    return entry;
  }

  #youngWithRoom(length: number): Generation {
    const young = this.#young;
    if (young.sets >= DIMENSION_CACHE_SETS_MAX || young.bytes >= DIMENSION_CACHE_BYTES_MAX) {
      this.#old = young;
      this.#young = newGeneration();
      this.#last = undefined;
    }
    if (this.#young.used + length > this.#young.chunk.length) {
      this.#young.chunk = new Uint8Array(CHUNK_BYTES);
      this.#young.view = new DataView(this.#young.chunk.buffer);
      this.#young.used = 0;
    }
    return this.#young;
  }
}

function newGeneration(): Generation {
  const chunk = new Uint8Array(0);
  const view = new DataView(chunk.buffer);
  return { byHash: new Map(), chunk, view, used: 0, sets: 0, bytes: 0 };
}

/** Four bytes at a time; the last four, compared first, may overlap others. */
function isSame(entry: Entry, view: DataView, at: number): boolean {
  const { bytes, offset, length } = entry;
  const last = length - 4;
  if (at + length > view.byteLength || last < 0) return false;
  if (bytes.getInt32(offset + last, true) !== view.getInt32(at + last, true)) return false;
  for (let i = 0; i < last; i += 4) {
    if (bytes.getInt32(offset + i, true) !== view.getInt32(at + i, true)) return false;
  }
  return true;
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

/** One past the bracket that closes the array opening at `start`; -1 if it does not close. */
function endOfArray(bytes: Uint8Array, start: number): number {
  const length = bytes.length;
  let depth = 0;
  for (let at = start; at < length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at++;
      while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    } else if (byte === LEFT_BRACKET) depth++;
    else if (byte === RIGHT_BRACKET && --depth === 0) return at + 1;
  }
  return -1;
}

const DIMENSION_MEMBERS: readonly string[] = ['Name', 'Value', 'DimensionValueType'];

/** Undefined for whatever is not plainly a list of dimensions within the framework's constraints. */
function decode(json: string): DimensionSet | undefined {
  const elements = parseArray(json);
  if (elements === undefined || elements.length > DIMENSIONS_PER_RECORD_MAX) return undefined;
  const names: string[] = [];
  const values: string[] = [];
  for (const element of elements) {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) return undefined;
    const { Name, Value, DimensionValueType } = element as Record<string, unknown>;
    if (typeof Name !== 'string' || Name === '' || typeof Value !== 'string') return undefined;
    if (DimensionValueType !== undefined && DimensionValueType !== 'VARCHAR') return undefined;
    if (!Object.keys(element).every((member) => DIMENSION_MEMBERS.includes(member))) {
      return undefined;
    }
    if (/\p{Surrogate}/u.test(Name + Value)) return undefined;
    names.push(Name);
    values.push(Value);
  }
  return new DimensionSet(names, values);
}

function parseArray(json: string): readonly unknown[] | undefined {
  try {
    return JSON.parse(json) as readonly unknown[];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
