/**
 * The texts of one tile, each under a code: dimension values, measure names, varchar measures.
 *
 * Codes are 0, 1, 2 … in order of appearance; a text keeps its code and its bytes keep their place
 * as long as the tile lives. The bytes (UTF-8) lie in blocks of shared memory; an entry tells
 * where:
 *
 *   code ──► entry (2 ints): [address of the 64-byte unit it starts in, length << 6 | byte therein]
 *
 * Only the writer can go from text to code. Nothing is ever removed: a tile with a varchar measure
 * of unbounded variety grows until it is dropped.
 */
import { assert } from '../base/assert.ts';
import { type Address, byteOf, type SharedArena, type Slabs, slabOf, UNIT_BYTES } from './arena.ts';
import { PagedInts, readPagedInt } from './paged-ints.ts';

const BLOCK_BYTES_MIN = 4096;
const BLOCK_BYTES_MAX = 256 * 1024;
const OFFSET_BITS = 6;
const OFFSET_MASK = UNIT_BYTES - 1;

export class Dictionary {
  readonly #arena: SharedArena;
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #entries: PagedInts;
  readonly #blocks: { readonly address: Address; readonly bytes: number }[] = [];
  #at = 0;
  #left = 0;
  /** Buffer over the slab of the current block: its utf8Write works on shared memory. */
  #slab: Buffer = Buffer.alloc(0);
  #slabNumber = 0;

  constructor(arena: SharedArena) {
    this.#arena = arena;
    this.#entries = new PagedInts(arena, 2);
  }

  get size(): number {
    return this.#codes.size;
  }

  get directory(): Address {
    return this.#entries.directory;
  }

  codeOf(text: string): number | undefined {
    return this.#codes.get(text);
  }

  text(code: number): string {
    return this.#texts[code]!;
  }

  intern(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;

    const code = this.#codes.size;
    this.#store(code, text);
    this.#codes.set(text, code);
    this.#texts.push(text);
    return code;
  }

  retireAll(): void {
    for (const block of this.#blocks) this.#arena.retire(block.address, block.bytes);
    this.#blocks.length = 0;
    this.#entries.retireAll();
    this.#codes.clear();
    this.#texts.length = 0;
    this.#left = 0;
  }

  #store(code: number, text: string): void {
    const bytesMax = text.length * 3;
    if (bytesMax > this.#left) this.#addBlock(bytesMax);
    const length = this.#slab.write(text, this.#at, bytesMax, 'utf8');
    const unit = this.#slabNumber * this.#unitsPerSlab() + Math.floor(this.#at / UNIT_BYTES);
    this.#entries.set(code, unit, 0);
    this.#entries.set(code, (length << OFFSET_BITS) | (this.#at & OFFSET_MASK), 1);
    this.#at += length;
    this.#left -= length;
  }

  #unitsPerSlab(): number {
    return this.#slab.length / UNIT_BYTES;
  }

  #addBlock(bytesMin: number): void {
    const next = Math.min(BLOCK_BYTES_MAX, BLOCK_BYTES_MIN << Math.min(this.#blocks.length, 6));
    const bytes = Math.max(next, bytesMin);
    const address = this.#arena.allocate(bytes);
    this.#blocks.push({ address, bytes });
    this.#slabNumber = slabOf(address);
    this.#slab = Buffer.from(this.#arena.slabs.buffers[this.#slabNumber]!);
    this.#at = byteOf(address);
    this.#left = bytes;
  }
}

/** A tile's texts as they were when a snapshot was taken; works on any thread. */
export class DictionaryReader {
  /** Codes below this exist. */
  readonly size: number;
  readonly #slabs: Slabs;
  readonly #directory: Address;

  constructor(slabs: Slabs, root: { readonly directory: Address; readonly size: number }) {
    this.#slabs = slabs;
    this.#directory = root.directory;
    this.size = root.size;
  }

  /** A view of shared memory, not a copy. */
  bytes(code: number): Uint8Array {
    assert(code >= 0 && code < this.size, `no text has the code ${code}`);
    const unit = readPagedInt(this.#slabs, this.#directory, { index: code, width: 2, part: 0 });
    const rest = readPagedInt(this.#slabs, this.#directory, { index: code, width: 2, part: 1 });
    const from = byteOf(unit) + (rest & OFFSET_MASK);
    return this.#slabs.u8[slabOf(unit)]!.subarray(from, from + (rest >>> OFFSET_BITS));
  }

  text(code: number): string {
    const bytes = this.bytes(code);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }
}
