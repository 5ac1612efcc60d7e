/**
 * SQL LIKE over a name: `%` any run, `_` one code point, all of it, case-sensitive. Takes at most the
 * product of both lengths, for it runs on the main thread, with patterns that clients send.
 */
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
  const parts: Part[] = [];
  let escaped = false;
  for (const char of like.pattern) {
    if (!escaped && char === escapeChar) {
      escaped = true;
      continue;
    }
    if (escaped && !['%', '_', escapeChar].includes(char)) throw badEscape();
    parts.push(escaped ? { char } : partOf(char));
    escaped = false;
  }
  if (escaped) throw badEscape();
  return (text) => matches(parts, [...text]);
}

/** Any run, any one, or that character. */
type Part = 'run' | 'one' | { readonly char: string };

function partOf(char: string): Part {
  if (char === '%') return 'run';
  return char === '_' ? 'one' : { char };
}

/** When it gets stuck only the last run takes one more: earlier ones could not do better. */
function matches(parts: readonly Part[], text: readonly string[]): boolean {
  let at = 0;
  let part = 0;
  let run: { readonly part: number; at: number } | undefined;
  while (at < text.length) {
    const expected = parts[part];
    if (expected === 'run') {
      run = { part: part++, at };
    } else if (expected === 'one' || (expected !== undefined && expected.char === text[at])) {
      at++;
      part++;
    } else if (run) {
      at = ++run.at;
      part = run.part + 1;
    } else return false;
  }
  while (parts[part] === 'run') part++;
  return part === parts.length;
}

function badEscape(): Error {
  return validation("Escape character must be followed by '%', '_' or the escape character itself");
}
