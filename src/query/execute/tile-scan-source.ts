/**
 * Rows of tiles as a table of SQL: what `tile_scan(<id>)` reads in a query worker.
 *
 *   snapshot descriptors ──► TileCursor (runs of rows, one series each) ──► the engine's vectors
 *
 * Columns are filled one by one over all runs of a vector, so a column that SQL does not read costs
 * nothing. Texts go over as codes of the tile's dictionary.
 */
import { known } from '../../base/assert.ts';
import {
  SCAN_ROWS_MAX,
  type ScanColumn,
  type ScanCursor,
  type ScanSource,
} from '../../engine/api.ts';
import { type Slabs, type SnapshotDescriptor, TileCursor, TileReader } from '../../memory/api.ts';
import type { OpenTile } from '../../scan/api.ts';
import { fillColumn, physicalType } from './fill-column.ts';
import type { ScanTask, ScanTaskColumn } from './room-protocol.ts';
import type { TileDictionaries } from './tile-dictionaries.ts';

export class TileScanSource implements ScanSource {
  readonly columns: ScanSource['columns'];
  readonly rowsEstimated: number;
  /** By all cursors together: more than there are when SQL reads the scan twice. */
  rowsRead = 0;
  readonly #slabs: Slabs;
  readonly #dictionaries: TileDictionaries;
  readonly #task: ScanTask;

  constructor(slabs: Slabs, dictionaries: TileDictionaries, task: ScanTask) {
    this.#slabs = slabs;
    this.#dictionaries = dictionaries;
    this.#task = task;
    this.rowsEstimated = task.rowsEstimated;
    this.columns = task.columns.map(({ name, source }) => ({ name, type: physicalType(source) }));
  }

  open(projected: readonly number[]): ScanCursor {
    const sources = projected.map((at) => known(this.#task.columns[at], 'a scan column').source);
    const tiles = openTiles(this.#slabs, this.#dictionaries, this.#task.tiles);
    return new TilesCursor(tiles, sources, (rows) => {
      this.rowsRead += rows;
    });
  }
}

export function openTiles(
  slabs: Slabs,
  dictionaries: TileDictionaries,
  tiles: readonly SnapshotDescriptor[],
): readonly OpenTile[] {
  return tiles.map((descriptor, index) => {
    const reader = new TileReader(slabs, descriptor);
    return { index, reader, dictionary: dictionaries.of(descriptor.generation, reader.dictionary) };
  });
}

class TilesCursor implements ScanCursor {
  readonly #tiles: readonly OpenTile[];
  readonly #sources: readonly ScanTaskColumn['source'][];
  #tile = 0;
  #cursor: TileCursor | undefined;
  readonly #onRead: (rows: number) => void;

  constructor(
    tiles: readonly OpenTile[],
    sources: readonly ScanTaskColumn['source'][],
    onRead: (rows: number) => void,
  ) {
    this.#tiles = tiles;
    this.#sources = sources;
    this.#onRead = onRead;
  }

  next(out: readonly ScanColumn[]): number {
    for (;;) {
      const tile = this.#tiles[this.#tile];
      if (!tile) return 0;
      this.#cursor ??= new TileCursor(tile.reader);
      const rows = this.#cursor.next(SCAN_ROWS_MAX);
      if (rows > 0) {
        this.#onRead(rows);
        for (let i = 0; i < this.#sources.length; i++) {
          const column = known(out[i], 'a column to fill');
          fillColumn(tile, this.#cursor, { source: known(this.#sources[i], 'a source'), column });
        }
        return rows;
      }
      this.#tile++;
      this.#cursor = undefined;
    }
  }
}
