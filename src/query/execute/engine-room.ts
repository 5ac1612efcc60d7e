/**
 * The engine room: a fixed set of worker threads in which statements run, so that a heavy query
 * never holds up an acknowledgement on the main thread.
 *
 *   run(statement) ──► the worker with the fewest runs ──► Run: page(), page(), … or cancel()
 *
 * Invariants: a worker that dies is replaced and its runs fail; one that does not react to a cancel
 * is replaced too, and left to finish; every snapshot that was handed over is released exactly
 * once, when nothing reads it any more. When the process holds too much memory (memory-watch.ts),
 * the runs that make a page are stopped.
 *
 * Not responsible for how many queries may run (query-service.ts admits them).
 */
import { ROOM_STOP_MS_MAX, WORKERS_RETIRED_MAX } from '../../base/limits.ts';
import type { Logger } from '../../host/logger.ts';
import type { ProcessMemory } from '../../host/process-memory.ts';
import type { Timers } from '../../host/timers.ts';
import type { MemoryStore } from '../../memory/api.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { RoomMetrics } from './metrics.ts';
import { QueryWorker } from './query-worker.ts';
import type { EncodedPage, PageRequest, Statement, WorkerSettings } from './room-protocol.ts';

/** A statement being executed. Ends by its last page, by a failure, or by cancel(). */
export interface Run {
  page(request: PageRequest): Promise<EncodedPage>;
  cancel(): void;
}

export interface RoomSettings extends Omit<WorkerSettings, 'tempDir' | 'memoryCeiling'> {
  /** Exists. Each worker spills into a folder of its own in it: engines overwrite each other. */
  readonly spillFolder: string;
}

export interface EngineRoomOptions {
  readonly workers: number;
  readonly settings: RoomSettings;
  readonly memory: MemoryStore;
  readonly logger: Logger;
  readonly timers: Timers;
  readonly processMemory: ProcessMemory;
  readonly metrics: RoomMetrics;
  /** Another module in the threads' place, for tests. */
  readonly module?: URL;
}

const RESTART_MS = 5000;

export class EngineRoom {
  readonly #options: EngineRoomOptions;
  readonly #watch: MemoryWatch;
  readonly #workers: QueryWorker[] = [];
  /** Replaced, but not over yet. */
  readonly #retired = new Set<QueryWorker>();
  /** Numbers of the pages that are being made, in the order in which they began. */
  readonly #making = new Set<number>();
  #lastPage = 0;
  #started = 0;
  #stopping = false;

  constructor(options: EngineRoomOptions) {
    this.#options = options;
    this.#watch = this.#newWatch();
    for (let i = 0; i < options.workers; i++) this.#workers.push(this.#newWorker());
  }

  get workers(): number {
    return this.#workers.length;
  }

  /** Resolves when every worker can run statements. */
  async started(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.started()));
  }

  run(statement: Statement, release: () => void): Run {
    const worker = this.#leastLoaded();
    const run = worker.start(statement, release);
    return {
      page: (request) => this.#counted(worker.page(run, request)),
      cancel: () => worker.cancel(run),
    };
  }

  /** Waits for the threads, but not for ever: one that is stuck must not keep the server from ending. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#watch.stop();
    const workers = this.#allWorkers();
    const stopped = Promise.all(workers.map((worker) => worker.stop()));
    let stopTimer = (): void => {};
    const timeUp = new Promise<'late'>((resolve) => {
      stopTimer = this.#options.timers.after(ROOM_STOP_MS_MAX, () => resolve('late'));
    });
    if ((await Promise.race([stopped, timeUp])) === 'late') {
      this.#options.logger.error('query workers did not stop in time; leaving them');
    }
    stopTimer();
  }

  async #counted(page: Promise<EncodedPage>): Promise<EncodedPage> {
    const number = ++this.#lastPage;
    this.#making.add(number);
    try {
      return await page;
    } finally {
      this.#making.delete(number);
    }
  }

  /** A dead worker is only taken when all are dead, and then fails the run at once. */
  #leastLoaded(): QueryWorker {
    const alive = this.#workers.filter((worker) => worker.isAlive);
    const candidates = alive.length > 0 ? alive : this.#workers;
    return candidates.reduce((best, worker) => (worker.runs < best.runs ? worker : best));
  }

  #newWatch(): MemoryWatch {
    const { settings, memory, processMemory, timers, metrics, workers } = this.#options;
    return new MemoryWatch({
      process: processMemory,
      timers,
      queryBytesMax: workers * settings.memoryBytesMax,
      accountedBytes: () => memory.usage().reservedBytes + workers * settings.residentBytesMax,
      pages: {
        oldest: () => this.#making.values().next().value,
        newest: () => this.#lastPage,
      },
      onChecked: (bytes) => metrics.memory.set(bytes),
      onExceeded: (bytes) => this.#stopForMemory(bytes),
    });
  }

  #stopForMemory(bytes: number): void {
    const stopped = this.#allWorkers().reduce(
      (count, worker) => count + worker.stopMaking('out-of-memory'),
      0,
    );
    this.#options.metrics.memoryStops.inc(stopped);
    this.#options.logger.error({ bytes, stopped }, 'queries hold too much memory; stopping them');
  }

  #allWorkers(): readonly QueryWorker[] {
    return [...this.#workers, ...this.#retired];
  }

  #newWorker(): QueryWorker {
    const { spillFolder, ...settings } = this.#options.settings;
    const worker = new QueryWorker({
      settings: {
        ...settings,
        tempDir: `${spillFolder}/${++this.#started}`,
        memoryCeiling: this.#watch.ceiling,
      },
      slabFeed: this.#options.memory.createSlabFeed(),
      timers: this.#options.timers,
      ...(this.#options.module && { module: this.#options.module }),
      onLate: () => this.#retire(worker),
      onExit: (error, died) => {
        if (!this.#retired.delete(worker)) this.#replace(worker, error, died);
      },
    });
    return worker;
  }

  /** Beyond so many that are stuck it stays in its place, and the next runs try their luck. */
  #retire(worker: QueryWorker): void {
    const place = this.#workers.indexOf(worker);
    if (this.#stopping || place < 0 || this.#retired.size >= WORKERS_RETIRED_MAX) return;
    this.#options.logger.error('query worker does not react to a cancel; starting another');
    this.#retired.add(worker);
    this.#workers[place] = this.#newWorker();
    worker.retire();
  }

  /** One that died while starting would die again at once, so its successor waits a while. */
  #replace(worker: QueryWorker, error: Error | undefined, died: 'starting' | 'running'): void {
    if (this.#stopping) return;
    this.#options.logger.error({ err: error, died }, 'query worker ended; starting another');
    const succeed = (): void => {
      if (!this.#stopping) this.#workers[this.#workers.indexOf(worker)] = this.#newWorker();
    };
    if (died === 'running') succeed();
    else this.#options.timers.after(RESTART_MS, succeed);
  }
}
