/**
 * A growing column of integers in shared memory, which readers reach from one address.
 *
 *   directory (block)     ┌──► page 0: 1024 entries of `width` ints
 *   [capacity, a0, a1, 0, …]──► page 1: …
 *
 * Entries that were never set read as 0, on pages that exist and on those that do not. Pages are
 * never moved. The directory is replaced by one of twice the size when it is full (the old one is
 * retired), so a reader keeps the directory's address as it was when its snapshot was taken.
 * A page is zeroed before its address is published, with Atomics, as a reader may meet it at once.
 */
import { type Address, byteOf, type SharedArena, type Slabs, slabOf } from './arena.ts';

export const PAGE_SHIFT = 10;
export const PAGE_ENTRIES = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_ENTRIES - 1;

export class PagedInts {
  readonly #arena: SharedArena;
  readonly #width: number;
  #directory: Address = 0;
  #directoryPages = 0;
  /** The writer's own views of the pages, so that it does not go through the directory. */
  readonly #pages: (Int32Array | undefined)[] = [];
  readonly #addresses: Address[] = [];

  /** `width`: ints per entry. */
  constructor(arena: SharedArena, width = 1) {
    this.#arena = arena;
    this.#width = width;
  }

  /** Where readers start; 0 as long as nothing was set. */
  get directory(): Address {
    return this.#directory;
  }

  get(entry: number, part = 0): number {
    const page = this.#pages[entry >>> PAGE_SHIFT];
    return page === undefined ? 0 : page[(entry & PAGE_MASK) * this.#width + part]!;
  }

  set(entry: number, value: number, part = 0): void {
    const page = this.#pages[entry >>> PAGE_SHIFT] ?? this.#addPage(entry >>> PAGE_SHIFT);
    page[(entry & PAGE_MASK) * this.#width + part] = value;
  }

  retireAll(): void {
    for (const address of this.#addresses) this.#arena.retire(address, this.#pageBytes());
    if (this.#directory !== 0)
      this.#arena.retire(this.#directory, directoryBytes(this.#directoryPages));
    this.#directory = 0;
    this.#pages.length = 0;
    this.#addresses.length = 0;
  }

  #pageBytes(): number {
    return PAGE_ENTRIES * this.#width * 4;
  }

  #addPage(number: number): Int32Array {
    if (number >= this.#directoryPages) this.#growDirectory(number + 1);
    const address = this.#arena.allocate(this.#pageBytes());
    const buffer = this.#arena.slabs.buffers[slabOf(address)]!;
    const page = new Int32Array(buffer, byteOf(address), PAGE_ENTRIES * this.#width);
    page.fill(0);
    this.#pages[number] = page;
    this.#addresses.push(address);
    const slab = this.#arena.slabs.i32[slabOf(this.#directory)]!;
    Atomics.store(slab, (byteOf(this.#directory) >>> 2) + 1 + number, address);
    return page;
  }

  #growDirectory(pagesMin: number): void {
    let pages = Math.max(15, this.#directoryPages);
    while (pages < pagesMin) pages = pages * 2 + 1;
    const address = this.#arena.allocate(directoryBytes(pages));
    const at = byteOf(address) >>> 2;
    const next = this.#arena.slabs.i32[slabOf(address)]!;
    next.fill(0, at, at + 1 + pages);
    if (this.#directory !== 0) {
      const from = byteOf(this.#directory) >>> 2;
      const old = this.#arena.slabs.i32[slabOf(this.#directory)]!;
      next.set(old.subarray(from, from + 1 + this.#directoryPages), at);
      this.#arena.retire(this.#directory, directoryBytes(this.#directoryPages));
    }
    next[at] = pages;
    this.#directory = address;
    this.#directoryPages = pages;
  }
}

function directoryBytes(pages: number): number {
  return (1 + pages) * 4;
}

/** Reads one entry as a reader: `directory` is as it was in the snapshot; 0 reads as 0. */
export function readPagedInt(
  slabs: Slabs,
  directory: Address,
  entry: { readonly index: number; readonly width: number; readonly part: number },
): number {
  if (directory === 0) return 0;
  const ints = slabs.i32[slabOf(directory)]!;
  const at = byteOf(directory) >>> 2;
  const number = entry.index >>> PAGE_SHIFT;
  if (number >= ints[at]!) return 0;
  const page = Atomics.load(ints, at + 1 + number);
  // A page in a slab that the reader does not have is younger than its snapshot.
  const pageInts = page === 0 ? undefined : slabs.i32[slabOf(page)];
  if (pageInts === undefined) return 0;
  const offset = (entry.index & PAGE_MASK) * entry.width + entry.part;
  return pageInts[(byteOf(page) >>> 2) + offset]!;
}
