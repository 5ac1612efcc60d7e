/**
 * The tile index as a JSON value, for metadata snapshots (version 1):
 *
 *     index   [[table id, tree], …]
 *     tree    [tile id, state kind]                          a leaf
 *             ["space" | "time", "coordinate", below, above]   a cut; decimal text, 64 bit
 *
 * Rectangles are not written: they follow from the cuts above a leaf, so a snapshot cannot hold
 * tiles that overlap or leave a gap.
 */
import { assert } from '../base/assert.ts';
import type { TableId, TileId } from '../base/brand.ts';
import {
  above,
  below,
  type Cut,
  divides,
  type Rectangle,
  type TileState,
  WHOLE_PLANE,
} from './tile.ts';
import { TileIndex } from './tile-index.ts';
import { leaf, type TileTree } from './tile-tree.ts';

type LeafJson = readonly [id: number, state: TileState['kind']];
type CutJson = readonly [axis: Cut['axis'], at: string, below: TreeJson, above: TreeJson];
type TreeJson = LeafJson | CutJson;

export type TileIndexJson = readonly (readonly [table: number, tree: TreeJson])[];

export function tileIndexToJson(index: TileIndex): TileIndexJson {
  return [...index.trees].map(([table, tree]) => [table, treeToJson(tree)]);
}

export function tileIndexFromJson(json: TileIndexJson): TileIndex {
  return TileIndex.fromTrees(
    json.map(([id, tree]) => {
      const table = id as TableId;
      return [table, treeFromJson(tree, { table, rectangle: WHOLE_PLANE })] as const;
    }),
  );
}

function treeToJson(tree: TileTree): TreeJson {
  return tree.kind === 'leaf'
    ? [tree.tile.id, tree.tile.state.kind]
    : [tree.cut.axis, String(tree.cut.at), treeToJson(tree.below), treeToJson(tree.above)];
}

function treeFromJson(
  json: TreeJson,
  place: { readonly table: TableId; readonly rectangle: Rectangle },
): TileTree {
  if (json.length === 2) return leaf({ ...place, id: json[0] as TileId, state: { kind: json[1] } });
  const cut: Cut = { axis: json[0], at: BigInt(json[1]) };
  assert(divides(place.rectangle, cut), `table ${place.table} has a cut outside its place`);
  return {
    kind: 'cut',
    cut,
    below: treeFromJson(json[2], { ...place, rectangle: below(place.rectangle, cut) }),
    above: treeFromJson(json[3], { ...place, rectangle: above(place.rectangle, cut) }),
  };
}
