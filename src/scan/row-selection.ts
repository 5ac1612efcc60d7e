/**
 * Which rows of a tile pass the filters of a scan: decided once for each series as far as its
 * dimensions and measure name go, then by time, then row by row.
 */
import type { SliceFilter } from '../memory/api.ts';
import { clampTimes } from './clamp-times.ts';
import { type OpenTile, SliceRows } from './open-tile.ts';
import { RowFilters } from './row-filter.ts';
import type { ScanKernel } from './scan-kernel.ts';
import { type SeriesTest, seriesTest } from './series-filter.ts';

export type ScanFilters = Pick<ScanKernel, 'time' | 'seriesFilters' | 'rowFilters'>;

export class RowSelection implements SliceFilter {
  readonly #filters: ScanFilters;
  readonly #isPassing: SeriesTest;
  readonly #rowFilters: RowFilters;
  readonly #rows: SliceRows;
  #series = -1;
  #isSeriesPassing = false;

  constructor(tile: OpenTile, filters: ScanFilters) {
    this.#filters = filters;
    this.#isPassing = seriesTest(filters.seriesFilters);
    this.#rowFilters = new RowFilters(filters.rowFilters);
    this.#rows = new SliceRows(tile);
  }

  get from(): number {
    return this.#rows.from;
  }

  get until(): number {
    return this.#rows.until;
  }

  get mask(): Uint8Array | undefined {
    return this.#rows.mask;
  }

  apply(slice: number): boolean {
    const rows = this.#rows;
    const { reader } = rows.tile;
    const series = reader.seriesOf(slice);
    if (series !== this.#series) {
      this.#series = series;
      this.#isSeriesPassing = this.#isPassing(rows.tile, series) === true;
    }
    rows.mask = undefined;
    rows.series = series;
    rows.slice = slice;
    rows.from = reader.rowFrom(slice);
    rows.until = reader.rowUntil(slice);
    if (!this.#isSeriesPassing) {
      rows.from = rows.until;
      return false;
    }
    clampTimes(rows, this.#filters.time);
    return rows.from < rows.until && this.#rowFilters.apply(rows);
  }
}
