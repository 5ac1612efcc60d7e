/** Every API operation of a server, over the parts that carry them out. */
import type { Catalog } from './catalog/api.ts';
import { singleCell } from './cells/api.ts';
import type { Ingest } from './ingest/api.ts';
import type { QueryService } from './query/execute/api.ts';
import {
  cancelQuery,
  createDatabase,
  createTable,
  deleteDatabase,
  deleteTable,
  describeAccountSettings,
  describeDatabase,
  describeEndpoints,
  describeTable,
  listDatabases,
  listTables,
  listTagsForResource,
  type Operation,
  prepareQuery,
  query,
  tagResource,
  untagResource,
  updateAccountSettings,
  updateDatabase,
  updateTable,
  writeRecords,
} from './wire/api.ts';

export interface OperationParts {
  readonly catalog: Catalog;
  readonly ingest: Ingest;
  readonly queries: QueryService;
  readonly publicUrl: string | undefined;
}

export function allOperations(parts: OperationParts): readonly Operation[] {
  const { catalog, ingest, queries, publicUrl } = parts;
  const cells = singleCell({
    name: 'cell1',
    ...(publicUrl === undefined ? {} : { publicUrl: new URL(publicUrl) }),
  });
  return [
    describeEndpoints({ cells, accountId: catalog.accountId }),
    createDatabase(catalog),
    describeDatabase(catalog),
    updateDatabase(catalog),
    deleteDatabase(catalog),
    listDatabases(catalog),
    createTable(catalog),
    describeTable(catalog),
    updateTable(catalog),
    deleteTable(catalog),
    listTables(catalog),
    tagResource(catalog),
    untagResource(catalog),
    listTagsForResource(catalog),
    describeAccountSettings(catalog),
    updateAccountSettings(catalog),
    writeRecords(ingest),
    query(queries),
    cancelQuery(queries),
    prepareQuery(queries),
  ];
}
