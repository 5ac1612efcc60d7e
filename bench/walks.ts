/**
 * Values as metrics have them: whole numbers that stay or go a step up or down each time, and, for
 * the worst case, doubles without any pattern. Nothing is random: two runs give the same.
 */
const STEPS = [-1, 0, 0, 0, 1] as const;
const START = 50;

export class Walks {
  readonly #values: Float64Array;
  readonly #noise = new Noise(1);

  constructor(count: number) {
    this.#values = new Float64Array(count).fill(START);
  }

  /** One more step of a walk. */
  next(walk: number): number {
    const step = STEPS[this.#noise.next() % STEPS.length] ?? 0;
    const value = (this.#values[walk] ?? START) + step;
    this.#values[walk] = value;
    return value;
  }
}

/** Whole numbers of 32 bits (xorshift). */
export class Noise {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** From 0 to 100, with all 52 bits of its fraction. */
  nextDouble(): number {
    return ((this.next() * 2 ** 20 + (this.next() >>> 12)) / 2 ** 52) * 100;
  }
}
