/** Names of resources, and the members of all List operations (write-api 4.0). */

import { LIST_PAGE_MAX, NAME_LENGTH_MAX, NAME_LENGTH_MIN } from '../../base/limits.ts';
import type { PageRequest } from '../../catalog/api.ts';
import { integer, required, text } from './shape.ts';

/** Of a database or table about to be made. */
export const NEW_NAME = required(
  text({ min: NAME_LENGTH_MIN, max: NAME_LENGTH_MAX, pattern: '[a-zA-Z0-9_.-]+' }),
);

/** Of one that should exist: an odd name is simply not found. */
export const NAME = required(text({ min: 1 }));

export const PAGE = { NextToken: text(), MaxResults: integer({ min: 1, max: LIST_PAGE_MAX }) };

export function pageRequest(members: {
  readonly NextToken: string | undefined;
  readonly MaxResults: number | undefined;
}): PageRequest {
  const { NextToken: token, MaxResults: max } = members;
  return { ...(token && { token }), ...(max !== undefined && { max }) };
}
