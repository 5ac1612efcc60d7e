import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEMORY_SLAB_BYTES } from '../base/limits.ts';
import { byteOf, SharedArena, SlabFeed, Slabs, slabOf, UNIT_BYTES } from './arena.ts';

describe('the arena', () => {
  it('reuses a retired block at once when no snapshot is alive', () => {
    const arena = new SharedArena();
    const first = arena.allocate(1000);
    arena.retire(first, 1000);
    expect(arena.allocate(1000)).toBe(first);
  });

  it('keeps a block for the snapshots that were taken before it was retired, and no longer', () => {
    const arena = new SharedArena();
    const older = arena.pin();
    const block = arena.allocate(1000);
    const newer = arena.pin();
    arena.retire(block, 1000);
    const later = arena.pin();

    arena.unpin(older);
    expect(arena.allocate(1000)).not.toBe(block);
    arena.unpin(newer);
    expect(arena.allocate(1000)).toBe(block);
    arena.unpin(later);
  });

  it('counts what is in use or in limbo', () => {
    const arena = new SharedArena();
    const pin = arena.pin();
    arena.retire(arena.allocate(64), 64);
    expect(arena.usedBytes).toBe(64);
    arena.unpin(pin);
    expect(arena.usedBytes).toBe(0);
    expect(arena.reservedBytes).toBe(MEMORY_SLAB_BYTES);
  });

  it('never hands out a byte twice, nor one that a pin protects', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 3_000_000 }) },
      { weight: 4, arbitrary: fc.constantFrom('retire', 'pin', 'unpin') },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), fc.nat(), (steps, choice) => {
        const arena = new SharedArena();
        const live: { address: number; bytes: number }[] = [];
        const pins: { pin: number; sees: { address: number; bytes: number }[] }[] = [];
        for (const next of steps) {
          if (typeof next === 'number') {
            const block = { address: arena.allocate(next), bytes: next };
            const taken = [...live, ...pins.flatMap(({ sees }) => sees)];
            for (const other of taken) expect(overlaps(block, other)).toBe(false);
            live.push(block);
          } else if (next === 'retire' && live.length > 0) {
            const [block] = live.splice(choice % live.length, 1);
            arena.retire(block!.address, block!.bytes);
          } else if (next === 'pin') {
            pins.push({ pin: arena.pin(), sees: [...live] });
          } else if (next === 'unpin' && pins.length > 0) {
            arena.unpin(pins.splice(choice % pins.length, 1)[0]!.pin);
          }
        }
        for (const { pin } of pins) arena.unpin(pin);
        for (const { address, bytes } of live) arena.retire(address, bytes);
        expect(arena.usedBytes).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('takes blocks as large as a slab', () => {
    const arena = new SharedArena();
    const address = arena.allocate(MEMORY_SLAB_BYTES);
    expect(slabOf(address)).toBe(1);
    expect(byteOf(address)).toBe(0);
    expect(() => arena.allocate(MEMORY_SLAB_BYTES + 1)).toThrow('larger than a slab');
  });
});

function overlaps(
  a: { address: number; bytes: number },
  b: { address: number; bytes: number },
): boolean {
  const units = (bytes: number): number => Math.ceil(bytes / UNIT_BYTES);
  return a.address < b.address + units(b.bytes) && b.address < a.address + units(a.bytes);
}

describe('a slab feed', () => {
  it('hands out each slab once, and the receiver sees the same memory', () => {
    const arena = new SharedArena();
    const feed = new SlabFeed(arena.slabs);
    const received = new Slabs();
    for (const handle of feed.take()) received.add(handle);
    expect(feed.take()).toEqual([]);

    const address = arena.allocate(MEMORY_SLAB_BYTES);
    arena.slabs.u8[slabOf(address)]![5] = 99;
    for (const handle of feed.take()) received.add(handle);
    expect(received.u8[1]![5]).toBe(99);
  });
});
