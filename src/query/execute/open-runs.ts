/**
 * The queries that clients may still ask about: those that run or have pages left, and, for
 * repeated calls, those that ended lately.
 *
 *   add ──► open ── enter, leave, enter, leave … ──► ended ──► forgotten
 *
 * Invariants: a query that a call waits for is never given up for another one; when there is no
 * room, the open query that was left alone longest is cancelled, and if calls wait for all of them
 * the new one is refused. What ended holds at most so many bytes of last pages.
 */
import { LRUCache } from 'lru-cache';
import { ServiceError } from '../../base/errors.ts';
import { QUERIES_ENDED_BYTES_MAX, QUERIES_OPEN_MAX, QUERY_IDLE_MS_MAX } from '../../base/limits.ts';
import type { QueryRun } from './query-run.ts';

/** What a run takes besides the page it holds, roughly. */
const RUN_BYTES = 1024;

export class OpenRuns {
  /** The one that was left alone longest first. */
  readonly #open = new Map<string, QueryRun>();
  readonly #calls = new Map<QueryRun, number>();
  readonly #ended = new LRUCache<string, QueryRun>({
    maxSize: QUERIES_ENDED_BYTES_MAX,
    sizeCalculation: (run) => RUN_BYTES + run.bytesHeld,
    ttl: QUERY_IDLE_MS_MAX,
    updateAgeOnGet: true,
  });

  get(queryId: string): QueryRun | undefined {
    return this.#open.get(queryId) ?? this.#ended.get(queryId);
  }

  /** Before a query is started. Throws ThrottlingException. */
  makeRoom(): void {
    if (this.#open.size < QUERIES_OPEN_MAX) return;
    for (const run of this.#open.values()) {
      if (this.#calls.has(run)) continue;
      run.cancel();
      this.#end(run);
      return;
    }
    throw new ServiceError(
      'ThrottlingException',
      `${QUERIES_OPEN_MAX} queries are open already. Retry with back-off, or run fewer at once.`,
    );
  }

  add(run: QueryRun): void {
    this.#open.set(run.queryId, run);
  }

  /** A call begins to wait for the query. */
  enter(run: QueryRun): void {
    this.#calls.set(run, this.callsOf(run) + 1);
  }

  leave(run: QueryRun): void {
    const left = this.callsOf(run) - 1;
    if (left > 0) this.#calls.set(run, left);
    else this.#calls.delete(run);
    if (!this.#open.delete(run.queryId)) return;
    if (run.state === 'running') this.#open.set(run.queryId, run);
    else this.#end(run);
  }

  /** How many calls wait for the query. */
  callsOf(run: QueryRun): number {
    return this.#calls.get(run) ?? 0;
  }

  cancelAll(): void {
    for (const run of this.#open.values()) run.cancel();
  }

  #end(run: QueryRun): void {
    this.#open.delete(run.queryId);
    this.#ended.set(run.queryId, run);
  }
}
