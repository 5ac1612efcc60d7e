/**
 * Names that recur in every record, from their bytes to one string each: no decoding, and the same
 * string object every time, whose hash is known when it is looked up again.
 */
import { NAMES_CACHED_MAX } from '../../base/limits.ts';

interface CachedName {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Next of the names with the same hash. */
  readonly next: CachedName | undefined;
}

export class NameCache {
  #byHash = new Map<number, CachedName>();
  #size = 0;
  #last: CachedName | undefined;

  /** The string whose valid UTF-8 is `bytes[start, end)`. */
  find(bytes: Buffer, start: number, end: number): string {
    const last = this.#last;
    if (last !== undefined && isSame(last.bytes, bytes, start, end)) return last.text;
    let hash = 0x811c_9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
    let name = this.#byHash.get(hash);
    while (name !== undefined && !isSame(name.bytes, bytes, start, end)) name = name.next;
    name ??= this.#add(hash, bytes.subarray(start, end));
    this.#last = name;
    return name.text;
  }

  #add(hash: number, bytes: Buffer): CachedName {
    if (this.#size === NAMES_CACHED_MAX) {
      this.#byHash = new Map();
      this.#size = 0;
    }
    const next = this.#byHash.get(hash);
    const name = { bytes: Uint8Array.from(bytes), text: bytes.toString('utf8'), next };
    this.#byHash.set(hash, name);
    this.#size++;
    return name;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
