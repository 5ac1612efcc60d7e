/**
 * The tile index: for every table its live tiles, immutable. It is part of the catalog's state,
 * changed only by folding metadata records, and answers from memory which tiles can hold rows for
 * a predicate. A look-up or a change of one tile costs O(log tiles).
 */
import { assert, known } from '../base/assert.ts';
import type { GenerationId, TableId, TileId } from '../base/brand.ts';
import { PersistentMap } from '../base/persistent-map.ts';
import { generationsOf, overlap, type Rectangle, type Tile, WHOLE_PLANE } from './tile.ts';
import {
  cutParts,
  dividedParts,
  type GenerationFrozen,
  type GenerationOpened,
  merged,
  sealed,
  type TileCut,
  type TileDivided,
  type TileMerge,
  type TileSealed,
  withGenerationFrozen,
  withGenerationOpened,
} from './tile-changes.ts';
import {
  joined,
  leaf,
  mergeNeighbours,
  type Neighbours,
  neighbourAbove,
  partitioned,
  replaceLeaf,
  type TileTree,
  tileAt,
  visitTiles,
} from './tile-tree.ts';

export class TileIndex {
  readonly #trees: PersistentMap<TableId, TileTree>;
  readonly #tiles: PersistentMap<TileId, Tile>;

  private constructor(trees: PersistentMap<TableId, TileTree>, tiles: PersistentMap<TileId, Tile>) {
    this.#trees = trees;
    this.#tiles = tiles;
  }

  /** No static field: TypeScript 6.0 emits a reference to the class before it is there. */
  static get empty(): TileIndex {
    return EMPTY;
  }

  static fromTrees(trees: Iterable<readonly [TableId, TileTree]>): TileIndex {
    const all = PersistentMap.of(trees);
    const tiles: (readonly [TileId, Tile])[] = [];
    for (const tree of all.values()) {
      visitTiles(tree, WHOLE_PLANE, (tile) => tiles.push([tile.id, tile]));
    }
    return new TileIndex(all, PersistentMap.of(tiles));
  }

  get trees(): ReadonlyMap<TableId, TileTree> {
    return this.#trees;
  }

  get tileCount(): number {
    return this.#tiles.size;
  }

  tile(id: TileId): Tile | undefined {
    return this.#tiles.get(id);
  }

  /** The tile of the table that holds the point; undefined only for an unknown table. */
  at(table: TableId, space: bigint, time: bigint): Tile | undefined {
    const tree = this.#trees.get(table);
    return tree === undefined ? undefined : tileAt(tree, space, time);
  }

  /**
   * The tiles of the table that can hold rows of the range; all of them without one. In the order
   * of the tree: at every cut, what is below comes before what is above. So the tiles of one series
   * ascend in time; over several series they ascend in time or in space, as the table was cut.
   */
  within(table: TableId, range: Partial<Rectangle> = {}): readonly Tile[] {
    const tiles: Tile[] = [];
    const tree = this.#trees.get(table);
    const whole = { ...WHOLE_PLANE, ...range };
    if (tree === undefined || !overlap(whole, WHOLE_PLANE)) return tiles;
    visitTiles(tree, whole, (tile) => tiles.push(tile));
    return tiles;
  }

