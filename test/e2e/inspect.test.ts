/**
 * `tessera inspect` on folders of a real server: while it runs, after a clean stop, after a kill,
 * and with damage. It must say what a start then does, and leave every byte as it was.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { afterEach, describe, expect, test } from 'vitest';
import { point, retention, startLife } from '../support/life.ts';
import { rowsOf } from '../support/rows.ts';
import { makeDataDir, runCommand, startTessera, type Tessera } from '../support/tessera.ts';

type Line = Readonly<Record<string, unknown>> & { readonly kind: string };

const SEGMENT = '00000000000000000000.log';
const names = { DatabaseName: 'plant', TableName: 'sensors' };
const timeMs = Date.now() - 60_000;
const servers: Tessera[] = [];
const folders: string[] = [];

async function start(dataDir?: string): Promise<Tessera> {
  const server = await startTessera(dataDir === undefined ? {} : { dataDir });
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function createTable(server: Tessera): Promise<void> {
  await server.write.send(new CreateDatabaseCommand({ DatabaseName: 'plant' }));
  await server.write.send(
    new CreateTableCommand({
      ...names,
      RetentionProperties: {
        MemoryStoreRetentionPeriodInHours: 12,
        MagneticStoreRetentionPeriodInDays: 30,
      },
      Tags: [{ Key: 'team', Value: 'red' }],
    }),
  );
}

async function writeRows(server: Tessera, count: number, offsetMs = 0): Promise<void> {
  await server.write.send(
    new WriteRecordsCommand({
      ...names,
      Records: Array.from({ length: count }, (_, at) => ({
        Dimensions: [{ Name: 'line', Value: `l${at}` }],
        MeasureName: 'celsius',
        MeasureValue: '21.5',
        Time: String(timeMs + offsetMs + at),
      })),
    }),
  );
}

/** A folder with one table and three entries of rows, stopped in order. */
async function writtenFolder(): Promise<string> {
  const server = await start();
  await createTable(server);
  for (const count of [3, 2, 1]) await writeRows(server, count, 1000 * count);
  await server.stop();
  return server.dataDir;
}

async function inspect(...args: readonly string[]) {
  const { code, stdout, stderr } = await runCommand(['inspect', ...args, '--json']);
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const of = (kind: string) => lines.filter((line) => line.kind === kind);
  return { code, stderr, of };
}

