/**
 * Rules for tags (write-api 4.11): what a tag may look like, and how many a resource may have.
 * Lengths are checked by the request's shape, on the wire.
 */
import { ServiceError, validation } from '../base/errors.ts';
import { TAGS_PER_RESOURCE_MAX } from '../base/limits.ts';
import type { Tag, Tags } from './entries.ts';

const ALLOWED = /^[\p{L}\p{N}\p{Z}\t+\-=._:/]*$/u;
const RESERVED_PREFIX = 'aws:';

export interface TagChange {
  readonly set: readonly Tag[];
  readonly removed: readonly string[];
}

export function withTags(tags: Tags, change: TagChange): Tags {
  const result = new Map(tags);
  for (const { key, value } of change.set) result.set(key, value);
  for (const key of change.removed) result.delete(key);
  return result;
}

export function tagsOf(tags: readonly Tag[] = []): Tags {
  return new Map(tags.map(({ key, value }) => [key, value]));
}

/** Why the tags cannot be added to those that are there. */
export function checkTags(existing: Tags, added: readonly Tag[]): ServiceError | undefined {
  for (const { key, value } of added) {
    if (key.startsWith(RESERVED_PREFIX)) {
      return validation(`The tag key ${key} is not allowed: the prefix aws: is reserved.`);
    }
    const wrong = [key, value].find((text) => !ALLOWED.test(text));
    if (wrong !== undefined) {
      return validation(
        `The tag ${key} contains characters that are not allowed in ${JSON.stringify(wrong)}: ` +
          'use letters, digits, white space and + - = . _ : /',
      );
    }
  }
  const count = withTags(existing, { set: added, removed: [] }).size;
  if (count > TAGS_PER_RESOURCE_MAX) {
    return new ServiceError(
      'ServiceQuotaExceededException',
      `A resource can have at most ${TAGS_PER_RESOURCE_MAX} tags; the request leads to ${count}.`,
    );
  }
  return undefined;
}
