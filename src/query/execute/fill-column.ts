/** Copies a column of a cursor's rows into a column of a result or of the engine. */
import { assertNever } from '../../base/assert.ts';
import type { StoredType } from '../../base/types.ts';
import { type ColumnType, SCAN_ROWS_MAX, type ScanColumn } from '../../engine/api.ts';
import type { TileCursor } from '../../memory/api.ts';
import type { OpenTile } from '../../scan/api.ts';
import type { ScanTaskColumn } from './room-protocol.ts';

const PHYSICAL: Readonly<Record<StoredType, ColumnType>> = {
  double: 'double',
  bigint: 'bigint',
  timestamp: 'bigint',
  varchar: 'varchar',
  boolean: 'boolean',
};

export function physicalType(source: ScanTaskColumn['source']): ColumnType {
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

/** Reused: no call lasts beyond its copying. */
const codes = new Int32Array(SCAN_ROWS_MAX);

export function fillColumn(
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
      fillMeasure(tile, cursor, column, source);
      return;
    default:
      assertNever(source, 'scan column');
  }
}

function fillMeasure(
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
      codes.fill(-1);
      cursor.readCodes(columnId, codes, column);
      column.putCodes(tile.dictionary, codes, { from: 0, until: cursor.rows, row: 0 });
      return;
    default:
      assertNever(type, 'stored type');
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