  /** The tile right above this one in time, if withMerge would merge the two. */
  mergeable(a: TileId): TileId | undefined {
    const low = this.#known(a);
    if (generationsOf(low).length > 0) return undefined;
    const high = neighbourAbove(this.#treeOf(low), low, 'time')?.high;
    return high && generationsOf(high).length === 0 ? high.id : undefined;
  }

  /** A new table: one tile over the whole plane, whose first generation has the tile's number. */
  withTable(table: TableId, id: TileId): TileIndex {
    assert(!this.#trees.has(table), `table ${table} has tiles already`);
    assert(!this.#tiles.has(id), `tile ${id} exists already`);
    const active = id as number as GenerationId;
    const tile: Tile = { id, table, rectangle: WHOLE_PLANE, frozen: [], active, objects: [] };
    return new TileIndex(this.#trees.with(table, leaf(tile)), this.#tiles.with(id, tile));
  }

  withoutTable(table: TableId): TileIndex {
    const ids = this.within(table).map(({ id }) => id);
    return new TileIndex(this.#trees.without(table), this.#tiles.withoutAll(ids));
  }

  withGeneration({ tile: id, generation }: GenerationOpened): TileIndex {
    const tile = this.#known(id);
    return this.#withTile(withGenerationOpened(tile, generation));
  }

  withFrozen({ tile: id }: GenerationFrozen): TileIndex {
    return this.#withTile(withGenerationFrozen(this.#known(id)));
  }

  withSealed(change: TileSealed): TileIndex {
    return this.#withTile(sealed(this.#known(change.tile), change));
  }

  withCut(change: TileCut): TileIndex {
    const tile = this.#known(change.tile);
    const [below, above] = cutParts(tile, change);
    const upper = partitioned('space', change.spaceCuts, above.map(leaf));
    return this.#withParts(joined({ axis: 'time', at: change.at }, leaf(below), upper), [
      below,
      ...above,
    ]);
  }

  withDivided(change: TileDivided): TileIndex {
    const parts = dividedParts(this.#known(change.tile), change);
    return this.#withParts(partitioned('time', change.cuts, parts.map(leaf)), parts);
  }

  /**
   * Undefined when one of them has generations, or when their union is no rectangle of the tree:
   * they must follow each other in one run of cuts.
   */
  withMerge(change: TileMerge): TileIndex | undefined {
    const a = this.#known(change.a);
    const b = this.#known(change.b);
    if (generationsOf(a).length + generationsOf(b).length > 0) return undefined;
    const neighbours = this.#neighbours(a, b);
    if (neighbours === undefined) return undefined;
    const union = merged(a, b);
    return new TileIndex(
      this.#trees.with(a.table, mergeNeighbours(neighbours, union)),
      this.#tiles.without(b.id).with(a.id, union),
    );
  }

  #neighbours(a: Tile, b: Tile): Neighbours | undefined {
    if (a.table !== b.table) return undefined;
    const axis = a.rectangle.spaceLo === b.rectangle.spaceLo ? 'time' : 'space';
    const lo = axis === 'time' ? 'timeLo' : 'spaceLo';
    const [low, high] = a.rectangle[lo] < b.rectangle[lo] ? [a, b] : [b, a];
    const neighbours = neighbourAbove(this.#treeOf(low), low, axis);
    return neighbours?.high.id === high.id ? neighbours : undefined;
  }

  #withTile(tile: Tile): TileIndex {
    return this.#replaced(this.#known(tile.id), leaf(tile), [tile]);
  }

  /** The first part keeps the id of the tile that they come from. */
  #withParts(tree: TileTree, parts: readonly Tile[]): TileIndex {
    const [kept, ...added] = parts;
    const ids = new Set(parts.map(({ id }) => id));
    assert(ids.size === parts.length, 'new tiles have ids of their own');
    for (const { id } of added) assert(!this.#tiles.has(id), `tile ${id} exists already`);
    return this.#replaced(this.#known(kept!.id), tree, parts);
  }

  #replaced(tile: Tile, replacement: TileTree, tiles: readonly Tile[]): TileIndex {
    return new TileIndex(
      this.#trees.with(tile.table, replaceLeaf(this.#treeOf(tile), tile, replacement)),
      this.#tiles.withAll(tiles.map((part) => [part.id, part] as const)),
    );
  }

  #known(id: TileId): Tile {
    return known(this.#tiles.get(id), `tile ${id}`);
  }

  #treeOf({ table }: Tile): TileTree {
    return known(this.#trees.get(table), `the tiles of table ${table}`);
  }
}

const EMPTY = TileIndex.fromTrees([]);
