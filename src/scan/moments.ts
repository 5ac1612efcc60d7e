/** Variance and standard deviation, by Welford's recurrence (query-language 6.9). */
import { type Accumulator, grownDoubles, type Runs } from './accumulator.ts';
import type { ColumnView } from './column-view.ts';
import type { Moment } from './scan-kernel.ts';

/** What the engine says of a result that is not finite. */
const OUT_OF_RANGE: Readonly<Record<Moment, string>> = {
  stddev_samp: 'STDDEV_SAMP is out of range!',
  stddev_pop: 'STDDEV_POP is out of range!',
  var_samp: 'VARSAMP is out of range!',
  var_pop: 'VARPOP is out of range!',
};

export class Moments implements Accumulator {
  #means: Float64Array = new Float64Array(0);
  #squares: Float64Array = new Float64Array(0);
  #counts: Float64Array = new Float64Array(0);
  readonly #view: ColumnView;

  constructor(view: ColumnView) {
    this.#view = view;
  }

  reserve(slots: number): void {
    this.#means = grownDoubles(this.#means, slots);
    this.#squares = grownDoubles(this.#squares, slots);
    this.#counts = grownDoubles(this.#counts, slots);
  }

  clear(slots: number): void {
    for (const states of [this.#means, this.#squares, this.#counts]) states.fill(0, 0, slots);
  }

  bind(): void {}

  add({ count, slots, from, until }: Runs): void {
    for (let i = 0; i < count; i++) this.#add(slots[i]!, from[i]!, until[i]!);
  }

  #add(slot: number, from: number, until: number): void {
    const { doubles, base, valid, isAbsent } = this.#view;
    if (isAbsent) return;
    let count = this.#counts[slot]!;
    let mean = this.#means[slot]!;
    let squares = this.#squares[slot]!;
    for (let row = from; row < until; row++) {
      if (valid !== undefined && valid[row] === 0) continue;
      const distance = doubles[base + row]! - mean;
      count++;
      mean += distance / count;
      squares += distance * (doubles[base + row]! - mean);
    }
    this.#counts[slot] = count;
    this.#means[slot] = mean;
    this.#squares[slot] = squares;
  }

  /** Undefined is NULL. */
  result(slot: number, moment: Moment): number | undefined {
    const count = this.#counts[slot]!;
    const isSample = moment === 'stddev_samp' || moment === 'var_samp';
    if (count < (isSample ? 2 : 1)) return undefined;
    const variance = count === 1 ? 0 : this.#squares[slot]! / (isSample ? count - 1 : count);
    const isVariance = moment === 'var_samp' || moment === 'var_pop';
    const result = isVariance ? variance : Math.sqrt(variance);
    if (!Number.isFinite(result)) throw new RangeError(OUT_OF_RANGE[moment]);
    return result;
  }
}
