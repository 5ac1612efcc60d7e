/**
 * The List operations: names in ascending order, page by page. A token says after which name to go
 * on, so a page costs a binary search and what it returns.
 */
import { known } from '../base/assert.ts';
import { LIST_PAGE_MAX, TAGS_PAGE_MAX } from '../base/limits.ts';
import type { Page, PageRequest } from './catalog.ts';
import { type CatalogState, tableOf } from './catalog-state.ts';
import type { DatabaseEntry, TableEntry, Tag, Tags } from './entries.ts';
import { missingDatabase } from './missing.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';

export function listDatabases(state: CatalogState, page: PageRequest): Page<DatabaseEntry> {
  const { max = LIST_PAGE_MAX } = page;
  const scope = 'databases';
  const [after] = start(page, scope);
  const names = state.databases.sortedKeys;
  const from = after === undefined ? 0 : firstAfter(names, after);
  const chosen = names.slice(from, from + max);
  const items = chosen.map((name) => known(state.databases.get(name), `database ${name}`));
  return pageOf(items, from + max < names.length, (last) => encodePageToken(scope, [last.name]));
}

export function listTables(
  state: CatalogState,
  database: string | undefined,
  page: PageRequest,
): Page<TableEntry> {
  const { max = LIST_PAGE_MAX } = page;
  const only = database === undefined ? undefined : state.databases.get(database);
  if (database !== undefined && only === undefined) throw missingDatabase(database);
  const scope = only === undefined ? 'tables' : `tables ${only.id}`;
  const [afterDatabase, afterTable] = start(page, scope);
  const names = only === undefined ? state.databases.sortedKeys : [only.name];

  const items: TableEntry[] = [];
  let at = afterDatabase === undefined ? 0 : firstNotBefore(names, afterDatabase);
  for (; at < names.length && items.length <= max; at++) {
    const { name, tables } = known(state.databases.get(names[at]!), `database ${names[at]}`);
    const continued = name === afterDatabase && afterTable !== undefined;
    const from = continued ? firstAfter(tables.sortedKeys, afterTable) : 0;
    for (const table of tables.sortedKeys.slice(from, from + max + 1 - items.length)) {
      items.push(tableOf(state, known(tables.get(table), `table ${table}`)));
    }
  }
  return pageOf(items.slice(0, max), items.length > max, (last) =>
    encodePageToken(scope, [last.database, last.name]),
  );
}

export function listTags(tags: Tags, page: PageRequest, arn: string): Page<Tag> {
  const { max = TAGS_PAGE_MAX } = page;
  const scope = `tags ${arn}`;
  const [after] = start(page, scope);
  const keys = [...tags.keys()].sort((a, b) => (a < b ? -1 : 1));
  const from = after === undefined ? 0 : firstAfter(keys, after);
  const items = keys
    .slice(from, from + max)
    .map((key) => ({ key, value: known(tags.get(key), `tag ${key}`) }));
  return pageOf(items, from + max < keys.length, (last) => encodePageToken(scope, [last.key]));
}

function start(page: PageRequest, scope: string): readonly string[] {
  return page.token ? decodePageToken(page.token, scope) : [];
}

function pageOf<Item>(
  items: readonly Item[],
  more: boolean,
  token: (last: Item) => string,
): Page<Item> {
  const last = items.at(-1);
  return more && last !== undefined ? { items, token: token(last) } : { items };
}

function firstAfter(sorted: readonly string[], text: string): number {
  const at = firstNotBefore(sorted, text);
  return sorted[at] === text ? at + 1 : at;
}

function firstNotBefore(sorted: readonly string[], text: string): number {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (sorted[middle]! < text) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
