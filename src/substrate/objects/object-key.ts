/**
 * Which keys an object may have: see objects.ts. The rule keeps keys safe as paths (no `..`, no
 * absolute ones, no hidden files), as S3 keys and in URLs, without any escaping.
 */
import { assert } from '../../base/assert.ts';
import { OBJECT_KEY_BYTES_MAX } from '../../base/limits.ts';

const KEY = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*(\/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*$/;

/** Keys are made by us, never by a client: a wrong one is a bug. */
export function checkObjectKey(key: string): void {
  assert(key.length <= OBJECT_KEY_BYTES_MAX && KEY.test(key), `not an object key: ${key}`);
}
