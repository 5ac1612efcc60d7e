/**
 * From a tile to the order that seals it: which of its rows go into new objects, and which of its
 * objects these replace.
 *
 *     frozen generations ──────────────────────────┐
 *     objects with rows of the same times ─────────┴─► merged by version ──► new objects
 *     other objects ──► stay as they are
 *
 * Without frozen generations all objects of the tile become one: a compaction.
 */
import type { GenerationId } from '../base/brand.ts';
import type { TableEntry } from '../catalog/api.ts';
import {
  type Held,
  type MagneticStore,
  mergedRelation,
  objectColumn,
  objectLayout,
  objectsRelation,
  rejectedRelation,
} from '../magnetic/api.ts';
import type { TileSnapshot } from '../memory/api.ts';
import { hotRelation } from '../query/execute/api.ts';
import type { Tile, TileObject } from '../tiles/api.ts';
import type { SealOrder } from './seal-protocol.ts';

export interface SealSources {
  readonly table: TableEntry;
  readonly tile: Tile;
  /** Of its frozen generations, oldest first, with all their rows. */
  readonly snapshots: readonly TileSnapshot[];
}

export interface SealPlan {
  readonly generations: readonly GenerationId[];
  /** To be replaced. */
  readonly objects: readonly TileObject[];
  /** Rows to be read, those that will be dropped included. */
  readonly rows: number;
  /** Undefined when there are no rows. */
  order(magnetic: MagneticStore, objectRowsMax: number): SealOrder | undefined;
}

export function planSeal({ table, tile, snapshots }: SealSources): SealPlan {
  const objects = snapshots.length === 0 ? tile.objects : overlapping(tile, snapshots);
  const rows =
    snapshots.reduce((sum, { statistics }) => sum + statistics.rows, 0) +
    objects.reduce((sum, object) => sum + object.rows, 0);
  return {
    generations: tile.frozen,
    objects,
    rows,
    order(magnetic, objectRowsMax) {
      if (rows === 0) return undefined;
      return seal({ table, snapshots, objects, magnetic, parts: Math.ceil(rows / objectRowsMax) });
    },
  };
}

function overlapping(tile: Tile, snapshots: readonly TileSnapshot[]): readonly TileObject[] {
  return tile.objects.filter(({ minTime, maxTime }) =>
    snapshots.some(({ statistics }) => {
      const { minTime: first, maxTime: last } = statistics;
      return first !== undefined && last !== undefined && minTime <= last && first <= maxTime;
    }),
  );
}

function seal(work: {
  readonly table: TableEntry;
  readonly snapshots: readonly TileSnapshot[];
  readonly objects: readonly TileObject[];
  readonly magnetic: MagneticStore;
  readonly parts: number;
}): SealOrder {
  const { table, snapshots, objects, magnetic, parts } = work;
  const layout = objectLayout(table.schema, {
    dimensions: table.schema.dimensions.keys(),
    columns: [
      ...snapshots.flatMap(({ columns }) => columns),
      ...objects.flatMap(({ columns }) => columns),
    ],
  });
  const held = layout.map(({ holds }) => holds);
  const stored = objectsRelation({
    objects: objects.map(({ key, rows }) => ({ path: magnetic.path(key), rows })),
    columns: held,
  });
  const hot = snapshots.map((snapshot, at) => hotRelation(held, [snapshot], at + 1));
  const merge = {
    sources: [...(stored === undefined ? [] : [stored]), ...hot.map(({ text }) => text)],
    dimensions: namesOf(held, 'dimension'),
    measures: namesOf(held, 'measure'),
  };
  const isMerge = merge.sources.length > 1;
  return {
    layout,
    relation: mergedRelation(merge),
    isMerge,
    rejected: isMerge ? rejectedRelation(merge) : undefined,
    scans: hot.map(({ scan }) => scan),
    sortFirst: sortKeyOf(table),
    drafts: Array.from({ length: parts }, () => magnetic.newDraft()),
  };
}

function namesOf(held: readonly Held[], kind: Held['kind']): readonly string[] {
  return held.filter((one) => one.kind === kind).map((one) => objectColumn(one).name);
}

function sortKeyOf({ partitionKey, schema }: TableEntry): SealOrder['sortFirst'] {
  if (partitionKey.kind === 'measure') return { kind: 'measure' };
  const dimensionId = schema.dimensionId(partitionKey.name);
  return dimensionId === undefined ? { kind: 'measure' } : { kind: 'dimension', dimensionId };
}