/** Of all files but the lock: path, size, time of change and content. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const { mtimeMs, size } = await stat(path);
    hash.update(`${name} ${mtimeMs} ${size}\n`);
    if ((await stat(path)).isFile()) hash.update(await readFile(path));
  }
  return hash.digest('hex');
}

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000000Z`;

describe('tessera inspect log', () => {
  test('shows segments, batches of rows and metadata records of a stopped server', async () => {
    const dataDir = await writtenFolder();
    const before = await fingerprint(dataDir);
    const { code, stderr, of } = await inspect('log', dataDir);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(of('log').map(({ log, state }) => [log, state])).toEqual([
      ['metadata', 'sound'],
      ['shard-0', 'sound'],
    ]);
    const entries = of('entry').filter(({ log }) => log === 'shard-0');
    expect(entries.map(({ batch }) => batch)).toMatchObject([
      { tableName: 'plant.sensors', rows: 3, newSeries: 3, from: iso(timeMs + 3000) },
      { rows: 2, newSeries: 0, from: iso(timeMs + 2000), to: iso(timeMs + 2001) },
      { rows: 1, columns: [{ name: 'measure_value::double', type: 'double' }] },
    ]);
    const records = of('entry').flatMap(({ record }) => (record ? [record] : []));
    expect(records).toMatchObject([
      { kind: 'database-created', name: 'plant' },
      { kind: 'table-created', name: 'sensors' },
      { kind: 'schema-extended' },
    ]);
    expect(await fingerprint(dataDir)).toBe(before);
  });

  test('shows the entries that are asked for, and the last ones otherwise', async () => {
    const dataDir = await writtenFolder();
    const indexes = async (...args: readonly string[]) =>
      (await inspect('log', dataDir, '--log', 'shard-0', ...args))
        .of('entry')
        .map((e) => e['index']);
    expect(await indexes('--entries', '2')).toEqual([1, 2]);
    expect(await indexes('--entries', '2', '--from', '0')).toEqual([0, 1]);
    expect(await indexes('--entries', '0')).toEqual([]);
    expect(await indexes('--from', '7')).toEqual([]);
  });

  test('reads beside a running server, and says which process that is', async () => {
    const server = await start();
    await createTable(server);
    let writing = true;
    const writer = (async () => {
      for (let at = 0; writing; at++) await writeRows(server, 2, at);
    })();
    for (let round = 0; round < 3; round++) {
      const { code, stderr, of } = await inspect('log', server.dataDir, '--log', 'shard-0');
      expect(stderr).toContain(`process ${server.pid} uses this folder`);
      expect(code).toBe(0);
      expect(of('log')[0]?.['state']).not.toBe('damaged');
    }
    writing = false;
    await writer;
  });

  test('reports damage with its place, fails, and a start refuses at that place', async () => {
    const dataDir = await writtenFolder();
    const file = join(dataDir, 'log', 'shard-0', SEGMENT);
    const bytes = await readFile(file);
    bytes[200] = (bytes[200] ?? 0) ^ 0xff;
    await writeFile(file, bytes);
    const { code, stderr, of } = await inspect('log', dataDir);
    expect(code).toBe(1);
    expect(of('fault')).toMatchObject([
      { log: 'shard-0', fault: 'damaged', file, offset: 64, index: 0 },
    ]);
    expect(stderr).toMatch(/^tessera: .*\.log is damaged at offset 64 \(entry 0\): [^\n]*\n$/);
    expect(of('entry').filter(({ log }) => log === 'metadata')).toHaveLength(3);
    const again = await runCommand(['serve', '--port', '0', '--data', dataDir]);
    expect(again.stderr).toContain(`${SEGMENT} is damaged at offset 64 (entry 0)`);

    // The last resort of the operations guide: what came before the damage can be served again.
    await truncate(file, 64);
    expect((await inspect('log', dataDir)).of('fault')).toEqual([]);
    const server = await start(dataDir);
    await writeRows(server, 1);
    expect(await rowsOf(server.query, 'SELECT count(*) FROM plant.sensors')).toEqual([['1']]);
  });

  test('reports a torn tail, which is not a failure, and leaves the cutting to a start', async () => {
    const dataDir = await writtenFolder();
    const file = join(dataDir, 'log', 'shard-0', SEGMENT);
    const { size } = await stat(file);
    await truncate(file, size - 5);
    const before = await fingerprint(dataDir);
    const { code, of } = await inspect('log', dataDir, '--log', 'shard-0');
    expect(code).toBe(0);
    expect(of('fault')).toMatchObject([{ fault: 'torn', index: 2 }]);
    expect(of('fault')[0]?.['onStart']).toMatch(/^a start cuts off these \d+ bytes/);
    expect(of('entry')).toHaveLength(2);
    expect(await fingerprint(dataDir)).toBe(before);
    await (await start(dataDir)).stop();
    expect((await inspect('log', dataDir, '--log', 'shard-0')).of('fault')).toEqual([]);
  });

  test('reads a folder whose server was killed while it wrote', async () => {
    const server = await start();
    await createTable(server);
    let acknowledged = 0;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let at = 0; ; at++) {
        try {
          await writeRows(server, 5, 10_000 * writer + 10 * at);
        } catch {
          return; // the server is gone
        }
        acknowledged += 1;
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.kill();
    await Promise.all(writers);
    const before = await fingerprint(server.dataDir);
    const { code, stderr, of } = await inspect('log', server.dataDir, '--log', 'shard-0');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Number(of('log')[0]?.['entries'])).toBeGreaterThanOrEqual(acknowledged);
    expect(await fingerprint(server.dataDir)).toBe(before);
  });

  test('is readable without --json', async () => {
    const dataDir = await writtenFolder();
    const { stdout } = await runCommand(['inspect', 'log', dataDir, '--log', 'shard-0']);
    expect(stdout).toMatch(/^log shard-0: 3 entries in 1 segment, \d+ B, sound\n/);
    expect(stdout).toMatch(
      /^ {2}0 {2}\d+ B {2}plant\.sensors, generation 1: 3 rows, 3 new series, /m,
    );
  });
});

describe('tessera inspect catalog', () => {
  test('shows databases and tables with retention, schema and tiles', async () => {
    const dataDir = await writtenFolder();
    const before = await fingerprint(dataDir);
    const { code, of } = await inspect('catalog', dataDir);
    expect(code).toBe(0);
    expect(of('database')).toMatchObject([{ name: 'plant', tables: ['sensors'] }]);
    expect(of('table')).toMatchObject([
      {
        database: 'plant',
        name: 'sensors',
        retention: { memoryHours: 12, magneticDays: 30 },
        tags: { team: 'red' },
        dimensions: ['line'],
        measures: [{ name: 'celsius', type: 'double', dimensions: ['line'] }],
        attributes: [],
        tiles: [{ id: 1, active: 1 }],
      },
    ]);
    const { stdout } = await runCommand(['inspect', 'catalog', dataDir]);
    expect(stdout).toMatch(/retention +memory 12 h, magnetic 30 d/);
    expect(await fingerprint(dataDir)).toBe(before);
  });

  test('shows what is asked for, and fails when there is none', async () => {
    const dataDir = await writtenFolder();
    expect((await inspect('catalog', dataDir, '--table', 'sensors')).of('table')).toHaveLength(1);
    const none = await inspect('catalog', dataDir, '--table', 'nothing');
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/no table 'nothing'/) });
    const neither = await inspect('catalog', dataDir, '--database', 'nothing');
    expect(neither.stderr).toMatch(/no database 'nothing'/);
  });

  test('of a damaged metadata log shows what was before the damage, and fails', async () => {
    const dataDir = await writtenFolder();
    const file = join(dataDir, 'log', 'metadata', SEGMENT);
    const bytes = await readFile(file);
    const at = bytes.indexOf('"table-created"');
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    await writeFile(file, bytes);
    const { code, stderr, of } = await inspect('catalog', dataDir);
    expect(code).toBe(1);
    expect(of('database')).toMatchObject([{ name: 'plant', tables: [] }]);
    expect(stderr).toMatch(/damaged at offset \d+ \(entry 1\).*; shown is the catalog before that/);
  });
});

/** A folder with sealed and hot rows of one table, and an empty table. */
async function sealedFolder(): Promise<{ readonly dataDir: string; readonly nowMs: number }> {
  const { server, ...life } = await startLife({ tileRows: 10_000 });
  servers.push(server);
  await life.createTable('sealed', retention(1, 30));
  const nowMs = await life.now();
  const records = ['a', 'b'].flatMap((host) => [1, 2, 3].map((at) => point(host, nowMs + at, at)));
  await life.write('sealed', records);
  await life.advance('3h');
  await life.write('sealed', [point('c', nowMs + 3 * 3_600_000, 9)]);
  await life.createTable('empty');
  await server.stop();
  return { dataDir: server.dataDir, nowMs };
}

