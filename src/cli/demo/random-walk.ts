/** A random walk between two bounds, the same for the same seed text. */
export class RandomWalk {
  readonly #low: number;
  readonly #span: number;
  #state: number;
  #value: number;

  constructor(seed: string, bounds: { readonly low: number; readonly high: number }) {
    this.#low = bounds.low;
    this.#span = bounds.high - bounds.low;
    this.#state = seedOf(seed);
    this.#value = this.#random();
  }

  next(): number {
    const step = (this.#random() - 0.5) * 0.1;
    this.#value = Math.min(1, Math.max(0, this.#value + step));
    return this.#low + this.#value * this.#span;
  }

  /** [0, 1), by a 32-bit linear congruential generator. */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }
}

function seedOf(text: string): number {
  let hash = 17;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash >>> 0;
}
