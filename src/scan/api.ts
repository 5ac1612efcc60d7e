/**
 * Tile scan kernels: grouped aggregates over the columns of hot tiles, computed in place.
 *
 *   ScanKernel (plain data, from the planner) + tiles of a snapshot ──► KernelSource ──► SQL
 *
 * An alternative to reading rows through the engine, with the same answers, for the queries that
 * dashboards ask most. Series-major columns are why it is worth it: what belongs to a series is
 * decided once, bins are cut by the order of time, and each column is summed in one tight loop.
 */
export { CollectedColumn } from './collected-column.ts';
export { KernelSource } from './kernel-source.ts';
export type { OpenTile } from './open-tile.ts';
export { RowSelection, type ScanFilters } from './row-selection.ts';
export {
  type KernelAggregate,
  type KernelColumn,
  type KernelComparison,
  type KernelKey,
  mapColumns,
  type RowFilter,
  type ScanKernel,
  type SeriesFilter,
  type TextCondition,
} from './scan-kernel.ts';
export { BIN_NANOS_MAX, BIN_NANOS_MIN } from './time-bins.ts';
