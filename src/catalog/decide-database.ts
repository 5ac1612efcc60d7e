/**
 * What a change of a database comes to in the current state: the record that makes it, the reason
 * why it cannot be, or nothing to do. Pure; runs again when another writer was faster.
 */
import { ServiceError, validation } from '../base/errors.ts';
import { DATABASES_MAX, NAME_LENGTH_MAX, NAME_LENGTH_MIN } from '../base/limits.ts';
import type { CreateDatabase } from './catalog.ts';
import type { CatalogState } from './catalog-state.ts';
import { missingDatabase } from './missing.ts';
import type { CatalogRecord } from './records.ts';
import { checkTags } from './tags.ts';

export type Decision = CatalogRecord | ServiceError | undefined;

const NAME = /^[a-zA-Z0-9_.-]+$/;

export function checkName(what: 'database' | 'table', name: string): ServiceError | undefined {
  if (name.length < NAME_LENGTH_MIN || name.length > NAME_LENGTH_MAX) {
    return validation(
      `The ${what} name must have from ${NAME_LENGTH_MIN} to ${NAME_LENGTH_MAX} characters, ` +
        `but ${JSON.stringify(name)} has ${name.length}.`,
    );
  }
  if (NAME.test(name)) return undefined;
  return validation(
    `The ${what} name ${JSON.stringify(name)} contains characters that are not allowed: ` +
      'use letters, digits and _ . -',
  );
}

export function decideCreateDatabase(
  state: CatalogState,
  request: CreateDatabase,
  made: { readonly kmsKeyArn: string; readonly atMs: number },
): Decision {
  const { name, tags = [] } = request;
  const fault = checkName('database', name) ?? checkTags(new Map(), tags);
  if (fault !== undefined) return fault;
  if (state.databases.has(name)) {
    const message = `A database with the name ${name} already exists.`;
    return new ServiceError('ConflictException', message);
  }
  if (state.databases.size >= DATABASES_MAX) {
    return new ServiceError(
      'ServiceQuotaExceededException',
      `The account has ${state.databases.size} databases, the most it can have.`,
    );
  }
  return { v: 1, kind: 'database-created', id: state.next.database, name, tags, ...made };
}

export function decideUpdateDatabase(
  state: CatalogState,
  name: string,
  made: { readonly kmsKeyArn: string; readonly atMs: number },
): Decision {
  const database = state.databases.get(name);
  if (database === undefined) return missingDatabase(name);
  if (database.kmsKeyArn === made.kmsKeyArn) return undefined;
  return { v: 1, kind: 'database-updated', id: database.id, ...made };
}

export function decideDeleteDatabase(state: CatalogState, name: string): Decision {
  const database = state.databases.get(name);
  if (database === undefined) return missingDatabase(name);
  return database.tables.size > 0
    ? validation(`The database ${name} contains tables and cannot be deleted.`)
    : { v: 1, kind: 'database-deleted', id: database.id };
}
