/**
 * Queries as the API knows them: run, page through, cancel, prepare (query-api 3, 5, 6).
 *
 *   sql ──► prepareStatement: parse → analyse → plan → lower, snapshots  (main thread, ~1 ms)
 *       ──► QueryRun over a run of the engine room ──► pages with tokens
 *
 * Read your writes: the snapshot is taken when the call arrives, so it holds every row whose write
 * was acknowledged before.
 *
 * Limits: a query may run for so long, pages included; how many may be open is open-runs.ts's.
 */
import { ServiceError, validation } from '../../base/errors.ts';
import {
  QUERIES_RUNNING_PER_WORKER,
  QUERIES_WAITING_MAX,
  QUERY_CALL_WAIT_MS_MAX,
  QUERY_DURATION_MS_MAX,
  QUERY_PAGE_BYTES_MAX,
} from '../../base/limits.ts';
import type { Catalog } from '../../catalog/api.ts';
import type { Clock } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import type { Timers } from '../../host/timers.ts';
import type { MagneticStore } from '../../magnetic/api.ts';
import type { MemoryStore, Slabs } from '../../memory/api.ts';
import { Admission } from './admission.ts';
import { ClientTokens } from './client-tokens.ts';
import { columnInfoJson, type ResultColumn } from './column-info.ts';
import type { EngineRoom } from './engine-room.ts';
import { AnalyzePages, explainResult } from './explain.ts';
import { FixedPages } from './fixed-pages.ts';
import { fitsInPlace, InPlaceRun } from './in-place.ts';
import type { QueryMetrics } from './metrics.ts';
import { ObjectHeat } from './object-heat.ts';
import { OpenRuns } from './open-runs.ts';
import { PageTokens } from './page-token.ts';
import {
  type PreparedQuery,
  type PreparedStatement,
  prepareStatement,
  validateStatement,
} from './prepare-statement.ts';
import { newQueryId } from './query-id.ts';
import { invalidToken, type PageSource, type QueryPage, QueryRun } from './query-run.ts';
import type { EncodedPage } from './room-protocol.ts';
import { RunFailure } from './run-failure.ts';
import { TileDictionaries } from './tile-dictionaries.ts';

export interface QueryRequest {
  readonly sql: string;
  /** Who asks: only they may fetch pages of the query or cancel it. */
  readonly principal: string;
  readonly maxRows: number | undefined;
  readonly nextToken: string | undefined;
  readonly clientToken: string | undefined;
  /** Aborted when the client goes away: the query is then interrupted. */
  readonly signal: AbortSignal;
}

export interface QueryAnswer {
  readonly queryId: string;
  /** JSON text of the `ColumnInfo` array. */
  readonly columnInfo: string;
  /** The elements of `Rows`, as JSON without the brackets. */
  readonly rows: Uint8Array;
  readonly nextToken: string | undefined;
  readonly progressPercentage: number;
  readonly bytesScanned: number;
}

export interface QueryService {
  query(request: QueryRequest): Promise<QueryAnswer>;
  /** The CancellationMessage. Throws ValidationException when there is nothing to cancel. */
  cancel(queryId: string, principal: string): string;
  prepare(sql: string): PreparedQuery;
  /** Cancels everything that is open. */
  stop(): void;
}

export interface QueryServiceOptions {
  readonly catalog: Catalog;
  readonly memory: MemoryStore;
  readonly magnetic: MagneticStore;
  readonly residentBytesMax: number;
  readonly room: EngineRoom;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly metrics: QueryMetrics;
}

export function createQueryService(options: QueryServiceOptions): QueryService {
  return new Queries(options);
}

class Queries implements QueryService {
  readonly #options: QueryServiceOptions;
  readonly #tokens = new PageTokens();
  readonly #clientTokens: ClientTokens;
  readonly #admission: Admission;
  readonly #runs = new OpenRuns();
  readonly #heat = new ObjectHeat();
  readonly #inPlace: { readonly slabs: Slabs; readonly dictionaries: TileDictionaries };

