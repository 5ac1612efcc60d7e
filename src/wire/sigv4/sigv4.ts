/**
 * Verifies AWS Signature Version 4 on a received request (write-api 3.1, 3.2).
 *
 * The signature is derived again from what arrived: the headers that the client's own SignedHeaders
 * list names, the Host header as received, and a hash of the received body, which is never taken
 * from the client's word. Comparison takes the same time wherever the first difference is.
 *
 * Not responsible for deciding what a principal may do, nor for where secrets are kept.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../../base/errors.ts';
import { SIGNATURE_SKEW_MS } from '../../base/limits.ts';
import { type AuthorizationHeader, parseAuthorization } from './authorization-header.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  /** Lower-case names; a header that came twice has its values joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface Principal {
  readonly accessKeyId: string;
  readonly region: string;
}

/** The secret of an access key, or undefined when there is no such key. */
export type SecretLookup = (accessKeyId: string) => string | undefined;

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your ' +
  'AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Headers that must be signed when present: their absence would let a proxy change the request. */
const SIGNED_ALWAYS = ['host', 'x-amz-target'] as const;

export class SignatureVerifier {
  readonly #secretOf: SecretLookup;
  /** A day's key takes four hashes to derive and serves every request of that day. */
  readonly #signingKeys = new Map<string, Buffer>();

  constructor(secretOf: SecretLookup) {
    this.#secretOf = secretOf;
  }

  /** Who signed the request. Throws the ServiceError of write-api 3.2 that fits otherwise. */
  verify(request: SignedRequest, nowMs: number): Principal {
    const header = request.headers['authorization'];
    if (header === undefined || header === '') {
      throw new ServiceError(
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      );
    }
    const authorization = parseAuthorization(header);
    const secret = this.#secretOf(authorization.accessKeyId);
    if (secret === undefined) {
      throw new ServiceError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    }
    checkScope(authorization);
    const stamp = signedAt(request, authorization, nowMs);
    const bodyHash = sha256(request.body);
    checkBodyHash(request, bodyHash);
    checkSignedHeaders(request, authorization);

    const canonical = canonicalRequest(request, authorization.signedHeaders, bodyHash);
    const scope = `${authorization.date}/${authorization.region}/timestream/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`;
    const expected = hmac(this.#signingKey(authorization, secret), text);
    const given = Buffer.from(authorization.signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new ServiceError('InvalidSignatureException', MISMATCH);
    }
    return { accessKeyId: authorization.accessKeyId, region: authorization.region };
  }

  #signingKey(authorization: AuthorizationHeader, secret: string): Buffer {
    const id = `${authorization.accessKeyId}/${authorization.date}/${authorization.region}`;
    const cached = this.#signingKeys.get(id);
    if (cached) return cached;
    const day = hmac(`AWS4${secret}`, authorization.date);
    const key = hmac(hmac(hmac(day, authorization.region), 'timestream'), 'aws4_request');
    if (this.#signingKeys.size >= SIGNING_KEYS_MAX) this.#signingKeys.clear();
    this.#signingKeys.set(id, key);
    return key;
  }
}

/** A handful of keys, regions and two days around midnight; more means keys of old days. */
const SIGNING_KEYS_MAX = 64;

function checkScope(authorization: AuthorizationHeader): void {
  if (authorization.service !== 'timestream') {
    throw new ServiceError(
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'timestream'.",
    );
  }
}

function signedAt(
  request: SignedRequest,
  authorization: AuthorizationHeader,
  nowMs: number,
): string {
  const stamp = request.headers['x-amz-date'] ?? basicFormOf(request.headers['date']);
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp ?? '');
  if (!stamp || !match) {
    throw new ServiceError(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const atMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  const skewMinutes = SIGNATURE_SKEW_MS / 60_000;
  if (atMs < nowMs - SIGNATURE_SKEW_MS) {
    const bound = basicForm(nowMs - SIGNATURE_SKEW_MS);
    throw new ServiceError(
      'InvalidSignatureException',
      `Signature expired: ${stamp} is now earlier than ${bound} ` +
        `(${basicForm(nowMs)} - ${skewMinutes} min.)`,
    );
  }
  if (atMs > nowMs + SIGNATURE_SKEW_MS) {
    const bound = basicForm(nowMs + SIGNATURE_SKEW_MS);
    throw new ServiceError(
      'InvalidSignatureException',
      `Signature not yet current: ${stamp} is still later than ${bound} ` +
        `(${basicForm(nowMs)} + ${skewMinutes} min.)`,
    );
  }
  if (!stamp.startsWith(authorization.date)) {
    throw new ServiceError(
      'InvalidSignatureException',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from ' +
        `HTTP: '${authorization.date}' != '${stamp.slice(0, 8)}'.`,
    );
  }
  return stamp;
}

function checkBodyHash(request: SignedRequest, bodyHash: string): void {
  const claimed = request.headers['x-amz-content-sha256'];
  if (claimed !== undefined && claimed.toLowerCase() !== bodyHash) {
    throw new ServiceError('InvalidSignatureException', MISMATCH);
  }
}

function checkSignedHeaders(request: SignedRequest, authorization: AuthorizationHeader): void {
  for (const name of SIGNED_ALWAYS) {
    if (request.headers[name] !== undefined && !authorization.signedHeaders.includes(name)) {
      throw new ServiceError('InvalidSignatureException', `'${name}' must be a signed header.`);
    }
  }
}

function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  bodyHash: string,
): string {
  const [path = '/', query = ''] = request.url.split('?', 2);
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`,
  );
  const parts = [request.method, path, query, headers.join(''), signedHeaders.join(';'), bodyHash];
  return parts.join('\n');
}

function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function basicForm(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function basicFormOf(httpDate: string | undefined): string | undefined {
  const ms = httpDate === undefined ? Number.NaN : Date.parse(httpDate);
  return Number.isNaN(ms) ? undefined : basicForm(ms);
}
