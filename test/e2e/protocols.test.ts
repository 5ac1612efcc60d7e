/** Line protocol and Prometheus remote write against a server, and what queries find of them. */
import { gzipSync } from 'node:zlib';
import { CreateDatabaseCommand } from '@aws-sdk/client-timestream-write';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compressed, requestOf } from '../../src/protocols/prometheus/messages.test-support.ts';
import { rowsOf } from '../support/rows.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let server: Tessera;

beforeAll(async () => {
  server = await startTessera();
  await server.write.send(new CreateDatabaseCommand({ DatabaseName: 'plant' }));
});

afterAll(() => server.dispose());

async function post(
  target: Tessera,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  const token = `Token ${target.accessKeyId}:${target.secretAccessKey}`;
  return await fetch(`${target.url}${path}`, {
    method: 'POST',
    headers: { authorization: token, ...headers },
    body: typeof body === 'string' ? body : Uint8Array.from(body),
  });
}

describe('line protocol', () => {
  test('is written and queried', async () => {
    const body = 'weather,site=a celsius=21.5,rain=f 1\nweather,site=b celsius=22,note="x\\"y" 2\n';
    const response = await post(server, '/api/v2/write?org=o&bucket=plant&precision=ms', body);
    expect(response.status).toBe(204);
    expect(response.headers.get('content-length')).toBeNull();
    const sql = 'SELECT site, measure_name, celsius, rain, note FROM plant.weather ORDER BY time';
    expect(await rowsOf(server.query, sql)).toEqual([
      ['a', 'weather', '21.5', 'false', null],
      ['b', 'weather', '22.0', null, 'x"y'],
    ]);
  });

  test('may be compressed, and is limited when it is not any more', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const good = gzipSync('zipped,site=a v=1i 1\n');
    expect((await post(server, '/write?db=plant', good, headers)).status).toBe(204);
    const large = await post(server, '/write?db=plant', gzipSync(Buffer.alloc(26e6)), headers);
    expect(large.status).toBe(413);
    expect(await large.json()).toEqual({
      error: 'The request body is larger than 25000000 bytes.',
    });
    const broken = await post(server, '/write?db=plant', 'no gzip', headers);
    expect(broken.status).toBe(400);
    expect(await rowsOf(server.query, 'SELECT v FROM plant.zipped')).toEqual([['1']]);
  });

  test('of more than a WriteRecords request may have is stored whole', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, i) => `many,host=h${i % 50} a=${i},b=${i}i ${i}`,
    );
    const body = lines.join('\n').padEnd(6_000_000, '\n');
    expect((await post(server, '/write?db=plant&precision=ms', body)).status).toBe(204);
    expect(await rowsOf(server.query, 'SELECT count(*), sum(b) FROM plant.many')).toEqual([
      ['30000', String((30_000 * 29_999) / 2)],
    ]);
  });

  test('needs an access key', async () => {
    for (const authorization of ['', 'Token x:y', `Token ${server.accessKeyId}:wrong`]) {
      const headers = { authorization };
      const response = await post(server, '/api/v2/write?bucket=plant', 'm v=1', headers);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    }
    const { accessKeyId: u, secretAccessKey: p } = server;
    const query = new URLSearchParams({ db: 'plant', u, p });
    const response = await fetch(`${server.url}/write?${query}`, {
      method: 'POST',
      body: 'keyed,t=x v=1',
    });
    expect(response.status).toBe(204);
    expect((await fetch(`${server.url}/ping`)).status).toBe(204);
  });

  test('is answered 503 with Retry-After when there is no room', async () => {
    const small = await startTessera({
      args: ['--memory-store-limit', String(20 * 1024 * 1024), '--auth', 'none'],
    });
    try {
      let response: Response | undefined;
      for (let request = 0; request < 50 && response?.status !== 503; request++) {
        const lines = Array.from(
          { length: 10_000 },
          (_, i) => `full,host=h${request}-${i} v="${'x'.repeat(100)}${request}-${i}" 1`,
        );
        response = await post(small, '/write?db=full&create=all', lines.join('\n'));
      }
      expect(response?.status).toBe(503);
      expect(response?.headers.get('retry-after')).toBe('1');
    } finally {
      await small.dispose();
    }
  });
});

describe('Prometheus remote write', () => {
  test('is written and queried', async () => {
    const now = BigInt(Date.now());
    const labels = { __name__: 'job:up:sum', instance: 'host:9100' };
    const body = compressed(
      requestOf([
        {
          labels,
          samples: [
            [0.5, now],
            [Number.NaN, now + 1n],
          ],
        },
      ]),
    );
    const basic = `${server.accessKeyId}:${server.secretAccessKey}`;
    const response = await post(server, '/api/v1/write?db=plant/metrics', body, {
      authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
    });
    expect(response.status).toBe(204);
    const sql = 'SELECT instance, measure_name, measure_value::double FROM plant.metrics';
    expect(await rowsOf(server.query, sql)).toEqual([['host:9100', 'job.up.sum', '0.5']]);
  });
});
