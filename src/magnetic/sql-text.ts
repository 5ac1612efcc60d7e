/**
 * Names and values into SQL text: the only way by which text of a user's gets into a statement of
 * this folder.
 *
 * A NUL ends a statement for DuckDB's parser wherever it stands, so in a value it is spliced in by
 * chr(0), and names must not have one. `tile_scan(` inside of a value is broken up: whoever runs the
 * statement replaces that word in its text.
 */
import { assert } from '../base/assert.ts';
import { INT64_MAX, INT64_MIN } from './int64-range.ts';

const NUL = '\u0000';
const TROUBLE = new RegExp(`(${NUL}|tile_scan(?=\\())`);

export function textLiteral(text: string): string {
  const pieces = text.split(TROUBLE).filter((piece) => piece !== '');
  if (pieces.length <= 1 && text !== NUL) return quoted(text);
  return `concat(${pieces.map((piece) => (piece === NUL ? 'chr(0)' : quoted(piece))).join(', ')})`;
}

/** A value list for IN. */
export function textLiterals(texts: readonly string[]): string {
  return texts.map(textLiteral).join(', ');
}

/** Where SQL wants a plain string, not an expression: paths and names of our own making. */
export function plainLiteral(text: string): string {
  assert(!text.includes(NUL), 'a path or name without NUL');
  return quoted(text);
}

export function identifier(name: string): string {
  assert(name !== '' && !name.includes(NUL), 'a name of at least one character, without NUL');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A TIMESTAMP_NS constant. Folded before filters are pushed down, so it prunes. */
export function timeLiteral(nanos: bigint): string {
  assert(INT64_MIN < nanos && nanos < INT64_MAX, 'a finite time');
  return `make_timestamp_ns(CAST('${nanos}' AS BIGINT))`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