describe('tessera inspect tile', () => {
  test('shows tiles with their place, generations in the log, and objects', async () => {
    const { dataDir, nowMs } = await sealedFolder();
    const before = await fingerprint(dataDir);
    const { code, stderr, of } = await inspect('tile', dataDir);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '3 tiles\n' });
    const edge = `${iso(nowMs + 3).slice(0, -2)}1Z`; // right above the newest row
    const space = ['0000000000000000', '10000000000000000'];
    expect(of('tile')).toEqual([
      { kind: 'tile', tile: expect.any(Number), table: 'life.empty', space, from: null, to: null },
      { kind: 'tile', tile: 1, table: 'life.sealed', space, from: null, to: edge },
      { kind: 'tile', tile: expect.any(Number), table: 'life.sealed', space, from: edge, to: null },
    ]);
    const [empty, , above] = of('tile').map(({ tile }) => tile);
    expect(of('generation')).toMatchObject([
      { tile: empty, state: 'active', rows: 0, entries: 0, log: null, from: null },
      {
        ...{ tile: above, generation: above, state: 'active', log: 'shard-0' },
        ...{ rows: 1, entries: 1, firstEntry: 1, lastEntry: 1 },
        from: iso(nowMs + 3 * 3_600_000),
      },
    ]);
    expect(of('object')).toMatchObject([
      {
        ...{ tile: 1, rows: 6, from: iso(nowMs + 1), to: iso(nowMs + 3) },
        key: expect.stringMatching(/^tiles\/1\/[0-9a-f]{24}\.parquet$/),
        crc32: expect.stringMatching(/^[0-9a-f]{8}$/),
        dimensions: ['host'],
        columns: ['measure_value::bigint'],
        measureNames: ['load'],
        dimensionValues: { host: ['a', 'b'] },
      },
    ]);
    expect(await fingerprint(dataDir)).toBe(before);
  });

  test('shows what is asked for, as text too, and fails when there is none', async () => {
    const { dataDir } = await sealedFolder();
    const one = await inspect('tile', dataDir, '--tile', '1', '--table', 'life.sealed');
    expect(one.of('tile').map(({ tile }) => tile)).toEqual([1]);
    expect((await inspect('tile', dataDir, '--table', 'life.empty')).of('tile')).toHaveLength(1);
    const { stdout } = await runCommand(['inspect', 'tile', dataDir, '--tile', '1']);
    expect(stdout).toMatch(
      /^tile 1 of life\.sealed\n {2}space {2}0{16} to 10{16}\n {2}time {3}the beginning to 20/,
    );
    expect(stdout).toMatch(/^ {2}object tiles\/1\/\S+: 6 rows, [\d.]+ K?i?B, 20\S+Z to 20\S+Z$/m);
    expect(stdout).toMatch(/^ {4}host {11}a, b$/m);
    for (const [flags, code, message] of [
      [['--tile', '99'], 1, /there is no tile 99/],
      [['--tile', 'x'], 2, /--tile is 'x'; expected a number/],
      [['--table', 'sealed'], 1, /no table 'sealed'; name it as database\.table/],
    ] as const) {
      const none = await inspect('tile', dataDir, ...flags);
      expect(none).toMatchObject({ code, stderr: expect.stringMatching(message) });
    }
  });

  test('of a damaged log shows what can be read, and fails', async () => {
    const { dataDir } = await sealedFolder();
    const file = join(dataDir, 'log', 'shard-0', SEGMENT);
    const bytes = await readFile(file);
    bytes[200] = (bytes[200] ?? 0) ^ 0xff;
    await writeFile(file, bytes);
    const { code, stderr, of } = await inspect('tile', dataDir);
    expect(code).toBe(1);
    expect(stderr).toContain(`${SEGMENT} is damaged at offset 64`);
    expect(of('object')).toHaveLength(1);
  });
});

