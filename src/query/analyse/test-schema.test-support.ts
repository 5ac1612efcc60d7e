/**
 * For tests: two tables of a database `db`, the way the catalog would describe them.
 *
 *   db.cpu      region, host; measure_name, time; measure_value::double and ::bigint
 *   db.status   host; measure_name, time; code (multi, bigint), note (multi, varchar)
 */
import type { ColumnKind, SchemaLookup, TableSchema } from './schema-lookup.ts';
import { BIGINT, DOUBLE, type SqlType, TIMESTAMP, VARCHAR } from './types.ts';

type Described = readonly [name: string, kind: ColumnKind, type: SqlType];

function table(name: string, columns: readonly Described[]): TableSchema {
  return {
    ref: { database: 'db', table: name },
    columns: columns.map(([column, kind, type]) => ({ name: column, kind, type })),
  };
}

const COMMON: readonly Described[] = [
  ['measure_name', 'measure_name', VARCHAR],
  ['time', 'time', TIMESTAMP],
];

const TABLES: Readonly<Record<string, TableSchema>> = {
  cpu: table('cpu', [
    ['region', 'dimension', VARCHAR],
    ['host', 'dimension', VARCHAR],
    ...COMMON,
    ['measure_value::double', 'measure_value', DOUBLE],
    ['measure_value::bigint', 'measure_value', BIGINT],
  ]),
  status: table('status', [
    ['host', 'dimension', VARCHAR],
    ...COMMON,
    ['code', 'multi', BIGINT],
    ['note', 'multi', VARCHAR],
  ]),
};

export const TEST_SCHEMA: SchemaLookup = {
  database: (name) => (name === 'db' ? {} : undefined),
  table: (database, name) => (database === 'db' ? TABLES[name] : undefined),
};

/** 2024-01-01 00:00:00 UTC. */
export const TEST_NOW = 1_704_067_200_000_000_000n;
