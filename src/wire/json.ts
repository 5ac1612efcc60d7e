/**
 * JSON of the wire, exact for int64 (write-api 1.4): integers beyond 2^53 are read as bigint and
 * bigints are written with all their digits. `JSON.parse` and `JSON.stringify` do neither.
 *
 *   parseJson      bytes or text → JsonValue       all that is legal JSON, to JSON_DEPTH_MAX levels
 *   stringifyExact JsonValue → text                compact; undefined members are left out
 *
 * Whatever cannot be read is a SerializationException (write-api 1.6). Of members with one name the
 * last wins. Not responsible for shapes: what members an operation wants is its own business.
 */
import { JSON_DEPTH_MAX } from '../base/limits.ts';
import { ExactJsonParser } from './exact-json-parser.ts';
import { type JsonObject, type JsonValue, serializationError, tooDeep } from './json-value.ts';

export { type JsonObject, type JsonValue, serializationError } from './json-value.ts';

/** Numbers of fewer digits, without an exponent, lose nothing in a double. */
const DIGITS_EXACT_MAX = 15;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function parseJson(source: Uint8Array | string): JsonValue {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  if (needsExactParser(text)) return new ExactJsonParser(text).parse();
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) throw serializationError('The request is not valid JSON.');
    throw error;
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw serializationError('The request is not valid UTF-8.');
    throw error;
  }
}

/**
 * Whether a number outside the strings has many digits or an exponent. Refuses deep nesting, in one
 * pass; on text that is not JSON it may say either, and the parser it chose will complain.
 */
function needsExactParser(text: string): boolean {
  let depth = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfString(text, at + 1);
      digits = 0;
    } else if (char >= 0x30 && char <= 0x39) {
      if (++digits > DIGITS_EXACT_MAX) return true;
    } else if (char === 0x5b || char === 0x7b) {
      if (++depth > JSON_DEPTH_MAX) throw tooDeep();
      digits = 0;
    } else if (char === 0x5d || char === 0x7d) {
      depth--;
      digits = 0;
    } else if ((char === 0x65 || char === 0x45) && digits > 0) return true;
    else if (char !== 0x2e) digits = 0;
  }
  return false;
}

/** Where the string's closing quote is, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) return at;
    if (char === 0x5c) at++;
  }
  return text.length;
}

export function stringifyExact(value: JsonValue): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(stringifyExact).join(',')}]`;
  const members: string[] = [];
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${stringifyExact(member)}`);
  }
  return `{${members.join(',')}}`;
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
