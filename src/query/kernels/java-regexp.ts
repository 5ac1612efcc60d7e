/**
 * Java regular expressions on JavaScript's engine (query-language 7.5).
 *
 * The translation keeps to what V8 can also run in linear time: no flags, no lookaround unless the
 * pattern has some itself. V8 then falls back from backtracking to its linear engine on a pattern
 * that explodes, provided the process that runs it sets REGEXP_V8_FLAGS. Patterns outside of that
 * subset (lookaround, back references, possessive and atomic groups, Unicode properties, `(?m)`)
 * are refused if they nest unbounded repetitions, which is where backtracking explodes.
 *
 * Differences that follow from it:
 *   flags    `(?i)` widens letters (`a` to `[aA]`), `(?s)` and `(?m)` rewrite `.`, `^` and `$`
 *   groups   every group is named g1, g2 …, so that added groups do not shift the numbers
 *   `.`      and negated classes take a surrogate pair as one character
 *   `$`      also matches before a final line terminator: a second translation, used only for
 *            texts that end with one
 * Refused by name: `\G`, `\X`, `(?U)`, `(?u)`, `(?d)`, `\N{…}`.
 */
import { ClassReader } from './java-regexp-class.ts';
import {
  ANY_BUT_NEWLINE,
  ANY_CHARACTER,
  characterEscape,
  escapeLiteral,
  LINE_BREAK,
  LINE_TERMINATORS,
  type RegexpFlags,
  shorthandClass,
  unsupported,
} from './java-regexp-escape.ts';

/** For node:v8's setFlagsFromString, in the thread that runs kernels. */
export const REGEXP_V8_FLAGS: readonly string[] = [
  '--enable-experimental-regexp-engine-on-excessive-backtracks',
  '--regexp-backtracks-before-fallback=20000',
];

export interface JavaRegexp {
  readonly groupCount: number;
  /** Numbers of the named groups. */
  readonly groupNames: ReadonlyMap<string, number>;
  /** A fresh position: the expression is global, its lastIndex is the caller's to set. */
  expressionFor(text: string): RegExp;
}

export function translateJavaRegexp(pattern: string): JavaRegexp {
  const plain = new Translator(pattern, false).translate();
  let terminated: RegExp | undefined;
  return {
    groupCount: plain.groupCount,
    groupNames: plain.groupNames,
    expressionFor(text) {
      if (!plain.hasDollar || !LINE_TERMINATORS.includes(text.at(-1) ?? '.')) {
        return plain.expression;
      }
      terminated ??= new Translator(pattern, true).translate().expression;
      return terminated;
    },
  };
}

/** A group that is open, and what is to be restored when it closes. */
interface OpenGroup {
  readonly start: number;
  readonly flags: RegexpFlags;
  readonly close: string;
  unbounded: boolean;
}

class Translator {
  readonly #pattern: string;
  readonly #beforeTerminator: boolean;
  readonly #out: string[] = [];
  readonly #open: OpenGroup[] = [];
  readonly #names = new Map<string, number>();
  #flags: RegexpFlags = { i: false, s: false, m: false, x: false };
  #at = 0;
  #groups = 0;
  #atomics = 0;
  /** Where the last atom starts in #out; undefined where a quantifier cannot follow. */
  #atom: number | undefined;
  #atomUnbounded = false;
  #hasDollar = false;
  #nested = false;
  #nonlinear: string | undefined;
  #unicode = false;

  constructor(pattern: string, beforeTerminator: boolean) {
    this.#pattern = pattern;
    this.#beforeTerminator = beforeTerminator;
  }

