import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidCredentials, openCredentials } from './credentials.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openCredentials', () => {
  it('makes one key, readable by its owner only, and gives it again', () => {
    const made = openCredentials(folder);
    expect(made.keys).toHaveLength(1);
    const file = made.file ?? '';
    chmodSync(file, 0o644);
    expect(openCredentials(folder).keys).toEqual(made.keys);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['not JSON', '{"keys":['],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['without keys', '{"keys":[]}'],
    ['keys that are no list', '{"keys":7}'],
    ['an empty key', '{"keys":[{"accessKeyId":"","secretAccessKey":""}]}'],
    ['a key without a secret', '{"keys":[{"accessKeyId":"A"}]}'],
    ['a null key', '{"keys":[null]}'],
  ])('refuses a file that is %s, and says what it must hold', (_, text) => {
    writeFileSync(join(folder, 'credentials.json'), text);
    expect(() => openCredentials(folder)).toThrow(InvalidCredentials);
    expect(() => openCredentials(folder)).toThrow(/credentials\.json must hold .*mend it/);
  });
});
