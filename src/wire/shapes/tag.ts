/** Tags on the wire (write-api 4.11): lengths here, everything else in the catalog. */
import type { Tag } from '../../catalog/api.ts';
import type { JsonObject } from '../json.ts';
import { list, required, structure, text } from './shape.ts';

/** In one request, as the service's model has it; a resource can hold fewer. */
const TAGS_PER_REQUEST_MAX = 200;

export const TAG_KEY = text({ min: 1, max: 128 });
const TAG = structure({ Key: required(TAG_KEY), Value: required(text({ max: 256 })) });

export const TAGS = list(TAG, { max: TAGS_PER_REQUEST_MAX });
export const TAG_KEYS = list(TAG_KEY, { max: TAGS_PER_REQUEST_MAX });
export const RESOURCE_ARN = required(text({ min: 1, max: 1011 }));

export function tagsFrom(
  tags: readonly { readonly Key: string; readonly Value: string }[],
): readonly Tag[] {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

export function renderTags(tags: readonly Tag[]): readonly JsonObject[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
