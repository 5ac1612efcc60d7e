/** What a record means for generations and objects. Pure. */
import { assertNever, known } from '../base/assert.ts';
import type { GenerationId, TableId, TileId } from '../base/brand.ts';
import { generationsOf, type Tile } from '../tiles/api.ts';
import type { TileChanges } from './catalog.ts';
import type { CatalogState } from './catalog-state.ts';
import type { TileRecord } from './records.ts';

const NOTHING: TileChanges = { opened: [], frozen: [], dropped: [], retired: [] };

/** New tiles, each with a first generation of its own number. */
export function openedTiles(table: TableId, tiles: readonly TileId[]): TileChanges {
  const opened = tiles.map((id) => ({ table, generation: id as number as GenerationId }));
  return { ...NOTHING, opened };
}

export function lostTiles(tiles: readonly Tile[]): TileChanges {
  return {
    ...NOTHING,
    dropped: tiles.flatMap(generationsOf),
    retired: tiles.flatMap(({ objects }) => objects.map(({ key }) => key)),
  };
}

export function tilesChanged(before: CatalogState, record: TileRecord): TileChanges {
  switch (record.kind) {
    case 'generation-opened': {
      const { table, active } = known(before.tiles.tile(record.tile), `tile ${record.tile}`);
      const opened = [{ table, generation: record.generation }];
      return { ...NOTHING, opened, frozen: active === undefined ? [] : [active] };
    }
    case 'tile-cut': {
      const { table } = known(before.tiles.tile(record.tile), `tile ${record.tile}`);
      return openedTiles(table, record.above);
    }
    case 'tile-sealed':
      return { ...NOTHING, dropped: record.generations, retired: record.removed };
    case 'tile-divided':
    case 'tiles-merged':
      return NOTHING;
    default:
      return assertNever(record, 'tile record');
  }
}