  translate() {
    while (this.#at < this.#pattern.length) this.#step();
    if (this.#open.length > 0) this.#fail('Unclosed group');
    if (this.#unicode) this.#nonlinear ??= 'a Unicode class';
    if (this.#nested && this.#nonlinear !== undefined) {
      throw unsupported(`nested repetition together with ${this.#nonlinear}`);
    }
    const flags = this.#unicode ? 'gv' : 'g';
    return {
      expression: this.#compile(flags),
      groupCount: this.#groups,
      groupNames: this.#names as ReadonlyMap<string, number>,
      hasDollar: this.#hasDollar,
    };
  }

  #compile(flags: string): RegExp {
    try {
      return new RegExp(this.#out.join(''), flags);
    } catch (error) {
      throw new Error(`Invalid regular expression '${this.#pattern}': ${(error as Error).message}`);
    }
  }

  #fail(what: string): never {
    throw new Error(
      `Invalid regular expression '${this.#pattern}': ${what} near index ${this.#at}`,
    );
  }

  #step() {
    const character = this.#character();
    switch (character) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#openGroup();
      case ')':
        return this.#closeGroup();
      case '|':
        return this.#raw('|');
      case '.':
        return this.#pushAtom(this.#flags.s ? ANY_CHARACTER : ANY_BUT_NEWLINE);
      case '^':
        return this.#raw(this.#flags.m ? this.#lookaround(`(?:^|(?<=${LINE_BREAK}))`) : '^');
      case '$':
        return this.#dollar();
      case '*':
      case '+':
      case '?':
        return this.#quantifier(character, character !== '?');
      case '{':
        return this.#bounds();
      default:
        return this.#plain(character);
    }
  }

  #character(): string {
    const code = this.#pattern.codePointAt(this.#at) ?? 0;
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #plain(character: string) {
    if (this.#flags.x && /\s/.test(character)) return;
    if (this.#flags.x && character === '#') {
      const end = this.#pattern.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#pattern.length : end + 1;
      return;
    }
    this.#pushAtom(escapeLiteral(character, this.#flags));
  }

