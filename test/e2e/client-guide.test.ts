/**
 * docs/guides/clients.md: its JavaScript runs as it stands there, with the endpoint from the
 * environment. The other languages' were run by hand, and the guide says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-timestream-write';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTessera, type Tessera } from '../support/tessera.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let server: Tessera;
let folder: string;

beforeAll(async () => {
  server = await startTessera();
  // Inside the checkout, so that the snippet's imports are found.
  folder = mkdtempSync(join(ROOT, 'dist', 'guide-'));
  await server.write.send(new CreateDatabaseCommand({ DatabaseName: 'plant' }));
  const table = { DatabaseName: 'plant', TableName: 'sensors' };
  await server.write.send(new CreateTableCommand(table));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.dispose();
});

test('the JavaScript of the client guide writes a record and reads it', () => {
  const guide = readFileSync(join(ROOT, 'docs', 'guides', 'clients.md'), 'utf8');
  const snippet = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  expect(snippet).toContain('WriteRecordsCommand');
  const file = join(folder, 'snippet.mjs');
  writeFileSync(file, snippet);
  const { stdout, status, stderr } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_TIMESTREAM_WRITE: server.url,
      AWS_ENDPOINT_URL_TIMESTREAM_QUERY: server.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    },
  });
  expect(status, stderr).toBe(0);
  expect(stdout.trim()).toBe("[ 'c', '23.5' ]");
});
