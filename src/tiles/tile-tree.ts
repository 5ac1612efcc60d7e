/**
 * The tiles of one table, as a tree of cuts:
 *
 *        cut: space at s                     ┌──────┬───────────────┐
 *        ├─ below: tile 1                    │      │    tile 2     │
 *        └─ above: cut: time at t     =      │  1   ├───────────────┤ t
 *                  ├─ below: tile 2          │      │    tile 3     │
 *                  └─ above: tile 3          └──────┴───────────────┘
 *                                                   s
 *
 * Invariant, by construction: the leaves cover the plane and no two overlap, because a leaf is only
 * ever replaced by the two halves of its own rectangle, or two sibling leaves by their union.
 * Immutable: a change copies the path from the root. Look-ups cost the depth of what they touch.
 */
import { assert } from '../base/assert.ts';
import type { TileId } from '../base/brand.ts';
import { above, below, type Cut, divides, overlap, type Rectangle, type Tile } from './tile.ts';

export type TileTree =
  | { readonly kind: 'leaf'; readonly tile: Tile }
  | {
      readonly kind: 'cut';
      readonly cut: Cut;
      readonly below: TileTree;
      readonly above: TileTree;
    };

export function leaf(tile: Tile): TileTree {
  return { kind: 'leaf', tile };
}

/** The tile that holds the point. */
export function tileAt(tree: TileTree, space: bigint, time: bigint): Tile {
  let at = tree;
  while (at.kind === 'cut') {
    const coordinate = at.cut.axis === 'space' ? space : time;
    at = coordinate < at.cut.at ? at.below : at.above;
  }
  return at.tile;
}

/** Calls `visit` for every tile that shares a point with `range`. */
export function visitTiles(tree: TileTree, range: Rectangle, visit: (tile: Tile) => void): void {
  if (tree.kind === 'leaf') {
    if (overlap(tree.tile.rectangle, range)) visit(tree.tile);
    return;
  }
  const { axis, at } = tree.cut;
  const lo = axis === 'space' ? range.spaceLo : range.timeLo;
  const hi = axis === 'space' ? range.spaceHi : range.timeHi;
  if (lo < at) visitTiles(tree.below, range, visit);
  if (hi > at) visitTiles(tree.above, range, visit);
}

export interface Split {
  readonly tile: Tile;
  readonly cut: Cut;
  /** The ids of the two halves. */
  readonly below: TileId;
  readonly above: TileId;
}

export function splitLeaf(tree: TileTree, split: Split): TileTree {
  const { tile, cut } = split;
  assert(divides(tile.rectangle, cut), `a cut misses tile ${tile.id}`);
  return replaceAt(tree, tile, {
    kind: 'cut',
    cut,
    below: leaf({ ...tile, id: split.below, rectangle: below(tile.rectangle, cut) }),
    above: leaf({ ...tile, id: split.above, rectangle: above(tile.rectangle, cut) }),
  });
}

/** Puts `replacement` where the leaf of `tile` is. */
export function replaceAt(tree: TileTree, tile: Tile, replacement: TileTree): TileTree {
  if (tree.kind === 'leaf') {
    assert(tree.tile.id === tile.id, `tile ${tile.id} is not where its rectangle says`);
    return replacement;
  }
  const corner =
    tree.cut.axis === 'space' ? tile.rectangle.spaceLo : (tile.rectangle.timeLo as bigint);
  return corner < tree.cut.at
    ? { ...tree, below: replaceAt(tree.below, tile, replacement) }
    : { ...tree, above: replaceAt(tree.above, tile, replacement) };
}

/** One tile instead of two that one cut made; undefined when they are not the halves of one cut. */
export function mergeLeaves(
  tree: TileTree,
  pair: { readonly a: TileId; readonly b: TileId; readonly merged: TileId },
): TileTree | undefined {
  if (tree.kind === 'leaf') return undefined;
  if (tree.below.kind === 'leaf' && tree.above.kind === 'leaf') {
    const [low, high] = [tree.below.tile, tree.above.tile];
    const same =
      (low.id === pair.a && high.id === pair.b) || (low.id === pair.b && high.id === pair.a);
    if (!same) return undefined;
    const { spaceLo, timeLo } = low.rectangle;
    const { spaceHi, timeHi } = high.rectangle;
    return leaf({ ...low, id: pair.merged, rectangle: { spaceLo, spaceHi, timeLo, timeHi } });
  }
  const lower = mergeLeaves(tree.below, pair);
  if (lower !== undefined) return { ...tree, below: lower };
  const upper = mergeLeaves(tree.above, pair);
  return upper === undefined ? undefined : { ...tree, above: upper };
}
