/**
 * Logs in memory whose owner can be killed: an append is durable some turns after the call, in
 * order, and a kill leaves a random part of those that were on their way, from the oldest on. What
 * a dead owner has asked for is never answered, so that nothing of it goes on.
 */
import { assert } from '../../src/base/assert.ts';
import type { LogIndex } from '../../src/base/brand.ts';
import type { Random } from '../../src/host/random.ts';
import type { Log, LogEntry, Logs } from '../../src/substrate/log/api.ts';

interface Store {
  readonly entries: Uint8Array[];
  first: number;
}

/** What outlives a world, and the one that owns it now. */
export class SimLogs {
  readonly #stores = new Map<string, Store>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** For a new owner, who must be the only one alive. */
  owner(): LogsOwner {
    return new LogsOwner(this.#stores, this.#random);
  }
}

export class LogsOwner implements Logs {
  readonly #stores: Map<string, Store>;
  readonly #random: Random;
  readonly #open: SimLog[] = [];

  constructor(stores: Map<string, Store>, random: Random) {
    this.#stores = stores;
    this.#random = random;
  }

  async open(name: string): Promise<Log & { readonly first: LogIndex }> {
    const store = this.#stores.get(name) ?? { entries: [], first: 0 };
    this.#stores.set(name, store);
    const log = new SimLog(store, this.#random);
    this.#open.push(log);
    return log;
  }

  async list(): Promise<readonly string[]> {
    return [...this.#stores.keys()].sort();
  }

  kill(): void {
    for (const log of this.#open) log.kill();
  }
}

interface Pending {
  readonly entry: Uint8Array;
  readonly settle: (index: LogIndex) => void;
}

class SimLog implements Log {
  readonly #store: Store;
  readonly #random: Random;
  readonly #pending: Pending[] = [];
  #isFlushing = false;
  #isAlive = true;
  #idle: (() => void)[] = [];

  constructor(store: Store, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  get first(): LogIndex {
    return this.#store.first as LogIndex;
  }

  get durable(): LogIndex {
    return (this.#store.first + this.#store.entries.length) as LogIndex;
  }

  get next(): LogIndex {
    return (this.durable + this.#pending.length) as LogIndex;
  }

  append(entry: Uint8Array): Promise<LogIndex> {
    if (!this.#isAlive) return never();
    return new Promise((settle) => {
      this.#pending.push({ entry: entry.slice(), settle });
      if (!this.#isFlushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    while (this.#isAlive && this.#pending.length > 0) {
      for (let turns = this.#random.integer(4); turns > 0; turns--) await turn();
      if (!this.#isAlive) return;
      const group = this.#pending.splice(0, 1 + this.#random.integer(this.#pending.length));
      for (const { entry, settle } of group) {
        settle(this.durable);
        this.#store.entries.push(entry);
      }
      await turn();
    }
    this.#isFlushing = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    const kept = this.#random.integer(this.#pending.length + 1);
    for (const { entry } of this.#pending.splice(0).slice(0, kept)) this.#store.entries.push(entry);
  }

  async *read(from: LogIndex): AsyncIterable<LogEntry> {
    assert(from >= this.first, `entry ${from} is trimmed away`);
    const until = this.durable;
    for (let index: number = from; index < until; index++) {
      const payload = this.#store.entries[index - this.#store.first]!;
      yield { index: index as LogIndex, payload: payload.slice() };
    }
  }

  async trim(upTo: LogIndex): Promise<void> {
    if (!this.#isAlive) return never();
    assert(upTo <= this.durable, `trim(${upTo}) of a log that ends at ${this.durable}`);
    if (upTo <= this.#store.first) return;
    this.#store.entries.splice(0, upTo - this.#store.first);
    this.#store.first = upTo;
  }

  async close(): Promise<void> {
    if (this.#isFlushing) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Of somebody who is dead. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}
