/**
 * Admits page requests to the engine room: so many at a time, the others wait in line, and when the
 * line is full they are told to come back (ThrottlingException).
 *
 * A running page holds a thread of the process's pool; more of them than cores would only make each
 * other slower and starve file access.
 */
import { ServiceError } from '../../base/errors.ts';

export class Admission {
  readonly #places: number;
  readonly #lineMax: number;
  readonly #line: (() => void)[] = [];
  #taken = 0;

  constructor(options: { readonly places: number; readonly lineMax: number }) {
    this.#places = options.places;
    this.#lineMax = options.lineMax;
  }

  get waiting(): number {
    return this.#line.length;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#places) this.#taken++;
    else await this.#queue();
    try {
      return await work();
    } finally {
      // The place goes to the next in line without becoming free in between.
      const next = this.#line.shift();
      if (next) next();
      else this.#taken--;
    }
  }

  async #queue(): Promise<void> {
    if (this.#line.length >= this.#lineMax) {
      throw new ServiceError(
        'ThrottlingException',
        `${this.#lineMax} queries are waiting already. Retry with back-off, or run fewer at once.`,
      );
    }
    await new Promise<void>((resolve) => this.#line.push(resolve));
  }
}
