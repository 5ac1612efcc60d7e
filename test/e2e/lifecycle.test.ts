/**
 * The life of rows on a real server: from the memory store to objects to nothing, as retentions and
 * their changes say (write-api 7), and what queries see of it, which is nothing.
 */
import { QueryCommand } from '@aws-sdk/client-timestream-query';
import {
  DeleteDatabaseCommand,
  DeleteTableCommand,
  RejectedRecordsException,
} from '@aws-sdk/client-timestream-write';
import { afterEach, describe, expect, test } from 'vitest';
import { type Life, point, retention, startLife } from '../support/life.ts';
import { valueIn } from '../support/rows.ts';
import { runCommand } from '../support/tessera.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const lives: Life[] = [];

async function start(options: Parameters<typeof startLife>[0] = {}): Promise<Life> {
  const life = await startLife(options);
  lives.push(life);
  return life;
}

/** Stops in order, and starts on the same folder; the clock is the machine's again. */
async function restart(life: Life): Promise<Life> {
  expect(await life.server.stop()).toBe(0);
  return await start({ dataDir: life.server.dataDir });
}

afterEach(async () => {
  for (const { server } of lives.splice(0)) await server.dispose();
});

/** One point a minute for each host, up to now. */
async function writeMinutes(life: Life, table: string, minutes: number): Promise<void> {
  const now = await life.now();
  const records = Array.from({ length: minutes }, (_, at) =>
    ['a', 'b'].map((host) => point(host, now - at * MINUTE, at)),
  );
  await life.write(table, records.flat());
}

const COUNT = (table: string) => `SELECT count(*), sum(measure_value::bigint) FROM life.${table}`;
const totals = (minutes: number) => [[`${minutes * 2}`, `${minutes * (minutes - 1)}`]];

describe('rows that get old', () => {
  test('move from memory and log into objects, unseen by queries', async () => {
    const life = await start();
    await life.createTable('moving', retention(1, 30));
    await writeMinutes(life, 'moving', 60);
    expect(await life.objects('tiles/')).toEqual([]);
    expect(await life.metric('tessera_memory_rows')).toBe(120);

    await life.advance('3h');
    expect(await life.rows(COUNT('moving'))).toEqual(totals(60));
    const files = await life.objects('tiles/');
    expect(files.length).toBeGreaterThan(0);
    expect(await life.metric('tessera_magnetic_objects')).toBe(files.length);
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await life.metric('tessera_seal_rows_written_total')).toBeGreaterThanOrEqual(120);
    expect(await life.explain(COUNT('moving'))).toMatch(/; \d+ of \d+ objects, 0 pruned/);

    // A start replays nothing of what is sealed, and begins a segment, which lets the old one go.
    const second = await restart(life);
    expect(second.server.log()).toMatch(/"rows":0,"msg":"ready"/);
    expect(await second.rows(COUNT('moving'))).toEqual(totals(60));
    expect(await second.objects('tiles/')).toEqual(files);
  });

  test('leave the log, whose segments go when nothing in them is needed', async () => {
    const first = await start();
    await first.createTable('logged', retention(1, 30));
    await writeMinutes(first, 'logged', 60);
    const logged = async () => {
      const folder = first.server.dataDir;
      const args = ['inspect', 'log', folder, '--log', 'shard-0', '--entries', '9', '--json'];
      const { stdout } = await runCommand(args);
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; index?: number })
        .flatMap(({ kind, index }) => (kind === 'entry' ? [index] : []));
    };
    expect(await logged()).toEqual([0, 1]);
    // A start begins a segment; the first one is needed until its rows are sealed.
    const second = await restart(first);
    await second.write('logged', [point('c', await second.now(), 1)]);
    expect(await logged()).toEqual([0, 1, 2]);
    await second.advance('3h');
    expect(await logged()).toEqual([2]);
    expect(await second.rows(COUNT('logged'))).toEqual([['121', '3541']]);
  });

  test('go with their objects when the magnetic retention has passed', async () => {
    const life = await start();
    await life.createTable('going', retention(1, 1));
    await writeMinutes(life, 'going', 50);
    await life.advance('3h');
    const old = await life.objects('tiles/');
    await writeMinutes(life, 'going', 20);
    await life.advance('23h');
    expect(await life.rows(COUNT('going'))).toEqual(totals(20));
    const left = await life.objects('tiles/');
    expect(left.filter((key) => old.includes(key))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
    await life.advance('5h');
    expect(await life.rows(COUNT('going'))).toEqual([['0', null]]);
    expect(await life.objects('tiles/')).toEqual([]);
    expect(await life.metric('tessera_magnetic_objects')).toBe(0);
    const again = await restart(life);
    expect(await again.rows(COUNT('going'))).toEqual([['0', null]]);
  });

  test('go from memory too, when nobody has sealed them before', async () => {
    const life = await start();
    await life.createTable('late', retention(1, 1));
    await writeMinutes(life, 'late', 10);
    await life.advance('10d');
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await life.objects('tiles/')).toEqual([]);
  });
});

