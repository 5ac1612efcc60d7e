/**
 * The series of one tile: dense ids, what identifies them, and what the write path keeps of each.
 *
 *   definition ──hash of codes──► id ──► in shared memory: code of its measure name, codes of its
 *                                        dimensions (a PagedInts per dimension, code + 1, 0 = NULL)
 *                                   └──► on the writer's side: coordinate, last time seen, rows in
 *                                        flight, first and last chunk, whether the log
 *                                        has its definition
 *
 * Two definitions are the same series when their measure names and their sets of (dimension id,
 * value) are equal; the order does not matter. Ids are never reused.
 *
 * `lastSeen` is the newest time any accepted row had, in the tile or still on its way through the
 * log: a row above it cannot meet another. It may be too high (a log refused the row), never too
 * low.
 */
import type { SharedArena } from './arena.ts';
import type { SeriesDefinition } from './contract.ts';
import type { Dictionary } from './dictionary.ts';
import { isLess, LOWEST_HI } from './halves.ts';
import { InvertedIndex } from './inverted-index.ts';
import { PagedInts } from './paged-ints.ts';
import { type SpaceCoordinate, spaceOf } from './series-key.ts';

const MEASURE = 0;

export interface SeriesSelection {
  readonly dimensions?: ReadonlyMap<number, readonly string[]> | undefined;
  readonly measureNames?: readonly string[] | undefined;
}

/** A series as codes; what both a definition and a log entry come down to. */
export interface CodedSeries {
  readonly measureCode: number;
  readonly dimensionIds: readonly number[];
  readonly dimensionCodes: readonly number[];
}

export class SeriesTable {
  count = 0;
  lastSeen = new Int32Array(2 * 64);
  inFlight = new Int32Array(64);
  firstChunk = new Int32Array(64);
  lastChunk = new Int32Array(64);
  /** 1 when an entry that carries the series' definition has been given to the log. */
  isLogged = new Uint8Array(64);
  spaceHigh = new Uint32Array(64);
  spaceLow = new Uint32Array(64);

  readonly #arena: SharedArena;
  readonly #dictionary: Dictionary;
  /** Column 0: measure name; column 1 + i: dimension i. */
  readonly #codes: PagedInts[];
  readonly #index = new InvertedIndex();
  #hashes = new Int32Array(64);
  #dimensionCounts = new Uint8Array(64);
  /** Open addressing, id + 1; its length is a power of two, at most half full. */
  #slots = new Int32Array(256);

  constructor(arena: SharedArena, dictionary: Dictionary) {
    this.#arena = arena;
    this.#dictionary = dictionary;
    this.#codes = [new PagedInts(arena)];
  }

  resolve(definition: SeriesDefinition): number {
    const coded = this.#coded(definition);
    const hash = hashOf(coded);
    const known = this.#find(coded, hash);
    return known >= 0 ? known : this.#add(coded, hash, spaceOf(definition));
  }

  resolveCoded(coded: CodedSeries, space: SpaceCoordinate): number {
    const hash = hashOf(coded);
    const known = this.#find(coded, hash);
    return known >= 0 ? known : this.#add(coded, hash, space);
  }

  measureCode(series: number): number {
    return this.#codes[MEASURE]!.get(series) - 1;
  }

