/**
 * How an operation learns that nobody waits for its answer any more: its client has hung up, or the
 * server has given up draining.
 *
 * Costs nothing until the operation asks for the signal, as writes never do: an AbortController and
 * its listeners for every request were a measurable part of the write path.
 */
import type { ServerResponse } from 'node:http';

export class Cancellation {
  readonly #response: ServerResponse;
  /** Those that can be cancelled; the server's. */
  readonly #running: Set<Cancellation>;
  #controller: AbortController | undefined;

  constructor(response: ServerResponse, running: Set<Cancellation>) {
    this.#response = response;
    this.#running = running;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#running.add(this);
      this.#response.once('close', this.cancel);
      if (this.#response.destroyed) this.cancel();
    }
    return this.#controller.signal;
  }

  readonly cancel = (): void => {
    this.#controller?.abort();
  };

  /** The operation has ended. */
  end(): void {
    if (this.#controller === undefined) return;
    this.#response.off('close', this.cancel);
    this.#running.delete(this);
  }
}
