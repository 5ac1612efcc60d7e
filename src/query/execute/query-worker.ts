/**
 * The main thread's end of one query worker: starts the thread, numbers its runs, and matches
 * answers to questions.
 *
 *   starting ──► running ──────────────────────────────────────────► ended
 *                   └── a cancelled run does not end ──► retired ──►──┘
 *
 * A worker that dies fails all its runs and is reported by `onExit`; the engine room starts another.
 * One that does not end a cancelled run in time is reported by `onLate`, and may then be retired: it
 * takes no run any more, and its thread ends with its last one. It cannot be ended from outside,
 * for that takes the process down while DuckDB computes in it. If the thread does not even answer,
 * all its runs fail.
 *
 * Memory that a run reads stays pinned until the worker says that the run has ended, or is gone.
 */
import { Worker } from 'node:worker_threads';
import { known } from '../../base/assert.ts';
import { QUERY_CANCEL_MS_MAX, WORKER_SILENCE_MS_MAX } from '../../base/limits.ts';
import type { Timers } from '../../host/timers.ts';
import type { SlabFeed } from '../../memory/api.ts';
import type {
  EncodedPage,
  FromWorker,
  PageRequest,
  RunFailureKind,
  Statement,
  ToWorker,
  WorkerSettings,
} from './room-protocol.ts';
import { RunFailure } from './run-failure.ts';

interface PendingPage {
  readonly resolve: (page: EncodedPage) => void;
  readonly reject: (failure: RunFailure) => void;
}

interface OpenRun {
  readonly release: () => void;
  /** Why nothing more is made. The worker may have ended it already, and would not know it. */
  ended: RunFailureKind | undefined;
  pending: PendingPage | undefined;
  /** Of the deadline that its cancel set. */
  stopTimer: (() => void) | undefined;
}

export interface QueryWorkerOptions {
  readonly settings: WorkerSettings;
  readonly slabFeed: SlabFeed;
  readonly timers: Timers;
  /** Another module in the thread's place, for tests. */
  readonly module?: URL;
  /** Called when a cancelled run has not ended in time. */
  readonly onLate: () => void;
  /** Called once, when the thread has ended: `error` when it was not asked to, and when. */
  readonly onExit: (error: Error | undefined, died: 'starting' | 'running') => void;
}

export class QueryWorker {
  readonly #thread: Worker;
  readonly #slabFeed: SlabFeed;
  readonly #timers: Timers;
  readonly #onLate: () => void;
  readonly #runs = new Map<number, OpenRun>();
  readonly #started: Promise<void>;
  #lastRun = 0;
  #state: 'starting' | 'running' | 'ended' = 'starting';
  #stopping = false;
  #retired = false;
  #stopSilenceTimer: (() => void) | undefined;
  #error: Error | undefined;

