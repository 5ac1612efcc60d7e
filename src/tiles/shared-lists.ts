/**
 * A table of lists, each kept once however many objects have it; equal lists get one number.
 * Objects read from a snapshot have the very lists of its table, which are then found without being
 * looked into. Lists that are only equal to one are not remembered: there may be millions.
 */
import { known } from '../base/assert.ts';
import type { ListReader } from './tile-object-json.ts';

export class SharedLists<T extends string | number> {
  readonly all: (readonly T[])[] = [];
  readonly #numbersByList = new Map<readonly T[], number>();
  readonly #numbersByText = new Map<string, number>();

  /** Position of the list in `all`, where it is put if no equal one is there. */
  numberOf(list: readonly T[]): number {
    let number = this.#numbersByList.get(list);
    if (number !== undefined) return number;
    const text = JSON.stringify(list);
    number = this.#numbersByText.get(text);
    if (number !== undefined) return number;
    number = this.all.push(list) - 1;
    this.#numbersByText.set(text, number);
    this.#numbersByList.set(list, number);
    return number;
  }

  /** Reads what was written by number. */
  static reader(
    numbers: readonly (readonly number[])[],
    texts: readonly (readonly string[])[],
  ): ListReader {
    return { numbers: (json) => listOf(json, numbers), texts: (json) => listOf(json, texts) };
  }
}

function listOf<T>(json: readonly T[] | number, all: readonly (readonly T[])[]): readonly T[] {
  return typeof json === 'number' ? known(all[json], `list ${json}`) : json;
}
