/**
 * One DuckDB instance, in memory, used only to compute.
 *
 * Every statement runs on a connection of its own, as a stream; connections are kept for the next
 * statement. An instance must not be closed while anything runs on it (that blocks its thread for
 * good), so close() interrupts and waits first; nor may a worker thread end before close() has.
 */
import duckdb from '@duckdb/node-bindings';
import { assert } from '../base/assert.ts';
import { ENGINE_STATEMENTS_MAX } from '../base/limits.ts';
import { EngineError, interruptedError, ThrownErrors, toEngineError } from './engine-error.ts';
import { type EngineOptions, openDatabase } from './open-database.ts';
import { QueryStream } from './query-stream.ts';
import { registerFunction } from './register-function.ts';
import type { AbortSignalLike, ResultStream } from './result-stream.ts';
import type { ScalarFunction } from './scalar-function.ts';
import type { ScanSource } from './scan-source.ts';
import { TileScans } from './tile-scan.ts';

export interface RunOptions {
  readonly signal?: AbortSignalLike;
}

export interface Engine {
  /**
   * Plans one statement, which runs when its stream is read. Throws EngineError. The stream must be
   * read to its end or closed.
   */
  run(sql: string, options?: RunOptions): Promise<ResultStream>;
  /** Only while no statement runs. */
  registerFunction(fn: ScalarFunction): void;
  /** Makes a source readable as `tile_scan(<id>)` until dropScan(id). */
  addScan(source: ScanSource): number;
  /** Drop a scan only when every stream that reads it is finished or closed. */
  dropScan(id: number): void;
  /** Interrupts every query, waits for them, and frees the instance. */
  close(): Promise<void>;
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const thrown = new ThrownErrors();
  const database = await openDatabase(options, thrown);
  return new DuckdbEngine({
    database,
    control: await duckdb.connect(database),
    thrown,
    scans: new TileScans(thrown, options.threads),
  });
}

class DuckdbEngine implements Engine {
  readonly #database: duckdb.Database;
  /** For registering functions; never runs a statement. */
  readonly #control: duckdb.Connection;
  readonly #thrown: ThrownErrors;
  readonly #scans: TileScans;
  readonly #idle: duckdb.Connection[] = [];
  readonly #running = new Set<QueryStream>();
  #starting = 0;
  #closing: Promise<void> | undefined;

  constructor(parts: {
    readonly database: duckdb.Database;
    readonly control: duckdb.Connection;
    readonly thrown: ThrownErrors;
    readonly scans: TileScans;
  }) {
    this.#database = parts.database;
    this.#control = parts.control;
    this.#thrown = parts.thrown;
    this.#scans = parts.scans;
    this.#scans.register(parts.control);
  }

  async run(sql: string, options: RunOptions = {}): Promise<ResultStream> {
    if (this.#isClosing()) throw interruptedError();
    if (this.#running.size + this.#starting >= ENGINE_STATEMENTS_MAX) {
      throw new EngineError('internal', `more than ${ENGINE_STATEMENTS_MAX} statements at once`);
    }
    const stream = await this.#open(options.signal);
    if (this.#isClosing()) stream.interrupt();
    await stream.prepare(sql);
    return stream;
  }

  /** A stream on a connection of its own. Counted from the call on, so that close() waits for it. */
  async #open(signal: AbortSignalLike | undefined): Promise<QueryStream> {
    this.#starting += 1;
    try {
      const connection = this.#idle.pop() ?? (await duckdb.connect(this.#database));
      const stream: QueryStream = new QueryStream({
        connection,
        thrown: this.#thrown,
        signal,
        release: () => {
          this.#running.delete(stream);
          this.#idle.push(connection);
        },
      });
      this.#running.add(stream);
      return stream;
    } catch (error) {
      throw toEngineError(error, this.#thrown);
    } finally {
      this.#starting -= 1;
    }
  }

  registerFunction(fn: ScalarFunction): void {
    assert(this.#closing === undefined, 'the engine is open');
    // The catalog would be locked from two sides: here, and by a statement waiting for this thread.
    assert(this.#running.size === 0, 'functions are registered before statements run');
    registerFunction(this.#control, fn, this.#thrown);
  }

  addScan(source: ScanSource): number {
    return this.#scans.add(source);
  }

  dropScan(id: number): void {
    this.#scans.drop(id);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#running.size > 0 || this.#starting > 0) {
      await Promise.all([...this.#running].map((stream) => stream.close()));
      // A statement that is just getting its connection shows up among the running ones.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    for (const connection of this.#idle) duckdb.disconnect_sync(connection);
    duckdb.disconnect_sync(this.#control);
    duckdb.close_sync(this.#database);
  }

  #isClosing(): boolean {
    return this.#closing !== undefined;
  }
}
