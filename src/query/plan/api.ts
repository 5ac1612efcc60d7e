/**
 * What the planner hands on: the trimmed tree and, for each scan that is left in it, what has to be
 * read and what may be skipped (query-language 9).
 */
import type { AnalysedQuery } from '../analyse/api.ts';
import type { ColumnRef, TableRef } from '../analyse/schema-lookup.ts';
import type { Column, Relation, Scan, ScanId } from '../analyse/typed.ts';
import { chooseKernels, type Kernels } from './choose-kernels.ts';
import { type DirectResult, directResult } from './direct.ts';
import { type DirectRows, directRows } from './direct-rows.ts';
import type { Constants } from './fold.ts';
import type { PlannedKernel } from './kernel-rule.ts';
import type { SimplePredicate } from './predicate.ts';
import { pushDown, scansOf } from './push-down.ts';
import { trim } from './trim.ts';

export type { DirectOrder, DirectResult } from './direct.ts';
export type { DirectRows } from './direct-rows.ts';
export { type Constants, foldToNanos } from './fold.ts';
export type { PlannedKernel } from './kernel-rule.ts';
export { conjunctsOf, isComparison } from './predicate.ts';

export interface ScanColumnPlan {
  /** As the SQL names it. */
  readonly name: string;
  readonly column: Column;
  readonly source: ColumnRef;
}

export interface DimensionEquality {
  readonly dimension: string;
  /** The dimension equals one of these. */
  readonly values: readonly string[];
}

/**
 * Every row that the statement needs of this scan satisfies all of what is said here; a scan may
 * deliver more rows.
 */
export interface ScanPlan {
  readonly scan: ScanId;
  readonly table: TableRef;
  readonly columns: readonly ScanColumnPlan[];
  /** `time.from <= time < time.until`, nanoseconds since the epoch; absent ends are open. */
  readonly time: { readonly from?: bigint; readonly until?: bigint };
  readonly measureNames?: readonly string[];
  readonly dimensionEquals: readonly DimensionEquality[];
  /** Its rows are not the table's but what this kernel makes of them. */
  readonly kernel?: PlannedKernel;
}

export interface PlanOptions {
  /** Whether tile scan kernels may be chosen; without, all that is computed is computed in SQL. */
  readonly kernels: boolean;
}

export interface QueryPlan {
  readonly relation: Relation;
  /** The result's columns, in order; one may occur twice. */
  readonly outputs: readonly Column[];
  readonly scans: readonly ScanPlan[];
  /** The result is that of the one kernel. */
  readonly direct?: DirectResult;
  /** The result is rows of the one scan as they are. */
  readonly directRows?: DirectRows;
}

export function planQuery(
  query: AnalysedQuery,
  constants: Constants,
  options: PlanOptions = { kernels: false },
): QueryPlan {
  const outputs = query.columns.map((output) => output.column);
  const trimmed = trim(
    query.relation,
    outputs.map((column) => column.id),
  );
  const predicates = pushDown(trimmed, constants);
  const { relation, kernels } = options.kernels
    ? chooseKernels(trimmed, constants)
    : { relation: trimmed, kernels: new Map() satisfies Kernels };
  const scans = scansOf(trimmed).map((scan) => {
    const plan = planScan(scan, predicates.get(scan.scan) ?? []);
    const kernel = kernels.get(scan.scan);
    return kernel === undefined ? plan : { ...plan, kernel };
  });
  const direct = directResult(relation, outputs, kernels);
  const rows = options.kernels ? directRows(trimmed, outputs, constants) : undefined;
  return {
    relation,
    outputs,
    scans,
    ...(direct === undefined ? {} : { direct }),
    ...(rows === undefined ? {} : { directRows: rows }),
  };
}

/** The name of a column in the generated SQL. */
export function columnName(column: number): string {
  return `c${column}`;
}

function planScan(scan: Scan, predicates: readonly SimplePredicate[]): ScanPlan {
  const sources = new Map(scan.columns.map(({ column, source }) => [column.id, source]));
  let time: ScanPlan['time'] = {};
  let measureNames: readonly string[] | undefined;
  const dimensionEquals: DimensionEquality[] = [];
  for (const predicate of predicates) {
    const source = sources.get(predicate.column);
    if (source === undefined) continue;
    if (predicate.kind === 'range') {
      const { from, until } = predicate;
      if (source.kind !== 'time') continue;
      time = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
    } else if (source.kind === 'measure_name') measureNames = predicate.values;
    else if (source.kind === 'dimension') {
      dimensionEquals.push({ dimension: source.name, values: predicate.values });
    }
  }
  const columns = scan.columns.map(({ column, source }) => ({
    name: columnName(column.id),
    column,
    source,
  }));
  return {
    scan: scan.scan,
    table: scan.table,
    columns,
    time,
    ...(measureNames === undefined ? {} : { measureNames }),
    dimensionEquals,
  };
}
