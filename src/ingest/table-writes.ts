/**
 * What ingest keeps about a table between requests: the types of its columns, and the tiles that
 * its rows went to. Memos of dimensions and measures refer to it.
 */
import { known } from '../base/assert.ts';
import type { TableId } from '../base/brand.ts';
import type { StoredType } from '../base/types.ts';
import { ATTRIBUTE_COLUMN_FIRST, SCALAR_TYPES, type TableSchema } from '../catalog/api.ts';
import type { ColumnTypes } from '../memory/api.ts';
import type { TileIndex } from '../tiles/api.ts';
import { TileRoutes } from './tile-routes.ts';

export class TableWrites {
  readonly table: TableId;
  #schema: TableSchema | undefined;
  #columnTypes: ColumnTypes | undefined;
  #tiles: TileIndex | undefined;
  #routes: TileRoutes | undefined;

  constructor(table: TableId) {
    this.table = table;
  }

  columnTypes(schema: TableSchema): ColumnTypes {
    if (this.#columnTypes === undefined || this.#schema !== schema) {
      this.#schema = schema;
      this.#columnTypes = (columnId) => typeOfColumn(schema, columnId);
    }
    return this.#columnTypes;
  }

  routes(tiles: TileIndex): TileRoutes {
    if (this.#routes === undefined || this.#tiles !== tiles) {
      this.#tiles = tiles;
      this.#routes = new TileRoutes(this.table, tiles);
    }
    return this.#routes;
  }
}

function typeOfColumn(schema: TableSchema, columnId: number): StoredType {
  if (columnId < ATTRIBUTE_COLUMN_FIRST) return known(SCALAR_TYPES[columnId], 'scalar column');
  return known(schema.attributes[columnId - ATTRIBUTE_COLUMN_FIRST], 'attribute').type;
}
