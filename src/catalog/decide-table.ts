/**
 * What a change of a table comes to in the current state (write-api 4.6-4.9, 5.9). Pure; runs again
 * when another writer was faster.
 */
import { ServiceError, validation } from '../base/errors.ts';
import {
  MAGNETIC_RETENTION_DAYS_DEFAULT,
  MEMORY_RETENTION_HOURS_DEFAULT,
  TABLES_MAX,
} from '../base/limits.ts';
import type { CreateTable, PartitionKeyRequest, TableName, UpdateTable } from './catalog.ts';
import { type CatalogState, findTable } from './catalog-state.ts';
import { checkName, type Decision } from './decide-database.ts';
import type { PartitionKey, TableEntry } from './entries.ts';
import { missingDatabase, missingTable } from './missing.ts';
import { checkTags } from './tags.ts';

export function decideCreateTable(
  state: CatalogState,
  request: CreateTable,
  atMs: number,
): Decision {
  const { table: name, tags = [] } = request;
  const fault = checkName('table', name) ?? checkTags(new Map(), tags);
  if (fault !== undefined) return fault;
  const database = state.databases.get(request.database);
  if (database === undefined) return missingDatabase(request.database);
  if (database.tables.has(name)) {
    const message = `A table with the name ${name} already exists in database ${database.name}.`;
    return new ServiceError('ConflictException', message);
  }
  if (state.tables.size >= TABLES_MAX) {
    return new ServiceError(
      'ServiceQuotaExceededException',
      `The account has ${state.tables.size} tables, the most it can have.`,
    );
  }
  return {
    v: 1,
    kind: 'table-created',
    id: state.next.table,
    database: database.id,
    name,
    retention: request.retention ?? {
      memoryHours: MEMORY_RETENTION_HOURS_DEFAULT,
      magneticDays: MAGNETIC_RETENTION_DAYS_DEFAULT,
    },
    magneticWrites: request.magneticWrites ?? { enabled: false },
    partitionKey: newPartitionKey(request.partitionKey),
    tags,
    tile: state.next.tile,
    atMs,
  };
}

export function decideUpdateTable(
  state: CatalogState,
  request: UpdateTable,
  atMs: number,
): Decision {
  const { retention, magneticWrites } = request;
  const table = requireTable(state, request);
  if (table instanceof ServiceError) return table;
  const partitionKey =
    request.partitionKey && changedPartitionKey(table.partitionKey, request.partitionKey);
  if (partitionKey instanceof ServiceError) return partitionKey;
  if (!retention && !magneticWrites && !partitionKey) return undefined;
  return {
    v: 1,
    kind: 'table-updated',
    id: table.id,
    ...(retention && { retention }),
    ...(magneticWrites && { magneticWrites }),
    ...(partitionKey && { partitionKey }),
    atMs,
  };
}

export function decideDeleteTable(state: CatalogState, name: TableName): Decision {
  const table = requireTable(state, name);
  return table instanceof ServiceError ? table : { v: 1, kind: 'table-deleted', id: table.id };
}

/** The table, or the error that names what is missing: the database before the table. */
export function requireTable(state: CatalogState, name: TableName): TableEntry | ServiceError {
  const table = findTable(state, name);
  if (table !== undefined) return table;
  return state.databases.has(name.database)
    ? missingTable(name.table)
    : missingDatabase(name.database);
}

function newPartitionKey(key: PartitionKeyRequest = { kind: 'measure' }): PartitionKey {
  return key.kind === 'measure' ? key : { ...key, enforcement: key.enforcement ?? 'REQUIRED' };
}

function changedPartitionKey(
  current: PartitionKey,
  wanted: PartitionKeyRequest,
): PartitionKey | ServiceError {
  if (current.kind === 'measure' && wanted.kind === 'measure') return current;
  const renamed =
    current.kind !== 'dimension' || wanted.kind !== 'dimension' || current.name !== wanted.name;
  return renamed
    ? validation(
        'The type and the name of a partition key cannot be changed after the table was created; ' +
          'only EnforcementInRecord can.',
      )
    : { ...current, enforcement: wanted.enforcement ?? current.enforcement };
}
