/**
 * Who may write through the doors that do not speak AWS's signatures: the same access keys, sent as
 * a token or as name and password, as clients of those protocols can.
 *
 *   Authorization: Token  <access key id>:<secret>      also Bearer
 *   Authorization: Basic  base64(<access key id>:<secret>)
 *   ?u=<access key id>&p=<secret>                       InfluxDB 1
 *
 * Invariant: how long a refusal takes tells nothing about a secret.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccessKey } from '../host/credentials.ts';
import type { RequestHead } from '../host/http-route.ts';

interface Presented {
  readonly id: string;
  readonly secret: string;
}

export class Access {
  /** Digests of secrets by access key id; undefined takes everybody. */
  readonly #digests: ReadonlyMap<string, Buffer> | undefined;

  /** Without keys (`--auth none`) everybody is let in. */
  constructor(keys: readonly AccessKey[] | undefined) {
    this.#digests =
      keys && new Map(keys.map((key) => [key.accessKeyId, digestOf(key.secretAccessKey)]));
  }

  allows(head: RequestHead): boolean {
    if (this.#digests === undefined) return true;
    const presented = fromHeader(head.headers['authorization']) ?? fromQuery(head.query);
    if (presented === undefined) return false;
    const given = digestOf(presented.secret);
    const expected = this.#digests.get(presented.id);
    // An unknown id is compared, too, with what cannot be equal in the end.
    return timingSafeEqual(given, expected ?? given) && expected !== undefined;
  }
}

/** Of one length, so that comparing digests takes one time whatever the secret's length. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function fromHeader(header: string | undefined): Presented | undefined {
  const match = /^\s*(token|bearer|basic)\s+(\S+)\s*$/i.exec(header ?? '');
  if (match === null) return undefined;
  const [, scheme = '', text = ''] = match;
  const isBasic = scheme.toLowerCase() === 'basic';
  return split(isBasic ? Buffer.from(text, 'base64').toString('utf8') : text);
}

function split(text: string): Presented | undefined {
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}

function fromQuery(query: URLSearchParams): Presented | undefined {
  const [id, secret] = [query.get('u'), query.get('p')];
  return id === null || secret === null ? undefined : { id, secret };
}
