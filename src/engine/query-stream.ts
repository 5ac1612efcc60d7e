/**
 * A running statement on a connection of its own.
 *
 *   prepare ─► ready ──next──► running ──(last chunk, error or close)──► released
 *   (planned)      (executing)             (the connection is given back)
 *
 * Execution begins with the first next(), as DuckDB answers no sooner than with the first chunk,
 * which for an aggregate is the last moment.
 * A result that is left before its end is drained under interrupts first: a second statement on a
 * connection with an open stream cuts that stream silently.
 */
import duckdb from '@duckdb/node-bindings';
import { assert, known } from '../base/assert.ts';
import type { ThrownErrors } from './engine-error.ts';
import { Interruption } from './interruption.ts';
import { readVector } from './read-vector.ts';
import type { AbortSignalLike, ResultChunk, ResultStream } from './result-stream.ts';
import type { VectorView } from './vector.ts';
import { fromLogicalType, type VectorType } from './vector-type.ts';

export interface QueryContext {
  readonly connection: duckdb.Connection;
  readonly thrown: ThrownErrors;
  readonly signal: AbortSignalLike | undefined;
  /** Called once, when the connection is free again. */
  readonly release: () => void;
}

type Columns = readonly { readonly name: string; readonly type: VectorType }[];

export class QueryStream implements ResultStream {
  columns: Columns = [];
  readonly #context: QueryContext;
  readonly #interruption: Interruption;
  readonly #onAbort = (): void => this.interrupt();
  #statement: duckdb.PreparedStatement | undefined;
  #result: duckdb.Result | undefined;
  #phase: 'open' | 'released' = 'open';
  #closing: Promise<void> | undefined;

  constructor(context: QueryContext) {
    this.#context = context;
    this.#interruption = new Interruption(context.connection, context.thrown);
    context.signal?.addEventListener('abort', this.#onAbort);
    if (context.signal?.aborted === true) this.interrupt();
  }

  /** Plans the statement; scans are bound and constants folded here. */
  async prepare(sql: string): Promise<void> {
    const { connection } = this.#context;
    try {
      const statement = await this.#interruption.during(() => duckdb.prepare(connection, sql));
      this.#statement = statement;
      this.columns = columnsOf(statement);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async next(): Promise<ResultChunk | null> {
    if (this.#phase === 'released') return null;
    let chunk: duckdb.DataChunk | null;
    try {
      chunk = await this.#interruption.during(() => this.#fetch());
    } catch (error) {
      await this.close();
      throw error;
    }
    const rows = chunk === null ? 0 : duckdb.data_chunk_get_size(chunk);
    if (chunk !== null && rows > 0) return new Chunk(chunk, rows, this.columns);
    this.#release();
    return null;
  }

  async #fetch(): Promise<duckdb.DataChunk | null> {
    const statement = known(this.#statement, 'a prepared statement');
    this.#result ??= await duckdb.execute_prepared_streaming(statement);
    return duckdb.fetch_chunk(this.#result);
  }

  interrupt(): void {
    this.#interruption.interrupt();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#phase === 'released') return;
    await this.#interruption.abandon(async () => {
      const result = this.#result;
      while (result !== undefined) {
        const chunk = await duckdb.fetch_chunk(result);
        if (chunk === null || duckdb.data_chunk_get_size(chunk) === 0) return;
      }
    });
    this.#release();
  }

  #release(): void {
    assert(this.#phase === 'open', 'a connection is given back once');
    this.#phase = 'released';
    this.#context.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#statement !== undefined) duckdb.destroy_prepare_sync(this.#statement);
    this.#statement = undefined;
    this.#result = undefined;
    this.#context.release();
  }
}

function columnsOf(statement: duckdb.PreparedStatement): Columns {
  const count = duckdb.prepared_statement_column_count(statement);
  return Array.from({ length: count }, (_, k) => ({
    name: duckdb.prepared_statement_column_name(statement, k),
    type: fromLogicalType(duckdb.prepared_statement_column_logical_type(statement, k)),
  }));
}

class Chunk implements ResultChunk {
  readonly rows: number;
  readonly #chunk: duckdb.DataChunk;
  readonly #columns: Columns;
  readonly #views: (VectorView | undefined)[] = [];

  constructor(chunk: duckdb.DataChunk, rows: number, columns: Columns) {
    this.rows = rows;
    this.#chunk = chunk;
    this.#columns = columns;
  }

  column(ordinal: number): VectorView {
    const column = this.#columns[ordinal];
    assert(column !== undefined, `the result has no column ${ordinal}`);
    const view =
      this.#views[ordinal] ??
      readVector(duckdb.data_chunk_get_vector(this.#chunk, ordinal), {
        type: column.type,
        rows: this.rows,
        owner: this.#chunk,
      });
    this.#views[ordinal] = view;
    return view;
  }
}
