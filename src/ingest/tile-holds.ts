/**
 * Tiles that are being changed where a write in between would do harm: while one is held, rows for
 * it wait to be routed. A hold lasts for one record of the metadata log, some milliseconds.
 */
import { assert } from '../base/assert.ts';
import type { TileId } from '../base/brand.ts';

export class TileHolds {
  readonly #held = new Map<TileId, Promise<void>>();

  isHeld(tile: TileId): boolean {
    return this.#held.size > 0 && this.#held.has(tile);
  }

  /** Settles when the tile is let go; undefined when it is not held. */
  released(tile: TileId): Promise<void> | undefined {
    return this.#held.get(tile);
  }

  /** Runs the change with the tile held, and lets go of it whatever comes of that. */
  async during<T>(tile: TileId, change: () => Promise<T>): Promise<T> {
    assert(!this.#held.has(tile), `tile ${tile} is held already`);
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held.set(tile, released);
    try {
      return await change();
    } finally {
      this.#held.delete(tile);
      release();
    }
  }
}
