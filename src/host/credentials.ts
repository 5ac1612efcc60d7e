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

const FILE_NAME = 'credentials.json';
const OWNER_ONLY = 0o600;

/** Reads the keys of a data folder, making the first. Throws when the file is not of this form. */
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
  const document = JSON.parse(text) as { keys?: Partial<AccessKey>[] };
  const keys = (document.keys ?? []).filter(isAccessKey);
  if (keys.length === 0 || keys.length !== document.keys?.length) {
    throw new Error(
      `${file} must hold {"keys": [{"accessKeyId": "…", "secretAccessKey": "…"}, …]}; ` +
        'mend it, or remove it to have a new key made',
    );
  }
  return keys;
}

function isAccessKey(key: Partial<AccessKey>): key is AccessKey {
  return typeof key.accessKeyId === 'string' && typeof key.secretAccessKey === 'string';
}
