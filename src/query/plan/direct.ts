/**
 * Recognises a query whose result is a kernel's result as it stands: its columns chosen and named,
 * put in order and limited, and nothing computed.
 *
 *     sort t desc, limit 5                     outputs  1, 0
 *       extend t := bin#3            ──►       order    column 1, descending
 *         scan 1   (kernel)                    limit    5
 *
 * Such a result need not pass through SQL.
 */
import type { Column, ColumnId, Expression, Relation, ScanId } from '../analyse/typed.ts';
import type { Kernels } from './choose-kernels.ts';

export interface DirectResult {
  readonly scan: ScanId;
  /** For each column of the result: which of the kernel's, keys first, then aggregates. */
  readonly outputs: readonly number[];
  /** The first key counts most. */
  readonly order: readonly DirectOrder[];
  readonly limit?: bigint;
  readonly offset?: bigint;
}

export interface DirectOrder {
  /** Of the kernel. */
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Types that have one physical form in a kernel and on the wire. */
const TYPES: ReadonlySet<string> = new Set(['double', 'bigint', 'varchar', 'boolean', 'timestamp']);

export function directResult(
  relation: Relation,
  outputs: readonly Column[],
  kernels: Kernels,
): DirectResult | undefined {
  if (!outputs.every(({ type }) => TYPES.has(type.kind))) return undefined;
  const aliases = new Map<ColumnId, ColumnId>();
  let sort: Extract<Relation, { readonly kind: 'sort' }> | undefined;
  for (let at = relation; ; ) {
    switch (at.kind) {
      case 'project':
        at = at.input;
        continue;
      case 'extend':
        for (const { column, expression } of at.additions) {
          if (expression.kind !== 'column') return undefined;
          aliases.set(column.id, expression.column);
        }
        at = at.input;
        continue;
      case 'sort':
        if (sort !== undefined) return undefined;
        sort = at;
        at = at.input;
        continue;
      case 'scan': {
        const planned = kernels.get(at.scan);
        if (planned === undefined) return undefined;
        const ordinals = new Map(planned.columns.map(({ id }, ordinal) => [id, ordinal]));
        return resultOf(at.scan, { outputs, sort }, (id) => ordinals.get(rootOf(id, aliases)));
      }
      default:
        return undefined;
    }
  }
}

function rootOf(id: ColumnId, aliases: ReadonlyMap<ColumnId, ColumnId>): ColumnId {
  let root = id;
  for (let next = aliases.get(root); next !== undefined; next = aliases.get(root)) root = next;
  return root;
}

function resultOf(
  scan: ScanId,
  query: {
    readonly outputs: readonly Column[];
    readonly sort: Extract<Relation, { readonly kind: 'sort' }> | undefined;
  },
  ordinalOf: (id: ColumnId) => number | undefined,
): DirectResult | undefined {
  const outputs: number[] = [];
  for (const { id } of query.outputs) {
    const ordinal = ordinalOf(id);
    if (ordinal === undefined) return undefined;
    outputs.push(ordinal);
  }
  const order: DirectOrder[] = [];
  for (const { expression, descending, nullsFirst } of query.sort?.keys ?? []) {
    const column = columnOf(expression, ordinalOf);
    if (column === undefined) return undefined;
    order.push({ column, descending, nullsFirst });
  }
  const { limit, offset } = query.sort ?? {};
  return {
    scan,
    outputs,
    order,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

function columnOf(
  expression: Expression,
  ordinalOf: (id: ColumnId) => number | undefined,
): number | undefined {
  return expression.kind === 'column' && TYPES.has(expression.type.kind)
    ? ordinalOf(expression.column)
    : undefined;
}
