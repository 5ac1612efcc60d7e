/**
 * Character classes of Java patterns: `[a-z&&[^aeiou]\d]`. A class without intersection, nesting or
 * characters beyond the basic plane stays a plain JavaScript class; anything else needs the v flag,
 * which knows set operations, with every operand of `&&` in brackets of its own.
 */
import {
  characterEscape,
  escapeInClass,
  negatedClass,
  otherCase,
  type RegexpFlags,
  shorthandClass,
} from './java-regexp-escape.ts';

export class ClassReader {
  readonly #pattern: string;
  readonly #flags: RegexpFlags;
  #at: number;
  #needsUnicode = false;

  /** `at` is the place after the opening bracket. */
  constructor(pattern: string, at: number, flags: RegexpFlags) {
    this.#pattern = pattern;
    this.#at = at;
    this.#flags = flags;
  }

  get end(): number {
    return this.#at;
  }

  get needsUnicode(): boolean {
    return this.#needsUnicode;
  }

  read(): string {
    const negated = this.#accept('^');
    const operands = this.#operands();
    const only = operands[0];
    if (operands.length > 1 || only === undefined) this.#needsUnicode = true;
    const inside =
      operands.length === 1 ? (only ?? '') : operands.map((text) => `[${text}]`).join('&&');
    if (!negated) return `[${inside}]`;
    return this.#needsUnicode ? `[^${inside}]` : negatedClass(inside);
  }

  #operands(): readonly string[] {
    const operands: string[] = [];
    let current = '';
    for (let first = true; ; first = false) {
      const character = this.#pattern[this.#at];
      if (character === undefined) {
        throw new Error(`Invalid regular expression '${this.#pattern}': Unclosed character class`);
      }
      if (character === ']' && !first) {
        this.#at++;
        operands.push(current);
        return operands;
      }
      if (this.#pattern.startsWith('&&', this.#at)) {
        this.#at += 2;
        operands.push(current);
        current = '';
      } else current += this.#item();
    }
  }

  #item(): string {
    if (this.#accept('[')) {
      this.#needsUnicode = true;
      const inner = new ClassReader(this.#pattern, this.#at, this.#flags);
      inner.#needsUnicode = true;
      const text = inner.read();
      this.#at = inner.end;
      return text;
    }
    if (this.#pattern[this.#at] === '\\') {
      const shorthand = shorthandClass(this.#pattern, this.#at + 1);
      if (shorthand) {
        this.#at = shorthand.end;
        if (shorthand.insideNeedsUnicode) this.#needsUnicode = true;
        return shorthand.inside;
      }
    }
    const from = this.#character();
    if (!this.#startsRange()) return this.#single(from);
    this.#at++;
    return this.#range(from, this.#character());
  }

  #startsRange(): boolean {
    const after = this.#pattern[this.#at + 1];
    return this.#pattern[this.#at] === '-' && after !== undefined && after !== ']' && after !== '[';
  }

  #single(character: string): string {
    const other = this.#flags.i ? otherCase(character) : undefined;
    return escapeInClass(character) + (other ?? '');
  }

  #range(from: string, to: string): string {
    const range = `${escapeInClass(from)}-${escapeInClass(to)}`;
    const lower = otherCase(from);
    const upper = otherCase(to);
    if (!this.#flags.i || lower === undefined || upper === undefined) return range;
    return `${range}${lower}-${upper}`;
  }

  #character(): string {
    if (this.#accept('\\')) {
      const { character, end } = characterEscape(this.#pattern, this.#at);
      this.#at = end;
      return this.#noted(character);
    }
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return this.#noted(character);
  }

  #noted(character: string): string {
    if (character.length > 1) this.#needsUnicode = true;
    return character;
  }

  #accept(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}
