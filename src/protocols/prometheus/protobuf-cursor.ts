/**
 * A position in the bytes of a protobuf message, and what can be read there without making objects:
 *
 *   message  =  (tag, value) …      tag  =  varint of field number × 8 + wire type
 *
 * Throws MalformedHttpRequestException when the bytes end too soon or are not protobuf.
 */
import { ServiceError } from '../../base/errors.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

const VARINT_BYTES_MAX = 10;
const BITS_LOW = 28;

export class ProtobufCursor {
  readonly bytes: Buffer;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Field number × 8 + wire type. */
  tag(end: number): number {
    return this.#small(end);
  }

  /** Reads the length of a value of wire type BYTES, and says where the value ends. */
  valueEnd(end: number): number {
    const length = this.#small(end);
    if (this.at + length > end) throw malformed();
    return this.at + length;
  }

  /** Two's complement of 64 bits into halves. */
  int64(end: number, halves: Int32Array, cell: number): void {
    let low = 0;
    let high = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      if (this.at >= end) throw malformed();
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      const shift = 7 * i;
      if (shift < BITS_LOW) low |= bits << shift;
      else if (shift === BITS_LOW) {
        low |= bits << shift;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        halves[cell * 2] = low;
        halves[cell * 2 + 1] = high;
        return;
      }
    }
    throw malformed();
  }

  double(end: number): number {
    if (this.at + 8 > end) throw malformed();
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** Passes over the value of a field that is of no interest. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case VARINT:
        while (this.at < end && this.bytes[this.at]! >= 0x80) this.at++;
        this.at++;
        break;
      case FIXED64:
        this.at += 8;
        break;
      case BYTES:
        this.at = this.valueEnd(end);
        break;
      case FIXED32:
        this.at += 4;
        break;
      default:
        throw malformed();
    }
    if (this.at > end) throw malformed();
  }

  /** A varint that is below 2^32, as all tags and lengths are. */
  #small(end: number): number {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES_MAX / 2; i++) {
      if (this.at >= end) throw malformed();
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw malformed();
  }
}

function malformed(): ServiceError {
  return new ServiceError(
    'MalformedHttpRequestException',
    'The request body is not a protobuf message of remote write 1.0.',
  );
}
