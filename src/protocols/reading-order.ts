/**
 * Requests are read one after the other, in the order in which their bodies were complete; the next
 * one begins when the last batch of the one before is on its way, not when that is durable.
 *
 * Requests that were read side by side would mix the rows of a series: of two with a minute of data
 * each, sent at once, every row of the earlier one would come late, and late rows cost the memory
 * store ten times as much (bench/line-protocol.ts).
 */

export class ReadingOrder {
  #last: Promise<void> = Promise.resolve();

  /** Runs what reads a request, when its turn has come. */
  async during<T>(read: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let end = (): void => {};
    this.#last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    try {
      return await read();
    } finally {
      end();
    }
  }
}
