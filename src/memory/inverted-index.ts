/**
 * From a value to the series that have it: (column, code) → ascending series ids.
 *
 * Column 0 is the measure name, column 1 + i the dimension with id i. Series are added in the order
 * of their ids, so every list is ascending by itself. Most values of a wide dimension belong to one
 * series: such a list is a plain number, and becomes an array with the second.
 *
 * Writer side only: readers get series that were chosen already.
 */
class Postings {
  ids: Int32Array;
  length = 2;

  constructor(first: number, second: number) {
    this.ids = new Int32Array(4);
    this.ids[0] = first;
    this.ids[1] = second;
  }

  add(series: number): void {
    if (this.length === this.ids.length) {
      const ids = new Int32Array(this.length * 2);
      ids.set(this.ids);
      this.ids = ids;
    }
    this.ids[this.length++] = series;
  }
}

export class InvertedIndex {
  readonly #columns: Map<number, number | Postings>[] = [];

  add(column: number, code: number, series: number): void {
    while (this.#columns.length <= column) this.#columns.push(new Map());
    const lists = this.#columns[column]!;
    const list = lists.get(code);
    if (list === undefined) lists.set(code, series);
    else if (typeof list === 'number') lists.set(code, new Postings(list, series));
    else list.add(series);
  }

  count(column: number, code: number): number {
    const list = this.#columns[column]?.get(code);
    if (list === undefined) return 0;
    return typeof list === 'number' ? 1 : list.length;
  }

  /** Series with any of the codes, ascending. A series has one code per column: no duplicates. */
  union(column: number, codes: Iterable<number>): Int32Array {
    const lists = this.#columns[column];
    const found: (number | Postings)[] = [];
    let total = 0;
    for (const code of codes) {
      const list = lists?.get(code);
      if (list === undefined) continue;
      found.push(list);
      total += typeof list === 'number' ? 1 : list.length;
    }
    const ids = new Int32Array(total);
    let at = 0;
    for (const list of found) {
      if (typeof list === 'number') ids[at++] = list;
      else {
        ids.set(list.ids.subarray(0, list.length), at);
        at += list.length;
      }
    }
    return found.length > 1 ? ids.sort() : ids;
  }
}