describe('a change of retention takes effect at once', () => {
  test('for the memory store: shorter seals, longer brings nothing back', async () => {
    const life = await start();
    await life.createTable('changing', retention(12, 30));
    await writeMinutes(life, 'changing', 40);
    await life.advance('4h');
    expect(await life.objects('tiles/')).toEqual([]);
    await life.updateTable('changing', retention(1, 30));
    await life.advance('1s');
    const files = await life.objects('tiles/');
    expect(files.length).toBeGreaterThan(0);
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    await life.updateTable('changing', retention(12, 30));
    await life.advance('1s');
    expect(await life.objects('tiles/')).toEqual(files);
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await life.rows(COUNT('changing'))).toEqual(totals(40));
  });

  test('for the magnetic store: shorter removes, longer applies from then on', async () => {
    const life = await start();
    await life.createTable('changing', retention(1, 30));
    await writeMinutes(life, 'changing', 40);
    await life.advance('3d');
    await writeMinutes(life, 'changing', 20);
    expect(await life.rows(COUNT('changing'))).toEqual([['120', '1940']]);
    await life.updateTable('changing', retention(1, 1));
    // Before any background work: what a query sees is decided by the query.
    expect(await life.rows(COUNT('changing'))).toEqual(totals(20));
    await life.advance('1s');
    expect(await life.objects('tiles/')).toEqual([]);
    await life.updateTable('changing', retention(1, 30));
    expect(await life.rows(COUNT('changing'))).toEqual(totals(20));
    await life.advance('5d');
    expect(await life.rows(COUNT('changing'))).toEqual(totals(20));
  });
});

describe('magnetic store writes', () => {
  test('that are turned off stop late records, and nothing else', async () => {
    const life = await start();
    const on = (EnableMagneticStoreWrites: boolean) => ({
      MagneticStoreWriteProperties: { EnableMagneticStoreWrites },
    });
    await life.createTable('toggled', { ...retention(1, 30), ...on(true) });
    const old = (await life.now()) - 50 * HOUR;
    await life.write('toggled', [point('a', old, 7)]);
    await writeMinutes(life, 'toggled', 10);
    await life.updateTable('toggled', on(false));
    const refused = life.write('toggled', [point('a', old + 1, 8)]);
    await expect(refused).rejects.toThrow(RejectedRecordsException);
    await life.advance('3h');
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await life.rows(COUNT('toggled'))).toEqual([['21', '97']]);
    await life.updateTable('toggled', on(true));
    await life.write('toggled', [point('a', old + 1, 8)]);
    expect(await life.rows(COUNT('toggled'))).toEqual([['22', '105']]);
  });
});

describe('what is deleted', () => {
  test('frees the objects of the table, and of no other', async () => {
    const life = await start();
    for (const table of ['kept', 'deleted']) {
      await life.createTable(table, retention(1, 30));
      await writeMinutes(life, table, 20);
    }
    await life.advance('3h');
    const before = await life.objects('tiles/');
    await writeMinutes(life, 'deleted', 5);
    const names = { DatabaseName: 'life' };
    await life.server.write.send(new DeleteTableCommand({ ...names, TableName: 'deleted' }));
    await life.advance('1s');
    const after = await life.objects('tiles/');
    expect(after.length).toBeGreaterThan(0);
    expect(after.length).toBeLessThan(before.length);
    expect(await life.metric('tessera_magnetic_objects')).toBe(after.length);
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await life.rows(COUNT('kept'))).toEqual(totals(20));

    const again = await restart(life);
    expect(await again.rows(COUNT('kept'))).toEqual(totals(20));
    await again.server.write.send(new DeleteTableCommand({ ...names, TableName: 'kept' }));
    await again.server.write.send(new DeleteDatabaseCommand(names));
    await again.advance('1s');
    expect(await again.objects('tiles/')).toEqual([]);
  });
});

