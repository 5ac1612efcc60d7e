/** An object as a kernel's task names it, and what it will take once it is decoded. Pure. */
import { known } from '../../base/assert.ts';
import type { TableEntry } from '../../catalog/api.ts';
import type { TileObject } from '../../tiles/api.ts';
import type { ResidentObject } from './resident-objects.ts';
import type { ScanTaskColumn } from './room-protocol.ts';

export function residentObject(
  object: TileObject,
  table: TableEntry,
  wanted: { readonly columns: readonly ScanTaskColumn[]; readonly path: string },
): ResidentObject {
  return {
    path: wanted.path,
    table: table.id,
    rows: object.rows,
    minTime: object.minTime,
    maxTime: object.maxTime,
    dimensions: object.dimensions.map((id) => ({
      id,
      name: known(table.schema.dimensions[id], `dimension ${id}`),
    })),
    columns: wanted.columns.flatMap(({ source }) =>
      source.kind === 'measure' && object.columns.includes(source.columnId)
        ? [{ id: source.columnId, type: source.type }]
        : [],
    ),
  };
}

/** Times, versions and the columns, at 8 bytes a cell; series and texts take little beside them. */
export function residentBytes({ rows, columns }: ResidentObject): number {
  return rows * 8 * (2 + columns.length);
}