  constructor(options: QueryServiceOptions) {
    this.#options = options;
    this.#inPlace = { slabs: options.memory.slabs, dictionaries: new TileDictionaries() };
    this.#clientTokens = new ClientTokens(options.clock);
    this.#admission = new Admission({
      places: options.room.workers * QUERIES_RUNNING_PER_WORKER,
      lineMax: QUERIES_WAITING_MAX,
    });
  }

  async query(request: QueryRequest): Promise<QueryAnswer> {
    const { run, page } = this.#find(request);
    // A client that repeats its request before it hangs up waits twice for one query.
    const abandoned = (): void => {
      if (this.#runs.callsOf(run) === 1) run.cancel();
    };
    let stopWaiting = (): void => {};
    const timeUp = new Promise<void>((resolve) => {
      stopWaiting = this.#options.timers.after(QUERY_CALL_WAIT_MS_MAX, resolve);
    });
    request.signal.addEventListener('abort', abandoned, { once: true });
    this.#runs.enter(run);
    try {
      const limits = {
        rowsMax: request.maxRows ?? QUERY_ROWS_PER_PAGE_DEFAULT,
        bytesMax: QUERY_PAGE_BYTES_MAX,
      };
      return this.#answer(run, await run.page(page, limits, timeUp));
    } catch (error) {
      throw this.#clientError(error, run.queryId);
    } finally {
      request.signal.removeEventListener('abort', abandoned);
      this.#runs.leave(run);
      stopWaiting();
    }
  }

  cancel(queryId: string, principal: string): string {
    const run = this.#runs.get(queryId);
    if (run?.principal !== principal) {
      throw validation(`The query ${queryId} does not exist or has already finished.`);
    }
    if (run.state === 'cancelled') return `Query ${queryId} was already cancelled.`;
    if (run.cancel()) {
      this.#options.metrics.queries.inc({ outcome: 'cancelled' });
      return `Query ${queryId} has been cancelled.`;
    }
    throw validation(`The query ${queryId} does not exist or has already finished.`);
  }

  prepare(sql: string): PreparedQuery {
    return validateStatement(sql, this.#options);
  }

  stop(): void {
    this.#runs.cancelAll();
  }

  /** The run that a call is about, and which of its pages. */
  #find(request: QueryRequest): { readonly run: QueryRun; readonly page: number } {
    if (request.nextToken !== undefined) {
      const token = this.#tokens.read(request.nextToken);
      const run = token && this.#runs.get(token.queryId);
      if (!run || run.principal !== request.principal || run.sql !== request.sql) {
        throw invalidToken();
      }
      return { run, page: token.page };
    }
    const earlier = this.#clientTokens.earlier(request);
    const known = earlier === undefined ? undefined : this.#runs.get(earlier);
    // Only the page that was made last is kept: a run that has moved on is run again.
    if (known && known.pagesMade <= 1 && known.state !== 'cancelled') {
      return { run: known, page: 0 };
    }
    const run = this.#start(request);
    this.#clientTokens.remember(request, run.queryId);
    return { run, page: 0 };
  }

  #start(request: QueryRequest): QueryRun {
    const { metrics, clock } = this.#options;
    const queryId = newQueryId();
    const startMs = clock.elapsedMs();
    try {
      this.#runs.makeRoom();
      const prepared = prepareStatement(request.sql, { ...this.#options, heat: this.#heat });
      const { source, columns, bytesScanned } = this.#open(prepared);
      const run = new QueryRun({
        queryId,
        sql: request.sql,
        principal: request.principal,
        columnInfo: columnInfoJson(columns),
        bytesScanned,
        source,
      });
      this.#runs.add(run);
      metrics.bytesScanned.inc(run.bytesScanned);
      return run;
    } catch (error) {
      metrics.queries.inc({ outcome: 'refused' });
      throw error;
    } finally {
      metrics.duration.observe({ stage: 'plan' }, (clock.elapsedMs() - startMs) / 1000);
    }
  }

  #open(prepared: PreparedStatement): OpenStatement {
    switch (prepared.kind) {
      case 'fixed': {
        const { result } = prepared;
        return { source: new FixedPages(result), columns: result.columns, bytesScanned: 0 };
      }
      case 'room': {
        const { statement, release, columns, bytesScanned } = prepared;
        const source = fitsInPlace(statement)
          ? this.#timed(new InPlaceRun(this.#inPlace, statement, release), (page) => page())
          : this.#timed(this.#options.room.run(statement, release), (page) =>
              this.#admission.run(page),
            );
        return { source, columns, bytesScanned };
      }
      case 'analyze': {
        const { lines, times } = prepared;
        const { source, bytesScanned } = this.#open(prepared.room);
        const { clock } = this.#options;
        return {
          source: new AnalyzePages({ source, lines: lines(), times, clock }),
          columns: explainResult([]).columns,
          bytesScanned,
        };
      }
    }
  }

  /** Pages, admitted one by one, until the query has run for too long. */
  #timed(
    room: PageSource,
    admit: (page: () => Promise<EncodedPage>) => Promise<EncodedPage>,
  ): PageSource {
    const { metrics, timers, clock } = this.#options;
    let timedOut = false;
    const stopTimer = timers.after(QUERY_DURATION_MS_MAX, () => {
      timedOut = true;
      room.cancel();
    });
    metrics.active.inc();
    let active = true;
    const end = (): void => {
      if (active) metrics.active.dec();
      active = false;
      stopTimer();
    };
    return {
      page: async (request) => {
        const startMs = clock.elapsedMs();
        metrics.waiting.set(this.#admission.waiting);
        try {
          const page = await admit(() => room.page(request));
          if (page.last) {
            end();
            metrics.queries.inc({ outcome: 'finished' });
          }
          metrics.rows.inc(page.rowCount);
          return page;
        } catch (error) {
          end();
          if (timedOut) throw timeoutError();
          metrics.queries.inc({ outcome: 'failed' });
          throw error;
        } finally {
          metrics.duration.observe({ stage: 'page' }, (clock.elapsedMs() - startMs) / 1000);
        }
      },
      cancel() {
        end();
        room.cancel();
      },
    };
  }

  #answer(run: QueryRun, page: QueryPage): QueryAnswer {
    const { nextPage } = page;
    return {
      queryId: run.queryId,
      columnInfo: run.columnInfo,
      rows: page.rows,
      nextToken:
        nextPage === undefined
          ? undefined
          : this.#tokens.issue({ queryId: run.queryId, page: nextPage }),
      progressPercentage: nextPage === undefined ? 100 : progressBeforeEnd(page.progress),
      bytesScanned: run.bytesScanned,
    };
  }

  #clientError(error: unknown, queryId: string): unknown {
    if (!(error instanceof RunFailure)) return error;
    switch (error.kind) {
      case 'user':
        return validation(error.message);
      case 'out-of-memory':
        return new ServiceError(
          'QueryExecutionException',
          'The query needs more memory than it may use. Narrow its time range or its grouping.',
        );
      case 'cancelled':
        return new ServiceError(
          'QueryExecutionException',
          'The query was stopped before it had finished.',
        );
      case 'internal':
        this.#options.logger.error({ queryId, error: error.message }, 'query failed inside');
        return new ServiceError(
          'InternalServerException',
          'The query failed for a reason that is not its own. Retry it; the log has the details.',
        );
    }
  }
}

/** All may have been read while rows are still to be fetched: 100 means that there are none. */
function progressBeforeEnd(progress: number): number {
  return Math.min(99.9, Math.floor(progress * 1000) / 10);
}

interface OpenStatement {
  readonly source: PageSource;
  readonly columns: readonly ResultColumn[];
  readonly bytesScanned: number;
}

/** Without MaxRows a page is cut by its size alone. */
const QUERY_ROWS_PER_PAGE_DEFAULT = Number.MAX_SAFE_INTEGER;

function timeoutError(): ServiceError {
  const minutes = QUERY_DURATION_MS_MAX / 60_000;
  return new ServiceError('QueryExecutionException', `The query ran for more than ${minutes} min.`);
}
