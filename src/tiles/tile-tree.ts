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
 * Invariants, by construction:
 *   - The leaves cover the plane and no two overlap: a leaf is only ever replaced by a partition of
 *     its own rectangle, or two neighbours by their union.
 *   - Cuts of one axis that follow each other form a run, which is an AVL tree: a table that is
 *     only ever cut above its newest row would else become a list. Turning two cuts of the
 *     same axis around changes neither the leaves nor their order.
 * So a path is as long as its changes of axis, times the logarithm of a run. Nothing here recurses
 * deeper than one run. Immutable: a change copies the path from the root.
 */
import { assert } from '../base/assert.ts';
import type { Axis, Cut, Rectangle, Tile } from './tile.ts';

export interface TileLeaf {
  readonly kind: 'leaf';
  readonly tile: Tile;
}

export interface TileFork extends Cut {
  readonly kind: 'fork';
  readonly below: TileTree;
  readonly above: TileTree;
  /** Of the run that starts here, in cuts of its own axis. */
  readonly height: number;
}

export type TileTree = TileLeaf | TileFork;

export function leaf(tile: Tile): TileLeaf {
  return { kind: 'leaf', tile };
}

/** The tree of a rectangle whose two parts are given; O(difference of the runs' heights). */
export function joined(cut: Cut, below: TileTree, above: TileTree): TileTree {
  const lower = heightAlong(cut.axis, below);
  const upper = heightAlong(cut.axis, above);
  if (below.kind === 'fork' && lower > upper + 1) {
    return rebalanced(below, below.below, joined(cut, below.above, above));
  }
  if (above.kind === 'fork' && upper > lower + 1) {
    return rebalanced(above, joined(cut, below, above.below), above.above);
  }
  return fork(cut, below, above);
}

/** The tree of a rectangle that `cuts`, ascending on one axis, divide into `parts`. */
export function partitioned(
  axis: Axis,
  cuts: readonly bigint[],
  parts: readonly TileTree[],
): TileTree {
  assert(parts.length === cuts.length + 1, 'a partition has one part more than cuts');
  const middle = cuts.length >> 1;
  const at = cuts[middle];
  if (at === undefined) return parts[0]!;
  return joined(
    { axis, at },
    partitioned(axis, cuts.slice(0, middle), parts.slice(0, middle + 1)),
    partitioned(axis, cuts.slice(middle + 1), parts.slice(middle + 1)),
  );
}

/** The tile that holds the point. */
export function tileAt(tree: TileTree, space: bigint, time: bigint): Tile {
  let node = tree;
  while (node.kind === 'fork') {
    const coordinate = node.axis === 'space' ? space : time;
    node = coordinate < node.at ? node.below : node.above;
  }
  return node.tile;
}

/** Calls `visit` for every tile that shares a point with `range`; what is below a cut comes first. */
export function visitTiles(tree: TileTree, range: Rectangle, visit: (tile: Tile) => void): void {
  const { spaceLo, spaceHi, timeLo, timeHi } = range;
  if (spaceLo >= spaceHi || timeLo >= timeHi) return;
  const waiting: TileTree[] = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === 'leaf') {
      visit(node.tile);
      continue;
    }
    const alongSpace = node.axis === 'space';
    if ((alongSpace ? spaceHi : timeHi) > node.at) waiting.push(node.above);
    if ((alongSpace ? spaceLo : timeLo) < node.at) waiting.push(node.below);
  }
}

/** Puts `replacement`, a tree of the same rectangle, where the leaf of `tile` is. */
export function replaceLeaf(tree: TileTree, tile: Tile, replacement: TileTree): TileTree {
  return grafted(pathTo(tree, tile), tile, replacement);
}

/** Two neighbouring leaves of one run, and how to get there. */
export interface Neighbours {
  readonly low: Tile;
  readonly high: Tile;
  /** From the root to the fork whose cut lies between the two, without it. */
  readonly root: readonly TileFork[];
  /** From the part below that cut to the low leaf; every step goes above. */
  readonly lowSide: readonly TileFork[];
  /** From the part above that cut to the high leaf; every step goes below. */
  readonly highSide: readonly TileFork[];
}

