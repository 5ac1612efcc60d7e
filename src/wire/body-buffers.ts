/**
 * Memory for request bodies that come in pieces: pooled, as a fresh buffer for each request is what
 * the garbage collector was kept busy with (memory outside its heap makes it collect everything).
 *
 * Sizes are powers of two with a free list each. Buffers come with what they held before.
 */
import { BODY_BUFFERS_BYTES_MAX, REQUEST_BODY_BYTES_MAX } from '../base/limits.ts';

/** Smaller bodies arrive in one piece nearly always, and need no buffer. */
const CLASS_MIN = 16;
const CLASS_MAX = Math.ceil(Math.log2(REQUEST_BODY_BYTES_MAX));

export class BodyBuffers {
  /** By the logarithm of their size. */
  readonly #free: Buffer[][] = Array.from({ length: CLASS_MAX + 1 }, () => []);
  #freeBytes = 0;

  /** At least so many bytes; more than REQUEST_BODY_BYTES_MAX are not kept for others. */
  take(bytes: number): Buffer {
    const sizeClass = Math.max(CLASS_MIN, Math.ceil(Math.log2(bytes)));
    const free = this.#free[sizeClass]?.pop();
    if (free === undefined) return Buffer.allocUnsafeSlow(2 ** sizeClass);
    this.#freeBytes -= free.length;
    return free;
  }

  /** One that take() gave, and that nobody reads any more. */
  giveBack(buffer: Buffer): void {
    const free = this.#free[Math.log2(buffer.length)];
    if (free === undefined || this.#freeBytes + buffer.length > BODY_BUFFERS_BYTES_MAX) return;
    this.#freeBytes += buffer.length;
    free.push(buffer);
  }
}
