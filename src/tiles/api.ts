/**
 * Tiles, as other folders may use them: rectangles of a table's plane, and the index that finds
 * the tiles for a point or a predicate. All pure and immutable.
 */
export {
  type Axis,
  type Cut,
  type Rectangle,
  type Tile,
  type TileState,
  WHOLE_PLANE,
} from './tile.ts';
export { TileIndex, type TileMerge, type TileSplit } from './tile-index.ts';
export { type TileIndexJson, tileIndexFromJson, tileIndexToJson } from './tile-index-json.ts';
