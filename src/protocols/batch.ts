/**
 * Records on their way to ingest: a DecodedWrite of one table, and for each of its rows which place
 * of the client's request it came from (a line, a sample), to tell about it.
 *
 *   reader ──► BatchSet.of(table) ──► full ──► taken by the writer ──► recycled
 */
import { BATCHES_OPEN_MAX, RECORDS_PER_WRITE_MAX } from '../base/limits.ts';
import { DecodedWrite } from '../ingest/api.ts';

export class Batch {
  readonly decoded = new DecodedWrite();
  /** Counted from 1. */
  readonly place = new Int32Array(RECORDS_PER_WRITE_MAX);
}

/** As many are kept as are commonly in flight; each is about 60 KB. */
const SPARE_MAX = 64;

export class BatchPool {
  readonly #spare: Batch[] = [];

  take(): Batch {
    return this.#spare.pop() ?? new Batch();
  }

  giveBack(batch: Batch): void {
    if (this.#spare.length === SPARE_MAX) return;
    batch.decoded.release();
    this.#spare.push(batch);
  }
}

const NO_SOURCE = new Uint8Array(0);

/** The batches that one request is filling, by table. */
export class BatchSet {
  readonly #pool: BatchPool;
  readonly #database: string;
  readonly #open = new Map<string, Batch>();

  constructor(pool: BatchPool, database: string) {
    this.#pool = pool;
    this.#database = database;
  }

  /** With room for one more record at least. */
  of(table: string): Batch {
    let batch = this.#open.get(table);
    if (batch === undefined) {
      batch = this.#pool.take();
      batch.decoded.begin(NO_SOURCE);
      batch.decoded.databaseName = this.#database;
      batch.decoded.tableName = table;
      this.#open.set(table, batch);
    }
    return batch;
  }

  /** Whether one more table would be one too many: then something has to be taken first. */
  get isCrowded(): boolean {
    return this.#open.size >= BATCHES_OPEN_MAX;
  }

  close(batch: Batch): void {
    this.#open.delete(batch.decoded.tableName);
  }

  /** One that has records, closed; undefined when there is none. */
  takeAny(): Batch | undefined {
    for (const batch of this.#open.values()) {
      this.close(batch);
      if (batch.decoded.records > 0) return batch;
      this.#pool.giveBack(batch);
    }
    return undefined;
  }
}
