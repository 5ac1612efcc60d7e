/**
 * The catalog's metadata records, as they are kept in the log. They hold ids, so that folding needs
 * no clock and no choice; `decide-*.ts` make them, catalog-state.ts folds them.
 *
 * Formats: once released, a kind keeps its meaning under its version; a change is a new version,
 * which the fold reads beside the old one.
 */
import type { DatabaseId, GenerationId, TableId, TileId } from '../base/brand.ts';
import type { TileObjectJson } from '../tiles/api.ts';
import type { AccountSettings } from './account-settings.ts';
import type { MagneticWrites, PartitionKey, Retention, Tag } from './entries.ts';
import type { SchemaAdditions } from './table-schema.ts';

interface RecordOf<Kind extends string> {
  readonly v: 1;
  readonly kind: Kind;
}

export interface DatabaseCreated extends RecordOf<'database-created'> {
  readonly id: DatabaseId;
  readonly name: string;
  readonly kmsKeyArn: string;
  readonly tags: readonly Tag[];
  readonly atMs: number;
}

export interface DatabaseUpdated extends RecordOf<'database-updated'> {
  readonly id: DatabaseId;
  readonly kmsKeyArn: string;
  readonly atMs: number;
}

export interface DatabaseDeleted extends RecordOf<'database-deleted'> {
  readonly id: DatabaseId;
}

export interface TableCreated extends RecordOf<'table-created'> {
  readonly id: TableId;
  readonly database: DatabaseId;
  readonly name: string;
  readonly retention: Retention;
  readonly magneticWrites: MagneticWrites;
  readonly partitionKey: PartitionKey;
  readonly tags: readonly Tag[];
  /** The one tile it starts with; its first generation has the same number. */
  readonly tile: TileId;
  readonly atMs: number;
}

/** What is absent stays as it is. */
export interface TableUpdated extends RecordOf<'table-updated'> {
  readonly id: TableId;
  readonly retention?: Retention;
  readonly magneticWrites?: MagneticWrites;
  readonly partitionKey?: PartitionKey;
  readonly atMs: number;
}

export interface TableDeleted extends RecordOf<'table-deleted'> {
  readonly id: TableId;
}

export interface SchemaExtended extends RecordOf<'schema-extended'> {
  readonly table: TableId;
  readonly additions: SchemaAdditions;
}

export type TaggedResource =
  | { readonly kind: 'database'; readonly id: DatabaseId }
  | { readonly kind: 'table'; readonly id: TableId };

export interface TagsChanged extends RecordOf<'tags-changed'> {
  readonly resource: TaggedResource;
  readonly set: readonly Tag[];
  readonly removed: readonly string[];
}

export interface AccountChanged extends RecordOf<'account-changed'> {
  readonly settings: AccountSettings;
}

/** The tile's active generation, if it has one, is frozen; `generation` takes the writes. */
export interface GenerationOpened extends RecordOf<'generation-opened'> {
  readonly tile: TileId;
  readonly generation: GenerationId;
}

/** The tile's active generation is frozen; the next write opens another. */
export interface GenerationFrozenRecord extends RecordOf<'generation-frozen'> {
  readonly tile: TileId;
}

/**
 * Cut above its newest row: the part below `at` keeps the tile's id and rows; the part above is
 * empty, and cut in space.
 */
export interface TileCutRecord extends RecordOf<'tile-cut'> {
  readonly tile: TileId;
  /** Nanoseconds, decimal. */
  readonly at: string;
  /** Ascending, decimal. */
  readonly spaceCuts: readonly string[];
  /** Ids of the parts above, ascending in space: one more than there are cuts. */
  readonly above: readonly TileId[];
}

/** Objects instead of generations and of other objects. */
export interface TileSealedRecord extends RecordOf<'tile-sealed'> {
  readonly tile: TileId;
  readonly generations: readonly GenerationId[];
  readonly removed: readonly string[];
  readonly added: readonly TileObjectJson[];
}

/** Cut in time between its objects. */
export interface TileDividedRecord extends RecordOf<'tile-divided'> {
  readonly tile: TileId;
  /** Nanoseconds, ascending, decimal. */
  readonly cuts: readonly string[];
  /** Ids of the parts above each cut. */
  readonly above: readonly TileId[];
}

/** `a` has the objects and the place of both. */
export interface TilesMerged extends RecordOf<'tiles-merged'> {
  readonly a: TileId;
  readonly b: TileId;
}

export type TileRecord =
  | GenerationOpened
  | GenerationFrozenRecord
  | TileCutRecord
  | TileSealedRecord
  | TileDividedRecord
  | TilesMerged;

export type CatalogRecord =
  | TileRecord
  | DatabaseCreated
  | DatabaseUpdated
  | DatabaseDeleted
  | TableCreated
  | TableUpdated
  | TableDeleted
  | SchemaExtended
  | TagsChanged
  | AccountChanged;
