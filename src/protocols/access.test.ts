import { describe, expect, test } from 'vitest';
import type { RequestHead } from '../host/http-route.ts';
import { Access } from './access.ts';

const KEYS = [
  { accessKeyId: 'TSRA1', secretAccessKey: 'secret:with-colon' },
  { accessKeyId: 'TSRA2', secretAccessKey: 'other' },
];

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

function head(authorization: string | undefined, query = ''): RequestHead {
  return { headers: { authorization }, query: new URLSearchParams(query) };
}

describe('Access', () => {
  test.each([
    ['Token TSRA1:secret:with-colon', ''],
    ['token TSRA2:other', ''],
    ['Bearer TSRA2:other', ''],
    [basic('TSRA1:secret:with-colon'), ''],
    [undefined, 'u=TSRA2&p=other'],
  ])('lets in %s %s', (authorization, query) => {
    expect(new Access(KEYS).allows(head(authorization, query))).toBe(true);
  });

  test.each([
    [undefined, ''],
    ['', ''],
    ['Token', ''],
    ['Token TSRA1', ''],
    ['Token TSRA1:', ''],
    ['Token TSRA1:other', ''],
    ['Token TSRA3:other', ''],
    ['Token :', ''],
    ['Digest TSRA2:other', ''],
    [basic('TSRA2'), ''],
    [basic('TSRA2:wrong'), ''],
    [undefined, 'u=TSRA2'],
    [undefined, 'u=TSRA2&p=wrong'],
    ['Token TSRA2:wrong', 'u=TSRA2&p=other'],
  ])('refuses %s %s', (authorization, query) => {
    expect(new Access(KEYS).allows(head(authorization, query))).toBe(false);
  });

  test('lets everybody in without keys, and nobody with none', () => {
    expect(new Access(undefined).allows(head(undefined))).toBe(true);
    expect(new Access([]).allows(head('Token TSRA2:other'))).toBe(false);
  });
});
