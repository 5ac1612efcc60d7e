/**
 * The texts of tiles, kept from query to query: the engine converts a text once for as long as the
 * dictionary object lives, so each tile has one object, through which the newest snapshot is read.
 *
 * Tile ids are never used again, so a dictionary that fell out is simply made anew.
 */
import { LRUCache } from 'lru-cache';
import type { GenerationId } from '../../base/brand.ts';
import type { ScanDictionary } from '../../engine/api.ts';
import type { DictionaryReader } from '../../memory/api.ts';

/** Tiles of the tables that dashboards ask again and again; more would only hold memory. */
const TILES_MAX = 256;

class GrowingDictionary implements ScanDictionary {
  reader: DictionaryReader;

  constructor(reader: DictionaryReader) {
    this.reader = reader;
  }

  text(code: number): string {
    return this.reader.text(code);
  }
}

export class TileDictionaries {
  readonly #byTile = new LRUCache<GenerationId, GrowingDictionary>({ max: TILES_MAX });

  /** Codes only ever grow, so the larger of two snapshots' readers serves both. */
  of(tile: GenerationId, reader: DictionaryReader): ScanDictionary {
    const known = this.#byTile.get(tile);
    if (known) {
      if (reader.size > known.reader.size) known.reader = reader;
      return known;
    }
    const dictionary = new GrowingDictionary(reader);
    this.#byTile.set(tile, dictionary);
    return dictionary;
  }
}
