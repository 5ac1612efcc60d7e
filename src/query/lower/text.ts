/**
 * Values into SQL text. The only place where something the user wrote gets into what DuckDB reads,
 * and always as a literal.
 *
 * A NUL ends a statement for DuckDB's parser wherever it stands, so it is spliced in by chr(0).
 * `tile_scan(` inside of a literal is broken up: the executor replaces that word in the text.
 */
import { assertNever } from '../../base/assert.ts';
import type { LiteralValue } from '../analyse/typed.ts';
import { physicalType, type SqlType } from '../analyse/types.ts';

const NUL = '\u0000';
const TROUBLE = new RegExp(`(${NUL}|tile_scan(?=\\())`);

export function textLiteral(text: string): string {
  const pieces = text.split(TROUBLE).filter((piece) => piece !== '');
  if (pieces.length <= 1 && text !== NUL) return quoted(text);
  const texts = pieces.map((piece) => (piece === NUL ? 'chr(0)' : quoted(piece)));
  return `concat(${texts.join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function literalText(value: LiteralValue, type: SqlType): string {
  if (value === null) return `CAST(NULL AS ${physicalType(type)})`;
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'string':
      return textLiteral(value);
    case 'bigint':
      return `CAST('${value}' AS BIGINT)`;
    case 'number':
      return type.kind === 'double' ? doubleText(value) : integerText(value);
    default:
      return assertNever(value, 'literal');
  }
}

function doubleText(value: number): string {
  return `CAST('${Object.is(value, -0) ? '-0.0' : value}' AS DOUBLE)`;
}

function integerText(value: number): string {
  return value >= 0 ? `${value}` : `CAST('${value}' AS INTEGER)`;
}

/** A field of a struct, by position: its name may be the user's. */
export function fieldText(struct: string, index: number): string {
  return `struct_extract_at(${struct}, ${index + 1})`;
}
