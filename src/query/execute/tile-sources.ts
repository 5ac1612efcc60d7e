/**
 * Which hot rows and objects a scan has to read, and which of them may hold the same row twice.
 *
 *     tiles of the index ──► generations that have rows ──┐ alone in their time ──► plain
 *        (pruned)       └──► objects that can have rows ──┤
 *                                                         └ two or more of one tile at the same
 *                                                           times ──► contested: merged by version
 *
 * Rows of a tile are nowhere else, and no row is in two of its objects, so only hot rows can
 * compete: with objects, and with other generations, of their tile.
 */
import { PARTITION_KEYS_PRUNED_MAX } from '../../base/limits.ts';
import type { TableEntry } from '../../catalog/api.ts';
import type { MemoryStore, SnapshotRequest, TileSnapshot } from '../../memory/api.ts';
import {
  canHold,
  generationsOf,
  spaceRangesOf,
  type Tile,
  type TileIndex,
  type TileObject,
} from '../../tiles/api.ts';

/** Sources of one tile, in the order in which their rows came. */
export interface Contest {
  readonly objects: readonly TileObject[];
  /** Oldest generation first. */
  readonly hot: readonly TileSnapshot[];
}

export interface TileSources {
  /** Of tiles that were not pruned, whether or not they turned out to have rows. */
  readonly tiles: number;
  readonly hot: readonly TileSnapshot[];
  readonly objects: readonly TileObject[];
  readonly contests: readonly Contest[];
}

/** Takes snapshots: whoever calls releases those that `onSnapshot` is given. */
export function tileSources(
  around: { readonly tiles: TileIndex; readonly memory: MemoryStore; readonly table: TableEntry },
  request: SnapshotRequest,
  onSnapshot: (snapshot: TileSnapshot) => void,
): TileSources {
  const tiles = tilesFor(around.tiles, around.table, request);
  const plain: { hot: TileSnapshot[]; objects: TileObject[] } = { hot: [], objects: [] };
  const contests: Contest[] = [];
  for (const tile of tiles) {
    const hot = generationsOf(tile).map((generation) => {
      const snapshot = around.memory.snapshot(generation, request);
      onSnapshot(snapshot);
      return snapshot;
    });
    const objects = tile.objects.filter((object) => canHold(object, request));
    sort({ hot, objects }, plain, contests);
  }
  return { tiles: tiles.length, ...plain, contests };
}

function tilesFor(index: TileIndex, table: TableEntry, request: SnapshotRequest): readonly Tile[] {
  const range = { timeLo: request.fromTime, timeHi: request.untilTime };
  const keys = partitionKeys(table, request);
  if (keys === undefined || keys.length > PARTITION_KEYS_PRUNED_MAX) {
    return index.within(table.id, range);
  }
  const found = new Map<number, Tile>();
  for (const space of spaceRangesOf(keys)) {
    for (const tile of index.within(table.id, { ...range, ...space })) found.set(tile.id, tile);
  }
  return [...found.values()];
}

/** The partition key's values that rows can have; undefined: any. */
function partitionKeys(
  { partitionKey, schema }: TableEntry,
  request: SnapshotRequest,
): readonly string[] | undefined {
  if (partitionKey.kind === 'measure') return request.measureNames;
  const id = schema.dimensionId(partitionKey.name);
  return id === undefined ? undefined : request.dimensions?.get(id);
}

interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

function sort(
  tile: { readonly hot: readonly TileSnapshot[]; readonly objects: readonly TileObject[] },
  plain: { readonly hot: TileSnapshot[]; readonly objects: TileObject[] },
  contests: Contest[],
): void {
  const hot = tile.hot.flatMap((snapshot) => {
    const { minTime, maxTime } = snapshot.statistics;
    const isEmpty = minTime === undefined || maxTime === undefined;
    return isEmpty ? [] : [{ snapshot, span: { from: minTime, to: maxTime } }];
  });
  const objects = tile.objects.map((object) => ({
    object,
    span: { from: object.minTime, to: object.maxTime },
  }));
  const contestedHot = hot.filter(
    (one) =>
      objects.some(({ span }) => meet(span, one.span)) ||
      hot.some((other) => other !== one && meet(other.span, one.span)),
  );
  const contestedObjects = objects.filter(({ span }) =>
    contestedHot.some((one) => meet(one.span, span)),
  );
  if (contestedHot.length > 0) {
    contests.push({
      hot: contestedHot.map(({ snapshot }) => snapshot),
      objects: contestedObjects.map(({ object }) => object),
    });
  }
  for (const one of hot) if (!contestedHot.includes(one)) plain.hot.push(one.snapshot);
  for (const one of objects) if (!contestedObjects.includes(one)) plain.objects.push(one.object);
}

function meet(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to;
}
