/**
 * NextToken of the List operations. Opaque to clients:
 *
 *     base64url( JSON [scope, after…] )  "."  hash32 of it, in base 36
 *
 * `scope` says which list it continues, by id, so that a token does not outlive a database that was
 * deleted and made again; `after` is the last item given out. Listing therefore goes on at the right
 * place whatever was created or deleted in between. The hash is there to notice damage, no more.
 */
import { validation } from '../base/errors.ts';
import { hash32 } from '../base/hash.ts';

export function encodePageToken(scope: string, after: readonly string[]): string {
  const text = Buffer.from(JSON.stringify([scope, ...after])).toString('base64url');
  return `${text}.${hash32(text).toString(36)}`;
}

/** What encodePageToken() was given after `scope`; ValidationException for any other token. */
export function decodePageToken(token: string, scope: string): readonly string[] {
  const [text = '', check, ...more] = token.split('.');
  if (check !== hash32(text).toString(36) || more.length > 0) throw invalidToken();
  const [of, ...after] = textsIn(Buffer.from(text, 'base64url').toString());
  if (of !== scope) throw invalidToken();
  return after;
}

/** The hash is no secret, so that even a text that fits it may be anything. */
function textsIn(json: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((text) => typeof text === 'string') ? value : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function invalidToken() {
  return validation('Invalid NextToken.');
}
