/** What a record means for generations and objects. Pure. */
import { assertNever, known } from '../base/assert.ts';
import type { GenerationId, TableId, TileId } from '../base/brand.ts';
import { generationsOf, type Tile } from '../tiles/api.ts';
import type { TileChanges } from './catalog.ts';
import type { CatalogState } from './catalog-state.ts';
import type { TileRecord } from './records.ts';

const NOTHING: TileChanges = { touched: [], opened: [], frozen: [], dropped: [], retired: [] };

/** New tiles, each with a first generation of its own number. */
export function openedTiles(table: TableId, tiles: readonly TileId[]): TileChanges {
  const opened = tiles.map((id) => ({ table, generation: id as number as GenerationId }));
  return { ...NOTHING, touched: tiles, opened };
}

export function lostTiles(tiles: readonly Tile[]): TileChanges {
  return {
    ...NOTHING,
    touched: tiles.map(({ id }) => id),
    dropped: tiles.flatMap(generationsOf),
    retired: tiles.flatMap(({ objects }) => objects.map(({ key }) => key)),
  };
}

export function tilesChanged(before: CatalogState, record: TileRecord): TileChanges {
  const tileBefore = (id: TileId): Tile => known(before.tiles.tile(id), `tile ${id}`);
  switch (record.kind) {
    case 'generation-opened': {
      const { table, active } = tileBefore(record.tile);
      const opened = [{ table, generation: record.generation }];
      return { ...NOTHING, touched: [record.tile], opened, frozen: present(active) };
    }
    case 'generation-frozen': {
      const { active } = tileBefore(record.tile);
      return { ...NOTHING, touched: [record.tile], frozen: present(active) };
    }
    case 'tile-cut': {
      const { table } = tileBefore(record.tile);
      const changes = openedTiles(table, record.above);
      return { ...changes, touched: [record.tile, ...record.above] };
    }
    case 'tile-sealed': {
      const { tile, generations, removed } = record;
      return { ...NOTHING, touched: [tile], dropped: generations, retired: removed };
    }
    case 'tile-divided':
      return { ...NOTHING, touched: [record.tile, ...record.above] };
    case 'tiles-merged':
      return { ...NOTHING, touched: [record.a, record.b] };
    default:
      return assertNever(record, 'tile record');
  }
}

function present(generation: GenerationId | undefined): readonly GenerationId[] {
  return generation === undefined ? [] : [generation];
}
