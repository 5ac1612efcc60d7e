/** What a change of a resource's tags comes to in the current state (write-api 4.11). Pure. */
import { assertNever } from '../base/assert.ts';
import { ServiceError, validation } from '../base/errors.ts';
import { parseArn } from './arn.ts';
import { type CatalogState, findTable } from './catalog-state.ts';
import type { Decision } from './decide-database.ts';
import type { Tags } from './entries.ts';
import { missingResource } from './missing.ts';
import type { TaggedResource } from './records.ts';
import { checkTags, type TagChange } from './tags.ts';

export interface Tagged {
  readonly resource: TaggedResource;
  readonly tags: Tags;
}

/** What the ARN names, or why it names nothing. */
export function resolveArn(
  state: CatalogState,
  arn: string,
  accountId: string,
): Tagged | ServiceError {
  const parsed = parseArn(arn);
  if (parsed === undefined) {
    return validation(`${arn} is not the ARN of a database, a table or a scheduled query.`);
  }
  if (parsed.accountId !== accountId) return missingResource(arn);
  switch (parsed.kind) {
    case 'database': {
      const database = state.databases.get(parsed.database);
      if (database === undefined) return missingResource(arn);
      return { resource: { kind: 'database', id: database.id }, tags: database.tags };
    }
    case 'table': {
      const table = findTable(state, parsed);
      if (table === undefined) return missingResource(arn);
      return { resource: { kind: 'table', id: table.id }, tags: table.tags };
    }
    case 'scheduled-query':
      return missingResource(arn);
    default:
      return assertNever(parsed, 'ARN');
  }
}

export interface TagRequest extends TagChange {
  readonly arn: string;
  readonly accountId: string;
}

export function decideTags(state: CatalogState, request: TagRequest): Decision {
  const tagged = resolveArn(state, request.arn, request.accountId);
  if (tagged instanceof ServiceError) return tagged;
  const { tags, resource } = tagged;
  const fault = checkTags(tags, request.set);
  if (fault !== undefined) return fault;
  const set = request.set.filter(({ key, value }) => tags.get(key) !== value);
  const removed = request.removed.filter((key) => tags.has(key));
  if (set.length + removed.length === 0) return undefined;
  return { v: 1, kind: 'tags-changed', resource, set, removed };
}
