/**
 * The bytes that line protocol is made of, and its escapes.
 *
 *   measurement[,tag=value …] field=value[,field=value …] [timestamp]
 *
 * A backslash before a comma, an equals sign or a space makes that a part of a name; before
 * anything else it stands for itself.
 */
export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const TAB = 0x09;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

/** Where the next of the two bytes is that no backslash stands before; `end` if there is none. */
export function findUnescaped(
  bytes: Uint8Array,
  range: { readonly from: number; readonly end: number },
  one: number,
  other: number,
): number {
  for (let at = range.from; at < range.end; at++) {
    const byte = bytes[at];
    if (byte === one || byte === other) return at;
    if (byte === BACKSLASH) at++;
  }
  return range.end;
}

export function unescapeMeasurement(text: string): string {
  return text.includes('\\') ? text.replace(/\\([, ])/g, '$1') : text;
}

/** Of a tag's key or value, and of a field's name. */
export function unescapeName(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,= ])/g, '$1') : text;
}

/** Of a string value, without its quotes. */
export function unescapeString(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
