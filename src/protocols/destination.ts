/**
 * Where a request writes to, as its URL says:
 *
 *   database           every measurement is a table of its own (Telegraf's multi-table mapping)
 *   database/table     all measurements go into one table (its single-table mapping)
 *
 * and what may be made on the way (`create`): tables that are missing, as InfluxDB makes its
 * measurements; the database only when asked for, as InfluxDB wants it to exist.
 */
import { validation } from '../base/errors.ts';

export type Creates = 'none' | 'tables' | 'all';

export interface Destination {
  readonly database: string;
  /** Undefined: the measurement's name. */
  readonly table: string | undefined;
  readonly creates: Creates;
}

const CREATES: readonly string[] = ['none', 'tables', 'all'] satisfies readonly Creates[];

/** Throws ValidationException. */
export function destinationOf(place: string, query: URLSearchParams): Destination {
  const [database = '', ...rest] = place.split('/');
  if (database === '' || rest.length > 1) {
    throw validation(`'${place}' is not a database, nor a database/table.`);
  }
  const [table = ''] = rest;
  return { database, table: table === '' ? undefined : table, creates: createsOf(query) };
}

function createsOf(query: URLSearchParams): Creates {
  const creates = query.get('create') ?? 'tables';
  if (CREATES.includes(creates)) return creates as Creates;
  throw validation(`create must be one of ${CREATES.join(', ')}, not '${creates}'.`);
}
