/** Seals in this process and thread, with an engine that others lend. */
import type { Engine } from '../../src/engine/api.ts';
import type { Slabs } from '../../src/memory/api.ts';
import type { SealOrder, SealResult } from '../../src/tasks/seal-protocol.ts';
import type { Sealer } from '../../src/tasks/sealer.ts';
import { writeOrder } from '../../src/tasks/write-order.ts';

export class InPlaceSealer implements Sealer {
  readonly #engine: Engine;
  readonly #slabs: Slabs;
  #sealing: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, slabs: Slabs) {
    this.#engine = engine;
    this.#slabs = slabs;
  }

  async seal(order: SealOrder): Promise<SealResult> {
    const sealing = writeOrder(this.#engine, this.#slabs, order);
    this.#sealing = sealing.catch(() => {});
    return await sealing;
  }

  async atRest(): Promise<void> {
    await this.#sealing;
  }

  async stop(): Promise<void> {}
}
