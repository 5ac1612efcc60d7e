/**
 * Filters on what belongs to a series, in SQL's three-valued logic: true, false, or undefined for
 * NULL. A series takes part when all filters are true.
 */
import { assert, assertNever } from '../base/assert.ts';
import type { OpenTile } from './open-tile.ts';
import type { KernelColumn, SeriesFilter } from './scan-kernel.ts';
import { TextTest } from './text-test.ts';

export type SeriesTest = (tile: OpenTile, series: number) => boolean | undefined;

export function seriesTest(filters: readonly SeriesFilter[]): SeriesTest {
  return testOf({ kind: 'and', operands: filters });
}

/** Code of the series' text in its tile's dictionary; -1 for NULL. */
export function seriesCode(tile: OpenTile, series: number, column: KernelColumn): number {
  switch (column.kind) {
    case 'measure_name':
      return tile.reader.measureCode(series);
    case 'dimension':
      return tile.reader.dimensionCode(series, column.dimensionId);
    default:
      assert(false, `a ${column.kind} column does not belong to the series`);
  }
}

function testOf(filter: SeriesFilter): SeriesTest {
  switch (filter.kind) {
    case 'text': {
      const { column } = filter;
      const test = new TextTest(filter.condition);
      return (tile, series) => {
        const code = seriesCode(tile, series, column);
        return code < 0 ? undefined : test.matches(tile, code);
      };
    }
    case 'is-null': {
      const { column } = filter;
      return (tile, series) => seriesCode(tile, series, column) < 0;
    }
    case 'not': {
      const test = testOf(filter.operand);
      return (tile, series) => {
        const answer = test(tile, series);
        return answer === undefined ? undefined : !answer;
      };
    }
    case 'and':
      return combined(filter.operands.map(testOf), false);
    case 'or':
      return combined(filter.operands.map(testOf), true);
    default:
      return assertNever(filter, 'series filter');
  }
}

/** AND is decided by the first false, OR by the first true. */
function combined(tests: readonly SeriesTest[], deciding: boolean): SeriesTest {
  return (tile, series) => {
    let isKnown = true;
    for (const test of tests) {
      const answer = test(tile, series);
      if (answer === deciding) return deciding;
      if (answer === undefined) isKnown = false;
    }
    return isKnown ? !deciding : undefined;
  };
}
