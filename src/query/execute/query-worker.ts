/**
 * The main thread's end of one query worker: starts the thread, numbers its runs, and matches
 * answers to questions.
 *
 * A worker that dies fails all its runs and is reported by `onExit`; the engine room starts another.
 * Memory that a run reads stays pinned until the worker says that the run has ended, or is gone.
 */
import { Worker } from 'node:worker_threads';
import { known } from '../../base/assert.ts';
import type { SlabFeed } from '../../memory/api.ts';
import type {
  EncodedPage,
  FromWorker,
  PageRequest,
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
  /** The worker may have ended it already, and would not know it any more. */
  cancelled: boolean;
  pending: PendingPage | undefined;
}

export interface QueryWorkerOptions {
  readonly settings: WorkerSettings;
  readonly slabFeed: SlabFeed;
  /** Called once, when the thread has ended: `error` when it was not asked to, and when. */
  readonly onExit: (error: Error | undefined, died: 'starting' | 'running') => void;
}

export class QueryWorker {
  readonly #thread: Worker;
  readonly #slabFeed: SlabFeed;
  readonly #runs = new Map<number, OpenRun>();
  readonly #started: Promise<void>;
  #lastRun = 0;
  #state: 'starting' | 'running' | 'ended' = 'starting';
  #stopping = false;
  #error: Error | undefined;

  constructor(options: QueryWorkerOptions) {
    this.#slabFeed = options.slabFeed;
    this.#thread = new Worker(new URL('./room-thread.js', import.meta.url), {
      workerData: options.settings,
      name: 'query',
    });
    this.#started = new Promise((resolve, reject) => {
      this.#thread.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          this.#state = 'running';
          resolve();
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
        this.#failAll(error);
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

  get isAlive(): boolean {
    return this.#state !== 'ended';
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
    this.#runs.set(run, { release, cancelled: false, pending: undefined });
    this.#send({ kind: 'run', run, statement, slabs: this.#slabFeed.take() });
    return run;
  }

  /** The next page of a run; one at a time. Rejects with RunFailure. */
  page(run: number, request: PageRequest): Promise<EncodedPage> {
    const open = this.#runs.get(run);
    if (!open || open.cancelled) {
      const kind = this.#state === 'ended' ? 'internal' : 'cancelled';
      return Promise.reject(new RunFailure(kind, 'the run has ended'));
    }
    return new Promise((resolve, reject) => {
      open.pending = { resolve, reject };
      this.#send({ kind: 'page', run, request });
    });
  }

  cancel(run: number): void {
    const open = this.#runs.get(run);
    if (!open || open.cancelled) return;
    open.cancelled = true;
    this.#send({ kind: 'cancel', run });
  }

  /** Ends the thread after its runs were interrupted; terminating it would abort the process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#state === 'ended') return;
    await this.#started.catch(() => {});
    const ended = new Promise<void>((resolve) => this.#thread.once('exit', () => resolve()));
    this.#send({ kind: 'stop' });
    await ended;
  }

  #send(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  #receive(message: Exclude<FromWorker, { kind: 'ready' }>): void {
    const run = known(this.#runs.get(message.run), `run ${message.run} of a query worker`);
    if (message.kind === 'ended') {
      this.#runs.delete(message.run);
      run.release();
      return;
    }
    const { pending } = run;
    run.pending = undefined;
    if (message.kind === 'page') pending?.resolve(message.page);
    else pending?.reject(new RunFailure(message.failure, message.text));
  }

  #failAll(error: Error | undefined): void {
    const text = `the query worker ended: ${error?.message ?? 'stopped'}`;
    for (const run of this.#runs.values()) {
      run.pending?.reject(new RunFailure('internal', text));
      run.release();
    }
    this.#runs.clear();
  }
}
