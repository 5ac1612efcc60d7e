/**
 * A position in the bytes of a JSON text, and the tokens that can be read there. Nothing is
 * decoded: strings are ranges. Reading past the end is harmless, it finds no token.
 */
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const LEFT_BRACKET = 0x5b;
export const RIGHT_BRACKET = 0x5d;
export const LEFT_BRACE = 0x7b;
export const RIGHT_BRACE = 0x7d;

/** Names by their length in bytes: the members of an object, whose lengths all differ. */
export type NamesByLength = readonly (Uint8Array | undefined)[];

export function byLength(names: readonly string[]): NamesByLength {
  const longest = Math.max(...names.map((name) => name.length));
  const members: (Uint8Array | undefined)[] = new Array(longest + 1).fill(undefined);
  for (const name of names) members[name.length] = new TextEncoder().encode(name);
  return members;
}

export class ByteCursor {
  protected bytes: Buffer;
  protected view: DataView;
  protected at = 0;

  constructor() {
    this.bytes = Buffer.alloc(0);
    this.view = new DataView(this.bytes.buffer, 0, 0);
  }

  protected open(body: Uint8Array): void {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.at = 0;
  }

  protected skipSpace(): void {
    const { bytes } = this;
    let { at } = this;
    let byte = bytes[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
    this.at = at;
  }

  /** Consumes the byte and the space after it, if it is next. */
  protected take(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    this.skipSpace();
    return true;
  }

  /**
   * Consumes `"name":` and the space around. The name's length if it is one of the names, else 0.
   */
  protected takeName(names: NamesByLength): number {
    if (this.bytes[this.at] !== QUOTE) return 0;
    const start = this.at + 1;
    const end = this.plainStringEnd(start);
    if (end < 0) return 0;
    const length = end - start;
    const expected = names[length];
    if (expected === undefined || !this.isAt(start, expected)) return 0;
    this.at = end + 1;
    this.skipSpace();
    return this.take(COLON) ? length : 0;
  }

  protected isAt(start: number, expected: Uint8Array): boolean {
    const { bytes } = this;
    for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
    return true;
  }

  /** Where the closing quote is; -1 if the string has an escape or a control character. */
  protected plainStringEnd(start: number): number {
    const { bytes } = this;
    const length = bytes.length;
    for (let at = start; at < length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH || byte < 0x20) return -1;
    }
    return -1;
  }

  /** Where the closing quote is, escapes or not; -1 if there is none. */
  protected stringEnd(start: number): number {
    const { bytes } = this;
    const length = bytes.length;
    for (let at = start; at < length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at++;
    }
    return -1;
  }

  /** Whether a comma, and so another member or element, follows. */
  protected another(): boolean {
    this.skipSpace();
    return this.take(COMMA);
  }
}