describe('tessera inspect objects', () => {
  test('shows objects with sizes and ages, and no drafts', async () => {
    const dataDir = await writtenFolder();
    const file = join(dataDir, 'objects', 'some.json');
    await writeFile(file, '12345');
    await writeFile(join(dataDir, 'objects', '.drafts', 'left'), 'x');
    const { code, stderr, of } = await inspect('objects', dataDir);
    expect(code).toBe(0);
    expect(of('object')).toMatchObject([{ key: 'some.json', bytes: 5, state: 'other' }]);
    expect(Number(of('object')[0]?.['ageSeconds'])).toBeLessThan(60);
    expect(stderr).toBe('1 object, 5 B\n');
  });

  test('compares them with the tiles, and reads them when asked', async () => {
    const { dataDir } = await sealedFolder();
    const before = await fingerprint(dataDir);
    const [live] = (await inspect('objects', dataDir)).of('object');
    expect(live).toMatchObject({ state: 'live', rows: 6, crc32: null, rowGroups: null });
    const verified = await inspect('objects', dataDir, '--verify');
    expect(verified.code).toBe(0);
    expect(verified.of('object')).toMatchObject([
      {
        ...{ key: live?.['key'], state: 'live', rows: 6, rowGroups: 1, why: null },
        crc32: expect.stringMatching(/^[0-9a-f]{8}$/),
        columns: ['host', 'measure_name', 'time', 'ts_version', 'measure_value::bigint'],
      },
    ]);
    expect(await fingerprint(dataDir)).toBe(before);
    const { stdout } = await runCommand(['inspect', 'objects', dataDir, '--verify']);
    expect(stdout).toMatch(
      / live {5}tiles\/1\/\S+ {2}6 rows, 1 row group, columns host measure_name/,
    );
  });

  test('are compared beside a server that replaces them', async () => {
    const life = await startLife({});
    servers.push(life.server);
    await life.createTable('busy', {
      ...retention(1, 30),
      MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
    });
    const nowMs = await life.now();
    await life.write('busy', [point('a', nowMs, 0)]);
    await life.advance('3h');
    let isBusy = true;
    const writer = (async () => {
      for (let at = 1; isBusy; at++) {
        await life.write('busy', [point('a', nowMs - at, at)]);
        await life.advance('11m');
      }
    })();
    for (let round = 0; round < 3; round++) {
      const { code, stderr, of } = await inspect('objects', life.server.dataDir, '--verify');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(of('object').map(({ state }) => state)).not.toContain('damaged');
    }
    isBusy = false;
    await writer;
  });

  test('says what is damaged, missing or nobody’s, and fails when rows are lost', async () => {
    const { dataDir } = await sealedFolder();
    const [live] = (await inspect('objects', dataDir)).of('object');
    const file = join(dataDir, 'objects', String(live?.['key']));
    const sound = await readFile(file);
    const states = async (...args: readonly string[]) => {
      const { code, stderr, of } = await inspect('objects', dataDir, ...args);
      const found = of('object').map(({ state, why }) => [state, why]);
      return { code, stderr, found };
    };

    await writeFile(join(dataDir, 'objects', 'tiles', '1', 'left.parquet'), 'no parquet');
    const orphan = await states('--verify');
    expect(orphan).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^2 objects, .*, 1 orphan\n/),
    });
    expect(orphan.found.map(([state]) => state).sort()).toEqual(['live', 'orphan']);
    await rm(join(dataDir, 'objects', 'tiles', '1', 'left.parquet'));

    const flipped = Buffer.from(sound);
    flipped[50] = (flipped[50] ?? 0) ^ 1;
    await writeFile(file, flipped);
    expect(await states()).toMatchObject({ code: 0, found: [['live', null]] });
    const damaged = await states('--verify');
    expect(damaged.code).toBe(1);
    expect(damaged.found).toEqual([
      ['damaged', expect.stringMatching(/^its checksum is [0-9a-f]{8} instead of [0-9a-f]{8}$/)],
    ]);
    await writeFile(file, sound.subarray(1));
    expect((await states()).found).toEqual([
      ['damaged', `it has ${sound.length - 1} bytes instead of ${sound.length}`],
    ]);

    await rm(file);
    expect(await states()).toMatchObject({
      code: 1,
      found: [['missing', 'a tile has it, and there is no such file']],
      stderr: expect.stringContaining('1 object of tiles missing, 0 damaged'),
    });
  });
});

describe('tessera inspect', () => {
  test('says in one sentence what is wrong with a path or a flag', async () => {
    const empty = await makeDataDir();
    folders.push(empty);
    const file = join(empty, 'file');
    await writeFile(file, 'text');
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['log', join(empty, 'missing')], 1, /there is no folder .*missing/],
      [['catalog', file], 1, /file is not a folder/],
      [['objects', empty], 1, /is not a data folder/],
      [['log', empty, '--entries', 'many'], 2, /--entries is 'many'; expected a number/],
    ];
    for (const [args, code, message] of cases) {
      const ended = await runCommand(['inspect', ...args]);
      expect(ended.code, args.join(' ')).toBe(code);
      expect(ended.stderr).toMatch(message);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect(ended.stdout).toBe('');
    }
  });

  test('names the logs that there are when another one is asked for', async () => {
    const ended = await inspect('log', await writtenFolder(), '--log', 'shard-9');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("there is no log 'shard-9'");
    expect(ended.stderr).toContain('it has: metadata, shard-0');
  });
});
