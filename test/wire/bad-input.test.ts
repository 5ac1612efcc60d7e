/**
 * What is wrong gets the API's own error: right status, right name, a request id, no stack; and the
 * server goes on, with nothing half-stored.
 */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-timestream-write';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUEST_BODY_BYTES_MAX } from '../../src/base/limits.ts';
import { rowsOf } from '../support/rows.ts';
import { signedHeaders } from '../support/sign.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let server: Tessera;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly requestId: string | null;
  readonly text: string;
}

async function send(
  body: string | Uint8Array,
  options: { readonly target?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const bytes = Buffer.from(body);
  const target = options.target ?? 'Timestream_20181101.WriteRecords';
  const headers = { ...signedHeaders(server, target, bytes), ...options.headers };
  return await post(bytes, headers);
}

async function post(body: Uint8Array, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(server.url, { method: 'POST', headers, body });
  const text = await response.text();
  const { __type, message } = JSON.parse(text) as { __type: string; message?: string };
  return {
    status: response.status,
    type: __type.replace(/^.*#/, ''),
    message: message ?? '',
    requestId: response.headers.get('x-amzn-requestid'),
    text,
  };
}

const record = (members: object = {}) => ({
  Dimensions: [{ Name: 'host', Value: 'a' }],
  MeasureName: 'cpu',
  MeasureValue: '1',
  Time: String(Date.now()),
  ...members,
});

const write = (records: unknown) =>
  JSON.stringify({ DatabaseName: 'bad', TableName: 'input', Records: records });

beforeAll(async () => {
  server = await startTessera();
  await server.write.send(new CreateDatabaseCommand({ DatabaseName: 'bad' }));
  await server.write.send(new CreateTableCommand({ DatabaseName: 'bad', TableName: 'input' }));
});

afterAll(async () => {
  await server.dispose();
});

describe('a request that cannot be read', () => {
  test.each([
    ['malformed JSON', '{"DatabaseName": "bad"'],
    ['text after the document', `${write([record()])} x`],
    ['an array', '[]'],
    ['nothing but a number', '7'],
    ['a list where a text belongs', '{"DatabaseName":["bad"],"TableName":"input","Records":[]}'],
    ['a text where a list belongs', '{"DatabaseName":"bad","TableName":"input","Records":"x"}'],
    ['a number for a measure value', write([record({ MeasureValue: 1 })])],
    ['a fraction for a version', write([record({ Version: 1.5 })])],
    ['deep nesting', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['a lone surrogate half', '{"DatabaseName":"\\ud800","TableName":"input","Records":[]}'],
  ])('is refused with 400: %s', async (_, body) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(['SerializationException', 'ValidationException']).toContain(answer.type);
    expect(answer.message).not.toBe('');
    expect(answer.requestId).toMatch(/^[A-Z2-7]{26}$/);
    expect(answer.text).not.toMatch(/\bat .*\.(js|ts)|node_modules|node:/);
  });

  test('is refused with 413 when it is too large', async () => {
    const answer = await send(Buffer.alloc(REQUEST_BODY_BYTES_MAX + 1, 0x20)).catch(String);
    expect(answer).toMatchObject({ status: 413, type: 'RequestEntityTooLargeException' });
  });

  test('is refused when its gzip is broken or swells beyond the limit, and taken otherwise', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const target = 'Timestream_20181101.DescribeEndpoints';
    expect((await send('nonsense', { headers })).type).toBe('MalformedHttpRequestException');
    const bomb = gzipSync(Buffer.alloc(REQUEST_BODY_BYTES_MAX * 4));
    expect((await send(bomb, { headers })).status).toBe(413);
    const bytes = gzipSync('{}');
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { ...signedHeaders(server, target, bytes), ...headers },
      body: bytes,
    });
    expect(response.status).toBe(200);
  });
});

describe('a request to no operation', () => {
  test.each(['Timestream_20181101.Nothing', 'DynamoDB_20120810.GetItem', 'WriteRecords', '.'])(
    'is answered 404 as the service does: %s',
    async (target) => {
      const answer = await send('{}', { target });
      expect(answer.status).toBe(404);
      expect(answer.text).toBe('{"__type":"com.amazon.coral.service#UnknownOperationException"}');
    },
  );
});

