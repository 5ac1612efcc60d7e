/**
 * Logs in memory, for --in-memory and for tests. They keep every promise of the seam but one:
 * nothing survives the process. (InMemoryLogs survives the owners of its logs, so that a test can
 * restart what is above.)
 */
import { assert } from '../../base/assert.ts';
import type { LogIndex } from '../../base/brand.ts';
import { LOG_ENTRY_BYTES_MAX } from '../../base/limits.ts';
import { checkLogName } from './local-logs.ts';
import {
  type Log,
  LogClosed,
  type LogEntry,
  type LogObserver,
  type Logs,
  LogTrimmed,
  type OpenLogOptions,
  StaleWriter,
} from './log.ts';

interface Store {
  readonly entries: Uint8Array[];
  first: number;
  /** Of the newest owner. */
  epoch: number;
}

export class InMemoryLogs implements Logs {
  readonly #stores = new Map<string, Store>();
  readonly #observer: LogObserver;

  constructor(observer: LogObserver = {}) {
    this.#observer = observer;
  }

  async open(name: string, _options: OpenLogOptions): Promise<Log> {
    checkLogName(name);
    const store = this.#stores.get(name) ?? { entries: [], first: 0, epoch: -1 };
    this.#stores.set(name, store);
    store.epoch += 1;
    return new InMemoryLog(name, store, this.#observer);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#stores.keys()].sort((a, b) => (a < b ? -1 : 1));
  }
}

class InMemoryLog implements Log {
  readonly #name: string;
  readonly #store: Store;
  readonly #observer: LogObserver;
  readonly #epoch: number;
  #closed: boolean = false;

  constructor(name: string, store: Store, observer: LogObserver) {
    this.#name = name;
    this.#store = store;
    this.#observer = observer;
    this.#epoch = store.epoch;
  }

  get next(): LogIndex {
    return (this.#store.first + this.#store.entries.length) as LogIndex;
  }

  get durable(): LogIndex {
    return this.next;
  }

  get first(): LogIndex {
    return this.#store.first as LogIndex;
  }

  async append(entry: Uint8Array): Promise<LogIndex> {
    if (this.#store.epoch !== this.#epoch) throw new StaleWriter(`${this.#name} has a newer owner`);
    if (this.#closed) throw new LogClosed(`the log ${this.#name} is closed`);
    assert(entry.length <= LOG_ENTRY_BYTES_MAX, `a log entry of ${entry.length} bytes`);
    const index = this.next;
    this.#store.entries.push(entry.slice());
    const flush = { log: this.#name, entries: 1, bytes: entry.length, writeMs: 0, syncMs: 0 };
    this.#observer.flushed?.(flush);
    return index;
  }

  read(from: LogIndex): AsyncIterable<LogEntry> {
    return this.#readUntil(from, this.next);
  }

  async trim(upTo: LogIndex): Promise<void> {
    assert(upTo <= this.next, `trim(${upTo}) of a log that ends at ${this.next}`);
    if (upTo <= this.#store.first) return;
    this.#store.entries.splice(0, upTo - this.#store.first);
    this.#store.first = upTo;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  async *#readUntil(from: number, until: number): AsyncGenerator<LogEntry> {
    for (let index = from; index < until; index++) {
      const payload = this.#store.entries[index - this.#store.first];
      if (payload === undefined) {
        throw new LogTrimmed(`entry ${index} is trimmed away; the log begins with ${this.first}`);
      }
      yield { index: index as LogIndex, payload: payload.slice() };
    }
  }
}
