/**
 * Literals (query-language 1.4). Texts of dates, intervals and typed literals are not looked into:
 * a wrong one is an error of its value, not of the syntax.
 */
import type {
  Expression,
  IntegerLiteral,
  IntervalField,
  IntervalLiteral,
  Limit,
  Literal,
  Parameter,
  StringLiteral,
  TypedLiteral,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { ParseError } from './parse-error.ts';
import type { Token } from './tokens.ts';
import { typeName } from './types.ts';

const BIGINT_MAX = 2n ** 63n - 1n;

/** A literal, parameter or nothing, as the kind of the token here tells. */
export function parseTokenLiteral(cursor: Cursor): Literal | Parameter | undefined {
  const { kind, text, unit, at } = cursor.peek();
  switch (kind) {
    case 'integer':
      return parseInteger(cursor);
    case 'double':
      cursor.next();
      return { kind: 'double-literal', text, at };
    case 'short-interval':
      cursor.next();
      return unit && { kind: 'short-interval-literal', text, unit, at };
    case 'string':
    case 'unicode-string':
      return parseString(cursor);
    case 'binary':
      return { kind: 'binary-literal', hex: hexDigits(cursor.next()), at };
    case 'parameter':
      cursor.next();
      return { kind: 'parameter', name: text, at };
    default:
      return undefined;
  }
}

function parseInteger(cursor: Cursor): IntegerLiteral {
  const { text, at } = cursor.next();
  if (BigInt(text) > BIGINT_MAX) throw new ParseError(at, `${text} is no bigint`);
  return { kind: 'integer-literal', text, at };
}

/** The smallest bigint, when it is here: its digits alone would be out of range. */
export function parseSmallestBigint(cursor: Cursor): Expression | undefined {
  const digits = cursor.peek(1);
  const found =
    cursor.isSymbol('-') && digits.kind === 'integer' && BigInt(digits.text) === BIGINT_MAX + 1n;
  if (!found) return undefined;
  const { at } = cursor.next();
  cursor.next();
  return { kind: 'integer-literal', text: `-${BIGINT_MAX + 1n}`, at };
}

/** The number of rows after LIMIT, OFFSET or FETCH FIRST. */
export function parseRowCount(cursor: Cursor): NonNullable<Limit['rows']> {
  if (cursor.peek().kind !== 'integer') throw cursor.error('a number of rows');
  return BigInt(parseInteger(cursor).text);
}

export function parseString(cursor: Cursor): StringLiteral {
  if (!cursor.isString()) throw cursor.error('a string');
  const token = cursor.next();
  const value = token.kind === 'string' ? token.text : decodeUnicode(cursor, token);
  return { kind: 'string-literal', value, at: token.at };
}

/** U&'\0041 \+01F600' [UESCAPE '\'] */
function decodeUnicode(cursor: Cursor, token: Token): string {
  const mark = cursor.takeWord('UESCAPE') ? parseEscapeCharacter(cursor) : '\\';
  const parts = token.text.split(mark);
  let value = parts[0] ?? '';
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] ?? '';
    const digits = /^(?:\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4}))/.exec(part);
    if (digits !== null) {
      value += codePoint(token, Number.parseInt(digits[1] ?? digits[2] ?? '', 16));
      value += part.slice(digits[0].length);
    } else if (part === '' && i + 1 < parts.length) {
      // A doubled escape character stands for itself.
      value += mark + (parts[++i] ?? '');
    } else throw new ParseError(token.at, `an incomplete escape: ${mark}${part}`);
  }
  return value;
}

function codePoint(token: Token, value: number): string {
  const valid = value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
  if (!valid) throw new ParseError(token.at, 'an escape that is no character');
  return String.fromCodePoint(value);
}

function parseEscapeCharacter(cursor: Cursor): string {
  const token = cursor.peek();
  const valid = token.kind === 'string' && /^[^0-9A-Fa-f+'"\s]$/u.test(token.text);
  if (!valid) throw cursor.error('one character that is no hexadecimal digit, sign or quote');
  return cursor.next().text;
}

function hexDigits(token: Token): string {
  const digits = token.text.replaceAll(/\s/g, '').toUpperCase();
  if (!/^(?:[0-9A-F]{2})*$/.test(digits)) {
    throw new ParseError(token.at, 'a binary literal needs pairs of hexadecimal digits');
  }
  return digits;
}

const INTERVAL_FIELDS: Readonly<Record<string, IntervalField>> = {
  YEAR: 'year',
  MONTH: 'month',
  WEEK: 'week',
  DAY: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
};

function intervalField(cursor: Cursor, ahead: number): IntervalField | undefined {
  const { word } = cursor.peek(ahead);
  return Object.hasOwn(INTERVAL_FIELDS, word) ? INTERVAL_FIELDS[word] : undefined;
}

/**
 * INTERVAL is no reserved word: `interval - 'x'` may subtract from a column. After a sign it is a
 * literal only when the string and a field follow.
 */
export function parseInterval(cursor: Cursor): IntervalLiteral | undefined {
  if (!cursor.isWord('INTERVAL')) return undefined;
  const signed = cursor.isSymbol('-', 1) || cursor.isSymbol('+', 1);
  if (signed && !(cursor.isString(2) && intervalField(cursor, 3) !== undefined)) return undefined;
  if (!signed && !cursor.isString(1)) return undefined;

  const { at } = cursor.next();
  const negative = signed && cursor.next().text === '-';
  const text = parseString(cursor).value;
  const from = intervalField(cursor, 0);
  if (from === undefined) throw cursor.error('YEAR, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND');
  cursor.next();
  const to = cursor.isWord('TO') ? intervalField(cursor, 1) : undefined;
  if (to !== undefined) {
    cursor.next();
    cursor.next();
  }
  return { kind: 'interval-literal', negative, text, from, to, at };
}

/** A type's name and a string: DATE '2024-02-29'. A name not followed by a string is a column. */
export function parseTypedLiteral(cursor: Cursor): TypedLiteral | undefined {
  const token = cursor.peek();
  if (token.kind !== 'word' || !cursor.isIdentifier()) return undefined;
  const isDoublePrecision =
    token.word === 'DOUBLE' && cursor.isWord('PRECISION', 1) && cursor.isString(2);
  if (!isDoublePrecision && !cursor.isString(1)) return undefined;
  cursor.next();
  if (isDoublePrecision) cursor.next();
  const name = typeName(token.text);
  const type = { kind: 'named-type', name, arguments: [], at: token.at } as const;
  return { kind: 'typed-literal', type, text: parseString(cursor).value, at: token.at };
}
