/**
 * A position in the bytes of a request, and the values of fields that can be read there, straight
 * into cells:
 *
 *   1.5  -2e3      DOUBLE       the common ones, of at most 15 digits, in one pass
 *   5i  5u         BIGINT       unsigned ones above the largest bigint are refused
 *   t  TRUE  false BOOLEAN
 *   "text"         VARCHAR      may hold line breaks
 *
 * What cannot be read is told in `fault`; reading past the end is harmless.
 */
import { isUtf8 } from 'node:buffer';
import { parseDouble } from '../../base/double-text.ts';
import { parseInt64 } from '../../base/int64.ts';
import { MEASURE_VALUE_BYTES_MAX as TEXT_BYTES_MAX } from '../../base/limits.ts';
import { ABSENT, BIGINT, BOOLEAN, DecodedWrite, DOUBLE, VARCHAR } from '../../ingest/api.ts';
import { BACKSLASH, COMMA, NEWLINE, QUOTE, RETURN, SPACE, unescapeString } from './syntax.ts';

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LETTER_I = 0x69;
const LETTER_U = 0x75;
const DIGITS_EXACT = 15;
const TWO_32 = 4_294_967_296;
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));

const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((word) => [word, 1] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((word) => [word, 0] as const),
]);
const BOOLEAN_BYTES_MAX = 5;
/** With every byte escaped, and the closing quote. */
const TEXT_SPELLING_BYTES_MAX = 2 * TEXT_BYTES_MAX + 1;

export class ValueReader {
  protected bytes: Buffer = Buffer.alloc(0);
  protected view: DataView = new DataView(new ArrayBuffer(0));
  protected at = 0;
  /** Why the line cannot be read. */
  protected fault = '';
  protected decoded = new DecodedWrite();
  /** Bytes of the texts of the line. */
  protected textBytes = 0;
  /** Line breaks within the texts of the line. */
  protected breaks = 0;
  #isUtf8 = true;

  protected begin(body: Uint8Array): void {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.at = 0;
    this.#isUtf8 = isUtf8(body);
  }

  /** Reads the value at `at` into a new cell. Its type's code, or ABSENT with `fault` set. */
  protected value(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at]!;
    if (byte === QUOTE) return this.#text();
    const isNegative = byte === MINUS;
    if (isNegative) byte = bytes[++at]!;
    const first = at;
    let mantissa = 0;
    let point = -1;
    for (;;) {
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (byte === POINT && point < 0) point = at;
      else break;
      byte = bytes[++at]!;
    }
    const digits = at - first - (point < 0 ? 0 : 1);
    if (digits === 0 || digits > DIGITS_EXACT) return this.#other();
    if (isEnd(byte)) {
      const value = point < 0 ? mantissa : mantissa / POWERS_OF_TEN[at - point - 1]!;
      const cell = this.decoded.addCell();
      this.decoded.cells.f64[cell] = isNegative ? -value : value;
      this.at = at;
      return DOUBLE;
    }
    if (byte !== LETTER_I || point >= 0 || isNegative || !isEnd(bytes[at + 1]))
      return this.#other();
    this.#halves(mantissa % TWO_32, Math.floor(mantissa / TWO_32));
    this.at = at + 1;
    return BIGINT;
  }

  /** Valid UTF-8 as a string; undefined, with `fault` set, for anything else. */
  protected textOf(start: number, end: number): string | undefined {
    if (this.isText(start, end)) return this.bytes.toString('utf8', start, end);
    this.fault = 'not valid UTF-8';
    return undefined;
  }

  protected isText(start: number, end: number): boolean {
    return this.#isUtf8 || isUtf8(this.bytes.subarray(start, end));
  }

  /** A value that is not a plain number: a word, or a number that takes longer to read. */
  #other(): number {
    const { bytes, decoded } = this;
    const start = this.at;
    let end = start;
    while (!isEnd(bytes[end])) end++;
    this.at = end;
    if (end === start) return this.#refuse('missing field value');
    if (end - start <= BOOLEAN_BYTES_MAX) {
      const truth = BOOLEANS.get(bytes.toString('latin1', start, end));
      if (truth !== undefined) {
        this.#halves(truth, 0);
        return BOOLEAN;
      }
    }
    const cell = decoded.addCell();
    const suffix = bytes[end - 1];
    if (suffix === LETTER_I || suffix === LETTER_U) {
      if (!parseInt64(bytes, start, end - 1, decoded.cells.i32, cell)) {
        return this.#refuse('not an integer of 64 bits');
      }
      const isUnsigned = suffix === LETTER_U;
      if (isUnsigned && bytes[start] === MINUS) return this.#refuse('an unsigned integer below 0');
      return BIGINT;
    }
    if (parseDouble(bytes, start, end, decoded.cells.f64, cell)) return DOUBLE;
    return this.#refuse('invalid number');
  }

  #text(): number {
    const { bytes, decoded } = this;
    const start = this.at + 1;
    // A text without an end must not be looked for in all of the request, line after line.
    const limit = Math.min(bytes.length, start + TEXT_SPELLING_BYTES_MAX);
    let end = start;
    let escapes = 0;
    let breaks = 0;
    for (; end < limit; end++) {
      const byte = bytes[end];
      if (byte === QUOTE) break;
      if (byte === NEWLINE) breaks++;
      else if (byte === BACKSLASH && (bytes[end + 1] === QUOTE || bytes[end + 1] === BACKSLASH)) {
        escapes++;
        end++;
      }
    }
    if (bytes[end] !== QUOTE) {
      return this.#refuse(`unbalanced quotes, or a text of more than ${TEXT_BYTES_MAX} bytes`);
    }
    this.at = end + 1;
    this.breaks += breaks;
    if (!isEnd(bytes[this.at])) return this.#refuse('something behind a text');
    const length = end - start - escapes;
    if (length > TEXT_BYTES_MAX) {
      return this.#refuse(`a text of more than ${TEXT_BYTES_MAX} bytes`);
    }
    const text = this.textOf(start, end);
    if (text === undefined) return ABSENT;
    this.#halves(decoded.texts.push(escapes > 0 ? unescapeString(text) : text) - 1, 0);
    this.textBytes += length;
    return VARCHAR;
  }

  #halves(lo: number, hi: number): void {
    const { decoded } = this;
    const cell = decoded.addCell();
    const { i32 } = decoded.cells;
    i32[cell * 2] = lo;
    i32[cell * 2 + 1] = hi;
  }

  #refuse(fault: string): number {
    this.fault = fault;
    return ABSENT;
  }
}

/** Whether a value ends before this byte. */
export function isEnd(byte: number | undefined): boolean {
  return (
    byte === COMMA || byte === SPACE || byte === NEWLINE || byte === RETURN || byte === undefined
  );
}
