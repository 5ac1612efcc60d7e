/**
 * Objects whose owner can be killed: what it has begun by then is done or not, as before a real
 * crash, and what it asks for afterwards is never answered.
 */
import type { Objects, PutOutcome } from '../../src/substrate/objects/api.ts';
import { never } from './sim-logs.ts';

export class MortalObjects implements Objects {
  readonly #inner: Objects;
  readonly #begun = new Set<Promise<unknown>>();
  #isAlive = true;

  constructor(inner: Objects) {
    this.#inner = inner;
  }

  /** Resolves when the disk is at rest. */
  async kill(): Promise<void> {
    this.#isAlive = false;
    await Promise.allSettled(this.#begun);
  }

  putIfAbsent(key: string, body: Uint8Array): Promise<PutOutcome> {
    return this.#do(() => this.#inner.putIfAbsent(key, body));
  }

  putFileIfAbsent(key: string, path: string): Promise<PutOutcome> {
    return this.#do(() => this.#inner.putFileIfAbsent(key, path));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#do(() => this.#inner.get(key));
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#inner.list(prefix);
  }

  delete(key: string): Promise<void> {
    return this.#do(() => this.#inner.delete(key));
  }

  localPath(key: string): string | undefined {
    return this.#inner.localPath(key);
  }

  async #do<T>(act: () => Promise<T>): Promise<T> {
    if (!this.#isAlive) return never();
    const begun = act();
    this.#begun.add(begun);
    try {
      const answer = await begun;
      return this.#isAlive ? answer : await never();
    } finally {
      this.#begun.delete(begun);
    }
  }
}
