/**
 * The access keys that this server accepts, kept in the data folder:
 *
 *   credentials.json   { "keys": [ { "accessKeyId": "TSRA…", "secretAccessKey": "…" } ] }
 *
 * The first start makes one key. The file is readable by its owner only (mode 0600), also when
 * somebody had widened it; more keys may be added by hand.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Credentials {
  readonly keys: readonly AccessKey[];
  /** Undefined for keys that live in memory only. */
  readonly file: string | undefined;
}

/** The file cannot be used: the message says what it must hold. */
export class InvalidCredentials extends Error {
  override readonly name = 'InvalidCredentials';
}

const FILE_NAME = 'credentials.json';
const OWNER_ONLY = 0o600;

/** Reads the keys of a data folder, making the first. Throws InvalidCredentials. */
export function openCredentials(dataDir: string): Credentials {
  const file = join(dataDir, FILE_NAME);
  if (!existsSync(file)) {
    const keys = [newAccessKey()];
    writeFileSync(file, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    return { keys, file };
  }
  chmodSync(file, OWNER_ONLY);
  return { keys: parseKeys(readFileSync(file, 'utf8'), file), file };
}

/** Keys of a server that keeps nothing. */
export function temporaryCredentials(): Credentials {
  return { keys: [newAccessKey()], file: undefined };
}

function newAccessKey(): AccessKey {
  const id = randomBytes(10).toString('hex').toUpperCase().slice(0, 16);
  return { accessKeyId: `TSRA${id}`, secretAccessKey: randomBytes(30).toString('base64url') };
}

function parseKeys(text: string, file: string): readonly AccessKey[] {
  const keys = keysIn(text);
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isAccessKey)) {
    throw new InvalidCredentials(
      `${file} must hold {"keys": [{"accessKeyId": "…", "secretAccessKey": "…"}, …]}; ` +
        'mend it, or remove it to have a new key made',
    );
  }
  return keys;
}

/** Undefined when the text is not of that form. */
function keysIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly keys?: unknown } | null)?.keys;
  } catch {
    return undefined;
  }
}

function isAccessKey(key: unknown): key is AccessKey {
  const { accessKeyId, secretAccessKey } = (key ?? {}) as Partial<AccessKey>;
  return isText(accessKeyId) && isText(secretAccessKey);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
