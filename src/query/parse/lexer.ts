/**
 * Cuts a statement into tokens (query-language 1.1).
 *
 *   measure_value::double     one word: `:` and `@` are identifier characters
 *   15m   72.5h   1day        one short interval: digits and a unit, no blank between
 *   1e3                       one double
 *   15 m                      an integer and a word
 *
 * Whatever is no token becomes one of kind `invalid`: the parser reports the first error of the
 * text, and that may come before this one. Positions count code points; only LF ends a line.
 */
import type { Position } from './ast.ts';
import { shortIntervalUnit, type Token, type TokenKind } from './tokens.ts';

const BLANK = /[ \t\r\n]+|--[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[A-Za-z_][A-Za-z0-9_@:]*/y;
const PARAMETER = /@[A-Za-z_][A-Za-z0-9_@:]*/y;
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![A-Za-z0-9_@:]))?/y;
const SUFFIX = /[A-Za-z0-9_@:]+/y;
const STRING = /'[^']*(?:''[^']*)*'(?!')/y;
const QUOTED = /"[^"]*(?:""[^"]*)*"(?!")/y;
const SYMBOL = /<>|!=|<=|>=|\|\||->|[=<>+\-*/%.,()[\];]/y;

export function tokenize(sql: string): readonly Token[] {
  return new Lexer(sql).tokens();
}

class Lexer {
  readonly #sql: string;
  readonly #tokens: Token[] = [];
  #offset = 0;
  #line = 1;
  #column = 1;
  /** Where the token being read started. */
  #at: Position = { line: 1, column: 1 };

  constructor(sql: string) {
    this.#sql = sql;
  }

  tokens(): readonly Token[] {
    for (;;) {
      while (this.#take(BLANK) !== undefined);
      this.#at = { line: this.#line, column: this.#column };
      if (this.#offset >= this.#sql.length) {
        this.#push('end', '');
        return this.#tokens;
      }
      this.#token();
    }
  }

  #token(): void {
    const read = this.#string() || this.#number() || this.#name() || this.#symbol();
    if (!read) this.#unknown();
  }

  #name(): boolean {
    const word = this.#take(WORD);
    if (word !== undefined) {
      this.#push('word', word, { word: word.toUpperCase() });
      return true;
    }
    const parameter = this.#take(PARAMETER);
    if (parameter !== undefined) {
      this.#push('parameter', parameter.slice(1));
      return true;
    }
    const quoted = this.#take(QUOTED);
    if (quoted === undefined) return false;
    if (quoted === '""') this.#push('invalid', 'a name without characters');
    else this.#push('quoted', quoted.slice(1, -1).replaceAll('""', '"'));
    return true;
  }

  #symbol(): boolean {
    const symbol = this.#commentIsOpen() ? undefined : this.#take(SYMBOL);
    if (symbol === undefined) return false;
    this.#push('symbol', symbol);
    return true;
  }

  /** '…', U&'…' or X'…'. */
  #string(): boolean {
    const first = this.#sql.charAt(this.#offset);
    if (first === "'") return this.#quotedString('string', '');
    const second = this.#sql.charAt(this.#offset + 1);
    if ((first === 'X' || first === 'x') && second === "'") {
      return this.#quotedString('binary', first);
    }
    const third = this.#sql.charAt(this.#offset + 2);
    if ((first === 'U' || first === 'u') && second === '&' && third === "'") {
      return this.#quotedString('unicode-string', `${first}&`);
    }
    return false;
  }

  #quotedString(kind: TokenKind, prefix: string): boolean {
    this.#advance(prefix);
    const text = this.#take(STRING);
    if (text === undefined) this.#rest('a string without an end');
    else this.#push(kind, text.slice(1, -1).replaceAll("''", "'"));
    return true;
  }

  #number(): boolean {
    const number = this.#take(NUMBER);
    if (number === undefined) return false;
    const suffix = this.#take(SUFFIX);
    if (suffix === undefined) {
      this.#push(/^[0-9]+$/.test(number) ? 'integer' : 'double', number);
      return true;
    }
    const unit = /^[0-9]+(\.[0-9]+)?$/.test(number) ? shortIntervalUnit(suffix) : undefined;
    if (unit === undefined) this.#push('invalid', `'${number}${suffix}'`);
    else this.#push('short-interval', number, { unit });
    return true;
  }

  #commentIsOpen(): boolean {
    return this.#sql.startsWith('/*', this.#offset);
  }

  #unknown(): void {
    const character = String.fromCodePoint(this.#sql.codePointAt(this.#offset) ?? 0);
    if (character === '"') this.#rest('a quoted name without an end');
    else if (this.#commentIsOpen()) this.#rest('a comment without an end');
    else {
      this.#advance(character);
      this.#push('invalid', `'${character}'`);
    }
  }

  /** Nothing after here can be read. */
  #rest(why: string): void {
    this.#advance(this.#sql.slice(this.#offset));
    this.#push('invalid', why);
  }

  #push(kind: TokenKind, text: string, more?: Partial<Pick<Token, 'word' | 'unit'>>): void {
    const token = { kind, text, word: more?.word ?? '', unit: more?.unit, at: this.#at };
    this.#tokens.push(token);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.#sql);
    if (match === null) return undefined;
    this.#advance(match[0]);
    return match[0];
  }

  #advance(text: string): void {
    this.#offset += text.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 0x0a) {
        this.#line++;
        this.#column = 1;
      } else if (!isLowSurrogate(unit) || !isHighSurrogate(text.charCodeAt(i - 1))) {
        this.#column++;
      }
    }
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
