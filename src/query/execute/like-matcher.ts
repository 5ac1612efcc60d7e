/** SQL LIKE over a name: `%` any run, `_` one code point, all of it, case-sensitive. */
import { validation } from '../../base/errors.ts';

export interface LikePattern {
  readonly pattern: string;
  readonly escape?: string;
}

/** Without a pattern everything matches. Throws ValidationException for a bad escape. */
export function likeMatcher(like: LikePattern | undefined): (text: string) => boolean {
  if (!like) return () => true;
  const escapeChar = like.escape;
  if (escapeChar !== undefined && [...escapeChar].length !== 1) {
    throw validation('Escape string must be a single character');
  }
  let source = '';
  let escaped = false;
  for (const char of like.pattern) {
    if (!escaped && char === escapeChar) {
      escaped = true;
      continue;
    }
    if (escaped && !['%', '_', escapeChar].includes(char)) throw badEscape();
    source += escaped ? literal(char) : wildcard(char);
    escaped = false;
  }
  if (escaped) throw badEscape();
  const expression = new RegExp(`^${source}$`, 'su');
  return (text) => expression.test(text);
}

function wildcard(char: string): string {
  if (char === '%') return '.*';
  return char === '_' ? '.' : literal(char);
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
}

function badEscape(): Error {
  return validation("Escape character must be followed by '%', '_' or the escape character itself");
}
