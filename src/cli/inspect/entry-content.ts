/**
 * What one entry of a log holds: of a shard's log a batch of rows, of the metadata log a record.
 * Ids become names where the catalog still knows them.
 */
import type { LogIndex, TableId } from '../../base/brand.ts';
import type { CatalogState } from '../../catalog/api.ts';
import { type EntrySummary, MalformedEntry, summarizeEntry } from '../../memory/api.ts';
import { MetadataDamaged, parseRecord } from '../../substrate/metadata/api.ts';
import { countText, nanosText, printable } from './text.ts';

export interface EntryContent {
  readonly kind: 'batch' | 'record' | 'unreadable';
  readonly text: string;
  readonly json: unknown;
}

type Describe = (payload: Uint8Array, index: LogIndex) => EntryContent;

export const describeRecord: Describe = (payload, index) => {
  try {
    const json = parseRecord(payload, index);
    return { kind: 'record', text: printable(JSON.stringify(json)), json };
  } catch (error) {
    if (error instanceof MetadataDamaged) return unreadable(error);
    throw error;
  }
};

export function describeBatch(names: NameBook): Describe {
  return (payload) => {
    try {
      return batchContent(summarizeEntry(payload), names);
    } catch (error) {
      if (error instanceof MalformedEntry) return unreadable(error);
      throw error;
    }
  };
}

function batchContent(batch: EntrySummary, names: NameBook): EntryContent {
  const { table, generation, rows, newSeries, times } = batch;
  const tableName = names.table(table);
  const columns = batch.columns.map(({ id, type }) => ({
    id,
    type,
    name: names.column(table, id) ?? null,
  }));
  const span = times && { from: nanosText(times.from), to: nanosText(times.to) };
  const columnNames = columns.map(({ id, type, name }) =>
    name === null ? `column ${id} ${type}` : printable(name),
  );
  const parts = [
    `${tableName ?? `table ${table}`}, generation ${generation}: ${countText(rows, 'row')}`,
    `${newSeries} new series`,
    ...(span ? [span.from === span.to ? span.from : `${span.from} to ${span.to}`] : []),
    columnNames.join(' '),
  ];
  return {
    kind: 'batch',
    text: parts.join(', '),
    json: {
      table,
      tableName: tableName ?? null,
      generation,
      rows,
      newSeries,
      from: span?.from ?? null,
      to: span?.to ?? null,
      columns,
    },
  };
}

function unreadable(error: Error): EntryContent {
  return { kind: 'unreadable', text: error.message, json: { why: error.message } };
}

/** The names of tables and columns, as far as a catalog is known. */
export class NameBook {
  readonly #catalog: CatalogState | undefined;
  readonly #columns = new Map<TableId, ReadonlyMap<number, string>>();

  constructor(catalog: CatalogState | undefined) {
    this.#catalog = catalog;
  }

  table(id: TableId): string | undefined {
    const table = this.#catalog?.tables.get(id);
    return table && `${table.database}.${table.name}`;
  }

  column(table: TableId, id: number): string | undefined {
    let columns = this.#columns.get(table);
    if (columns === undefined) {
      columns = this.#columnsOf(table);
      this.#columns.set(table, columns);
    }
    return columns.get(id);
  }

  #columnsOf(table: TableId): ReadonlyMap<number, string> {
    const columns = this.#catalog?.tables.get(table)?.schema.columns ?? [];
    return new Map(
      columns.flatMap((column) =>
        'columnId' in column ? [[column.columnId, column.name] as const] : [],
      ),
    );
  }
}
