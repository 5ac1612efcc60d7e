/**
 * Entries that are written and synced together, already in their bytes on disk.
 *
 * Entries are encoded into chunks of CHUNK_BYTES as they arrive, so that the write is one writev
 * over a few buffers however many entries there are. Chunks come from a pool and go back to it.
 */
import type { LogIndex } from '../../base/brand.ts';
import { LOG_GROUP_BYTES_MAX } from '../../base/limits.ts';
import { encodeEntry, entryBytes } from './log-format.ts';

/** One megabyte written at once reaches the disk's full speed. */
const CHUNK_BYTES = 1024 * 1024;
/** Two groups' worth: one on its way to the disk, one filling. */
const POOL_CHUNKS_MAX = (2 * LOG_GROUP_BYTES_MAX) / CHUNK_BYTES;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
}

export class ChunkPool {
  readonly #free: Chunk[] = [];

  take(bytesMin: number): Chunk {
    const size = Math.max(CHUNK_BYTES, bytesMin);
    const free = size === CHUNK_BYTES ? this.#free.pop() : undefined;
    if (free !== undefined) return free;
    const bytes = Buffer.allocUnsafeSlow(size);
    return { bytes, view: new DataView(bytes.buffer), used: 0 };
  }

  giveBack(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) {
      if (chunk.bytes.length !== CHUNK_BYTES || this.#free.length >= POOL_CHUNKS_MAX) continue;
      chunk.used = 0;
      this.#free.push(chunk);
    }
  }
}

interface Waiter {
  readonly index: LogIndex;
  readonly resolve: (index: LogIndex) => void;
  readonly reject: (error: Error) => void;
}

export interface GroupOrigin {
  readonly first: LogIndex;
  /** What the entries state as their group's first: `first`, or 0 to claim nothing. */
  readonly groupFirst: number;
  readonly epoch: number;
  readonly salt: number;
}

export class AppendGroup {
  readonly #origin: GroupOrigin;
  readonly #pool: ChunkPool;
  readonly #chunks: Chunk[] = [];
  readonly #waiters: Waiter[] = [];
  #bytes = 0;

  constructor(origin: GroupOrigin, pool: ChunkPool) {
    this.#origin = origin;
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#waiters.length;
  }

  /** Index after the last entry. */
  get end(): LogIndex {
    return (this.#origin.first + this.#waiters.length) as LogIndex;
  }

  hasRoomFor(payload: Uint8Array): boolean {
    return this.#bytes + entryBytes(payload.length) <= LOG_GROUP_BYTES_MAX || this.#bytes === 0;
  }

  add(payload: Uint8Array): Promise<LogIndex> {
    const { groupFirst, epoch, salt } = this.#origin;
    const index = this.end;
    const size = entryBytes(payload.length);
    const chunk = this.#chunkFor(size);
    chunk.used = encodeEntry(chunk, chunk.used, { index, groupFirst, epoch, salt }, payload);
    this.#bytes += size;
    return new Promise((resolve, reject) => this.#waiters.push({ index, resolve, reject }));
  }

  buffers(): Uint8Array[] {
    return this.#chunks.map((chunk) => chunk.bytes.subarray(0, chunk.used));
  }

  succeed(): void {
    this.#pool.giveBack(this.#chunks);
    for (const waiter of this.#waiters) waiter.resolve(waiter.index);
  }

  fail(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  #chunkFor(size: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.used + size <= last.bytes.length) return last;
    const chunk = this.#pool.take(size);
    this.#chunks.push(chunk);
    return chunk;
  }
}
