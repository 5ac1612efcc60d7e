/** How records change the tile index. Pure; what a tile may become is decided where records are made. */
import { assert, assertNever, known } from '../base/assert.ts';
import type { Nanos, TileId } from '../base/brand.ts';
import { type TileIndex, tileObjectFromJson } from '../tiles/api.ts';
import type { TileRecord } from './records.ts';

/** The part of the catalog's state that the records of tiles change. */
interface TileState {
  readonly tiles: TileIndex;
  readonly next: { readonly tile: TileId };
}

export function foldTiles<State extends TileState>(state: State, record: TileRecord): State {
  const tiles = changed(state.tiles, record);
  const given = newIds(record);
  for (const id of given) assert(id >= state.next.tile, `tile id ${id} is given twice`);
  const next = given.reduce((most, id) => Math.max(most, id + 1), state.next.tile);
  return { ...state, tiles, next: { ...state.next, tile: next as TileId } };
}

function changed(tiles: TileIndex, record: TileRecord): TileIndex {
  switch (record.kind) {
    case 'generation-opened':
      return tiles.withGeneration(record);
    case 'generation-frozen':
      return tiles.withFrozen(record);
    case 'tile-cut':
      return tiles.withCut({
        tile: record.tile,
        at: BigInt(record.at) as Nanos,
        spaceCuts: record.spaceCuts.map(BigInt),
        above: record.above,
      });
    case 'tile-sealed':
      return tiles.withSealed({ ...record, added: record.added.map(tileObjectFromJson) });
    case 'tile-divided': {
      const cuts = record.cuts.map((cut) => BigInt(cut) as Nanos);
      return tiles.withDivided({ tile: record.tile, cuts, above: record.above });
    }
    case 'tiles-merged':
      return known(tiles.withMerge(record), 'tiles that can be merged');
    default:
      return assertNever(record, 'tile record');
  }
}

/** Of tiles and generations. */
function newIds(record: TileRecord): readonly number[] {
  switch (record.kind) {
    case 'generation-opened':
      return [record.generation];
    case 'tile-cut':
    case 'tile-divided':
      return record.above;
    case 'generation-frozen':
    case 'tile-sealed':
    case 'tiles-merged':
      return [];
    default:
      return assertNever(record, 'tile record');
  }
}
