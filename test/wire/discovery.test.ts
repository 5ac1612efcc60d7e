/**
 * Programs that are not changed at all: the SDK finds the server through its environment variable,
 * discovers the endpoint, and goes on with the address it was given, on a port of its own.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedHeaders } from '../support/sign.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let server: Tessera;

beforeAll(async () => {
  server = await startTessera();
});

afterAll(async () => {
  await server.dispose();
});

describe('DescribeEndpoints', () => {
  test.each([
    ['aws-sdk-js/3.1138.0 ua/2.1', ({ hostname }: URL) => hostname],
    ['Boto3/1.43.11 md/Botocore#1.43.11', ({ origin }: URL) => origin],
    ['aws-cli/1.45.11 md/Botocore#1.43.11', ({ origin }: URL) => origin],
    ['aws-sdk-go-v2/1.30.0', ({ host }: URL) => host],
    ['aws-sdk-rust/1.0', ({ host }: URL) => host],
    ['something else', ({ host }: URL) => host],
  ])('answers %s in the form it needs', async (userAgent, expected) => {
    const body = Buffer.from('{}');
    const headers = signedHeaders(server, 'Timestream_20181101.DescribeEndpoints', body);
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { ...headers, 'user-agent': userAgent },
      body,
    });
    const { Endpoints } = (await response.json()) as { Endpoints: { Address: string }[] };
    expect(Endpoints.map(({ Address }) => Address)).toEqual([expected(new URL(server.url))]);
  });
});

describe('the JS SDK with nothing but environment variables', () => {
  test('writes and queries through discovery', () => {
    const program = `
      import { CreateDatabaseCommand, TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
      import { QueryCommand, TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
      await new TimestreamWriteClient({}).send(new CreateDatabaseCommand({ DatabaseName: 'found' }));
      const sql = { QueryString: 'SHOW DATABASES' };
      const page = await new TimestreamQueryClient({}).send(new QueryCommand(sql));
      console.log(page.Rows[0].Data[0].ScalarValue);
    `;
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_TIMESTREAM_WRITE: server.url,
        AWS_ENDPOINT_URL_TIMESTREAM_QUERY: server.url,
        AWS_REGION: 'eu-west-1',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        AWS_ACCESS_KEY_ID: server.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      },
    });
    expect({ stdout: run.stdout, stderr: run.stderr }).toEqual({ stdout: 'found\n', stderr: '' });
  });
});
