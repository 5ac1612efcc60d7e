/** What a record means to those who follow the catalog: the stores, the caches, the tasks. Pure. */
import { assertNever } from '../base/assert.ts';
import type { CatalogChange } from './catalog.ts';
import { type CatalogState, tableOf } from './catalog-state.ts';
import type { CatalogRecord } from './records.ts';
import { lostTiles, openedTiles, tilesChanged } from './tile-changes.ts';

/** Undefined for a record that only the catalog itself cares about. */
export function changeOf(
  before: CatalogState,
  after: CatalogState,
  record: CatalogRecord,
): CatalogChange | undefined {
  switch (record.kind) {
    case 'table-created': {
      const table = tableOf(after, record.id);
      return { kind: 'table-created', table, tiles: openedTiles(record.id, [record.tile]) };
    }
    case 'table-deleted': {
      const table = tableOf(before, record.id);
      return { kind: 'table-deleted', table, tiles: lostTiles(before.tiles.within(record.id)) };
    }
    case 'table-updated':
      return { kind: 'table-updated', table: tableOf(after, record.id) };
    case 'schema-extended':
      return { kind: 'schema-extended', table: tableOf(after, record.table) };
    case 'generation-opened':
    case 'generation-frozen':
    case 'tile-cut':
    case 'tile-sealed':
    case 'tile-divided':
    case 'tiles-merged':
      return { kind: 'tiles-changed', tiles: tilesChanged(before, record) };
    case 'database-created':
    case 'database-updated':
    case 'database-deleted':
    case 'tags-changed':
    case 'account-changed':
      return undefined;
    default:
      return assertNever(record, 'catalog record');
  }
}