describe('customer-defined partition keys', () => {
  test.each(['REQUIRED', 'OPTIONAL'] as const)(
    'prune tiles after a split in space: %s',
    async (EnforcementInRecord) => {
      const life = await start();
      await life.createTable('split', {
        ...retention(12, 30),
        Schema: {
          CompositePartitionKey: [{ Type: 'DIMENSION', Name: 'host', EnforcementInRecord }],
        },
      });
      const now = await life.now();
      const hosts = Array.from({ length: 50 }, (_, at) => `h${at}`);
      const of = (ms: number) => hosts.map((host) => point(host, now + ms, 1));
      await life.write('split', [...of(0), ...of(1), ...of(2), ...of(3)]);
      await life.advance('1s'); // full, and fast: cut, and what is above is cut in space
      await life.write('split', of(4));
      const above = `SELECT count(*) FROM life.split WHERE time >= from_milliseconds(${now + 4})`;
      const tiles = async (sql: string) => {
        const plan = await life.explain(sql);
        const [, read, all] = /: (\d+) of (\d+) tiles/.exec(plan) ?? [];
        return { read: Number(read), all: Number(all), plan };
      };
      const every = await tiles(above);
      expect(every.read).toBeGreaterThan(2);
      const one = await tiles(`${above} AND host = 'h7'`);
      expect(one.plan).toContain('host in [h7]');
      expect(one.read).toBeLessThanOrEqual(2); // a cut may go through the series of a host
      expect(one.all).toBe(every.all);
      expect(await life.rows(`${above} AND host = 'h7'`)).toEqual([['1']]);
      expect(await life.rows(`SELECT count(*) FROM life.split WHERE host = 'h7'`)).toEqual([['5']]);
      await life.advance('14h');
      expect(await life.metric('tessera_memory_rows')).toBe(0);
      expect(await life.rows(`SELECT count(*) FROM life.split WHERE host = 'h7'`)).toEqual([['5']]);
      expect(await life.rows(COUNT('split'))).toEqual([['250', '250']]);
      if (EnforcementInRecord === 'REQUIRED') return;
      const bare = {
        ...point('x', now + 13 * HOUR, 5),
        Dimensions: [{ Name: 'site', Value: 's' }],
      };
      await life.write('split', [bare]);
      expect(await life.rows('SELECT site FROM life.split WHERE host IS NULL')).toEqual([['s']]);
      await life.advance('14h');
      expect(await life.rows('SELECT site FROM life.split WHERE host IS NULL')).toEqual([['s']]);
    },
  );
});

