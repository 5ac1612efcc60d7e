import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { newIngest } from '../../test/support/new-ingest.ts';
import { createRegistry } from '../host/metrics.ts';
import { Access } from './access.ts';
import { doorMetrics } from './metrics.ts';
import { compressed, requestOf } from './prometheus/messages.test-support.ts';
import { WriteDoors } from './write-doors.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

async function newDoors() {
  const world = await newIngest();
  const registry = createRegistry();
  const doors = new WriteDoors({ access: new Access(undefined), metrics: doorMetrics(registry) });
  const open = () => doors.open({ ...world, region: 'us-east-1' });
  const post = async (
    url: string,
    body: Uint8Array | string,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const [path, query] = url.split('?');
    const route = doors.routes.find((each) => each.path === path)!;
    const head = { query: new URLSearchParams(query), headers };
    const page = route.admit?.(head) ?? (await handled());
    return { status: page.status, body: String(page.body), headers: page.headers };

    async function handled() {
      try {
        return await route.handle(Buffer.from(body), head);
      } catch (error) {
        return route.refuse!(error);
      }
    }
  };
  return { ...world, registry, open, post };
}

async function opened() {
  const world = await newDoors();
  world.open();
  return world;
}

const nowS = (world: { clock: { nowMs(): number } }) => Math.floor(world.clock.nowMs() / 1000);

describe('line protocol', () => {
  test('goes into one table, whose name stands behind that of the database', async () => {
    const world = await opened();
    const body = `cpu,host=a usage=1.5,cores=4i ${nowS(world)}`;
    const answer = await world.post('/api/v2/write?bucket=iot/sensors&precision=s', body);
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(world.rows()).toEqual([
      {
        host: 'a',
        measure_name: 'cpu',
        time: BigInt(nowS(world)) * 10n ** 9n,
        version: 1n,
        usage: 1.5,
        cores: 4n,
      },
    ]);
  });

  test('goes into tables of its measurements, which are made with late records taken', async () => {
    const world = await opened();
    const answer = await world.post('/write?db=iot&rp=autogen', 'cpu,h=a v=1\nmem,h=a v=1\n');
    expect(answer.status).toBe(204);
    for (const table of ['cpu', 'mem']) {
      const made = world.catalog.table({ database: 'iot', table });
      expect(made.magneticWrites.enabled).toBe(true);
    }
  });

  test('makes only what `create` lets it make', async () => {
    const world = await opened();
    const missing = await world.post('/api/v2/write?bucket=other', 'cpu v=1');
    expect(missing).toMatchObject({
      status: 404,
      body: '{"code":"not found","message":"The database other does not exist."}\n',
    });
    expect(await world.post('/write?db=other', 'cpu v=1')).toMatchObject({
      status: 404,
      body: '{"error":"The database other does not exist."}\n',
    });
    expect((await world.post('/write?db=other&create=all', 'cpu v=1')).status).toBe(204);
    const refused = await world.post('/write?db=iot&create=none', 'cpu v=1');
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('The table cpu does not exist.');
    expect((await world.post('/write?db=iot&create=yes', 'cpu v=1')).status).toBe(400);
  });

  test('stores the good lines and tells of the others by number', async () => {
    const world = await opened();
    const at = nowS(world);
    const lines = [
      `m,host=a v=1 ${at}`,
      'broken',
      `m,host=a v=2 ${at}`,
      `m,host=b v=1i ${at}`,
      `m,host=c v=1 ${at - 10 * 3600}`,
      `m,host=d v=1 ${at}`,
    ].join('\n');
    const answer = await world.post('/api/v2/write?bucket=iot/sensors&precision=s', lines);
    expect(answer.status).toBe(400);
    const body = JSON.parse(answer.body);
    expect(body).toMatchObject({ code: 'invalid', line: 2 });
    expect(body.err).toMatch(/unable to parse 'broken'/);
    expect(body.message).toMatch(
      /^partial write: 4 of 6 lines not stored: line 2: .*; line 3: A record already exists.*; line 4: .*already exists with type DOUBLE.*; line 5: The record timestamp is outside/,
    );
    expect(world.rows().map((row) => row['host'])).toEqual(['a', 'd']);
    expect(await world.registry.metrics()).toContain(
      'tessera_protocol_records_total{protocol="line_protocol",outcome="rejected"} 3',
    );
    const again = await world.post('/write?db=iot&rp=sensors&precision=s', 'broken');
    expect(JSON.parse(again.body).error).toMatch(/^partial write: 1 of 1 .* dropped=1$/);
  });

  test('of many lines is stored whole', async () => {
    const world = await opened();
    const at = nowS(world);
    const lines = Array.from(
      { length: 4567 },
      (_, i) => `m,host=h${i % 9} v=${i} ${at * 1000 + i}`,
    );
    const url = '/write?db=iot&rp=sensors&precision=ms';
    const body = lines.join('\n');
    const answers = await Promise.all([world.post(url, body), world.post(url, body)]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(
      world
        .rows()
        .map((row) => row['v'] as number)
        .toSorted((a, b) => a - b),
    ).toEqual(lines.map((_, i) => i));
  });

  test('wants a database, a known precision and a place that makes sense', async () => {
    const world = await opened();
    for (const url of [
      ...['/api/v2/write', '/write', '/api/v2/write?bucket=', '/write?db=a/b/c'],
      '/write?db=iot&precision=weeks',
    ]) {
      expect((await world.post(url, 'm v=1')).status, url).toBe(400);
    }
    expect((await world.post('/write?db=iot', '')).status).toBe(204);
  });

  test('is to be sent again while the server starts', async () => {
    const world = await newDoors();
    const answer = await world.post('/write?db=iot', 'm v=1');
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });
});

describe('Prometheus remote write', () => {
  const samples = (world: { clock: { nowMs(): number } }, value: number) =>
    compressed(
      requestOf([
        {
          labels: { __name__: 'up', job: 'node' },
          samples: [[value, BigInt(Math.floor(world.clock.nowMs()))]],
        },
      ]),
    );

  test('stores a record of one measure for each sample', async () => {
    const world = await opened();
    const url = '/api/v1/write?db=iot/sensors';
    expect(await world.post(url, samples(world, 0.5))).toMatchObject({ status: 204 });
    expect(world.rows()).toMatchObject([
      { measure_name: 'up', job: 'node', 'measure_value::double': 0.5 },
    ]);
    const again = await world.post(url, samples(world, 0.75));
    expect(again).toMatchObject({ status: 400 });
    expect(again.body).toMatch(/^partial write: 1 of 1 samples not stored: sample 1: A record/);
  });

  test('goes into table prometheus when the URL names only a database', async () => {
    const world = await opened();
    expect(await world.post('/api/v1/prom/write?db=iot', samples(world, 1))).toMatchObject({
      status: 204,
    });
    expect(world.catalog.findTable({ database: 'iot', table: 'prometheus' })).toBeDefined();
  });

  test('of version 2, or not compressed by Snappy, is refused with what to do', async () => {
    const world = await opened();
    const url = '/api/v1/write?db=iot';
    const v2 = { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' };
    const answer = await world.post(url, samples(world, 1), v2);
    expect(answer.status).toBe(415);
    expect(answer.body).toMatch(/send 1\.0/);
    const gzip = await world.post(url, gzipSync('x'), { 'content-encoding': 'gzip' });
    expect(gzip.status).toBe(415);
    expect((await world.post(url, 'not snappy')).status).toBe(400);
    expect((await world.post('/api/v1/write', samples(world, 1))).status).toBe(400);
  });
});
