/**
 * Page tokens: opaque to clients, checked by us.
 *
 *   base64url( "<query id>.<page number>.<mac>" ),  mac = first 16 bytes of HMAC-SHA256
 *
 * The key lives as long as the process, and so do the results that tokens lead to.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface PageToken {
  readonly queryId: string;
  readonly page: number;
}

const MAC_BYTES = 16;

export class PageTokens {
  readonly #key = randomBytes(32);

  issue({ queryId, page }: PageToken): string {
    const text = `${queryId}.${page}`;
    return Buffer.from(`${text}.${this.#mac(text)}`).toString('base64url');
  }

  /** Undefined for a token that this process has not issued. */
  read(token: string): PageToken | undefined {
    const [queryId, page, mac] = Buffer.from(token, 'base64url').toString('latin1').split('.');
    if (!queryId || !page || !mac) return undefined;
    const given = Buffer.from(mac);
    const expected = Buffer.from(this.#mac(`${queryId}.${page}`));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { queryId, page: Number(page) };
  }

  #mac(text: string): string {
    const mac = createHmac('sha256', this.#key).update(text).digest();
    return mac.subarray(0, MAC_BYTES).toString('base64url');
  }
}
