/** The verifier against a signer of AWS's own making, and against what can be wrong with a request. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SignatureVerifier, type SignedRequest } from './sigv4.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const KEY = 'AKIDEXAMPLE';
const NOW = Date.UTC(2026, 0, 31, 23, 59, 59);
const verifier = () => new SignatureVerifier((id) => (id === KEY ? SECRET : undefined));

class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

interface SignOptions {
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly atMs?: number;
  readonly service?: string;
  readonly secret?: string;
  readonly key?: string;
}

async function sign(options: SignOptions = {}): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service: options.service ?? 'timestream',
    region: 'eu-central-1',
    credentials: {
      accessKeyId: options.key ?? KEY,
      secretAccessKey: options.secret ?? SECRET,
    },
    sha256: Sha256 as never,
  });
  const body = options.body ?? '{"DatabaseName":"iot"}';
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      path: '/',
      query: {},
      body,
      headers: {
        host: 'localhost:8453',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'Timestream_20181101.DescribeDatabase',
        ...options.headers,
      },
    },
    { signingDate: new Date(options.atMs ?? NOW) },
  );
  return { method: 'POST', url: '/', headers: signed.headers, body: Buffer.from(body) };
}

const nameOf = (request: SignedRequest, nowMs = NOW): string => {
  try {
    verifier().verify(request, nowMs);
    return 'accepted';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

describe('SignatureVerifier.verify()', () => {
  test('accepts what the SDK signed and says who and where', async () => {
    expect(verifier().verify(await sign(), NOW)).toEqual({
      accessKeyId: KEY,
      region: 'eu-central-1',
    });
  });

  test('accepts any body and any header values', async () => {
    const header = fc.stringMatching(/^[a-z0-9 ;=/.+-]{1,40}$/);
    await fc.assert(
      fc.asyncProperty(fc.string(), header, async (body, value) => {
        expect(nameOf(await sign({ body, headers: { 'x-amz-extra': value } }))).toBe('accepted');
      }),
      { numRuns: 50 },
    );
  });

  test('refuses a body changed by one byte', async () => {
    const request = await sign();
    const body = Buffer.from(request.body);
    body[3] = (body[3] ?? 0) ^ 1;
    expect(nameOf({ ...request, body })).toMatch(/^InvalidSignatureException: The request signat/);
  });

  test('refuses a changed signed header, a wrong secret, and a missing one', async () => {
    const request = await sign();
    const moved = { ...request.headers, host: 'elsewhere:8453' };
    expect(nameOf({ ...request, headers: moved })).toMatch(/^InvalidSignatureException/);
    expect(nameOf(await sign({ secret: 'no' }))).toMatch(/^InvalidSignatureException/);
    expect(nameOf(await sign({ key: 'AKIDOTHER' }))).toMatch(/^UnrecognizedClientException/);
  });

  test('refuses stamps more than 15 minutes away in either direction', async () => {
    const request = await sign();
    expect(nameOf(request, NOW + 14 * 60_000)).toBe('accepted');
    expect(nameOf(request, NOW + 16 * 60_000)).toMatch(/^InvalidSignatureException: Signature exp/);
    expect(nameOf(request, NOW - 16 * 60_000)).toMatch(/Signature not yet current/);
  });

  test('refuses another service in the scope', async () => {
    expect(nameOf(await sign({ service: 'dynamodb' }))).toMatch(/correct service: 'timestream'/);
  });

  test('tells an absent header from an incomplete one, and never echoes a signature', async () => {
    const request = await sign();
    const without = { ...request.headers };
    delete without['authorization'];
    expect(nameOf({ ...request, headers: without })).toBe(
      'MissingAuthenticationTokenException: Request is missing Authentication Token',
    );
    const given = String(request.headers['authorization']);
    const partial = { ...request.headers, authorization: given.replace('Credential=', 'X=') };
    const text = nameOf({ ...request, headers: partial });
    expect(text).toMatch(/^IncompleteSignatureException: .*requires 'Credential' parameter/);
    expect(text).not.toContain(given.slice(given.indexOf('Signature=') + 10));
    const basic = { ...request.headers, authorization: 'Basic dGVzdA==' };
    expect(nameOf({ ...request, headers: basic })).toMatch(/^IncompleteSignatureException/);
  });
});
