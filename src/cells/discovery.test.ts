import { describe, expect, test } from 'vitest';
import { singleCell } from './cell-directory.ts';
import { addressFor } from './discovery.ts';

const JS = 'aws-sdk-js/3.1138.0 ua/2.1 os/linux lang/js md/nodejs#20 api/timestream-write#3.1138.0';
const BOTO3 = 'Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.12';
const BOTOCORE = 'Botocore/1.43.11 ua/2.1 os/linux';
const CLI = 'aws-cli/1.45.11 md/Botocore#1.43.11 ua/2.1 os/linux';
const GO = 'aws-sdk-go-v2/1.30.0 os/linux lang/go#1.22 api/timestreamwrite#1.27';
const RUST = 'aws-sdk-rust/1.3.0 os/linux lang/rust/1.80.0';

const cell = { name: 'cell' };

describe('addressFor()', () => {
  test.each([
    [JS, 'http', 'localhost:8453', 'localhost'],
    [JS, 'https', 'ingest-cell1.localhost', 'ingest-cell1.localhost'],
    [BOTO3, 'http', 'localhost:8453', 'http://localhost:8453'],
    [BOTOCORE, 'https', 'ts.example.com', 'https://ts.example.com'],
    [CLI, 'https', 'ts.example.com:443', 'https://ts.example.com'],
    [CLI, 'http', 'ts.example.com:443', 'http://ts.example.com:443'],
    [GO, 'http', 'localhost:8453', 'localhost:8453'],
    [GO, 'http', 'localhost:80', 'localhost'],
    [RUST, 'https', 'localhost:8453', 'localhost:8453'],
    ['', 'http', 'localhost:8453', 'localhost:8453'],
    ['curl/8.5.0', 'https', 'localhost:443', 'localhost'],
    [JS, 'http', '[::1]:8453', '[::1]'],
    [BOTO3, 'http', '[::1]:8453', 'http://[::1]:8453'],
    [GO, 'http', '[::1]', '[::1]'],
  ] as const)('gives %s over %s at %s the address %s', (userAgent, scheme, host, expected) => {
    expect(addressFor(cell, { userAgent, scheme, host })).toBe(expected);
  });

  test('gives a configured address instead of the one that was used', () => {
    const request = { scheme: 'http', host: '10.0.0.7:8453' } as const;
    const publicUrl = new URL('https://ts.example.com:9000');
    const at = (userAgent: string) => addressFor({ ...cell, publicUrl }, { ...request, userAgent });
    expect([at(JS), at(BOTO3), at(GO)]).toEqual([
      'ts.example.com',
      'https://ts.example.com:9000',
      'ts.example.com:9000',
    ]);
    const plain = { ...cell, publicUrl: new URL('https://ts.example.com') };
    expect(addressFor(plain, { ...request, userAgent: CLI })).toBe('https://ts.example.com');
  });
});

describe('singleCell()', () => {
  test('serves every account', () => {
    expect(singleCell(cell).cellOf('123456789012')).toBe(cell);
  });
});
