/**
 * Bytes that have been seen before, kept in a form that compares fast: four at a time.
 *
 * Why equal bytes may be trusted: JSON read from a known state is self-delimiting. If what follows
 * now has, from the same state, the very bytes that were once parsed as some tokens, then it is
 * those tokens, whatever comes after.
 */
export class ByteTemplate {
  readonly length: number;
  readonly #words: Int32Array;
  /** The last four bytes: the last word again, or overlapping it. Unused when there are fewer. */
  readonly #last: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.length;
    this.#words = Int32Array.from({ length: bytes.length >> 2 }, (_, i) =>
      view.getInt32(i * 4, true),
    );
    this.#last = bytes.length < 4 ? 0 : view.getInt32(bytes.length - 4, true);
    this.#bytes = bytes.slice();
  }

  /** Whether the bytes of `view` from `at` on are these. */
  matches(view: DataView, at: number): boolean {
    const { length } = this;
    if (at + length > view.byteLength) return false;
    if (length < 4) return this.#matchesShort(view, at);
    if (view.getInt32(at + length - 4, true) !== this.#last) return false;
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      if (view.getInt32(at, true) !== words[i]) return false;
      at += 4;
    }
    return true;
  }

  #matchesShort(view: DataView, at: number): boolean {
    return this.#bytes.every((byte, i) => view.getUint8(at + i) === byte);
  }
}
