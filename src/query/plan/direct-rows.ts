/**
 * Recognises a query whose result is rows of a table as they are: some columns, filters that a scan
 * can decide, and no order, or that of time for a limited number.
 *
 *     sort time desc, limit 10          outputs  host, cpu, time
 *       filter cpu > 90        ──►      filters  rows: cpu > 90
 *         scan 1                        order    newest first, limit 10
 *
 * Such a result need not pass through SQL.
 */
import type { ColumnRef } from '../analyse/schema-lookup.ts';
import type { Column, Relation, RelationOf, ScanId } from '../analyse/typed.ts';
import type { Constants } from './fold.ts';
import { type Filters, readFilters } from './kernel-filter.ts';
import { KernelInput } from './kernel-input.ts';

export interface DirectRows {
  readonly scan: ScanId;
  readonly outputs: readonly ColumnRef[];
  readonly filters: Filters;
  /** Only with a limit. */
  readonly order?: 'oldest-first' | 'newest-first';
  readonly limit?: bigint;
  readonly offset?: bigint;
}

/** Of time, in a heap of as many rows. */
const ORDERED_ROWS_MAX = 100_000n;

export function directRows(
  relation: Relation,
  outputs: readonly Column[],
  constants: Constants,
): DirectRows | undefined {
  const { sort, input: below } = withoutSort(relation);
  const input = KernelInput.of(below);
  const filters = input && readFilters(input, constants);
  if (input === undefined || filters === undefined) return undefined;
  const sources = outputs.map((column) => input.sourceOf(input.column(column)));
  const known = sources.filter((source) => source !== undefined);
  if (known.length !== sources.length || known.length === 0) return undefined;
  const rows: DirectRows = { scan: input.scan.scan, outputs: known, filters };
  if (sort === undefined) return rows;
  const { limit, offset } = sort;
  const bounds = {
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
  const [key, ...others] = sort.keys;
  if (key === undefined) return { ...rows, ...bounds };
  const isTime = input.sourceOf(key.expression)?.kind === 'time';
  const isBounded = limit !== undefined && limit + (offset ?? 0n) <= ORDERED_ROWS_MAX;
  if (!isTime || others.length > 0 || !isBounded) return undefined;
  return { ...rows, ...bounds, order: key.descending ? 'newest-first' : 'oldest-first' };
}

/** The topmost sort, and what is below it; what is above only chooses columns. */
function withoutSort(relation: Relation): {
  readonly sort: RelationOf<'sort'> | undefined;
  readonly input: Relation;
} {
  if (relation.kind === 'sort') return { sort: relation, input: relation.input };
  if (relation.kind === 'project') return withoutSort(relation.input);
  return { sort: undefined, input: relation };
}
