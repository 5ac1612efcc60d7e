/**
 * Whether objects are worth decoding for a kernel: it reads them whole, where SQL reads the parts
 * that a selective statement needs. So little is decoded at once, and more only when it is asked
 * for again and again.
 */
import { LRUCache } from 'lru-cache';
import {
  OBJECTS_COUNTED_MAX,
  RESIDENT_CELLS_AT_ONCE_MAX,
  RESIDENT_CELLS_MAX,
  RESIDENT_USES_MIN,
} from '../../base/limits.ts';
import type { ResidentObject } from './resident-objects.ts';

export class ObjectHeat {
  /** Statements that wanted the object, by its path. */
  readonly #uses = new LRUCache<string, number>({ max: OBJECTS_COUNTED_MAX });

  /** Counts a use of each. */
  isWorthDecoding(objects: readonly ResidentObject[]): boolean {
    let fewest = Number.POSITIVE_INFINITY;
    let cells = 0;
    for (const { path, rows, columns } of objects) {
      const uses = (this.#uses.get(path) ?? 0) + 1;
      this.#uses.set(path, uses);
      fewest = Math.min(fewest, uses);
      cells += rows * (1 + columns.length);
    }
    if (cells <= RESIDENT_CELLS_AT_ONCE_MAX) return true;
    return cells <= RESIDENT_CELLS_MAX && fewest >= RESIDENT_USES_MIN;
  }
}
