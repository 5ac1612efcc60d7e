/** A server as its operator sees it: start, banner, pages, second start, and ways not to start. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DescribeDatabaseCommand,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { afterEach, describe, expect, test } from 'vitest';
import { rowsOf } from '../support/rows.ts';
import { makeDataDir, runCommand, startTessera, type Tessera } from '../support/tessera.ts';

const running: Tessera[] = [];

async function start(...args: Parameters<typeof startTessera>): Promise<Tessera> {
  const server = await startTessera(...args);
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.dispose();
});

async function writeOne(server: Tessera, database: string): Promise<void> {
  await server.write.send(new CreateDatabaseCommand({ DatabaseName: database }));
  const names = { DatabaseName: database, TableName: 'table' };
  await server.write.send(new CreateTableCommand(names));
  const record = {
    Dimensions: [{ Name: 'host', Value: 'a' }],
    MeasureName: 'cpu',
    MeasureValue: '1.5',
    Time: String(Date.now()),
  };
  await server.write.send(new WriteRecordsCommand({ ...names, Records: [record] }));
}

describe('tessera serve', () => {
  test('says how to use it, with an access key that works', async () => {
    const server = await start();
    await writeOne(server, 'kept');
    expect(await rowsOf(server.query, 'SELECT measure_value::double FROM kept."table"')).toEqual([
      ['1.5'],
    ]);
    const key = JSON.parse(await readFile(join(server.dataDir, 'credentials.json'), 'utf8'));
    expect(key.keys[0].accessKeyId).toBe(server.accessKeyId);
    expect((await stat(join(server.dataDir, 'credentials.json'))).mode & 0o777).toBe(0o600);
  });

  test('keeps databases, rows and the access key over a clean stop and start', async () => {
    const first = await start();
    await writeOne(first, 'kept');
    expect(await first.stop()).toBe(0);
    const second = await start({ dataDir: first.dataDir });
    expect(second.accessKeyId).toBe(first.accessKeyId);
    const { Database } = await second.write.send(
      new DescribeDatabaseCommand({ DatabaseName: 'kept' }),
    );
    expect(Database?.TableCount).toBe(1);
    expect(await rowsOf(second.query, 'SELECT count(*) FROM kept."table"')).toEqual([['1']]);
  });

  test('keeps nothing with --in-memory, and touches no folder', async () => {
    const server = await start({ args: ['--in-memory'] });
    await writeOne(server, 'gone');
    await expect(readFile(join(server.dataDir, 'credentials.json'))).rejects.toThrow(/ENOENT/);
  });

  test('takes any credentials with --auth none on loopback, and refuses it elsewhere', async () => {
    const server = await start({ args: ['--auth', 'none'] });
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'Timestream_20181101.ListDatabases' },
      body: '{}',
    });
    expect(await response.json()).toEqual({ Databases: [] });
    const refused = await runCommand(['serve', '--auth', 'none', '--host', '0.0.0.0']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/loopback/);
  });

  test('reads every setting from the environment too', async () => {
    const refused = await runCommand(['serve'], { TESSERA_AUTH: 'none', TESSERA_HOST: '0.0.0.0' });
    expect(refused.code).toBe(2);
  });

  test('refuses a data folder that another server uses, and says which process', async () => {
    const server = await start();
    const second = await runCommand(['serve', '--port', '0', '--data', server.dataDir]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/in use by process \d+/);
  });

  test('refuses a port that is taken, and says so', async () => {
    const server = await start();
    const { port } = new URL(server.url);
    const second = await runCommand(['serve', '--port', port, '--data', await makeDataDir()]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`port ${port} .* is in use`));
  });

  test('refuses to start on a log that is damaged in the middle, and names the place', async () => {
    const server = await start();
    await writeOne(server, 'first');
    await writeOne(server, 'second');
    await server.stop();
    const file = join(server.dataDir, 'log', 'shard-0', '00000000000000000000.log');
    const bytes = await readFile(file);
    // The first entry lies right behind the segment's header; later ones prove it was whole.
    bytes[200] = (bytes[200] ?? 0) ^ 0xff;
    await writeFile(file, bytes);
    const again = await runCommand(['serve', '--port', '0', '--data', server.dataDir]);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/00000000000000000000\.log is damaged at offset \d+/);
  });
});

describe('the pages of a server', () => {
  test('tell that it lives, that it can serve, and what it measures', async () => {
    const server = await start();
    const page = async (path: string) => {
      const response = await fetch(server.url + path);
      return { status: response.status, text: await response.text() };
    };
    expect(JSON.parse((await page('/health')).text)).toMatchObject({ status: 'alive' });
    expect(await page('/ready')).toEqual({ status: 200, text: '{"status":"ready"}\n' });
    expect((await page('/metrics')).text).toContain('tessera_http_requests_total');
    expect((await page('/console')).text).toContain('Tessera is running');
    expect((await page('/')).text).toContain('Tessera is running');
    expect((await page('/nothing')).status).toBe(404);
  });
});

describe('a server with the manual clock', () => {
  test('moves only when it is told to, and records and now() follow', async () => {
    const server = await start({ args: ['--clock', 'manual'] });
    const clock = async (path: string, body?: string) => {
      const options = body === undefined ? {} : { method: 'POST', body };
      const answer = (await (await fetch(server.url + path, options)).json()) as { now: string };
      return Date.parse(answer.now);
    };
    const before = await clock('/clock');
    expect(await clock('/clock')).toBe(before);
    expect(await clock('/clock/advance', '{"by": "6h"}')).toBe(before + 6 * 3_600_000);
    const endpoint = ['--endpoint', server.url];
    const moved = await runCommand(['clock', 'advance', '1d', ...endpoint]);
    expect(Date.parse(moved.stdout.trim())).toBe(before + 30 * 3_600_000);
    const [now] = await rowsOf(server.query, 'SELECT to_milliseconds(now())');
    expect(now).toEqual([String(before + 30 * 3_600_000)]);
    expect(
      (await fetch(`${server.url}/clock/advance`, { method: 'POST', body: '{}' })).status,
    ).toBe(400);
  });
});

describe('a server told to stop', () => {
  test('answers what has begun, takes nothing new, and exits with 0', async () => {
    const server = await start();
    await writeOne(server, 'drained');
    const sql =
      'SELECT count(*) FROM UNNEST(sequence(1, 3000)) a(x), UNNEST(sequence(1, 3000)) b(y)';
    const answer = rowsOf(server.query, sql);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { hostname, port } = new URL(server.url);
    const code = server.stop();
    expect(await code).toBe(0);
    expect(await answer.catch((error: Error) => error.name)).toEqual([['9000000']]);
    const refused = await new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(refused).toBe('ECONNREFUSED');
  });
});
