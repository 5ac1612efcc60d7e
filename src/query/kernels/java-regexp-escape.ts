/**
 * The pieces that Java patterns and classes share: escapes for one character, shorthand classes
 * (`\d`, `\h`, `\p{…}`), and how a literal character is written for JavaScript.
 */
export interface RegexpFlags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
  readonly x: boolean;
}

/** Java's line terminators, as the inside of a class. */
const TERMINATORS = String.raw`\n\r\u0085\u2028\u2029`;
export const LINE_TERMINATORS = '\n\r\u0085\u2028\u2029';
export const LINE_BREAK = String.raw`(?:\r\n|[\n\v\f\r\u0085\u2028\u2029])`;

const SURROGATES = String.raw`\uD800-\uDFFF`;
const PAIR = String.raw`[\uD800-\uDBFF][\uDC00-\uDFFF]`;
export const ANY_CHARACTER = `(?:${PAIR}|[^${SURROGATES}])`;
export const ANY_BUT_NEWLINE = `(?:${PAIR}|[^${TERMINATORS}${SURROGATES}])`;

/** Every character but those of the class insides, surrogate pairs taken whole. */
export function negatedClass(inside: string): string {
  return `(?:${PAIR}|[^${inside}${SURROGATES}])`;
}

export function unsupported(construct: string): Error {
  return new Error(`Unsupported in regular expressions: ${construct}`);
}

/** A literal character outside of a class. */
export function escapeLiteral(character: string, flags: RegexpFlags): string {
  const other = flags.i ? otherCase(character) : undefined;
  if (other !== undefined) return `[${character}${other}]`;
  if (character.length > 1) return `(?:${character})`;
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

/** A literal character inside a class, safe under the v flag too. */
export function escapeInClass(character: string): string {
  return /[A-Za-z0-9\u0080-\u{10FFFF}]/u.test(character)
    ? character
    : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The letter in the other case; Java's case-insensitivity is of ASCII only. */
export function otherCase(character: string): string | undefined {
  if (/^[a-z]$/.test(character)) return character.toUpperCase();
  if (/^[A-Z]$/.test(character)) return character.toLowerCase();
  return undefined;
}

const SHORTHANDS: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: String.raw`\t\n\v\f\r\u0020`,
  h: String.raw`\t\u0020\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000`,
  v: String.raw`\n\v\f\r\u0085\u2028\u2029`,
};

/** POSIX and java.lang classes, ASCII as in Java; the insides of a class. */
const NAMED_CLASSES: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: String.raw`\u0000-\u007f`,
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Punct: String.raw`\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e`,
  Graph: String.raw`\u0021-\u007e`,
  Print: String.raw`\u0020-\u007e`,
  Blank: String.raw`\t\u0020`,
  Cntrl: String.raw`\u0000-\u001f\u007f`,
  XDigit: '0-9A-Fa-f',
  Space: String.raw`\t\n\v\f\r\u0020`,
};

const UNICODE_NAMES: Readonly<Record<string, string>> = {
  javaLowerCase: 'Lowercase',
  javaUpperCase: 'Uppercase',
  javaWhitespace: 'White_Space',
  javaLetter: 'L',
  javaDigit: 'Nd',
  javaAlphabetic: 'Alphabetic',
};

export interface Shorthand {
  /** The class as it stands alone. */
  readonly atom: string;
  /** What goes inside brackets; a negated one needs the v flag there. */
  readonly inside: string;
  readonly insideNeedsUnicode: boolean;
  readonly needsUnicode: boolean;
  readonly end: number;
}

/** Reads a shorthand whose letter stands at `at`, after the backslash. */
export function shorthandClass(pattern: string, at: number): Shorthand | undefined {
  const letter = pattern[at] ?? '';
  if (letter === 'p' || letter === 'P') return propertyClass(pattern, at);
  const inside = SHORTHANDS[letter.toLowerCase()];
  if (inside === undefined) return undefined;
  return ofInside(inside, letter !== letter.toLowerCase(), at + 1);
}

function ofInside(inside: string, negated: boolean, end: number): Shorthand {
  return {
    atom: negated ? negatedClass(inside) : `[${inside}]`,
    inside: negated ? `[^${inside}]` : inside,
    insideNeedsUnicode: negated,
    needsUnicode: false,
    end,
  };
}

function propertyClass(pattern: string, at: number): Shorthand {
  const parts = /^[pP](?:\{(\^?[A-Za-z_=0-9]+)\}|([A-Z]))/.exec(pattern.slice(at));
  if (!parts) throw new Error(`Unknown character property near index ${at}`);
  const name = parts[1] ?? parts[2] ?? '';
  const negated = pattern[at] === 'P';
  const end = at + parts[0].length;
  const known = NAMED_CLASSES[name];
  if (known !== undefined) return ofInside(known, negated, end);
  const text = `\\${negated ? 'P' : 'p'}{${unicodeName(name)}}`;
  return { atom: text, inside: text, insideNeedsUnicode: true, needsUnicode: true, end };
}

function unicodeName(name: string): string {
  const mapped = UNICODE_NAMES[name];
  if (mapped !== undefined) return mapped;
  if (/^(?:script|sc)=/i.test(name)) return `Script=${name.slice(name.indexOf('=') + 1)}`;
  if (name.startsWith('In') || name.startsWith('java')) throw unsupported(`\\p{${name}}`);
  const bare = name.startsWith('Is') ? name.slice(2) : name;
  if (/^[A-Z][a-z]?$/.test(bare) || /^(?:Alphabetic|White_Space|Lowercase|Uppercase)$/.test(bare)) {
    return bare;
  }
  return `Script=${bare}`;
}

const CONTROLS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  a: '\u0007',
  e: '\u001b',
};

interface EscapedCharacter {
  readonly character: string;
  readonly end: number;
}

/** Reads an escape for one character, whose letter stands at `at`, after the backslash. */
export function characterEscape(pattern: string, at: number): EscapedCharacter {
  const letter = pattern[at];
  if (letter === undefined) throw new Error('Unexpected end of regular expression after \\');
  const control = CONTROLS[letter];
  if (control !== undefined) return { character: control, end: at + 1 };
  const numeric =
    /^(?:0([0-3]?[0-7]{1,2})|x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4}))/.exec(
      pattern.slice(at),
    );
  if (numeric) {
    const octal = numeric[1];
    const hex = numeric[2] ?? numeric[3] ?? numeric[4] ?? '';
    const code = octal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(octal, 8);
    return { character: String.fromCodePoint(code), end: at + numeric[0].length };
  }
  if (letter === 'c') {
    const code = (pattern.charCodeAt(at + 1) || 0) ^ 64;
    return { character: String.fromCharCode(code), end: at + 2 };
  }
  if (/[A-Za-z0-9]/.test(letter)) throw unsupported(`\\${letter}`);
  const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  return { character, end: at + character.length };
}
