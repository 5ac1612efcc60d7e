/**
 * Decompresses Snappy's block format, which Prometheus remote write uses.
 *
 *   varint length   then elements, told apart by the two low bits of their first byte:
 *     00  literal   length in the upper bits, or in 1 to 4 bytes that follow
 *     01  copy      4 to 11 bytes from up to 2 KB back
 *     10  copy      1 to 64 bytes, offset in 2 bytes
 *     11  copy      1 to 64 bytes, offset in 4 bytes
 */
import { ServiceError } from '../../base/errors.ts';

const LENGTH_BYTES_MAX = 5;
/** From here on a literal's length is in bytes of its own: 60 says one byte, 63 four. */
const LONG_LITERAL = 60;

/** Throws MalformedHttpRequest- and RequestEntityTooLargeException. */
export function decompressSnappy(input: Uint8Array, bytesMax: number): Buffer {
  const { length, end } = readLength(input);
  if (length > bytesMax) {
    throw new ServiceError(
      'RequestEntityTooLargeException',
      `The request body is larger than ${bytesMax} bytes when decompressed.`,
    );
  }
  const output = Buffer.allocUnsafe(length);
  let at = end;
  let made = 0;
  while (at < input.length) {
    const tag = input[at++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let size = tag >>> 2;
      if (size >= LONG_LITERAL) {
        const bytes = size - LONG_LITERAL + 1;
        size = littleEndian(input, at, bytes);
        at += bytes;
      }
      size++;
      if (at + size > input.length || made + size > length) throw malformed();
      output.set(input.subarray(at, at + size), made);
      at += size;
      made += size;
      continue;
    }
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const bytes = kind === 3 ? 4 : kind;
    const offset = littleEndian(input, at, bytes) + (kind === 1 ? (tag >>> 5) << 8 : 0);
    at += bytes;
    if (offset === 0 || offset > made || made + size > length) throw malformed();
    copy(output, { made, offset, size });
    made += size;
  }
  if (made !== length) throw malformed();
  return output;
}

/** What is copied may reach into what is being made: then it repeats itself. */
function copy(
  output: Buffer,
  { made, offset, size }: { readonly made: number; readonly offset: number; readonly size: number },
): void {
  for (let i = 0; i < size; i++) output[made + i] = output[made - offset + i]!;
}

function readLength(input: Uint8Array): { readonly length: number; readonly end: number } {
  let length = 0;
  for (let at = 0; at < LENGTH_BYTES_MAX; at++) {
    const byte = input[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, end: at + 1 };
  }
  throw malformed();
}

function littleEndian(input: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > input.length) throw malformed();
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + input[at + i]!;
  return value;
}

function malformed(): ServiceError {
  return new ServiceError(
    'MalformedHttpRequestException',
    'The request body is not in the block format of Snappy.',
  );
}
