/**
 * What the catalog promises, as types; folded-catalog.ts implements it.
 *
 * Names are case-sensitive. What a client did wrong is a ServiceError with the text of write-api 4;
 * what ingest has to expect (a type conflict, a full schema, a table gone) is a value.
 */
import type { GenerationId, TableId, TileId } from '../base/brand.ts';
import type { AccountSettings, AccountSettingsUpdate } from './account-settings.ts';
import type { CatalogState } from './catalog-state.ts';
import type { DatabaseEntry, MagneticWrites, Retention, TableEntry, Tag, Tags } from './entries.ts';
import type { TileRecord } from './records.ts';
import type { ExtendOutcome } from './schema-additions.ts';
import type { SchemaAdditions } from './table-schema.ts';

export interface CreateDatabase {
  readonly name: string;
  /** Key id, key ARN, alias or alias ARN; absent: the service's own key. */
  readonly kmsKeyId?: string;
  readonly tags?: readonly Tag[];
  /** Where the caller believes to be; fixes the key's ARN. */
  readonly region: string;
}

export interface UpdateDatabase {
  readonly name: string;
  readonly kmsKeyId: string;
  readonly region: string;
}

export interface TableName {
  readonly database: string;
  readonly table: string;
}

/** Without an enforcement: REQUIRED for a new table, as it was for an existing one. */
export type PartitionKeyRequest =
  | { readonly kind: 'measure' }
  | {
      readonly kind: 'dimension';
      readonly name: string;
      readonly enforcement?: 'REQUIRED' | 'OPTIONAL';
    };

export interface CreateTable extends TableName {
  readonly retention?: Retention;
  readonly magneticWrites?: MagneticWrites;
  readonly partitionKey?: PartitionKeyRequest;
  readonly tags?: readonly Tag[];
}

export interface UpdateTable extends TableName {
  readonly retention?: Retention;
  readonly magneticWrites?: MagneticWrites;
  readonly partitionKey?: PartitionKeyRequest;
}

export interface PageRequest {
  readonly max?: number;
  readonly token?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly token?: string;
}

/** What becomes of tiles, generations and objects, named by the change that concerns them. */
export interface TileChanges {
  /** Changed, new, or gone. */
  readonly touched: readonly TileId[];
  /** Take writes from now on. */
  readonly opened: readonly TileGeneration[];
  /** Take no more writes. */
  readonly frozen: readonly GenerationId[];
  /** Their rows are in objects now, or gone for good. */
  readonly dropped: readonly GenerationId[];
  /** Keys of objects that no tile has any more. */
  readonly retired: readonly string[];
}

export interface TileGeneration {
  readonly generation: GenerationId;
  readonly table: TableId;
}

/** What followers of the catalog have to know; told synchronously, in order, after the change. */
export type CatalogChange =
  | {
      readonly kind: 'table-created';
      readonly table: TableEntry;
      readonly tiles: TileChanges;
    }
  | {
      readonly kind: 'table-deleted';
      readonly table: TableEntry;
      readonly tiles: TileChanges;
    }
  | { readonly kind: 'tiles-changed'; readonly tiles: TileChanges }
  | { readonly kind: 'table-updated'; readonly table: TableEntry }
  | { readonly kind: 'schema-extended'; readonly table: TableEntry };

export interface Catalog {
  readonly accountId: string;
  /** The newest state. Keep it for the length of one statement to see one consistent catalog. */
  readonly state: CatalogState;

  /** Undefined when there is none of that name. */
  findDatabase(name: string): DatabaseEntry | undefined;
  findTable(name: TableName): TableEntry | undefined;
  tableById(id: TableId): TableEntry | undefined;
  /** Throws ResourceNotFoundException naming the missing database or table. */
  database(name: string): DatabaseEntry;
  table(name: TableName): TableEntry;

  createDatabase(request: CreateDatabase): Promise<DatabaseEntry>;
  updateDatabase(request: UpdateDatabase): Promise<DatabaseEntry>;
  deleteDatabase(name: string): Promise<void>;
  listDatabases(page: PageRequest): Page<DatabaseEntry>;

  createTable(request: CreateTable): Promise<TableEntry>;
  updateTable(request: UpdateTable): Promise<TableEntry>;
  deleteTable(name: TableName): Promise<void>;
  /** Of one database, or of all. */
  listTables(database: string | undefined, page: PageRequest): Page<TableEntry>;

  /** Durable when it resolves. Idempotent; asks the log only for what is missing. */
  extendSchema(table: TableId, additions: SchemaAdditions): Promise<ExtendOutcome>;

  /**
   * Changes a table's tiles. `decide` makes a record for the newest state, or undefined for
   * nothing; it may be called several times.
   */
  changeTiles(decide: (state: CatalogState) => TileRecord | undefined): Promise<CatalogState>;

  tagResource(arn: string, tags: readonly Tag[]): Promise<void>;
  untagResource(arn: string, keys: readonly string[]): Promise<void>;
  tags(arn: string): Tags;
  /** The same, in pages (query-api 9). */
  listTags(arn: string, page: PageRequest): Page<Tag>;

  accountSettings(): AccountSettings;
  updateAccountSettings(update: AccountSettingsUpdate): Promise<AccountSettings>;

  /** Returns the function that ends it. */
  onChange(listener: (change: CatalogChange) => void): () => void;
}
