/**
 * What a tile scan kernel computes: groups and aggregates over the rows of tiles, as plain data
 * that goes from the planner to a query worker.
 *
 *     SELECT keys, aggregates FROM tiles
 *     WHERE time … AND series filters AND row filters GROUP BY keys
 *
 * The planner names columns its own way (`C`), the kernel by their ids in the tile (KernelColumn):
 * `mapColumns` translates. Times are nanoseconds, as int64.
 */
import { assertNever } from '../base/assert.ts';
import type { StoredType } from '../base/types.ts';

export type KernelColumn =
  | { readonly kind: 'time' | 'measure_name' }
  | { readonly kind: 'dimension'; readonly dimensionId: number }
  | { readonly kind: 'measure'; readonly columnId: number; readonly type: StoredType };

export type KernelComparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Text against constants; texts are ordered by their UTF-8 bytes. */
export type TextCondition =
  | { readonly kind: 'compare'; readonly operator: KernelComparison; readonly text: string }
  | { readonly kind: 'in'; readonly texts: readonly string[] };

/** Decided once per series, in three-valued logic; `column` is a dimension or measure_name. */
export type SeriesFilter<C = KernelColumn> =
  | { readonly kind: 'text'; readonly column: C; readonly condition: TextCondition }
  | { readonly kind: 'is-null'; readonly column: C }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SeriesFilter<C>[] }
  | { readonly kind: 'not'; readonly operand: SeriesFilter<C> };

/** Decided per row; `column` is a measure. */
export type RowFilter<C = KernelColumn> =
  /** `value` is a number for a double, and for a bigint that is compared as a double. */
  | {
      readonly kind: 'compare';
      readonly column: C;
      readonly operator: KernelComparison;
      readonly value: number | bigint;
    }
  | { readonly kind: 'text'; readonly column: C; readonly condition: TextCondition }
  | { readonly kind: 'is'; readonly column: C; readonly value: boolean }
  | { readonly kind: 'is-null'; readonly column: C; readonly isNull: boolean };

export type KernelKey<C = KernelColumn> =
  /** A dimension or measure_name. */
  | { readonly kind: 'series'; readonly column: C }
  /** The start of the bin that the time is in; at most one key is this. */
  | { readonly kind: 'bin'; readonly nanos: bigint };

export type Moment = 'stddev_samp' | 'stddev_pop' | 'var_samp' | 'var_pop';

export type KernelAggregate<C = KernelColumn> =
  | { readonly kind: 'count-rows' }
  | { readonly kind: 'count'; readonly column: C }
  /** Of a double, or of a bigint turned into one. */
  | { readonly kind: 'sum' | 'avg' | Moment; readonly column: C }
  /** Of a bigint; fails when it does not fit one. */
  | { readonly kind: 'sum-integer'; readonly column: C }
  /** Of a double, bigint, timestamp, or of the time. */
  | { readonly kind: 'min' | 'max'; readonly column: C }
  /** The column in the row with the smallest or largest time; it may be NULL there. */
  | { readonly kind: 'first' | 'last'; readonly column: C };

export interface ScanKernel<C = KernelColumn> {
  readonly keys: readonly KernelKey<C>[];
  readonly aggregates: readonly KernelAggregate<C>[];
  /** `from <= time < until`; absent ends are open. */
  readonly time: { readonly from?: bigint; readonly until?: bigint };
  /** All of them must be true. */
  readonly seriesFilters: readonly SeriesFilter<C>[];
  readonly rowFilters: readonly RowFilter<C>[];
}

export function mapColumns<A, B>(kernel: ScanKernel<A>, map: (column: A) => B): ScanKernel<B> {
  const withColumn = <T extends { readonly column: A }>(part: T) => ({
    ...part,
    column: map(part.column),
  });
  return {
    time: kernel.time,
    keys: kernel.keys.map((key) => (key.kind === 'bin' ? key : withColumn(key))),
    aggregates: kernel.aggregates.map((each) =>
      each.kind === 'count-rows' ? each : withColumn(each),
    ),
    seriesFilters: kernel.seriesFilters.map((filter) => mapSeriesFilter(filter, map)),
    rowFilters: kernel.rowFilters.map((filter) => withColumn(filter)),
  };
}

function mapSeriesFilter<A, B>(filter: SeriesFilter<A>, map: (column: A) => B): SeriesFilter<B> {
  switch (filter.kind) {
    case 'text':
    case 'is-null':
      return { ...filter, column: map(filter.column) };
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map((each) => mapSeriesFilter(each, map)) };
    case 'not':
      return { kind: 'not', operand: mapSeriesFilter(filter.operand, map) };
    default:
      return assertNever(filter, 'series filter');
  }
}
