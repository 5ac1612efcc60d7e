/**
 * The catalog as the analyser asks for it, at one moment, and the way back from the analyser's
 * columns to the catalog's ids when the scan is set up.
 */
import { known } from '../../base/assert.ts';
import type { CatalogState, SchemaColumn, TableEntry } from '../../catalog/api.ts';
import type { SchemaLookup, TableRef } from '../analyse/schema-lookup.ts';
import type { SqlType } from '../analyse/types.ts';

export class CatalogLookup implements SchemaLookup {
  readonly state: CatalogState;

  constructor(state: CatalogState) {
    this.state = state;
  }

  database(name: string): object | undefined {
    return this.state.databases.get(name);
  }

  table(database: string, table: string): ReturnType<SchemaLookup['table']> {
    const entry = this.entry({ database, table });
    if (!entry) return undefined;
    return {
      ref: { database, table },
      columns: entry.schema.columns.map(({ name, kind, type }) => ({
        name,
        kind,
        type: { kind: type } satisfies SqlType,
      })),
    };
  }

  entry({ database, table }: TableRef): TableEntry | undefined {
    const id = this.state.databases.get(database)?.tables.get(table);
    return id === undefined ? undefined : this.state.tables.get(id);
  }
}

/** The column of that name, which the analyser was given by table(). */
export function schemaColumn(table: TableEntry, name: string): SchemaColumn {
  const column = table.schema.columns.find((each) => each.name === name);
  return known(column, `column ${name}`);
}
