/**
 * Forms that look like calls but have a syntax or an evaluation of their own (query-language 5).
 *
 * Their names are not all reserved, so each is recognised with its parenthesis. The lazy ones, IF,
 * COALESCE, NULLIF and TRY, have nodes of their own; those that are merely written strangely
 * (POSITION, SUBSTRING, TRIM, NORMALIZE) become plain calls.
 */
import type { Call, Case, CaseBranch, Cast, Expression, Extract, Position } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { opensExpression } from './names.ts';
import { ParseError } from './parse-error.ts';
import { parseType } from './types.ts';

type Form = (cursor: Cursor, at: Position) => Expression;

const FORMS: Readonly<Record<string, Form>> = {
  CAST: (cursor, at) => parseCast(cursor, { safe: false, at }),
  TRY_CAST: (cursor, at) => parseCast(cursor, { safe: true, at }),
  EXTRACT: parseExtract,
  GROUPING: (cursor, at) => ({ kind: 'grouping', columns: expressions(cursor), at }),
  EXISTS: parseExists,
  NORMALIZE: parseNormalize,
  IF: parseIf,
  COALESCE: parseCoalesce,
  NULLIF: parseNullIf,
  TRY: parseTry,
  ROW: (cursor, at) => ({ kind: 'row', items: expressions(cursor), at }),
  POSITION: parsePosition,
  SUBSTRING: parseSubstring,
  TRIM: parseTrim,
};

/** Words after which `(` does not open the arguments of a plain call. */
export const FORM_NAMES: ReadonlySet<string> = new Set(Object.keys(FORMS));

/** The form that is here, or nothing. */
export function parseSpecialForm(cursor: Cursor): Expression | undefined {
  const { word, at } = cursor.peek();
  if (word === 'CASE') return parseCase(cursor);
  if (!cursor.isSymbol('(', 1)) return undefined;
  const form = Object.hasOwn(FORMS, word) ? FORMS[word] : undefined;
  if (form === undefined) return undefined;
  cursor.next();
  return form(cursor, at);
}

function expressions(cursor: Cursor): readonly Expression[] {
  return cursor.enclosedList((item) => item.expression());
}

export function plainCall(name: string, args: readonly Expression[], at: Position): Call {
  const parts = [{ kind: 'identifier', name, at } as const];
  return {
    kind: 'call',
    name: { kind: 'qualified-name', parts, at },
    arguments: args,
    star: false,
    distinct: false,
    orderBy: [],
    filter: undefined,
    nulls: undefined,
    over: undefined,
    at,
  };
}

function parseCase(cursor: Cursor): Case {
  const { at } = cursor.next();
  const operand = cursor.isWord('WHEN') ? undefined : cursor.expression();
  const branches = [parseBranch(cursor)];
  while (cursor.isWord('WHEN')) branches.push(parseBranch(cursor));
  const otherwise = cursor.takeWord('ELSE') ? cursor.expression() : undefined;
  cursor.expectWord('END');
  return { kind: 'case', operand, branches, otherwise, at };
}

function parseBranch(cursor: Cursor): CaseBranch {
  const { at } = cursor.expectWord('WHEN');
  const when = cursor.expression();
  cursor.expectWord('THEN');
  return { kind: 'when', when, result: cursor.expression(), at };
}

function parseCast(cursor: Cursor, form: { readonly safe: boolean; readonly at: Position }): Cast {
  cursor.expectSymbol('(');
  const operand = cursor.expression();
  cursor.expectWord('AS');
  const type = parseType(cursor);
  cursor.expectSymbol(')');
  return { kind: 'cast', operand, type, safe: form.safe, at: form.at };
}

function parseExtract(cursor: Cursor, at: Position): Extract {
  cursor.expectSymbol('(');
  const { kind, word } = cursor.peek();
  if (kind !== 'word' || !cursor.isIdentifier()) throw cursor.error('a field such as YEAR');
  cursor.next();
  cursor.expectWord('FROM');
  const source = cursor.expression();
  cursor.expectSymbol(')');
  return { kind: 'extract', field: word, source, at };
}

