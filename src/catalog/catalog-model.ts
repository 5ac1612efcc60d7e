/**
 * The catalog as the metadata seam keeps it: the fold, the record versions this program knows, and
 * the form of its snapshots (version 2; version 1 differs in the form of the tiles, which tells the
 * two apart by itself):
 *
 *     { databases: [DatabaseJson], tables: [TableJson], tiles, account, next }
 *
 * Which tables a database has follows from the tables. Maps are lists of pairs.
 */
import type { DatabaseId, TableId } from '../base/brand.ts';
import { PersistentMap } from '../base/persistent-map.ts';
import type { MetadataModel } from '../substrate/metadata/api.ts';
import { type TileIndexJson, tileIndexFromJson, tileIndexToJson } from '../tiles/api.ts';
import type { AccountSettings } from './account-settings.ts';
import { type CatalogState, EMPTY_CATALOG, foldCatalog } from './catalog-state.ts';
import type { DatabaseEntry, TableEntry } from './entries.ts';
import type { CatalogRecord } from './records.ts';
import { type SchemaJson, TableSchema } from './table-schema.ts';

type TagsJson = readonly (readonly [key: string, value: string])[];
type DatabaseJson = Omit<DatabaseEntry, 'tables' | 'tags'> & { readonly tags: TagsJson };
type TableJson = Omit<TableEntry, 'schema' | 'tags'> & {
  readonly tags: TagsJson;
  readonly schema: SchemaJson;
};

interface CatalogJson {
  readonly databases: readonly DatabaseJson[];
  readonly tables: readonly TableJson[];
  readonly tiles: TileIndexJson;
  readonly account: AccountSettings;
  readonly next: CatalogState['next'];
}

export const catalogModel: MetadataModel<CatalogState, CatalogRecord> = {
  initial: EMPTY_CATALOG,
  fold: foldCatalog,
  versions: {
    'database-created': 1,
    'database-updated': 1,
    'database-deleted': 1,
    'table-created': 1,
    'table-updated': 1,
    'table-deleted': 1,
    'schema-extended': 1,
    'tags-changed': 1,
    'account-changed': 1,
    'generation-opened': 1,
    'generation-frozen': 1,
    'tile-cut': 1,
    'tile-sealed': 1,
    'tile-divided': 1,
    'tiles-merged': 1,
  },
  snapshot: {
    version: 2,
    toJson,
    fromJson: (json) => fromJson(json as CatalogJson),
  },
};

function toJson(state: CatalogState): CatalogJson {
  return {
    databases: [...state.databases.values()].map(({ tables: _, tags, ...database }) => ({
      ...database,
      tags: [...tags],
    })),
    tables: [...state.tables.values()].map(({ schema, tags, ...table }) => ({
      ...table,
      tags: [...tags],
      schema: schema.toJson(),
    })),
    tiles: tileIndexToJson(state.tiles),
    account: state.account,
    next: state.next,
  };
}

function fromJson(json: CatalogJson): CatalogState {
  const tablesOf = new Map<string, [string, TableId][]>();
  for (const { id, database, name } of json.tables) {
    const tables = tablesOf.get(database);
    if (tables === undefined) tablesOf.set(database, [[name, id]]);
    else tables.push([name, id]);
  }
  const databases = json.databases.map((database): [string, DatabaseEntry] => [
    database.name,
    {
      ...database,
      tags: new Map(database.tags),
      tables: PersistentMap.of(tablesOf.get(database.name) ?? []),
    },
  ]);
  const names = json.databases.map(({ id, name }): [DatabaseId, string] => [id, name]);
  const tables = json.tables.map((table): [TableId, TableEntry] => [
    table.id,
    { ...table, tags: new Map(table.tags), schema: TableSchema.fromJson(table.schema) },
  ]);
  return {
    databases: PersistentMap.of(databases),
    databaseNames: PersistentMap.of(names),
    tables: PersistentMap.of(tables),
    tiles: tileIndexFromJson(json.tiles),
    account: json.account,
    next: json.next,
  };
}
