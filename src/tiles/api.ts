/**
 * Tiles, as other folders may use them: rectangles of a table's plane, the index that finds the
 * tiles for a point or a predicate, and what tells that a tile's object has no row for one. All pure
 * and immutable.
 */
export { canHold, type ObjectPredicate, type SpaceRange, spaceRangesOf } from './pruning.ts';
export {
  type Axis,
  type Cut,
  generationsOf,
  type Rectangle,
  type Tile,
  WHOLE_PLANE,
} from './tile.ts';
export type {
  GenerationFrozen,
  GenerationOpened,
  TileCut,
  TileDivided,
  TileMerge,
  TileSealed,
} from './tile-changes.ts';
export { TileIndex } from './tile-index.ts';
export {
  type TileIndexJson,
  type TileIndexJsonV1,
  tileIndexFromJson,
  tileIndexToJson,
} from './tile-index-json.ts';
export type { TileObject } from './tile-object.ts';
export { type TileObjectJson, tileObjectFromJson, tileObjectToJson } from './tile-object-json.ts';
