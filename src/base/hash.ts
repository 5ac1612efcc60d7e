/**
 * hash32: MurmurHash3 (x86, 32 bit) over bytes, or over a string's UTF-8.
 *
 * It places series in the space of a table (architecture: tiles), so its results are kept on disk
 * and in metadata: it must never change. Not for secrets and not against adversaries.
 */
const C1 = 0xcc9e2d51 | 0;
const C2 = 0x1b873593;

const encoder = new TextEncoder();
/** Keys are at most a few KB (base/limits.ts SERIES_BYTES_MAX); longer ones are encoded apart. */
const scratch = new Uint8Array(8192);

/** An unsigned 32-bit hash of the string's UTF-8 form. */
export function hash32(text: string, seed = 0): number {
  if (text.length * 3 > scratch.length) return hash32Bytes(encoder.encode(text), seed);
  const { written } = encoder.encodeInto(text, scratch);
  return hash32Range(scratch, written, seed);
}

export function hash32Bytes(bytes: Uint8Array, seed = 0): number {
  return hash32Range(bytes, bytes.length, seed);
}

function hash32Range(bytes: Uint8Array, length: number, seed: number): number {
  let hash = seed | 0;
  const tail = length & ~3;
  for (let at = 0; at < tail; at += 4) {
    const word =
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash ^= scrambled(word);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let at = length - 1; at >= tail; at--) rest = (rest << 8) | bytes[at]!;
  if (length > tail) hash ^= scrambled(rest);

  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scrambled(word: number): number {
  const mixed = Math.imul(word, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}
