/**
 * Interrupts what one connection is doing, and knows that it did.
 *
 * DuckDB forgets an interrupt that arrives before the statement has begun to run, and there is no
 * telling from here when it begins. So the interrupt is repeated until the operation has ended.
 */
import duckdb from '@duckdb/node-bindings';
import { interruptedError, type ThrownErrors, toEngineError } from './engine-error.ts';

const REPEAT_MS = 5;

export class Interruption {
  readonly #connection: duckdb.Connection;
  readonly #thrown: ThrownErrors;
  #state: 'running' | 'interrupted' = 'running';
  #pending: Promise<unknown> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: duckdb.Connection, thrown: ThrownErrors) {
    this.#connection = connection;
    this.#thrown = thrown;
  }

  interrupt(): void {
    this.#state = 'interrupted';
    if (this.#pending !== undefined) this.#insist();
  }

  /** Runs an operation of the connection; fails with EngineError, 'interrupted' when it was. */
  async during<T>(operation: () => Promise<T>): Promise<T> {
    this.#check();
    const result = await this.#attempt(operation);
    this.#check();
    return result;
  }

  /** Waits for the operation under way, if any, then runs `operation` under constant interrupts. */
  async abandon(operation: () => Promise<unknown>): Promise<void> {
    this.interrupt();
    await this.#pending?.catch(() => undefined);
    const pending = this.#attempt(operation);
    this.#insist();
    // Whatever it says: that it is over is all that counts.
    await pending.catch(() => undefined);
  }

  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    const pending = operation();
    this.#pending = pending;
    try {
      return await pending;
    } catch (error) {
      throw this.#state === 'interrupted' ? interruptedError() : toEngineError(error, this.#thrown);
    } finally {
      this.#pending = undefined;
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #check(): void {
    if (this.#state === 'interrupted') throw interruptedError();
  }

  #insist(): void {
    duckdb.interrupt(this.#connection);
    this.#timer ??= setInterval(() => duckdb.interrupt(this.#connection), REPEAT_MS);
  }
}
