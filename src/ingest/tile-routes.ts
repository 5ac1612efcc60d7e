/**
 * From a row's series and time to its tile, for one table at one state of the tile index.
 *
 * Rows of a request nearly always go where the row before them went, so the last tiles are kept
 * with their rectangles as 32-bit halves: finding one of them again makes no bigint. Void, and made
 * anew, as soon as any tile changes.
 */
import { known } from '../base/assert.ts';
import type { TableId } from '../base/brand.ts';
import { compareInt64, fromBigInt } from '../base/int64.ts';
import type { SpaceCoordinate } from '../memory/api.ts';
import type { Tile, TileIndex } from '../tiles/api.ts';

/** A table under load is written to in a few tiles side by side in space. */
const RECENT_TILES_MAX = 16;

const SPACE_END = 1n << 64n;
const TIME_END = 1n << 63n;

export class TileRoutes {
  readonly #table: TableId;
  readonly #tiles: TileIndex;
  /** The newest first. */
  readonly #recent: Place[] = [];

  constructor(table: TableId, tiles: TileIndex) {
    this.#table = table;
    this.#tiles = tiles;
  }

  /** The tile of a row, its time given as halves. */
  find(space: SpaceCoordinate, lo: number, hi: number): Tile {
    const recent = this.#recent;
    for (let i = 0; i < recent.length; i++) {
      if (recent[i]!.contains(space, lo, hi)) return recent[i]!.tile;
    }
    const time = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
    const tile = this.#tiles.at(this.#table, coordinateOf(space), time);
    const place = new Place(known(tile, `a tile of table ${this.#table}`));
    recent.unshift(place);
    if (recent.length > RECENT_TILES_MAX) recent.pop();
    return place.tile;
  }
}

function coordinateOf({ high, low }: SpaceCoordinate): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** A tile and its rectangle; an upper bound that is the end of the plane is left out. */
class Place {
  readonly tile: Tile;
  readonly #timeFrom: { readonly lo: number; readonly hi: number };
  readonly #timeUntil: { readonly lo: number; readonly hi: number } | undefined;
  readonly #spaceFrom: SpaceCoordinate;
  readonly #spaceUntil: SpaceCoordinate | undefined;

  constructor(tile: Tile) {
    const { spaceLo, spaceHi, timeLo, timeHi } = tile.rectangle;
    this.tile = tile;
    this.#timeFrom = fromBigInt(timeLo);
    this.#timeUntil = timeHi >= TIME_END ? undefined : fromBigInt(timeHi);
    this.#spaceFrom = spaceOf(spaceLo);
    this.#spaceUntil = spaceHi >= SPACE_END ? undefined : spaceOf(spaceHi);
  }

  contains(space: SpaceCoordinate, lo: number, hi: number): boolean {
    const from = this.#timeFrom;
    if (compareInt64(lo, hi, from.lo, from.hi) < 0) return false;
    const until = this.#timeUntil;
    if (until !== undefined && compareInt64(lo, hi, until.lo, until.hi) >= 0) return false;
    if (isBelow(space, this.#spaceFrom)) return false;
    return this.#spaceUntil === undefined || isBelow(space, this.#spaceUntil);
  }
}

function spaceOf(coordinate: bigint): SpaceCoordinate {
  return { high: Number(coordinate >> 32n), low: Number(coordinate & 0xffff_ffffn) };
}

function isBelow(a: SpaceCoordinate, b: SpaceCoordinate): boolean {
  return a.high < b.high || (a.high === b.high && a.low < b.low);
}
