/**
 * A planned kernel as a task for a query worker, and how much it will make of the rows it reads.
 */
import { KERNEL_STATES_MAX } from '../../base/limits.ts';
import { type KernelColumn, mapColumns } from '../../scan/api.ts';
import type { ColumnRef } from '../analyse/api.ts';
import { columnName, type PlannedKernel } from '../plan/api.ts';
import type { ScanTask } from './room-protocol.ts';

export function kernelTask(
  rows: ScanTask,
  planned: PlannedKernel,
  sourceOf: (column: ColumnRef) => KernelColumn,
): ScanTask {
  const kernel = mapColumns(planned.kernel, sourceOf);
  const names = planned.columns.map(({ id }) => columnName(id));
  const task = { ...rows, kernel: { kernel, names } };
  return { ...task, rowsEstimated: groupsMax(task) };
}

/** States of a group of series are kept until its last row: too many go to SQL, which can spill. */
export function fitsKernel(task: ScanTask): boolean {
  if (task.kernel === undefined) return true;
  const { aggregates } = task.kernel.kernel;
  const rows = extentsOf(task).reduce((sum, extent) => sum + extent.rows, 0);
  return Math.min(rows, binsMax(task)) * (1 + aggregates.length) <= KERNEL_STATES_MAX;
}

function groupsMax(task: ScanTask): number {
  if (task.kernel?.kernel.keys.length === 0) return 1;
  const series = extentsOf(task).reduce((most, extent) => Math.max(most, extent.series), 0);
  return Math.min(task.rowsEstimated, series * binsMax(task));
}

/** Bins that rows can fall into; one if there are none. */
function binsMax(task: ScanTask): number {
  const bin = task.kernel?.kernel.keys.find((key) => key.kind === 'bin');
  if (bin === undefined) return 1;
  let first: bigint | undefined;
  let last: bigint | undefined;
  for (const { minTime, maxTime } of extentsOf(task)) {
    if (minTime === undefined || maxTime === undefined) continue;
    if (first === undefined || minTime < first) first = minTime;
    if (last === undefined || maxTime > last) last = maxTime;
  }
  if (first === undefined || last === undefined) return 0;
  return Number((last - first) / bin.nanos) + 2;
}

interface Extent {
  readonly rows: number;
  readonly series: number;
  readonly minTime: bigint | undefined;
  readonly maxTime: bigint | undefined;
}

/** Of objects only an upper bound is known: any row may be a series of its own. */
function extentsOf({ tiles, residents }: ScanTask): readonly Extent[] {
  const hot = tiles.map(({ statistics }) => statistics);
  if (residents === undefined) return hot;
  const { fromTime, untilTime } = residents.rows;
  const sealed = residents.objects.map(({ rows, minTime, maxTime }) => ({
    rows,
    series: rows,
    minTime: minTime < fromTime ? fromTime : minTime,
    maxTime: maxTime < untilTime ? maxTime : untilTime - 1n,
  }));
  return [...hot, ...sealed];
}
