/**
 * A planned query as one SQL text for DuckDB.
 *
 * The text refers to each scan as `tile_scan(<scan>)`, with the number of its ScanPlan: the
 * executor puts its own ids in. A scan's columns come under the names that its plan gives them; the
 * result's columns by position, in physical form (analyse/types.ts).
 */
import type { SqlType } from '../analyse/api.ts';
import type { QueryPlan, ScanPlan } from '../plan/api.ts';
import { RelationLowering } from './relation.ts';
import { checkText } from './text-limits.ts';

export interface LoweredQuery {
  readonly sql: string;
  readonly scans: readonly ScanPlan[];
  /** Logical types of the result's columns. */
  readonly types: readonly SqlType[];
  /** Names of the kernels that the text calls. */
  readonly kernels: readonly string[];
}

export interface LoweringOptions {
  readonly nowNanos: bigint;
}

/** Throws ValidationException for a query that is too deep or too large (text-limits.ts). */
export function lowerQuery(plan: QueryPlan, { nowNanos }: LoweringOptions): LoweredQuery {
  const lowering = new RelationLowering({ nowNanos });
  const sql = checkText(lowering.result(plan.relation, plan.outputs));
  return {
    sql,
    scans: plan.scans,
    types: plan.outputs.map((column) => column.type),
    kernels: kernelsIn(sql),
  };
}

/** Kernels are called from many a text of the function tables, so the text itself is asked. */
function kernelsIn(sql: string): readonly string[] {
  const code = sql.replace(/'(?:[^']|'')*'/g, "''");
  return [...new Set(code.match(/\bk_[a-z0-9_]+(?=\()/g) ?? [])].toSorted();
}
