/**
 * What ingest keeps about a table between requests: where its rows go. Memos of dimensions and
 * measures refer to it, so that they are void when the table gets another tile.
 */
import { known } from '../base/assert.ts';
import type { TableId, TileId } from '../base/brand.ts';
import type { StoredType } from '../base/types.ts';
import { ATTRIBUTE_COLUMN_FIRST, SCALAR_TYPES, type TableSchema } from '../catalog/api.ts';
import type { ColumnTypes } from '../memory/api.ts';

export class TableWrites {
  readonly table: TableId;
  readonly tile: TileId;
  #schema: TableSchema | undefined;
  #columnTypes: ColumnTypes | undefined;

  constructor(table: TableId, tile: TileId) {
    this.table = table;
    this.tile = tile;
  }

  columnTypes(schema: TableSchema): ColumnTypes {
    if (this.#columnTypes === undefined || this.#schema !== schema) {
      this.#schema = schema;
      this.#columnTypes = (columnId) => typeOfColumn(schema, columnId);
    }
    return this.#columnTypes;
  }
}

function typeOfColumn(schema: TableSchema, columnId: number): StoredType {
  if (columnId < ATTRIBUTE_COLUMN_FIRST) return known(SCALAR_TYPES[columnId], 'scalar column');
  return known(schema.attributes[columnId - ATTRIBUTE_COLUMN_FIRST], 'attribute').type;
}
