/** A tile as a kernel reads it, and the slice of it that is at hand. */
import type { ScanDictionary } from '../engine/api.ts';
import type { TileReader } from '../memory/api.ts';

export interface OpenTile {
  /** Its place among the tiles of the scan. */
  readonly index: number;
  readonly reader: TileReader;
  /** The tile's texts as the engine takes them. */
  readonly dictionary: ScanDictionary;
}

/**
 * Rows [from, until) of one slice, numbered as in their chunk. Reused from slice to slice, as this
 * is hot.
 */
export class SliceRows {
  tile: OpenTile;
  slice = 0;
  series = 0;
  from = 0;
  until = 0;
  /** 1 for rows that pass the row filters; undefined: all do. */
  mask: Uint8Array | undefined;

  constructor(tile: OpenTile) {
    this.tile = tile;
  }
}
