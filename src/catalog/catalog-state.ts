/**
 * The catalog's state and how a record changes it. Immutable and pure: a snapshot plus the records
 * after it give the same state in every process.
 *
 *     databases ── name ──► DatabaseEntry { tables: name ──► table id }
 *     tables    ── id ────► TableEntry
 *     tiles     ── id ────► TileIndex, changed together with its table by the same record
 *
 * Ids count up and are never given twice, so a table of a name used before is another table. The
 * fold trusts records: what they may say was decided by decide-*.ts on the state just before, and
 * a record that does not fit its state is a bug.
 */
import { assert, assertNever, known } from '../base/assert.ts';
import type { DatabaseId, TableId, TileId } from '../base/brand.ts';
import { PersistentMap } from '../base/persistent-map.ts';
import { TileIndex } from '../tiles/api.ts';
import { type AccountSettings, INITIAL_ACCOUNT_SETTINGS } from './account-settings.ts';
import type { DatabaseEntry, TableEntry } from './entries.ts';
import { foldTiles } from './fold-tiles.ts';
import type {
  CatalogRecord,
  DatabaseCreated,
  TableCreated,
  TableUpdated,
  TagsChanged,
} from './records.ts';
import { TableSchema } from './table-schema.ts';
import { tagsOf, withTags } from './tags.ts';

export interface CatalogState {
  readonly databases: PersistentMap<string, DatabaseEntry>;
  readonly databaseNames: PersistentMap<DatabaseId, string>;
  readonly tables: PersistentMap<TableId, TableEntry>;
  readonly tiles: TileIndex;
  readonly account: AccountSettings;
  /** The ids that the next new database, table and tile or generation get. */
  readonly next: {
    readonly database: DatabaseId;
    readonly table: TableId;
    readonly tile: TileId;
  };
}

export const EMPTY_CATALOG: CatalogState = {
  databases: PersistentMap.empty(),
  databaseNames: PersistentMap.empty(),
  tables: PersistentMap.empty(),
  tiles: TileIndex.empty,
  account: INITIAL_ACCOUNT_SETTINGS,
  next: { database: 1 as DatabaseId, table: 1 as TableId, tile: 1 as TileId },
};

export function foldCatalog(state: CatalogState, record: CatalogRecord): CatalogState {
  switch (record.kind) {
    case 'database-created':
      return createDatabase(state, record);
    case 'database-updated': {
      const { kmsKeyArn, atMs } = record;
      return withDatabase(state, { ...databaseOf(state, record.id), kmsKeyArn, updatedMs: atMs });
    }
    case 'database-deleted':
      return deleteDatabase(state, record.id);
    case 'table-created':
      return createTable(state, record);
    case 'table-updated':
      return withTable(state, updatedTable(tableOf(state, record.id), record));
    case 'table-deleted':
      return deleteTable(state, record.id);
    case 'schema-extended': {
      const table = tableOf(state, record.table);
      return withTable(state, { ...table, schema: table.schema.extended(record.additions) });
    }
    case 'tags-changed':
      return changeTags(state, record);
    case 'account-changed':
      return { ...state, account: record.settings };
    case 'generation-opened':
    case 'generation-frozen':
    case 'tile-cut':
    case 'tile-sealed':
    case 'tile-divided':
    case 'tiles-merged':
      return foldTiles(state, record);
    default:
      return assertNever(record, 'catalog record');
  }
}

export function databaseOf(state: CatalogState, id: DatabaseId): DatabaseEntry {
  const name = known(state.databaseNames.get(id), `database ${id}`);
  return known(state.databases.get(name), `database ${name}`);
}

export function tableOf(state: CatalogState, id: TableId): TableEntry {
  return known(state.tables.get(id), `table ${id}`);
}

/** The table of that name, if there is one. */
export function findTable(
  state: CatalogState,
  name: { readonly database: string; readonly table: string },
): TableEntry | undefined {
  const id = state.databases.get(name.database)?.tables.get(name.table);
  return id === undefined ? undefined : tableOf(state, id);
}

function createDatabase(state: CatalogState, record: DatabaseCreated): CatalogState {
  const { id, name, kmsKeyArn, atMs } = record;
  assert(id >= state.next.database, `database id ${id} is given twice`);
  assert(!state.databases.has(name), `database ${name} exists`);
  const database: DatabaseEntry = {
    id,
    name,
    kmsKeyArn,
    createdMs: atMs,
    updatedMs: atMs,
    tags: tagsOf(record.tags),
    tables: PersistentMap.empty(),
  };
  return {
    ...withDatabase(state, database),
    databaseNames: state.databaseNames.with(id, name),
    next: { ...state.next, database: (id + 1) as DatabaseId },
  };
}

function deleteDatabase(state: CatalogState, id: DatabaseId): CatalogState {
  const { name, tables } = databaseOf(state, id);
  assert(tables.size === 0, `database ${name} has tables`);
  return {
    ...state,
    databases: state.databases.without(name),
    databaseNames: state.databaseNames.without(id),
  };
}

function createTable(state: CatalogState, record: TableCreated): CatalogState {
  const { id, name, tile, atMs } = record;
  const database = databaseOf(state, record.database);
  assert(id >= state.next.table, `table id ${id} is given twice`);
  assert(tile >= state.next.tile, `tile id ${tile} is given twice`);
  assert(!database.tables.has(name), `table ${database.name}.${name} exists`);
  const table: TableEntry = {
    id,
    name,
    database: database.name,
    retention: record.retention,
    magneticWrites: record.magneticWrites,
    partitionKey: record.partitionKey,
    createdMs: atMs,
    updatedMs: atMs,
    tags: tagsOf(record.tags),
    schema: TableSchema.empty,
  };
  return {
    ...withDatabase(state, { ...database, tables: database.tables.with(name, id) }),
    tables: state.tables.with(id, table),
    tiles: state.tiles.withTable(id, tile),
    next: { ...state.next, table: (id + 1) as TableId, tile: (tile + 1) as TileId },
  };
}

function updatedTable(table: TableEntry, record: TableUpdated): TableEntry {
  return {
    ...table,
    retention: record.retention ?? table.retention,
    magneticWrites: record.magneticWrites ?? table.magneticWrites,
    partitionKey: record.partitionKey ?? table.partitionKey,
    updatedMs: record.atMs,
  };
}

function deleteTable(state: CatalogState, id: TableId): CatalogState {
  const table = tableOf(state, id);
  const database = known(state.databases.get(table.database), `database ${table.database}`);
  return {
    ...withDatabase(state, { ...database, tables: database.tables.without(table.name) }),
    tables: state.tables.without(id),
    tiles: state.tiles.withoutTable(id),
  };
}

function changeTags(state: CatalogState, record: TagsChanged): CatalogState {
  const { resource } = record;
  if (resource.kind === 'database') {
    const database = databaseOf(state, resource.id);
    return withDatabase(state, { ...database, tags: withTags(database.tags, record) });
  }
  const table = tableOf(state, resource.id);
  return withTable(state, { ...table, tags: withTags(table.tags, record) });
}

function withDatabase(state: CatalogState, database: DatabaseEntry): CatalogState {
  return { ...state, databases: state.databases.with(database.name, database) };
}

function withTable(state: CatalogState, table: TableEntry): CatalogState {
  return { ...state, tables: state.tables.with(table.id, table) };
}
