/**
 * The shared memory of all tiles of a process, and how its blocks come and go.
 *
 *   slab 0 (16 MiB SharedArrayBuffer)     slab 1                      …
 *   ┌────┬──────┬──────────┬─────────┐    ┌──────┬─ ─ ─ ─ ─ ─ ─ ─┐
 *   │null│ block│ block    │ block   │    │ block│ not yet used  │
 *   └────┴──────┴──────────┴─────────┘    └──────┴─ ─ ─ ─ ─ ─ ─ ─┘
 *
 * An address is one number, the count of 64-byte units before the block over all slabs:
 * `slab = address >>> 18`, `unit = address & (2^18 − 1)`. It is below 2^31, so it fits an
 * Int32Array. Address 0 is never handed out and means "nothing".
 *
 * Blocks have size classes (four steps per power of two, so at most a quarter is lost to rounding)
 * with a free list each. Blocks are never merged; a class that is in use once will be again.
 *
 * Readers hold no locks, so a block that was replaced may still be read: `retire()` puts it in
 * limbo until every snapshot that was pinned before has been unpinned. Pins are numbered; a block
 * retired after pin n may be reused once the oldest live pin is above n.
 *
 * The writer alone allocates. Readers own a `Slabs`, the same buffers under typed-array views,
 * which a `SlabFeed` keeps up to date. Fresh blocks hold leftovers: who needs zeros calls
 * `clear()`.
 */
import { assert } from '../base/assert.ts';
import { MEMORY_SLAB_BYTES, MEMORY_SLABS_MAX } from '../base/limits.ts';

export const UNIT_BYTES = 64;
const SLAB_UNITS = MEMORY_SLAB_BYTES / UNIT_BYTES;
const SLAB_SHIFT = 18;
const UNIT_MASK = SLAB_UNITS - 1;
/** Four classes per doubling, from one unit to a whole slab. */
const CLASSES = 4 * (SLAB_SHIFT + 1);

export type Address = number;

export interface SlabHandle {
  readonly slab: number;
  readonly buffer: SharedArrayBuffer;
}

export function slabOf(address: Address): number {
  return address >>> SLAB_SHIFT;
}

/** Byte offset of a block within its slab. */
export function byteOf(address: Address): number {
  return (address & UNIT_MASK) * UNIT_BYTES;
}

/** Slabs by number, under the views that readers and the writer use. */
export class Slabs {
  readonly i32: Int32Array[] = [];
  readonly f64: Float64Array[] = [];
  readonly u8: Uint8Array[] = [];
  readonly buffers: SharedArrayBuffer[] = [];

  add(handle: SlabHandle): void {
    if (this.buffers[handle.slab] !== undefined) return;
    assert(handle.slab === this.buffers.length, `slab ${handle.slab} came out of order`);
    this.buffers.push(handle.buffer);
    this.i32.push(new Int32Array(handle.buffer));
    this.f64.push(new Float64Array(handle.buffer));
    this.u8.push(new Uint8Array(handle.buffer));
  }
}

/** Which slabs one receiver has been sent. `take()` goes with every snapshot posted to it. */
export class SlabFeed {
  readonly #slabs: Slabs;
  #sent = 0;

  constructor(slabs: Slabs) {
    this.#slabs = slabs;
  }