function parseExists(cursor: Cursor, at: Position): Expression {
  cursor.expectSymbol('(');
  const query = cursor.query();
  cursor.expectSymbol(')');
  return { kind: 'exists', query, at };
}

const NORMAL_FORMS: ReadonlySet<string> = new Set(['NFC', 'NFD', 'NFKC', 'NFKD']);

function parseNormalize(cursor: Cursor, at: Position): Expression {
  cursor.expectSymbol('(');
  const text = cursor.expression();
  let form = 'NFC';
  if (cursor.takeSymbol(',')) {
    if (!cursor.isAnyWord(NORMAL_FORMS)) throw cursor.error('NFC, NFD, NFKC or NFKD');
    form = cursor.next().word;
  }
  cursor.expectSymbol(')');
  return plainCall('normalize', [text, { kind: 'string-literal', value: form, at }], at);
}

function parseIf(cursor: Cursor, at: Position): Expression {
  const [condition, then, otherwise, more] = expressions(cursor);
  if (condition === undefined || then === undefined || more !== undefined) {
    throw new ParseError(at, 'if() takes two or three arguments');
  }
  return { kind: 'if', condition, then, otherwise, at };
}

function parseCoalesce(cursor: Cursor, at: Position): Expression {
  const operands = expressions(cursor);
  if (operands.length < 2) throw new ParseError(at, 'coalesce() takes two arguments or more');
  return { kind: 'coalesce', operands, at };
}

function parseNullIf(cursor: Cursor, at: Position): Expression {
  const [left, right, more] = expressions(cursor);
  if (left === undefined || right === undefined || more !== undefined) {
    throw new ParseError(at, 'nullif() takes two arguments');
  }
  return { kind: 'nullif', left, right, at };
}

function parseTry(cursor: Cursor, at: Position): Expression {
  const [operand, more] = expressions(cursor);
  if (operand === undefined || more !== undefined) {
    throw new ParseError(at, 'try() takes one argument');
  }
  return { kind: 'try', operand, at };
}

/** position(needle IN text) */
function parsePosition(cursor: Cursor, at: Position): Expression {
  cursor.expectSymbol('(');
  const needle = cursor.value();
  if (!cursor.takeWord('IN')) return plainCall('position', parseMore(cursor, needle), at);
  const text = cursor.value();
  cursor.expectSymbol(')');
  return plainCall('strpos', [text, needle], at);
}

/** substring(text FROM start [FOR length]), or with commas. */
function parseSubstring(cursor: Cursor, at: Position): Expression {
  cursor.expectSymbol('(');
  const args = [cursor.expression()];
  if (!cursor.takeWord('FROM')) return plainCall('substring', parseMore(cursor, args[0]), at);
  args.push(cursor.expression());
  if (cursor.takeWord('FOR')) args.push(cursor.expression());
  cursor.expectSymbol(')');
  return plainCall('substring', args, at);
}

const TRIMS: Readonly<Record<string, string>> = {
  LEADING: 'ltrim',
  TRAILING: 'rtrim',
  BOTH: 'trim',
};

/** trim([LEADING | TRAILING | BOTH] [characters] FROM text), or trim(text [, characters]). */
function parseTrim(cursor: Cursor, at: Position): Expression {
  cursor.expectSymbol('(');
  const { word } = cursor.peek();
  const sided =
    Object.hasOwn(TRIMS, word) && (opensExpression(cursor, 1) || cursor.isWord('FROM', 1));
  const name = (sided ? TRIMS[word] : undefined) ?? 'trim';
  if (sided) cursor.next();
  const characters = sided && cursor.isWord('FROM') ? undefined : cursor.expression();
  if (!sided && !cursor.isWord('FROM')) return plainCall(name, parseMore(cursor, characters), at);
  cursor.expectWord('FROM');
  const text = cursor.expression();
  cursor.expectSymbol(')');
  return plainCall(name, characters === undefined ? [text] : [text, characters], at);
}

/** The arguments of a plain call after its first one. */
function parseMore(cursor: Cursor, first: Expression | undefined): readonly Expression[] {
  const args = first === undefined ? [] : [first];
  while (cursor.takeSymbol(',')) args.push(cursor.expression());
  cursor.expectSymbol(')');
  return args;
}
