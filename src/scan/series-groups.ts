/**
 * Which slices make up each group, as far as dimensions and measure name decide it: filters and
 * keys that belong to the series are settled here, once per series, before any row is read.
 *
 *   group ─► segment ─► segment ─► …      a segment: the slices of one series in one tile
 *
 * Segments of a group come in the order of tiles and series. Codes are a tile's own, so over several
 * tiles a text gets a number that is common to all.
 */
import { assert } from '../base/assert.ts';
import type { OpenTile } from './open-tile.ts';
import type { KernelColumn, ScanKernel } from './scan-kernel.ts';
import { type SeriesTest, seriesCode, seriesTest } from './series-filter.ts';

export interface Segment {
  readonly tile: OpenTile;
  readonly series: number;
  readonly from: number;
  readonly until: number;
}

export interface SeriesGroup {
  /** Where the key's texts are to be found: codes of this tile's dictionary, -1 for NULL. */
  readonly tile: OpenTile | undefined;
  readonly codes: readonly number[];
  readonly segments: Segment[];
}

export function groupSeries(kernel: ScanKernel, tiles: readonly OpenTile[]): SeriesGroup[] {
  const columns = kernel.keys.flatMap((key) => (key.kind === 'series' ? [key.column] : []));
  const grouper = new Grouper(columns, tiles, seriesTest(kernel.seriesFilters));
  for (const tile of tiles) grouper.addTile(tile);
  const hasKeys = kernel.keys.length > 0;
  if (grouper.groups.length === 0 && !hasKeys) {
    grouper.groups.push({ tile: undefined, codes: [], segments: [] });
  }
  return grouper.groups;
}

class Grouper {
  readonly groups: SeriesGroup[] = [];
  readonly #columns: readonly KernelColumn[];
  readonly #isPassing: SeriesTest;
  readonly #numbers: TextNumbers;
  /** Per key column: the number of the keys so far and of this text, to the next number. */
  readonly #steps: readonly Map<number, number>[];

  constructor(columns: readonly KernelColumn[], tiles: readonly OpenTile[], isPassing: SeriesTest) {
    this.#columns = columns;
    this.#isPassing = isPassing;
    this.#numbers = new TextNumbers(tiles);
    this.#steps = columns.map(() => new Map());
  }

  addTile(tile: OpenTile): void {
    const { reader } = tile;
    for (let from = 0; from < reader.sliceCount; ) {
      const series = reader.seriesOf(from);
      let until = from + 1;
      while (until < reader.sliceCount && reader.seriesOf(until) === series) until++;
      if (this.#isPassing(tile, series) === true) {
        this.#groupOf(tile, series).segments.push({ tile, series, from, until });
      }
      from = until;
    }
  }

  #groupOf(tile: OpenTile, series: number): SeriesGroup {
    const codes = this.#columns.map((column) => seriesCode(tile, series, column));
    let number = 0;
    for (const [at, code] of codes.entries()) {
      const steps = this.#steps[at]!;
      const key = number * this.#numbers.width + this.#numbers.of(tile, code);
      assert(Number.isSafeInteger(key), 'numbers of groups stay exact');
      const known = steps.get(key);
      number = known ?? steps.size;
      if (known === undefined) steps.set(key, number);
    }
    let group = this.groups[number];
    if (group === undefined) {
      group = { tile, codes, segments: [] };
      this.groups[number] = group;
    }
    return group;
  }
}

/** Numbers of texts, from 1; 0 is NULL. */
class TextNumbers {
  /** Above every number. */
  readonly width: number;
  readonly #isOneTile: boolean;
  readonly #byText = new Map<string, number>();
  readonly #byCode: Map<number, number>[] = [];

  constructor(tiles: readonly OpenTile[]) {
    this.#isOneTile = tiles.length <= 1;
    this.width = tiles.reduce((sum, { reader }) => sum + reader.dictionary.size, 2);
  }

  of(tile: OpenTile, code: number): number {
    if (code < 0) return 0;
    if (this.#isOneTile) return code + 1;
    let numbers = this.#byCode[tile.index];
    if (numbers === undefined) {
      numbers = new Map();
      this.#byCode[tile.index] = numbers;
    }
    let number = numbers.get(code);
    if (number === undefined) {
      number = this.#numberOf(tile.dictionary.text(code));
      numbers.set(code, number);
    }
    return number;
  }

  #numberOf(text: string): number {
    let number = this.#byText.get(text);
    if (number === undefined) {
      number = this.#byText.size + 1;
      this.#byText.set(text, number);
    }
    return number;
  }
}