  take(): SlabHandle[] {
    const handles: SlabHandle[] = [];
    for (; this.#sent < this.#slabs.buffers.length; this.#sent++) {
      handles.push({ slab: this.#sent, buffer: this.#slabs.buffers[this.#sent]! });
    }
    return handles;
  }
}

interface RetiredBlock {
  readonly address: Address;
  readonly sizeClass: number;
  readonly afterPin: number;
}

export class SharedArena {
  readonly slabs = new Slabs();
  #usedUnits = 0;
  #nextUnit = 1;
  readonly #free: Address[][] = Array.from({ length: CLASSES }, () => []);
  #limbo: RetiredBlock[] = [];
  #limboHead = 0;
  #lastPin = 0;
  /** Insertion order is pin order, so the first is the oldest. */
  readonly #pins = new Set<number>();

  constructor() {
    this.#addSlab();
  }

  /** Bytes in blocks that are in use or in limbo. */
  get usedBytes(): number {
    return this.#usedUnits * UNIT_BYTES;
  }

  get reservedBytes(): number {
    return this.slabs.buffers.length * MEMORY_SLAB_BYTES;
  }

  get livePins(): number {
    return this.#pins.size;
  }

  get limboBlocks(): number {
    return this.#limbo.length - this.#limboHead;
  }

  allocate(bytes: number): Address {
    const sizeClass = classOf(bytes);
    const units = CLASS_UNITS[sizeClass]!;
    this.#usedUnits += units;
    const reused = this.#free[sizeClass]!.pop();
    if (reused !== undefined) return reused;

    const room = SLAB_UNITS - this.#nextUnit;
    if (units > room) {
      this.#keepRest(room);
      this.#addSlab();
    }
    const address = (this.slabs.buffers.length - 1) * SLAB_UNITS + this.#nextUnit;
    this.#nextUnit += units;
    return address;
  }

  /** `bytes` as it was given to allocate(). */
  retire(address: Address, bytes: number): void {
    const sizeClass = classOf(bytes);
    if (this.#pins.size === 0) this.#release(address, sizeClass);
    else this.#limbo.push({ address, sizeClass, afterPin: this.#lastPin });
  }

  /** What is in use now stays readable until the pin is taken out again. */
  pin(): number {
    this.#lastPin += 1;
    this.#pins.add(this.#lastPin);
    return this.#lastPin;
  }

  unpin(pin: number): void {
    assert(this.#pins.delete(pin), `pin ${pin} was not set`);
    let oldest = Number.POSITIVE_INFINITY;
    for (const first of this.#pins) {
      oldest = first;
      break;
    }
    while (this.#limboHead < this.#limbo.length) {
      const block = this.#limbo[this.#limboHead]!;
      if (block.afterPin >= oldest) break;
      this.#limboHead += 1;
      this.#release(block.address, block.sizeClass);
    }
    this.#trimLimbo();
  }

  clear(address: Address, bytes: number): void {
    const from = byteOf(address);
    this.slabs.u8[slabOf(address)]!.fill(0, from, from + bytes);
  }

  #release(address: Address, sizeClass: number): void {
    this.#usedUnits -= CLASS_UNITS[sizeClass]!;
    this.#free[sizeClass]!.push(address);
  }

  #trimLimbo(): void {
    if (this.#limboHead < 1024 && this.#limboHead < this.#limbo.length) return;
    this.#limbo = this.#limbo.slice(this.#limboHead);
    this.#limboHead = 0;
  }

  /** The end of a slab that is too short for the next block still serves smaller ones. */
  #keepRest(room: number): void {
    let sizeClass = CLASSES - 1;
    while (room > 0) {
      while (CLASS_UNITS[sizeClass]! > room) sizeClass -= 1;
      const address = (this.slabs.buffers.length - 1) * SLAB_UNITS + this.#nextUnit;
      this.#free[sizeClass]!.push(address);
      this.#nextUnit += CLASS_UNITS[sizeClass]!;
      room -= CLASS_UNITS[sizeClass]!;
    }
  }

  #addSlab(): void {
    const slab = this.slabs.buffers.length;
    assert(slab < MEMORY_SLABS_MAX, `the memory store needs more than ${MEMORY_SLABS_MAX} slabs`);
    this.slabs.add({ slab, buffer: new SharedArrayBuffer(MEMORY_SLAB_BYTES) });
    this.#nextUnit = slab === 0 ? 1 : 0;
  }
}

/** Units of each class: … 4, 5, 6, 7, 8, 10, 12, 14, 16 … Repeats among the first are harmless. */
const CLASS_UNITS = Int32Array.from({ length: CLASSES }, (_, sizeClass) => {
  const power = sizeClass >>> 2;
  return Math.ceil(2 ** power * (1 + (sizeClass & 3) / 4));
});

function classOf(bytes: number): number {
  const units = Math.max(1, Math.ceil(bytes / UNIT_BYTES));
  assert(units <= SLAB_UNITS, `a block of ${bytes} bytes is larger than a slab`);
  const power = 31 - Math.clz32(units);
  for (let sizeClass = power * 4; ; sizeClass++) {
    if (CLASS_UNITS[sizeClass]! >= units) return sizeClass;
  }
}
