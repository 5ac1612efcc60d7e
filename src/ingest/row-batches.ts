/**
 * The rows of one request on their way to the store, one batch for each generation that takes some.
 * Nearly always that is one. Made for reuse.
 */
import type { GenerationId } from '../base/brand.ts';
import { WriteBatch } from '../memory/api.ts';

export interface RowBatch {
  generation: GenerationId;
  readonly batch: WriteBatch;
}

export class RowBatches {
  readonly #batches: RowBatch[] = [];
  #count = 0;

  /** The batch of the generation, begun when there is none yet. */
  of(generation: GenerationId): WriteBatch {
    for (let i = this.#count - 1; i >= 0; i--) {
      const known = this.#batches[i]!;
      if (known.generation === generation) return known.batch;
    }
    const begun = this.#batches[this.#count] ?? { generation, batch: new WriteBatch() };
    this.#batches[this.#count] = begun;
    this.#count += 1;
    begun.generation = generation;
    begun.batch.clear();
    return begun.batch;
  }

  get used(): readonly RowBatch[] {
    return this.#batches.slice(0, this.#count);
  }

  clear(): void {
    for (let i = 0; i < this.#count; i++) this.#batches[i]!.batch.clear();
    // A request over many tiles is rare; what it needed is not kept for others.
    this.#batches.length = Math.min(this.#batches.length, 1);
    this.#count = 0;
  }
}
