/**
 * The syntax of types, as CAST has it (query-language 3.4).
 *
 *   type   : base ARRAY*
 *   base   : ARRAY (type) | ARRAY<type> | MAP<type, type> | ROW (field, …)
 *          | INTERVAL DAY TO SECOND | INTERVAL YEAR TO MONTH | DOUBLE PRECISION
 *          | (TIME | TIMESTAMP) [(n)] [(WITH | WITHOUT) TIME ZONE]
 *          | name [(argument, …)]
 *   field  : [name] type
 */
import type { IntervalType, NamedType, RowType, RowTypeField, TypeSyntax } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIdentifier } from './names.ts';

export function parseType(cursor: Cursor): TypeSyntax {
  cursor.enter();
  let type = parseBase(cursor);
  while (cursor.isWord('ARRAY')) {
    cursor.next();
    type = { kind: 'array-type', element: type, at: type.at };
  }
  cursor.leave();
  return type;
}

function parseBase(cursor: Cursor): TypeSyntax {
  const { at, word } = cursor.peek();
  const bracket = cursor.isSymbol('(', 1) || cursor.isSymbol('<', 1);
  if (word === 'ARRAY' && bracket) {
    cursor.next();
    const close = openBracket(cursor);
    const element = parseType(cursor);
    cursor.expectSymbol(close);
    return { kind: 'array-type', element, at };
  }
  if (word === 'MAP' && cursor.isSymbol('<', 1)) {
    cursor.next();
    const close = openBracket(cursor);
    const types = cursor.list(parseType);
    cursor.expectSymbol(close);
    return { kind: 'named-type', name: 'map', arguments: types, at };
  }
  if (word === 'ROW') return parseRow(cursor);
  if (word === 'INTERVAL') return parseIntervalType(cursor);
  if (word === 'TIME' || word === 'TIMESTAMP') return parseTimeType(cursor);
  return parseNamed(cursor);
}

/** Takes `(` or `<`; gives what closes it. */
function openBracket(cursor: Cursor): string {
  return cursor.next().text === '(' ? ')' : '>';
}

function parseRow(cursor: Cursor): RowType {
  const { at } = cursor.next();
  return { kind: 'row-type', fields: cursor.enclosedList(parseField), at };
}

function parseField(cursor: Cursor): RowTypeField {
  const { at } = cursor;
  const name = fieldIsNamed(cursor) ? parseIdentifier(cursor) : undefined;
  return { kind: 'row-type-field', name, type: parseType(cursor), at };
}

/** A name is followed by the first word of the type; a type's own words are told apart here. */
function fieldIsNamed(cursor: Cursor): boolean {
  if (!cursor.isIdentifier() || !cursor.isIdentifier(1)) return false;
  const { word } = cursor.peek();
  if (word === 'DOUBLE' && cursor.isWord('PRECISION', 1)) return false;
  if (word === 'INTERVAL' && cursor.isWord('TO', 2)) return false;
  if (!cursor.isWord('ARRAY', 1)) return true;
  return cursor.isSymbol('(', 2) || cursor.isSymbol('<', 2);
}

function parseIntervalType(cursor: Cursor): IntervalType {
  const { at } = cursor.next();
  const isYears = cursor.isWord('YEAR');
  if (!isYears && !cursor.isWord('DAY')) throw cursor.error('DAY or YEAR');
  cursor.next();
  cursor.expectWord('TO');
  cursor.expectWord(isYears ? 'MONTH' : 'SECOND');
  return { kind: 'interval-type', family: isYears ? 'year-to-month' : 'day-to-second', at };
}

function parseTimeType(cursor: Cursor): NamedType {
  const named = parseNamed(cursor);
  const zoned = cursor.isWord('WITH');
  if (!zoned && !cursor.isWord('WITHOUT')) return named;
  cursor.next();
  cursor.expectWord('TIME');
  cursor.expectWord('ZONE');
  return zoned ? { ...named, name: `${named.name} with time zone` } : named;
}

function parseNamed(cursor: Cursor): NamedType {
  const { kind, text, word, at } = cursor.peek();
  if (kind !== 'word' || !cursor.isIdentifier()) throw cursor.error('a type');
  cursor.next();
  if (word === 'DOUBLE') cursor.takeWord('PRECISION');
  const args = cursor.isSymbol('(') ? cursor.enclosedList(parseArgument) : [];
  return { kind: 'named-type', name: typeName(text), arguments: args, at };
}

function parseArgument(cursor: Cursor): number | TypeSyntax {
  if (cursor.peek().kind === 'integer') return Number(cursor.next().text);
  return parseType(cursor);
}

export function typeName(text: string): string {
  const name = text.toLowerCase();
  return name === 'int' ? 'integer' : name;
}
