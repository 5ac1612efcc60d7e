/**
 * Why a server cannot start, in one sentence that says what the operator can do about it.
 *
 * Only what an operator can mend is explained: a port or address that cannot be had, a data folder
 * that cannot be used or is in use, damage, credentials that cannot be read. Anything else is a
 * fault of ours and keeps its stack.
 */
import type { Config } from './host/config/config.ts';
import { InvalidCredentials } from './host/credentials.ts';
import { FolderLocked } from './host/folder-lock.ts';
import { LogCorruption } from './substrate/log/api.ts';
import { UnknownRecord } from './substrate/metadata/api.ts';

/** The server cannot start, and the operator can do something about it: the message says what. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

export type StartSettings = Pick<Config, 'host' | 'port' | 'dataDir' | 'inMemory'>;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const EXPLAINED = [FolderLocked, InvalidCredentials, LogCorruption, UnknownRecord];

/** A StartFailure, or the error itself when there is nothing better to say. */
export function explainStart(error: unknown, settings: StartSettings): unknown {
  if (!(error instanceof Error)) return error;
  if (EXPLAINED.some((kind) => error instanceof kind)) return new StartFailure(error.message);
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    return new StartFailure(listenText(code, settings));
  }
  if (settings.inMemory) return error;
  return new StartFailure(
    `the data folder ${settings.dataDir} cannot be used: ${error.message}; ` +
      `${FULL.has(code) ? 'free some space, or ' : ''}choose another folder with --data`,
  );
}

function listenText(code: string, { host, port }: StartSettings): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use; stop what uses it, or choose another with --port`;
    case 'EACCES':
      return `port ${port} of ${host} may not be used (${code}); choose another with --port`;
    default:
      return `cannot listen on ${host} (${code}); choose an address of this machine with --host`;
  }
}