/** The leaf that follows `low` in its run along the axis; undefined when what follows is cut. */
export function neighbourAbove(tree: TileTree, low: Tile, axis: Axis): Neighbours | undefined {
  const path = pathTo(tree, low);
  const border = axis === 'space' ? low.rectangle.spaceHi : low.rectangle.timeHi;
  let start = path.length - 1;
  while (start >= 0 && path[start]!.axis === axis && path[start]!.at !== border) start--;
  const parting = path[start];
  if (parting === undefined || parting.axis !== axis) return undefined;
  const highSide: TileFork[] = [];
  let node = parting.above;
  for (; node.kind === 'fork' && node.axis === axis; node = node.below) highSide.push(node);
  if (node.kind === 'fork') return undefined;
  const root = path.slice(0, start);
  return { low, high: node.tile, root, lowSide: path.slice(start + 1), highSide };
}

/** The whole tree, with `union` in the place of the two. */
export function mergeNeighbours(neighbours: Neighbours, union: Tile): TileTree {
  const { root, lowSide, highSide } = neighbours;
  const lower = lowSide.reduceRight<TileTree>(
    (part, node) => joined(node, node.below, part),
    leaf(union),
  );
  const last = highSide.at(-1);
  if (last === undefined) return grafted(root, union, lower);
  const upper = highSide
    .slice(0, -1)
    .reduceRight<TileTree>((part, node) => joined(node, part, node.above), last.above);
  return grafted(root, union, joined(last, lower, upper));
}

/** The forks from the root to the leaf of the tile. */
function pathTo(tree: TileTree, tile: Tile): readonly TileFork[] {
  const path: TileFork[] = [];
  let node = tree;
  while (node.kind === 'fork') {
    path.push(node);
    node = isBelow(tile, node) ? node.below : node.above;
  }
  assert(node.tile.id === tile.id, `tile ${tile.id} is not where its rectangle says`);
  return path;
}

/** The tree again whose forks on the way to the tile are `path`, with `part` at the way's end. */
function grafted(path: readonly TileFork[], tile: Tile, part: TileTree): TileTree {
  return path.reduceRight(
    (grown, node) =>
      isBelow(tile, node) ? joined(node, grown, node.above) : joined(node, node.below, grown),
    part,
  );
}

function isBelow(tile: Tile, { axis, at }: Cut): boolean {
  return (axis === 'space' ? tile.rectangle.spaceLo : tile.rectangle.timeLo) < at;
}

/** What lies beyond a change of axis counts as a leaf. */
function heightAlong(axis: Axis, tree: TileTree): number {
  return tree.kind === 'fork' && tree.axis === axis ? tree.height : 0;
}

function fork({ axis, at }: Cut, below: TileTree, above: TileTree): TileFork {
  const height = 1 + Math.max(heightAlong(axis, below), heightAlong(axis, above));
  return { kind: 'fork', axis, at, below, above, height };
}

/** A fork whose parts' heights differ by two at most: turned once or twice where they do. */
function rebalanced(cut: Cut, below: TileTree, above: TileTree): TileFork {
  const { axis } = cut;
  const lower = heightAlong(axis, below);
  const upper = heightAlong(axis, above);
  if (below.kind === 'fork' && lower > upper + 1) {
    const inner = below.above;
    if (inner.kind === 'leaf' || heightAlong(axis, inner) <= heightAlong(axis, below.below)) {
      return fork(below, below.below, fork(cut, inner, above));
    }
    return fork(inner, fork(below, below.below, inner.below), fork(cut, inner.above, above));
  }
  if (above.kind === 'fork' && upper > lower + 1) {
    const inner = above.below;
    if (inner.kind === 'leaf' || heightAlong(axis, inner) <= heightAlong(axis, above.above)) {
      return fork(above, fork(cut, below, inner), above.above);
    }
    return fork(inner, fork(cut, below, inner.below), fork(above, inner.above, above.above));
  }
  return fork(cut, below, above);
}
