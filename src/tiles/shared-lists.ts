/**
 * A table of lists, each kept once however many objects have it. Equal lists get one number; a list
 * that was seen before, as the same array, is found without looking into it.
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
    if (number === undefined) {
      number = this.all.push(list) - 1;
      this.#numbersByText.set(text, number);
    }
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