  /** -1 when the series lacks the dimension. */
  dimensionCode(series: number, dimensionId: number): number {
    return (this.#codes[1 + dimensionId]?.get(series) ?? 0) - 1;
  }

  dimensionCount(series: number): number {
    return this.#dimensionCounts[series]!;
  }

  /** One more than the highest dimension id in use. */
  get dimensionIds(): number {
    return this.#codes.length - 1;
  }

  /** Directories of the shared code columns: measure name first, then by dimension id. */
  directories(): Int32Array {
    return Int32Array.from(this.#codes, (codes) => codes.directory);
  }

  raiseLastSeen(series: number, lo: number, hi: number): void {
    const at = series * 2;
    if (isLess(this.lastSeen[at]!, this.lastSeen[at + 1]!, lo, hi)) {
      this.lastSeen[at] = lo;
      this.lastSeen[at + 1] = hi;
    }
  }

  /** Ascending ids of the series that match; undefined means all of them. */
  select(selection: SeriesSelection): Int32Array | undefined {
    const wanted: { column: number; codes: Set<number>; count: number }[] = [];
    const want = (column: number, values: readonly string[]): void => {
      const codes = new Set<number>();
      let count = 0;
      for (const value of values) {
        const code = this.#dictionary.codeOf(value);
        if (code === undefined || codes.has(code)) continue;
        codes.add(code);
        count += this.#index.count(column, code);
      }
      wanted.push({ column, codes, count });
    };
    if (selection.measureNames !== undefined) want(MEASURE, selection.measureNames);
    for (const [id, values] of selection.dimensions ?? []) want(1 + id, values);
    if (wanted.length === 0) return undefined;

    wanted.sort((a, b) => a.count - b.count);
    const [fewest, ...others] = wanted;
    const candidates = this.#index.union(fewest!.column, fewest!.codes);
    if (others.length === 0) return candidates;
    return candidates.filter((series) =>
      others.every(({ column, codes }) => codes.has(this.#codes[column]!.get(series) - 1)),
    );
  }

  retireAll(): void {
    for (const codes of this.#codes) codes.retireAll();
  }

  #coded(definition: SeriesDefinition): CodedSeries {
    const dictionary = this.#dictionary;
    return {
      measureCode: dictionary.intern(definition.measureName),
      dimensionIds: definition.dimensions.map((dimension) => dimension.id),
      dimensionCodes: definition.dimensions.map((dimension) => dictionary.intern(dimension.value)),
    };
  }

  #find(coded: CodedSeries, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const series = this.#slots[at]! - 1;
      if (series < 0) return -1;
      if (this.#hashes[series] === hash && this.#isSame(series, coded)) return series;
    }
  }

  #isSame(series: number, coded: CodedSeries): boolean {
    const { dimensionIds, dimensionCodes } = coded;
    if (this.#dimensionCounts[series] !== dimensionIds.length) return false;
    if (this.measureCode(series) !== coded.measureCode) return false;
    for (let i = 0; i < dimensionIds.length; i++) {
      if (this.dimensionCode(series, dimensionIds[i]!) !== dimensionCodes[i]) return false;
    }
    return true;
  }

  #add(coded: CodedSeries, hash: number, space: SpaceCoordinate): number {
    const series = this.count;
    if (series === this.#hashes.length) this.#grow();
    this.count = series + 1;
    this.#hashes[series] = hash;
    this.#dimensionCounts[series] = coded.dimensionIds.length;
    this.spaceHigh[series] = space.high;
    this.spaceLow[series] = space.low;
    this.lastSeen[series * 2 + 1] = LOWEST_HI;
    this.firstChunk[series] = -1;
    this.lastChunk[series] = -1;
    this.#setCode(series, MEASURE, coded.measureCode);
    coded.dimensionIds.forEach((id, i) => {
      this.#setCode(series, 1 + id, coded.dimensionCodes[i]!);
    });
    this.#occupy(series);
    return series;
  }

  #setCode(series: number, column: number, code: number): void {
    while (this.#codes.length <= column) this.#codes.push(new PagedInts(this.#arena));
    this.#codes[column]!.set(series, code + 1);
    this.#index.add(column, code, series);
  }

  #occupy(series: number): void {
    if (this.count * 2 > this.#slots.length) {
      this.#slots = new Int32Array(this.#slots.length * 4);
      for (let other = 0; other < series; other++) this.#take(other);
    }
    this.#take(series);
  }

  #take(series: number): void {
    const mask = this.#slots.length - 1;
    let at = this.#hashes[series]! & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = series + 1;
  }

  #grow(): void {
    this.lastSeen = doubled(this.lastSeen);
    this.inFlight = doubled(this.inFlight);
    this.firstChunk = doubled(this.firstChunk);
    this.lastChunk = doubled(this.lastChunk);
    this.isLogged = doubled(this.isLogged);
    this.spaceHigh = doubled(this.spaceHigh);
    this.spaceLow = doubled(this.spaceLow);
    this.#hashes = doubled(this.#hashes);
    this.#dimensionCounts = doubled(this.#dimensionCounts);
  }
}

/** A sum over the dimensions, so that their order does not matter. */
function hashOf(coded: CodedSeries): number {
  let sum = mixed(coded.measureCode, 0x9e3779b1);
  for (let i = 0; i < coded.dimensionIds.length; i++) {
    sum = (sum + mixed(coded.dimensionCodes[i]!, coded.dimensionIds[i]! + 1)) | 0;
  }
  return mixed(sum, 0x85ebca6b);
}

function mixed(value: number, salt: number): number {
  let hash = Math.imul(value ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

function doubled<T extends Int32Array | Uint32Array | Uint8Array>(old: T): T {
  const next = new (old.constructor as new (length: number) => T)(old.length * 2);
  next.set(old);
  return next;
}
