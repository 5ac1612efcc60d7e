/**
 * Rows of tiles as a table of SQL: what `tile_scan(<id>)` reads in a query worker.
 *
 *   snapshot descriptors ──► TileCursor (runs of rows, one series each) ──► the engine's vectors
 *
 * Columns are filled one by one over all runs of a vector, so a column that SQL does not read costs
 * nothing. Texts go over as codes of the tile's dictionary.
 */
import { assertNever, known } from '../../base/assert.ts';
import type { StoredType } from '../../base/types.ts';
import {
  type ColumnType,
  SCAN_ROWS_MAX,
  type ScanColumn,
  type ScanCursor,
  type ScanSource,
} from '../../engine/api.ts';
import { type Slabs, type SnapshotDescriptor, TileCursor, TileReader } from '../../memory/api.ts';
import type { OpenTile } from '../../scan/api.ts';
import type { ScanTask, ScanTaskColumn } from './room-protocol.ts';
import type { TileDictionaries } from './tile-dictionaries.ts';

const PHYSICAL: Readonly<Record<StoredType, ColumnType>> = {
  double: 'double',
  bigint: 'bigint',
  timestamp: 'bigint',
  varchar: 'varchar',
  boolean: 'boolean',
};

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

function physicalType(source: ScanTaskColumn['source']): ColumnType {
  switch (source.kind) {
    case 'time':
    case 'version':
      return 'bigint';
    case 'measure_name':
    case 'dimension':
      return 'varchar';
    case 'measure':
      return PHYSICAL[source.type];
    default:
      return assertNever(source, 'scan column');
  }
}

class TilesCursor implements ScanCursor {
  readonly #tiles: readonly OpenTile[];
  readonly #sources: readonly ScanTaskColumn['source'][];
  #tile = 0;
  #cursor: TileCursor | undefined;
  readonly #codes = new Int32Array(SCAN_ROWS_MAX);
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
          this.#fill(tile, this.#cursor, { source: known(this.#sources[i], 'a source'), column });
        }
        return rows;
      }
      this.#tile++;
      this.#cursor = undefined;
    }
  }

  #fill(
    tile: OpenTile,
    cursor: TileCursor,
    { source, column }: { readonly source: ScanTaskColumn['source']; readonly column: ScanColumn },
  ): void {
    switch (source.kind) {
      case 'time':
        cursor.readTime(column.cells32);
        return;
      case 'version':
        cursor.readVersion(column.cells32);
        return;
      case 'measure_name':
        fillRuns(tile, cursor, column, (series) => tile.reader.measureCode(series));
        return;
      case 'dimension':
        fillRuns(tile, cursor, column, (series) =>
          tile.reader.dimensionCode(series, source.dimensionId),
        );
        return;
      case 'measure':
        this.#fillMeasure(tile, cursor, column, source);
        return;
      default:
        assertNever(source, 'scan column');
    }
  }

  #fillMeasure(
    tile: OpenTile,
    cursor: TileCursor,
    column: ScanColumn,
    { columnId, type }: { readonly columnId: number; readonly type: StoredType },
  ): void {
    switch (type) {
      case 'double':
      case 'bigint':
      case 'timestamp':
        cursor.readCells(columnId, column.cells32, column);
        return;
      case 'boolean':
        cursor.readBooleans(columnId, column.bytes, column);
        return;
      case 'varchar':
        // Rows that are NULL keep a code that means NULL to the engine.
        this.#codes.fill(-1);
        cursor.readCodes(columnId, this.#codes, column);
        column.putCodes(tile.dictionary, this.#codes, { from: 0, until: cursor.rows, row: 0 });
        return;
      default:
        assertNever(type, 'stored type');
    }
  }
}

/** What belongs to the series is the same in all rows of a run. */
function fillRuns(
  tile: OpenTile,
  cursor: TileCursor,
  column: ScanColumn,
  codeOf: (series: number) => number,
): void {
  for (let run = 0; run < cursor.runs; run++) {
    const code = codeOf(cursor.runSeries(run));
    const from = cursor.runFrom(run);
    const until = cursor.runUntil(run);
    if (code < 0) column.setNulls(from, until);
    else column.fillText(tile.dictionary, code, from, until);
  }
}
