import { describe, expect, it } from 'vitest';
import { byteOf, SharedArena, slabOf } from './arena.ts';
import { PAGE_ENTRIES, PagedInts, readPagedInt } from './paged-ints.ts';

const read = (arena: SharedArena, directory: number, index: number): number =>
  readPagedInt(arena.slabs, directory, { index, width: 1, part: 0 });

describe('a paged column of ints', () => {
  it('reads as zero where nothing was set, before, between and beyond its pages', () => {
    const arena = new SharedArena();
    const ints = new PagedInts(arena);
    expect(read(arena, ints.directory, 5)).toBe(0);
    ints.set(3 * PAGE_ENTRIES, 42);
    // Whatever lies behind the directory must not be taken for a page.
    const neighbour = arena.allocate(64);
    arena.slabs.i32[slabOf(neighbour)]!.fill(
      1,
      byteOf(neighbour) >>> 2,
      (byteOf(neighbour) >>> 2) + 16,
    );
    for (const index of [0, 3 * PAGE_ENTRIES + 1, 15 * PAGE_ENTRIES, 1000 * PAGE_ENTRIES]) {
      expect([index, ints.get(index)]).toEqual([index, 0]);
      expect([index, read(arena, ints.directory, index)]).toEqual([index, 0]);
    }
    expect(read(arena, ints.directory, 3 * PAGE_ENTRIES)).toBe(42);
  });

  it('keeps an old directory good for those who took it while it grows', () => {
    const arena = new SharedArena();
    const ints = new PagedInts(arena);
    const pin = arena.pin();
    ints.set(7, 70);
    const before = ints.directory;
    for (let page = 1; page < 100; page++) ints.set(page * PAGE_ENTRIES, page);
    expect(ints.directory).not.toBe(before);
    expect(read(arena, before, 7)).toBe(70);
    expect(read(arena, before, 60 * PAGE_ENTRIES)).toBe(0);
    expect(read(arena, ints.directory, 60 * PAGE_ENTRIES)).toBe(60);
    arena.unpin(pin);
    ints.retireAll();
    expect(arena.usedBytes).toBe(0);
  });
});