  constructor(options: QueryWorkerOptions) {
    this.#slabFeed = options.slabFeed;
    this.#timers = options.timers;
    this.#onLate = options.onLate;
    this.#thread = new Worker(options.module ?? new URL('./room-thread.js', import.meta.url), {
      workerData: options.settings,
      name: 'query',
    });
    this.#started = new Promise((resolve, reject) => {
      this.#thread.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          this.#state = 'running';
          resolve();
        } else if (message.kind === 'pong') {
          this.#stopSilenceTimer?.();
          this.#stopSilenceTimer = undefined;
        } else this.#receive(message);
      });
      this.#thread.on('error', (error) => {
        this.#error = error;
        reject(error);
      });
      this.#thread.on('exit', (code) => {
        const died = this.#state === 'starting' ? 'starting' : 'running';
        const error = this.#error ?? (this.#stopping ? undefined : new Error(`exit code ${code}`));
        this.#state = 'ended';
        this.#stopSilenceTimer?.();
        this.#failAll(`the query worker ended: ${error?.message ?? 'stopped'}`);
        this.#releaseAll();
        reject(error ?? new Error('stopped while starting'));
        options.onExit(error, died);
      });
    });
    // The engine room awaits it; a later exit must not count as an unhandled rejection.
    this.#started.catch(() => {});
  }

  /** Resolves when the engine inside is open. */
  started(): Promise<void> {
    return this.#started;
  }

  /** Whether it takes runs. */
  get isAlive(): boolean {
    return this.#state !== 'ended' && !this.#retired;
  }

  get runs(): number {
    return this.#runs.size;
  }

  /** Begins a statement. `release` is called when the run no longer reads shared memory. */
  start(statement: Statement, release: () => void): number {
    const run = ++this.#lastRun;
    if (this.#state === 'ended') {
      release();
      return run;
    }
    this.#runs.set(run, { release, ended: undefined, pending: undefined, stopTimer: undefined });
    this.#send({ kind: 'run', run, statement, slabs: this.#slabFeed.take() });
    return run;
  }

  /** The next page of a run; one at a time. Rejects with RunFailure. */
  page(run: number, request: PageRequest): Promise<EncodedPage> {
    const open = this.#runs.get(run);
    if (!open || open.ended) {
      const kind = this.#state === 'ended' ? 'internal' : 'cancelled';
      return Promise.reject(new RunFailure(kind, 'the run has ended'));
    }
    return new Promise((resolve, reject) => {
      open.pending = { resolve, reject };
      this.#send({ kind: 'page', run, request });
    });
  }

  cancel(run: number): void {
    this.#end(run, 'cancelled');
  }

  /** Ends all runs that make a page; their clients are told `why`. Returns how many. */
  stopMaking(why: RunFailureKind): number {
    const making = [...this.#runs].filter(([, { pending, ended }]) => pending && !ended);
    for (const [run] of making) this.#end(run, why);
    return making.length;
  }

  #end(run: number, why: RunFailureKind): void {
    const open = this.#runs.get(run);
    if (!open || open.ended) return;
    open.ended = why;
    this.#send({ kind: 'cancel', run });
    open.stopTimer = this.#timers.after(QUERY_CANCEL_MS_MAX, () => this.#late(open));
  }

  /** Takes no run any more; the thread ends when those it has are over. */
  retire(): void {
    this.#retired = true;
    this.#endWhenIdle();
  }

  /** Ends the thread after its runs were interrupted; terminating it would abort the process. */
  async stop(): Promise<void> {
    const wasStopping = this.#stopping;
    this.#stopping = true;
    if (this.#state === 'ended') return;
    await this.#started.catch(() => {});
    const ended = new Promise<void>((resolve) => this.#thread.once('exit', () => resolve()));
    if (!wasStopping) this.#send({ kind: 'stop' });
    await ended;
  }

  #send(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  #receive(message: Exclude<FromWorker, { kind: 'ready' | 'pong' }>): void {
    const run = known(this.#runs.get(message.run), `run ${message.run} of a query worker`);
    if (message.kind === 'ended') {
      this.#runs.delete(message.run);
      run.stopTimer?.();
      run.release();
      this.#endWhenIdle();
      return;
    }
    const { pending } = run;
    run.pending = undefined;
    if (message.kind === 'page') pending?.resolve(message.page);
    else pending?.reject(new RunFailure(run.ended ?? message.failure, message.text));
  }

  /** The client of a cancelled run waits no longer, and the thread is asked whether it is there. */
  #late(run: OpenRun): void {
    const why = run.ended ?? 'cancelled';
    run.pending?.reject(new RunFailure(why, 'the query did not react to its interruption'));
    run.pending = undefined;
    this.#onLate();
    this.#send({ kind: 'ping' });
    this.#stopSilenceTimer ??= this.#timers.after(WORKER_SILENCE_MS_MAX, () =>
      this.#failAll('the query worker does not answer'),
    );
  }

  #failAll(text: string): void {
    for (const [number, run] of this.#runs) {
      run.pending?.reject(new RunFailure('internal', text));
      run.pending = undefined;
      if (!run.ended) this.#send({ kind: 'cancel', run: number });
      run.ended ??= 'internal';
    }
  }

  #releaseAll(): void {
    for (const run of this.#runs.values()) {
      run.stopTimer?.();
      run.release();
    }
    this.#runs.clear();
  }

  #endWhenIdle(): void {
    if (!this.#retired || this.#runs.size > 0 || this.#stopping) return;
    this.#stopping = true;
    this.#send({ kind: 'stop' });
  }
}