  #raw(text: string) {
    this.#out.push(text);
    this.#atom = undefined;
  }

  #pushAtom(text: string) {
    this.#atom = this.#out.length;
    this.#atomUnbounded = false;
    this.#out.push(text);
  }

  #lookaround(text: string): string {
    this.#nonlinear ??= 'lookaround or (?m)';
    return text;
  }

  #dollar() {
    if (this.#flags.m) return this.#raw(this.#lookaround(`(?=${LINE_BREAK}|$)`));
    this.#hasDollar = true;
    this.#raw(this.#beforeTerminator ? this.#lookaround(`(?=${LINE_BREAK}?$)`) : '$');
  }

  #class() {
    const reader = new ClassReader(this.#pattern, this.#at, this.#flags);
    const text = reader.read();
    this.#at = reader.end;
    if (reader.needsUnicode) this.#unicode = true;
    this.#pushAtom(text);
  }

  #openGroup() {
    const rest = this.#pattern.slice(this.#at);
    const name = /^\?<([A-Za-z][A-Za-z0-9]*)>/.exec(rest);
    if (name) {
      this.#at += name[0].length;
      this.#names.set(name[1] ?? '', this.#groups + 1);
    }
    if (name || !rest.startsWith('?')) return this.#enter(`(?<g${++this.#groups}>`, ')');
    const look = /^\?(?:=|!|<=|<!)/.exec(rest);
    if (look) {
      this.#at += look[0].length;
      return this.#enter(this.#lookaround(`(${look[0]}`), ')');
    }
    if (rest.startsWith('?>')) {
      this.#at += 2;
      const atomic = ++this.#atomics;
      this.#nonlinear ??= 'an atomic group';
      return this.#enter(`(?=(?<a${atomic}>`, `))\\k<a${atomic}>`);
    }
    this.#flagGroup(rest);
  }

  /** `(?i)`, `(?i-s:…)`, `(?:…)`. */
  #flagGroup(rest: string) {
    const parts = /^\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(rest);
    if (!parts) this.#fail('Unknown inline modifier or group');
    this.#at += parts[0].length;
    const before = this.#flags;
    const changed = { ...before };
    for (const flag of parts[1] ?? '') this.#setFlag(changed, flag, true);
    for (const flag of parts[2] ?? '') this.#setFlag(changed, flag, false);
    if (parts[3] === ':') this.#enter('(?:', ')');
    else this.#atom = undefined;
    this.#flags = changed;
  }

  #setFlag(flags: { -readonly [F in keyof RegexpFlags]: boolean }, flag: string, on: boolean) {
    if (flag !== 'i' && flag !== 's' && flag !== 'm' && flag !== 'x') {
      throw unsupported(`inline flag (?${flag})`);
    }
    flags[flag] = on;
  }

  #enter(text: string, close: string) {
    this.#open.push({ start: this.#out.length, flags: this.#flags, close, unbounded: false });
    this.#raw(text);
  }

  #closeGroup() {
    const group = this.#open.pop();
    if (!group) this.#fail("Unmatched closing ')'");
    this.#out.push(group.close);
    this.#flags = group.flags;
    this.#atom = group.start;
    this.#atomUnbounded = group.unbounded;
    this.#noteUnbounded(group.unbounded);
  }

  #noteUnbounded(unbounded: boolean) {
    const group = this.#open.at(-1);
    if (group && unbounded) group.unbounded = true;
  }

  #bounds() {
    const bounds = /^(\d+)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#at));
    if (!bounds) this.#fail('Illegal repetition');
    this.#at += bounds[0].length;
    const unbounded = bounds[2] === ',' && bounds[3] === '';
    this.#quantifier(`{${bounds[0]}`, unbounded || Number(bounds[3] || bounds[1]) > 100);
  }

  #quantifier(text: string, unbounded: boolean) {
    const start = this.#atom;
    if (start === undefined) this.#fail(`Dangling meta character '${text}'`);
    if (unbounded && this.#atomUnbounded) this.#nested = true;
    if (unbounded) this.#noteUnbounded(true);
    const suffix = this.#pattern[this.#at];
    if (suffix === '?' || suffix === '+') this.#at++;
    this.#out.push(suffix === '?' ? `${text}?` : text);
    if (suffix === '+') {
      const atomic = ++this.#atomics;
      this.#nonlinear ??= 'a possessive quantifier';
      this.#out[start] = `(?=(?<a${atomic}>${this.#out[start] ?? ''}`;
      this.#out.push(`))\\k<a${atomic}>`);
    }
    this.#atom = undefined;
  }

  #escape() {
    const character = this.#pattern[this.#at] ?? '';
    switch (character) {
      case 'Q':
        return this.#quote();
      case 'A':
        this.#at++;
        return this.#raw('^');
      case 'z':
        this.#at++;
        return this.#raw('$');
      case 'Z':
        this.#at++;
        this.#hasDollar = true;
        return this.#raw(this.#beforeTerminator ? this.#lookaround(`(?=${LINE_BREAK}?$)`) : '$');
      case 'b':
      case 'B':
        this.#at++;
        return this.#raw(`\\${character}`);
      case 'R':
        this.#at++;
        return this.#pushAtom(LINE_BREAK);
      case 'k':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
      case '8':
      case '9':
        return this.#backReference();
      default:
        return this.#otherEscape();
    }
  }

  #otherEscape() {
    const shorthand = shorthandClass(this.#pattern, this.#at);
    if (shorthand) {
      this.#at = shorthand.end;
      if (shorthand.needsUnicode) this.#unicode = true;
      return this.#pushAtom(shorthand.atom);
    }
    const { character, end } = characterEscape(this.#pattern, this.#at);
    this.#at = end;
    this.#pushAtom(escapeLiteral(character, this.#flags));
  }

  #quote() {
    const from = this.#at + 1;
    const end = this.#pattern.indexOf('\\E', from);
    const quoted = this.#pattern.slice(from, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#pattern.length : end + 2;
    for (const character of quoted) this.#pushAtom(escapeLiteral(character, this.#flags));
  }

  #backReference() {
    const parts = /^(?:k<([A-Za-z][A-Za-z0-9]*)>|(\d))/.exec(this.#pattern.slice(this.#at));
    if (!parts) this.#fail('Bad back reference');
    this.#at += parts[0].length;
    const group = parts[2] ? Number(parts[2]) : this.#names.get(parts[1] ?? '');
    if (group === undefined || group > this.#groups) this.#fail('No such group');
    this.#nonlinear ??= 'a back reference';
    this.#pushAtom(`\\k<g${group}>`);
  }
}
