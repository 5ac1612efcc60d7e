/**
 * The tile index: for every table its live tiles, immutable. It is part of the catalog's state,
 * changed only by folding metadata records, and answers from memory which tiles can hold rows for
 * a predicate.
 */
import { assert, known } from '../base/assert.ts';
import type { TableId, TileId } from '../base/brand.ts';
import { PersistentMap } from '../base/persistent-map.ts';
import { type Cut, type Rectangle, type Tile, type TileState, WHOLE_PLANE } from './tile.ts';
import {
  leaf,
  mergeLeaves,
  replaceAt,
  splitLeaf,
  type TileTree,
  tileAt,
  visitTiles,
} from './tile-tree.ts';

export interface TileSplit {
  readonly tile: TileId;
  readonly cut: Cut;
  readonly below: TileId;
  readonly above: TileId;
}

export interface TileMerge {
  readonly a: TileId;
  readonly b: TileId;
  readonly merged: TileId;
}

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

  /** The tiles of the table that can hold rows of the range; all of them without one. */
  within(table: TableId, range: Partial<Rectangle> = {}): readonly Tile[] {
    const tiles: Tile[] = [];
    const tree = this.#trees.get(table);
    if (tree === undefined) return tiles;
    visitTiles(tree, { ...WHOLE_PLANE, ...range }, (tile) => tiles.push(tile));
    return tiles;
  }

  /** A new table: one tile over the whole plane. */
  withTable(table: TableId, id: TileId): TileIndex {
    assert(!this.#trees.has(table), `table ${table} has tiles already`);
    assert(!this.#tiles.has(id), `tile ${id} exists already`);
    const tile: Tile = { id, table, rectangle: WHOLE_PLANE, state: { kind: 'active' } };
    return new TileIndex(this.#trees.with(table, leaf(tile)), this.#tiles.with(id, tile));
  }

  withoutTable(table: TableId): TileIndex {
    let tiles = this.#tiles;
    for (const tile of this.within(table)) tiles = tiles.without(tile.id);
    return new TileIndex(this.#trees.without(table), tiles);
  }

  withState(id: TileId, state: TileState): TileIndex {
    const tile = known(this.#tiles.get(id), `tile ${id}`);
    return this.#withTree(tile.table, [tile], (tree) =>
      replaceAt(tree, tile, leaf({ ...tile, state })),
    );
  }

  withSplit(split: TileSplit): TileIndex {
    const tile = known(this.#tiles.get(split.tile), `tile ${split.tile}`);
    return this.#withTree(tile.table, [tile], (tree) => splitLeaf(tree, { ...split, tile }));
  }

  /** Undefined when the two are not the halves of one cut: only those can be merged. */
  withMerge(merge: TileMerge): TileIndex | undefined {
    const a = known(this.#tiles.get(merge.a), `tile ${merge.a}`);
    const b = known(this.#tiles.get(merge.b), `tile ${merge.b}`);
    const merged = mergeLeaves(known(this.#trees.get(a.table), `table ${a.table}`), merge);
    return merged && this.#withTree(a.table, [a, b], () => merged);
  }

  /** `replaced` are gone from the changed tree; what covers the first of them covers them all. */
  #withTree(
    table: TableId,
    replaced: readonly [Tile, ...Tile[]],
    change: (tree: TileTree) => TileTree,
  ): TileIndex {
    const tree = change(known(this.#trees.get(table), `the tiles of table ${table}`));
    let tiles = this.#tiles;
    for (const { id } of replaced) tiles = tiles.without(id);
    visitTiles(tree, replaced[0].rectangle, (tile) => {
      tiles = tiles.with(tile.id, tile);
    });
    return new TileIndex(this.#trees.with(table, tree), tiles);
  }
}

const EMPTY = TileIndex.fromTrees([]);
