/**
 * A JSON parser that loses no digit of an integer: recursive descent over the text, the grammar of
 * RFC 8259. Slower than `JSON.parse`; json.ts calls it only for texts that need it.
 *
 *   integral, up to 2^53     number       also when written 1.0 or 1e3
 *   integral, beyond         bigint       if it has at most DIGITS_MAX digits
 *   anything else            number       the nearest double
 */
import { JSON_DEPTH_MAX } from '../base/limits.ts';
import { type JsonValue, serializationError, tooDeep } from './json-value.ts';

/** An int64 has 19; what is longer than this is kept as a double, no operation can accept it. */
const DIGITS_MAX = 40;

const NUMBER = /-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?/y;
/** Everything up to the next quote, escape or character that a string must not contain. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what the grammar excludes
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const WHITESPACE = /[ \t\n\r]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

export class ExactJsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value(1);
    this.#skip();
    if (this.#at < this.#text.length) throw this.#invalid();
    return value;
  }

  #value(depth: number): JsonValue {
    this.#skip();
    const char = this.#text[this.#at];
    switch (char) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonValue {
    if (depth > JSON_DEPTH_MAX) throw tooDeep();
    const object: Record<string, JsonValue> = {};
    this.#at++;
    if (this.#take('}')) return object;
    do {
      this.#skip();
      const name = this.#string();
      if (!this.#take(':')) throw this.#invalid();
      const value = this.#value(depth + 1);
      // Assignment would set the prototype of a member called __proto__.
      const own = { value, writable: true, enumerable: true, configurable: true };
      if (name === '__proto__') Object.defineProperty(object, name, own);
      else object[name] = value;
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#invalid();
    return object;
  }

  #array(depth: number): JsonValue {
    if (depth > JSON_DEPTH_MAX) throw tooDeep();
    const array: JsonValue[] = [];
    this.#at++;
    if (this.#take(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw this.#invalid();
    return array;
  }

  #string(): string {
    if (this.#text[this.#at] !== '"') throw this.#invalid();
    this.#at++;
    let result = '';
    for (;;) {
      result += this.#match(PLAIN)?.[0] ?? '';
      const char = this.#text[this.#at++];
      if (char === '"') return result;
      if (char !== '\\') throw this.#invalid();
      result += this.#escape();
    }
  }

  #escape(): string {
    const char = this.#text[this.#at++] ?? '';
    if (char !== 'u') {
      const meant = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
      if (meant === undefined) throw this.#invalid();
      return meant;
    }
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#invalid();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): number | bigint {
    const match = this.#match(NUMBER);
    if (match === undefined) throw this.#invalid();
    const number = Number(match[0]);
    if (Number.isSafeInteger(number) || !Number.isInteger(number)) return number;
    return exactInteger(match) ?? number;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#invalid();
    this.#at += word.length;
    return value;
  }

  #skip(): void {
    this.#match(WHITESPACE);
  }

  /** Whether the next token is the character; consumes it if so. */
  #take(char: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #invalid() {
    return serializationError(`The request is not valid JSON at character ${this.#at}.`);
  }
}

/** The integer a number token stands for, if it is one and of sensible length. */
function exactInteger(match: RegExpExecArray): bigint | undefined {
  const fraction = match[2] ?? '';
  const scale = Number(match[3] ?? 0) - fraction.length;
  const digits = (match[1] ?? '') + fraction;
  if (digits.length > DIGITS_MAX || Math.abs(scale) > DIGITS_MAX) return undefined;
  const mantissa = BigInt(digits) * (match[0].startsWith('-') ? -1n : 1n);
  if (scale >= 0) return mantissa * 10n ** BigInt(scale);
  const divisor = 10n ** BigInt(-scale);
  return mantissa % divisor === 0n ? mantissa / divisor : undefined;
}