describe('rows in objects', () => {
  test('that are older than a dimension or an attribute have NULL there', async () => {
    const life = await start();
    await life.createTable('grown', retention(1, 30));
    const record = async (extra: object, values: readonly [string, string, string][]) => ({
      ...extra,
      MeasureName: 'state',
      MeasureValueType: 'MULTI' as const,
      MeasureValues: values.map(([Name, Value, Type]) => ({ Name, Value, Type: Type as 'BIGINT' })),
      Time: String(await life.now()),
    });
    const host = { Name: 'host', Value: 'a' };
    await life.write('grown', [await record({ Dimensions: [host] }, [['x', '1', 'BIGINT']])]);
    await life.advance('3h');
    const wider = { Dimensions: [host, { Name: 'site', Value: 's' }] };
    const values: [string, string, string][] = [
      ['x', '2', 'BIGINT'],
      ['y', 'new', 'VARCHAR'],
    ];
    await life.write('grown', [await record(wider, values)]);
    const all = 'SELECT host, site, x, y FROM life.grown ORDER BY time';
    const expected = [
      ['a', null, '1', null],
      ['a', 's', '2', 'new'],
    ];
    const filtered = async () => [
      ...(await life.rows(all)),
      ...(await life.rows(`SELECT x FROM life.grown WHERE site IS NULL`)),
      ...(await life.rows(`SELECT x FROM life.grown WHERE y = 'new' AND site = 's'`)),
    ];
    expect(await filtered()).toEqual([...expected, ['1'], ['2']]);
    await life.advance('3h');
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await filtered()).toEqual([...expected, ['1'], ['2']]);
  });

  test('have the nanoseconds and values that were written', async () => {
    const life = await start();
    await life.createTable('exact', retention(1, 73_000));
    const nanos = BigInt(await life.now()) * 1_000_000n;
    const dimensions = [{ Name: 'Straße ß', Value: "🦆, 'x'" }];
    const single = (type: string, value: string, at: bigint) => ({
      Dimensions: dimensions,
      MeasureName: `m ${type}`,
      MeasureValue: value,
      MeasureValueType: type as 'DOUBLE',
      Time: String(nanos + at),
      TimeUnit: 'NANOSECONDS' as const,
      Version: Number.MAX_SAFE_INTEGER,
    });
    const texts = ['~', ' a\u0000b\n', 'ü'.repeat(1000)];
    const doubles = ['4.9E-324', '-1.7976931348623157E308', '0.1', '0.0', '123456789.125'];
    await life.write('exact', [
      ...['9223372036854775807', '-9223372036854775808', '0'].map((value, at) =>
        single('BIGINT', value, BigInt(at)),
      ),
      ...doubles.map((value, at) => single('DOUBLE', value, BigInt(at))),
      ...texts.map((value, at) => single('VARCHAR', value, BigInt(at))),
      ...['true', 'false'].map((value, at) => single('BOOLEAN', value, BigInt(at))),
      {
        ...single('MULTI', '', 999n),
        MeasureValue: undefined,
        MeasureValues: [
          { Name: 'a', Value: '9007199254740993', Type: 'BIGINT' as const },
          { Name: 'b', Value: '9223372036854775806', Type: 'TIMESTAMP' as const },
          { Name: 'c', Value: 'false', Type: 'BOOLEAN' as const },
          { Name: 'd', Value: '1E-300', Type: 'DOUBLE' as const },
          { Name: 'e', Value: 'e', Type: 'VARCHAR' as const },
        ],
      },
    ]);
    const all = 'SELECT * FROM life.exact ORDER BY measure_name, time';
    const before = await life.rows(all);
    expect(before).toHaveLength(3 + doubles.length + texts.length + 2 + 1);
    expect(before.flat()).toContain('9223372036854775807');
    expect(before.flat()).toContain('2262-04-11 23:47:16.854775806');
    await life.advance('3h');
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    expect(await life.rows(all)).toEqual(before);
    const again = await restart(life);
    expect(await again.rows(all)).toEqual(before);
  });
});

test('a negative zero loses its sign in an object, and no other zero gets it', async () => {
  const life = await start();
  await life.createTable('zeros', retention(1, 30));
  const now = await life.now();
  const zero = (MeasureValue: string, at: number) => ({
    ...point('a', now + at, 0),
    MeasureValue,
    MeasureValueType: 'DOUBLE' as const,
  });
  await life.write('zeros', [zero('-0.0', 0), zero('0.0', 1)]);
  const all = 'SELECT measure_value::double FROM life.zeros ORDER BY time';
  expect(await life.rows(all)).toEqual([['-0.0'], ['0.0']]);
  await life.advance('3h');
  expect(await life.rows(all)).toEqual([['0.0'], ['0.0']]);
});

describe('a result that is being read', () => {
  test('goes on while its rows are sealed, and while their objects expire', async () => {
    const life = await start();
    await life.createTable('read', retention(1, 1));
    await writeMinutes(life, 'read', 50);
    const open = async () => {
      const sql = 'SELECT host, time, measure_value::bigint FROM life.read ORDER BY 1, 2';
      const rows: unknown[] = [];
      let token: string | undefined;
      const next = async () => {
        const page = await life.server.query.send(
          new QueryCommand({ QueryString: sql, MaxRows: 7, NextToken: token }),
        );
        token = page.NextToken;
        rows.push(...(page.Rows ?? []).map((row) => (row.Data ?? []).map(valueIn)));
        return token !== undefined;
      };
      await next();
      return { rows, next };
    };
    const expected = await life.rows(
      'SELECT host, time, measure_value::bigint FROM life.read ORDER BY 1, 2',
    );
    const ofHot = await open();
    await life.advance('3h');
    await ofHot.next();
    const ofObjects = await open();
    expect(await life.metric('tessera_memory_rows')).toBe(0);
    await life.advance('3d');
    expect(await life.rows(COUNT('read'))).toEqual([['0', null]]);
    expect((await life.objects('tiles/')).length).toBeGreaterThan(0);
    for (const { rows, next } of [ofHot, ofObjects]) {
      while (await next());
      expect(rows).toEqual(expected);
    }
    await expect.poll(() => life.objects('tiles/')).toEqual([]);
  });
});
