/**
 * One query as its client sees it: a result that is handed out in pages, once, forwards.
 *
 *   page 0 ──token 1──► page 1 ──token 2──► page 2 … last page: no token
 *
 * Rules (query-api 3.2): the newest token may be used any number of times and gives the same rows;
 * using it makes all older ones invalid. So one page is kept, the last that was made.
 *
 * A client that waits longer than a call may take gets a page without rows and the same token; the
 * page that is being made is then picked up by the next call.
 */
import { ServiceError, validation } from '../../base/errors.ts';
import type { EncodedPage, PageRequest } from './room-protocol.ts';

/** Where pages come from: an engine-room run, or rows known at once (SHOW, DESCRIBE). */
export interface PageSource {
  page(request: PageRequest): Promise<EncodedPage>;
  cancel(): void;
}

export interface QueryPage {
  readonly rows: Uint8Array;
  readonly rowCount: number;
  /** Number of the page that a further call would ask for; absent after the last. */
  readonly nextPage: number | undefined;
  /** 0 … 1 */
  readonly progress: number;
}

type State = 'running' | 'finished' | 'failed' | 'cancelled';

const NO_ROWS = new Uint8Array(0);

export class QueryRun {
  readonly queryId: string;
  readonly columnInfo: string;
  /** What a client must repeat with a token: the statement, and who asks. */
  readonly sql: string;
  readonly principal: string;
  readonly bytesScanned: number;
  readonly #source: PageSource;
  #state: State = 'running';
  #made: { readonly number: number; readonly page: EncodedPage } | undefined;
  #making: { readonly number: number; readonly page: Promise<EncodedPage> } | undefined;
  #failure: unknown;

  constructor(options: {
    readonly queryId: string;
    readonly columnInfo: string;
    readonly sql: string;
    readonly principal: string;
    readonly bytesScanned: number;
    readonly source: PageSource;
  }) {
    this.queryId = options.queryId;
    this.columnInfo = options.columnInfo;
    this.sql = options.sql;
    this.principal = options.principal;
    this.bytesScanned = options.bytesScanned;
    this.#source = options.source;
  }

  get state(): State {
    return this.#state;
  }

  /** Of the page that is kept for repeated calls. */
  get bytesHeld(): number {
    return this.#made?.page.rows.length ?? 0;
  }

  /** How many pages have been made. */
  get pagesMade(): number {
    return this.#made === undefined ? 0 : this.#made.number + 1;
  }

  /**
   * The page of that number, or one without rows when it is not ready before `timeUp` resolves.
   * Throws ValidationException for a token that was overtaken, ConflictException when cancelled.
   */
  async page(number: number, request: PageRequest, timeUp: Promise<void>): Promise<QueryPage> {
    if (this.#state === 'cancelled') throw cancelledError();
    if (this.#made?.number === number) return queryPage(number, this.#made.page);
    if (this.#state === 'failed') throw this.#failure;
    if (number !== this.pagesMade) throw invalidToken();
    this.#making ??= this.#begin(number, request);
    const page = await Promise.race([this.#making.page, timeUp]);
    if (page === undefined) return { rows: NO_ROWS, rowCount: 0, nextPage: number, progress: 0 };
    return queryPage(number, page);
  }

  /** Returns false when there was nothing left to cancel. */
  cancel(): boolean {
    if (this.#state === 'cancelled') return true;
    if (this.#state !== 'running') return false;
    this.#state = 'cancelled';
    this.#made = undefined;
    this.#source.cancel();
    return true;
  }

  #begin(number: number, request: PageRequest) {
    const page = this.#make(number, request);
    // A call that gave up waiting leaves nobody to see it fail; the next call will.
    page.catch(() => {});
    return { number, page };
  }

  async #make(number: number, request: PageRequest): Promise<EncodedPage> {
    try {
      const page = await this.#source.page(request);
      this.#made = { number, page };
      if (page.last && this.#state === 'running') this.#state = 'finished';
      return page;
    } catch (failure) {
      if (this.#state === 'cancelled') throw cancelledError();
      this.#state = 'failed';
      this.#failure = failure;
      throw failure;
    } finally {
      this.#making = undefined;
    }
  }
}

function queryPage(number: number, page: EncodedPage): QueryPage {
  return {
    rows: page.rows,
    rowCount: page.rowCount,
    nextPage: page.last ? undefined : number + 1,
    progress: page.progress,
  };
}

export function invalidToken(): ServiceError {
  return validation('Invalid pagination token');
}

function cancelledError(): ServiceError {
  return new ServiceError('ConflictException', 'Unable to poll results for a cancelled query.');
}
