/**
 * The catalog over the metadata seam. Reads look at the folded state; a change decides on it
 * (decide-*.ts), is appended, and is durable when it resolves.
 *
 * Keeps nothing of its own but the state before the last record, from which followers are told
 * what a deleted table was.
 */
import { known } from '../base/assert.ts';
import type { TableId } from '../base/brand.ts';
import { ServiceError } from '../base/errors.ts';
import type { Clock } from '../host/clock.ts';
import { type Metadata, MetadataContended } from '../substrate/metadata/api.ts';
import {
  type AccountSettings,
  type AccountSettingsUpdate,
  updatedSettings,
} from './account-settings.ts';
import type {
  Catalog,
  CatalogChange,
  CreateDatabase,
  CreateTable,
  Page,
  PageRequest,
  TableName,
  UpdateDatabase,
  UpdateTable,
} from './catalog.ts';
import { changeOf } from './catalog-change.ts';
import { type CatalogState, findTable } from './catalog-state.ts';
import {
  type Decision,
  decideCreateDatabase,
  decideDeleteDatabase,
  decideUpdateDatabase,
} from './decide-database.ts';
import {
  decideCreateTable,
  decideDeleteTable,
  decideUpdateTable,
  requireTable,
} from './decide-table.ts';
import { decideTags, resolveArn } from './decide-tags.ts';
import type { DatabaseEntry, TableEntry, Tag, Tags } from './entries.ts';
import { kmsKeyArn } from './kms-key.ts';
import { listDatabases, listTables, listTags } from './list.ts';
import { missingDatabase } from './missing.ts';
import type { CatalogRecord, TileRecord } from './records.ts';
import type { ExtendOutcome } from './schema-additions.ts';
import { SchemaExtender } from './schema-extender.ts';
import type { SchemaAdditions } from './table-schema.ts';

export interface CatalogOptions {
  readonly metadata: Metadata<CatalogState, CatalogRecord>;
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
}

export function createCatalog(options: CatalogOptions): Catalog {
  return new FoldedCatalog(options);
}

class FoldedCatalog implements Catalog {
  readonly accountId: string;
  readonly #metadata: Metadata<CatalogState, CatalogRecord>;
  readonly #clock: Clock;
  readonly #extender: SchemaExtender;
  readonly #listeners = new Set<(change: CatalogChange) => void>();
  #before: CatalogState;

  constructor(options: CatalogOptions) {
    this.accountId = options.accountId;
    this.#metadata = options.metadata;
    this.#clock = options.clock;
    this.#extender = new SchemaExtender({
      state: () => this.state,
      change: (decide) => this.#change(decide),
    });
    this.#before = this.#metadata.state;
    this.#metadata.onChange((state, record) => {
      const change = changeOf(this.#before, state, record);
      this.#before = state;
      if (change === undefined) return;
      for (const listener of this.#listeners) listener(change);
    });
  }

  get state(): CatalogState {
    return this.#metadata.state;
  }

  findDatabase(name: string): DatabaseEntry | undefined {
    return this.state.databases.get(name);
  }

  findTable(name: TableName): TableEntry | undefined {
    return findTable(this.state, name);
  }

  tableById(id: TableId): TableEntry | undefined {
    return this.state.tables.get(id);
  }

  database(name: string): DatabaseEntry {
    const database = this.findDatabase(name);
    if (database === undefined) throw missingDatabase(name);
    return database;
  }

  table(name: TableName): TableEntry {
    const table = requireTable(this.state, name);
    if (table instanceof ServiceError) throw table;
    return table;
  }

  async createDatabase(request: CreateDatabase): Promise<DatabaseEntry> {
    const made = { kmsKeyArn: this.#keyArn(request), atMs: this.#clock.nowMs() };
    const state = await this.#change((state) => decideCreateDatabase(state, request, made));
    return known(state.databases.get(request.name), 'the new database');
  }

  async updateDatabase(request: UpdateDatabase): Promise<DatabaseEntry> {
    const made = { kmsKeyArn: this.#keyArn(request), atMs: this.#clock.nowMs() };
    const state = await this.#change((state) => decideUpdateDatabase(state, request.name, made));
    return known(state.databases.get(request.name), 'the updated database');
  }

  async deleteDatabase(name: string): Promise<void> {
    await this.#change((state) => decideDeleteDatabase(state, name));
  }

  listDatabases(page: PageRequest): Page<DatabaseEntry> {
    return listDatabases(this.state, page);
  }

  async createTable(request: CreateTable): Promise<TableEntry> {
    const atMs = this.#clock.nowMs();
    const state = await this.#change((state) => decideCreateTable(state, request, atMs));
    return known(findTable(state, request), 'the new table');
  }

  async updateTable(request: UpdateTable): Promise<TableEntry> {
    const atMs = this.#clock.nowMs();
    const state = await this.#change((state) => decideUpdateTable(state, request, atMs));
    return known(findTable(state, request), 'the updated table');
  }

  async deleteTable(name: TableName): Promise<void> {
    await this.#change((state) => decideDeleteTable(state, name));
  }

  listTables(database: string | undefined, page: PageRequest): Page<TableEntry> {
    return listTables(this.state, database, page);
  }

  extendSchema(table: TableId, additions: SchemaAdditions): Promise<ExtendOutcome> {
    return this.#extender.extend(table, additions);
  }

  changeTiles(decide: (state: CatalogState) => TileRecord | undefined): Promise<CatalogState> {
    return this.#change(decide);
  }

  async tagResource(arn: string, tags: readonly Tag[]): Promise<void> {
    const request = { arn, accountId: this.accountId, set: tags, removed: [] };
    await this.#change((state) => decideTags(state, request));
  }

  async untagResource(arn: string, keys: readonly string[]): Promise<void> {
    const request = { arn, accountId: this.accountId, set: [], removed: keys };
    await this.#change((state) => decideTags(state, request));
  }

  tags(arn: string): Tags {
    const tagged = resolveArn(this.state, arn, this.accountId);
    if (tagged instanceof ServiceError) throw tagged;
    return tagged.tags;
  }

  listTags(arn: string, page: PageRequest): Page<Tag> {
    return listTags(this.tags(arn), page, arn);
  }

  accountSettings(): AccountSettings {
    return this.state.account;
  }

  async updateAccountSettings(update: AccountSettingsUpdate): Promise<AccountSettings> {
    const nowMs = this.#clock.nowMs();
    const state = await this.#change(({ account }) => {
      const settings = updatedSettings(account, update, nowMs);
      return settings instanceof Error ? settings : { v: 1, kind: 'account-changed', settings };
    });
    return state.account;
  }

  onChange(listener: (change: CatalogChange) => void): () => void {
    const registered: typeof listener = (change) => listener(change);
    this.#listeners.add(registered);
    return () => this.#listeners.delete(registered);
  }

  async #change(decide: (state: CatalogState) => Decision): Promise<CatalogState> {
    try {
      return await this.#metadata.change(decide);
    } catch (error) {
      if (!(error instanceof MetadataContended)) throw error;
      const message = 'Too many changes are being made at once. Retry the request.';
      throw new ServiceError('ThrottlingException', message, { cause: error });
    }
  }

  #keyArn(request: { readonly kmsKeyId?: string; readonly region: string }): string {
    const scope = { region: request.region, accountId: this.accountId };
    return kmsKeyArn(scope, request.kmsKeyId);
  }
}
