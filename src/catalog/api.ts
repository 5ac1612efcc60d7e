/**
 * The catalog, as other folders may use it: databases, tables with their schemas, tags and account
 * settings. Reads are synchronous, from immutable state; changes are durable when they resolve.
 *
 *     const metadata = await openMetadata({ …, model: catalogModel });
 *     const catalog = createCatalog({ metadata, clock, accountId });
 */
export type { AccountSettings, AccountSettingsUpdate, Notification } from './account-settings.ts';
export { type ArnScope, databaseArn, tableArn } from './arn.ts';
export type {
  Catalog,
  CatalogChange,
  CreateDatabase,
  CreateTable,
  Page,
  PageRequest,
  PartitionKeyRequest,
  TableName,
  TileChanges,
  UpdateDatabase,
  UpdateTable,
} from './catalog.ts';
export { catalogModel } from './catalog-model.ts';
export type { CatalogState } from './catalog-state.ts';
export type {
  DatabaseEntry,
  MagneticWrites,
  PartitionKey,
  RejectedDataLocation,
  Retention,
  TableEntry,
  Tag,
  Tags,
} from './entries.ts';
export { type CatalogOptions, createCatalog } from './folded-catalog.ts';
export type { CatalogRecord, TileRecord } from './records.ts';
export type { ExtendOutcome, SchemaFault } from './schema-additions.ts';
export { type RecordShape, SchemaDraft } from './schema-draft.ts';
export {
  ATTRIBUTE_COLUMN_FIRST,
  type Attribute,
  type Measure,
  SCALAR_TYPES,
  type ScalarType,
  type SchemaAdditions,
  type SchemaColumn,
  TableSchema,
} from './table-schema.ts';
