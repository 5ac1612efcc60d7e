/**
 * The texts of ScanDictionaries as DuckDB's 16-byte cells, each converted once.
 *
 *   code ──► cells32[4·code …]   texts ≤ 12 bytes: the cell is all
 *                                longer: its cell points into a kept vector (HEAP_TEXTS each)
 *
 * DuckDB never moves the heap of a vector, so a cell read back once may be copied into any vector
 * scanned, as long as the kept vector is referenced: DictionaryCells must outlive the statement.
 * CellsCache keeps those with a key for later scans, up to a bound; those in use are never let go.
 */
import duckdb from '@duckdb/node-bindings';
import { assert } from '../base/assert.ts';
import { ENGINE_DICTIONARY_BYTES_MAX } from '../base/limits.ts';
import type { ScanDictionary } from './scan-source.ts';
import { TEXT_CELL_BYTES, writeInline } from './text-cell.ts';
import { toLogicalType } from './vector-type.ts';

/** Small, because reading one cell back copies all cells before it. */
const HEAP_TEXTS = 128;
/** A dictionary of more texts would need cells beyond 2 GB. */
const CODES_MAX = 1 << 26;

export class DictionaryCells {
  cells32 = new Int32Array(0);
  /** 1 where the cell of a code is written. */
  known = new Uint8Array(0);
  bytesHeld = 0;
  /** Scans that may have handed out pointers. */
  scans = 0;
  #bytes = new Uint8Array(0);
  readonly #heap: duckdb.Vector[] = [];
  #heapTexts = HEAP_TEXTS;

  /** Sees to it that the cell of `code` is written. */
  learn(dictionary: ScanDictionary, code: number): void {
    assert(code >= 0 && code < CODES_MAX, `${code} is no code of a dictionary`);
    if (code >= this.known.length) this.#grow(code + 1);
    const text = dictionary.text(code);
    if (!writeInline({ bytes: this.#bytes, cells32: this.cells32 }, code, text)) {
      this.cells32.set(this.#store(text), 4 * code);
      this.bytesHeld += Buffer.byteLength(text);
    }
    this.known[code] = 1;
  }

  #store(text: string): Int32Array {
    if (this.#heapTexts === HEAP_TEXTS) {
      this.#heap.push(duckdb.create_vector(toLogicalType('varchar'), HEAP_TEXTS));
      this.#heapTexts = 0;
    }
    const vector = this.#heap.at(-1)!;
    const slot = this.#heapTexts++;
    duckdb.vector_assign_string_element(vector, slot, text);
    const written = duckdb.vector_get_data(vector, TEXT_CELL_BYTES * (slot + 1));
    return new Int32Array(written.buffer, written.byteOffset + TEXT_CELL_BYTES * slot, 4);
  }

  #grow(codes: number): void {
    const capacity = Math.max(64, codes, 2 * this.known.length);
    this.bytesHeld += (capacity - this.known.length) * (TEXT_CELL_BYTES + 1);
    const cells32 = new Int32Array(4 * capacity);
    cells32.set(this.cells32);
    const known = new Uint8Array(capacity);
    known.set(this.known);
    this.cells32 = cells32;
    this.#bytes = new Uint8Array(cells32.buffer);
    this.known = known;
  }
}

/** One for each engine. Least recently used first. */
export class CellsCache {
  readonly #byKey = new Map<string, DictionaryCells>();
  readonly #bytesMax: number;

  constructor(bytesMax = ENGINE_DICTIONARY_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  take(key: string): DictionaryCells {
    const cells = this.#byKey.get(key) ?? new DictionaryCells();
    this.#byKey.delete(key);
    this.#byKey.set(key, cells);
    cells.scans += 1;
    return cells;
  }

  release(cells: DictionaryCells): void {
    cells.scans -= 1;
    let held = 0;
    for (const each of this.#byKey.values()) held += each.bytesHeld;
    for (const [key, each] of this.#byKey) {
      if (held <= this.#bytesMax) return;
      if (each.scans > 0) continue;
      this.#byKey.delete(key);
      held -= each.bytesHeld;
    }
  }

  get size(): number {
    return this.#byKey.size;
  }
}

/** The cells one scan uses; given back together when the scan is dropped. */
export class ScanCells {
  readonly #cache: CellsCache;
  readonly #keyed = new Map<string, DictionaryCells>();
  readonly #unkeyed = new Map<ScanDictionary, DictionaryCells>();

  constructor(cache: CellsCache) {
    this.#cache = cache;
  }

  of(dictionary: ScanDictionary): DictionaryCells {
    const { key } = dictionary;
    if (key === undefined) {
      const cells = this.#unkeyed.get(dictionary) ?? new DictionaryCells();
      this.#unkeyed.set(dictionary, cells);
      return cells;
    }
    const cells = this.#keyed.get(key) ?? this.#cache.take(key);
    this.#keyed.set(key, cells);
    return cells;
  }

  release(): void {
    for (const cells of this.#keyed.values()) this.#cache.release(cells);
    this.#keyed.clear();
    this.#unkeyed.clear();
  }
}
