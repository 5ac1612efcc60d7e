/**
 * The tile index as a JSON value, for metadata snapshots (version 2):
 *
 *     index        { v: 2, numbers: [list, …], texts: [list, …],
 *                    tables: [[table id, [node, …]], …] }
 *     node         in preorder: a cut, what is below it, what is above it
 *       cut        "s" or "t" for the axis, then the coordinate as decimal text, in one string
 *       tile       its id, when its one generation has the same number and it has no objects;
 *                  else [id, [frozen generation, …], active generation or null, object, …]
 *     object       tile-object-json.ts; its lists by their number in `numbers` and `texts`
 *
 * The nodes are one flat list, so that no reader recurses. Rectangles are not written: they follow
 * from the cuts above a tile, so a snapshot cannot hold tiles that overlap or leave a gap.
 *
 * Version 1 is read too: [[table id, tree], …], a tree ["space" | "time", "coordinate", below, above]
 * or a tile [id, state], from when a tile had one generation, of its own number, and no objects.
 */
import { assert } from '../base/assert.ts';
import type { GenerationId, TableId, TileId } from '../base/brand.ts';
import { SharedLists } from './shared-lists.ts';
import { above, below, type Cut, divides, type Rectangle, type Tile, WHOLE_PLANE } from './tile.ts';
import { TileIndex } from './tile-index.ts';
import {
  type ListReader,
  type ListWriter,
  objectFromJson,
  objectToJson,
  type TileObjectJson,
} from './tile-object-json.ts';
import { joined, leaf, type TileLeaf, type TileTree } from './tile-tree.ts';

type TileJson = readonly [
  id: number,
  frozen: readonly number[],
  active: number | null,
  ...objects: TileObjectJson[],
];
type NodeJson = string | number | TileJson;

export interface TileIndexJson {
  readonly v: 2;
  readonly numbers: readonly (readonly number[])[];
  readonly texts: readonly (readonly string[])[];
  readonly tables: readonly (readonly [table: number, nodes: readonly NodeJson[]])[];
}

type TreeJsonV1 =
  | readonly [id: number, state: string]
  | readonly [axis: Cut['axis'], at: string, below: TreeJsonV1, above: TreeJsonV1];
export type TileIndexJsonV1 = readonly (readonly [table: number, tree: TreeJsonV1])[];

export function tileIndexToJson(index: TileIndex): TileIndexJson {
  const numbers = new SharedLists<number>();
  const texts = new SharedLists<string>();
  const lists = {
    numbers: (list: readonly number[]) => numbers.numberOf(list),
    texts: (list: readonly string[]) => texts.numberOf(list),
  };
  const tables = [...index.trees].map(([table, tree]) => {
    const nodes: NodeJson[] = [];
    const waiting = [tree];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.kind === 'fork') {
        nodes.push(`${node.axis === 'space' ? 's' : 't'}${node.at}`);
        waiting.push(node.above, node.below);
      } else {
        nodes.push(tileToJson(node.tile, lists));
      }
    }
    return [table, nodes] as const;
  });
  return { v: 2, numbers: numbers.all, texts: texts.all, tables };
}

export function tileIndexFromJson(json: TileIndexJson | TileIndexJsonV1): TileIndex {
  if (isVersion1(json)) {
    return treesFromNodes(
      json.map(([table, tree]) => [table, nodesOfV1(tree)]),
      SharedLists.reader([], []),
    );
  }
  assert(json.v === 2, `the tile index is written in version ${json.v}`);
  return treesFromNodes(json.tables, SharedLists.reader(json.numbers, json.texts));
}

function tileToJson({ id, frozen, active, objects }: Tile, lists: ListWriter): NodeJson {
  const isNew = objects.length === 0 && frozen.length === 0 && Number(active) === id;
  return isNew
    ? id
    : [id, frozen, active ?? null, ...objects.map((object) => objectToJson(object, lists))];
}

function treesFromNodes(tables: TileIndexJson['tables'], lists: ListReader): TileIndex {
  return TileIndex.fromTrees(
    tables.map(([table, nodes]) => [
      table as TableId,
      treeFromNodes(nodes, (json, rectangle) =>
        leaf(tileFromJson(json, { table: table as TableId, rectangle, lists })),
      ),
    ]),
  );
}

/** Down once, to know the rectangles of the tiles; up again, to join the parts of each cut. */
function treeFromNodes(
  nodes: readonly NodeJson[],
  toLeaf: (json: number | TileJson, rectangle: Rectangle) => TileLeaf,
): TileTree {
  const rectangles = [WHOLE_PLANE];
  const parsed = nodes.map((node) => {
    const rectangle = rectangles.pop();
    assert(rectangle !== undefined, 'a tree of tiles goes on after its end');
    if (typeof node !== 'string') return toLeaf(node, rectangle);
    const cut: Cut = { axis: node[0] === 's' ? 'space' : 'time', at: BigInt(node.slice(1)) };
    assert(divides(rectangle, cut), 'a cut lies outside its place');
    rectangles.push(above(rectangle, cut), below(rectangle, cut));
    return cut;
  });
  assert(rectangles.length === 0, 'a tree of tiles lacks its end');
  const parts: TileTree[] = [];
  for (const node of parsed.reverse()) {
    parts.push('axis' in node ? joined(node, parts.pop()!, parts.pop()!) : node);
  }
  return parts[0]!;
}

function tileFromJson(
  json: number | TileJson,
  { table, rectangle, lists }: Pick<Tile, 'table' | 'rectangle'> & { readonly lists: ListReader },
): Tile {
  if (typeof json === 'number') {
    const id = json as TileId;
    return { id, table, rectangle, frozen: [], active: json as GenerationId, objects: [] };
  }
  const [id, frozen, active, ...objects] = json;
  return {
    id: id as TileId,
    table,
    rectangle,
    frozen: frozen as readonly GenerationId[],
    active: (active ?? undefined) as GenerationId | undefined,
    objects: objects.map((object) => objectFromJson(object, lists)),
  };
}

function isVersion1(json: TileIndexJson | TileIndexJsonV1): json is TileIndexJsonV1 {
  return Array.isArray(json);
}

function nodesOfV1(tree: TreeJsonV1): readonly NodeJson[] {
  const nodes: NodeJson[] = [];
  const waiting = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.length === 2) {
      nodes.push(node[0]);
    } else {
      nodes.push(`${node[0] === 'space' ? 's' : 't'}${node[1]}`);
      waiting.push(node[3], node[2]);
    }
  }
  return nodes;
}