describe('a request that is not signed well', () => {
  const target = 'Timestream_20181101.ListDatabases';

  test('is refused with 403 and the name that says why', async () => {
    const body = Buffer.from('{}');
    const good = signedHeaders(server, target, body);
    const typeWith = async (headers: Record<string, string>) => {
      const answer = await post(body, headers);
      expect(answer.status).toBe(403);
      return answer.type;
    };
    const { authorization, ...unsigned } = good;
    expect(await typeWith(unsigned)).toBe('MissingAuthenticationTokenException');
    expect(await typeWith({ ...good, authorization: 'AWS4-HMAC-SHA256 nonsense' })).toBe(
      'IncompleteSignatureException',
    );
    const other = { ...server, secretAccessKey: 'wrong' };
    expect(await typeWith(signedHeaders(other, target, body))).toBe('InvalidSignatureException');
    const nobody = { ...server, accessKeyId: 'NOBODY' };
    expect(await typeWith(signedHeaders(nobody, target, body))).toBe('UnrecognizedClientException');
    const old = new Date(Date.now() - 3_600_000);
    expect(await typeWith(signedHeaders(server, target, body, old))).toBe(
      'InvalidSignatureException',
    );
    expect(await typeWith({ ...good, 'x-amz-content-sha256': '0'.repeat(64) })).toBe(
      'InvalidSignatureException',
    );
    expect(authorization).toContain('AWS4-HMAC-SHA256');
  });
});

describe('records that may not be stored', () => {
  const long = 'x'.repeat(2049);

  test.each([
    ['no records', []],
    ['more than 100 records', Array.from({ length: 101 }, () => record())],
    ['no dimensions', [record({ Dimensions: [] })]],
    ['no time', [{ ...record(), Time: undefined }]],
    ['a time that is no number', [record({ Time: 'noon' })]],
    ['a value that is no number', [record({ MeasureValue: 'abc' })]],
    ['NaN', [record({ MeasureValue: 'NaN' })]],
    ['an over-long value', [record({ MeasureValue: long, MeasureValueType: 'VARCHAR' })]],
    ['an over-long dimension name', [record({ Dimensions: [{ Name: long, Value: 'v' }] })]],
    ['an unknown type', [record({ MeasureValueType: 'DECIMAL' })]],
    ['a scalar timestamp', [record({ MeasureValueType: 'TIMESTAMP' })]],
    ['version 0', [record({ Version: 0 })]],
  ])('are refused whole: %s', async (_, bad) => {
    const records = bad.length === 1 ? [record(), ...bad] : bad;
    const answer = await send(write(records));
    expect({ status: answer.status, type: answer.type }).toEqual({
      status: 400,
      type: 'ValidationException',
    });
    expect(await rowsOf(server.query, 'SELECT count(*) FROM bad.input')).toEqual([['0']]);
  });
});

describe('what is not even HTTP', () => {
  const raw = async (bytes: string): Promise<string> =>
    await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => socket.end(bytes));
      let text = '';
      socket.on('data', (data) => (text += String(data)));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });

  test('and bodies that break off are not taken for failures of the server', async () => {
    const { hostname, port } = new URL(server.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const head = 'POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: x\r\nContent-Length: 100\r\n';
        socket.write(`${head}\r\n{"Query`, () => setTimeout(() => socket.destroy(), 50));
      });
      socket.on('close', () => setTimeout(resolve, 50));
    });
    expect(server.log()).not.toMatch(/"level":(50|60)/);
  });

  test('is answered in our form', async () => {
    expect(await raw('\u0000\u0001nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*__type/);
  });

  test('is answered 431 when its headers are too large', async () => {
    const headers = `x-long: ${'y'.repeat(40_000)}\r\n`;
    expect(await raw(`POST / HTTP/1.1\r\nHost: a\r\n${headers}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

test('the server has served all this without an error of its own', async () => {
  const health = (await (await fetch(`${server.url}/health`)).json()) as { status: string };
  expect(health.status).toBe('alive');
  expect(server.log()).not.toMatch(/"level":(50|60)/);
});
