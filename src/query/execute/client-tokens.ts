/**
 * Idempotency of Query (query-api 3.3): within five minutes the same ClientToken with the same
 * request means the same query; with another request it is refused, and so is the same token later,
 * until it is forgotten after four hours.
 *
 * SDKs make a new token for every call and repeat it when they retry, which is what this is for.
 */
import { LRUCache } from 'lru-cache';
import { validation } from '../../base/errors.ts';
import type { Clock } from '../../host/clock.ts';

interface TokenUse {
  readonly sql: string;
  readonly maxRows: number | undefined;
  readonly queryId: string;
  readonly atMs: number;
}

interface TokenRequest {
  readonly sql: string;
  readonly principal: string;
  readonly maxRows: number | undefined;
  readonly clientToken: string | undefined;
}

const SAME_QUERY_MS = 5 * 60_000;
const FORGOTTEN_MS = 4 * 3_600_000;
/** At most so many tokens are kept, and so many characters of their statements. */
const TOKENS_MAX = 100_000;
const CHARS_MAX = 64 * 1024 * 1024;

export class ClientTokens {
  readonly #clock: Clock;
  readonly #uses = new LRUCache<string, TokenUse>({
    max: TOKENS_MAX,
    maxSize: CHARS_MAX,
    sizeCalculation: (use) => use.sql.length + 100,
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The query that the same request began. Throws ValidationException on misuse. */
  earlier(request: TokenRequest): string | undefined {
    const use = this.#uses.get(keyOf(request));
    if (!use) return undefined;
    const ageMs = this.#clock.nowMs() - use.atMs;
    if (ageMs >= FORGOTTEN_MS) return undefined;
    if (use.sql !== request.sql || use.maxRows !== request.maxRows) {
      throw validation('The ClientToken was used before with other parameters.');
    }
    if (ageMs >= SAME_QUERY_MS) {
      throw validation('The ClientToken was used before and can no longer be repeated.');
    }
    return use.queryId;
  }

  remember(request: TokenRequest, queryId: string): void {
    if (request.clientToken === undefined) return;
    const { sql, maxRows } = request;
    this.#uses.set(keyOf(request), { sql, maxRows, queryId, atMs: this.#clock.nowMs() });
  }
}

/** Principals do not see each other's tokens. */
function keyOf({ principal, clientToken }: TokenRequest): string {
  return clientToken === undefined ? '' : `${principal} ${clientToken}`;
}
