/**
 * A plan as EXPLAIN shows it: the tree of relations, inputs indented under what reads them.
 *
 *     Sort [$7 DESC] limit 10
 *       Aggregate [host, $5] avg(cpu)
 *         Filter (measure_name = 'metrics')
 *           Scan 1 "iot"."sensors" [host, time, cpu]
 *
 * What a tile scan kernel computes stands under it, as it was before: `Tile kernel 1`.
 */
import { inputsOf } from '../analyse/tree.ts';
import type {
  AggregateCall,
  ColumnId,
  Relation,
  ScanId,
  SortKey,
  WindowCall,
} from '../analyse/typed.ts';
import type { QueryPlan } from './api.ts';
import { type ColumnNames, printColumn, printExpression } from './print-expression.ts';

export function printPlan({ relation, scans }: QueryPlan): readonly string[] {
  const kernels = new Map(scans.map(({ scan, kernel }) => [scan, kernel?.relation]));
  const names = new Map<ColumnId, string>();
  collectNames(relation, names);
  for (const kernel of kernels.values()) if (kernel) collectNames(kernel, names);
  const lines: string[] = [];
  printRelation(relation, { kernels, names, lines, depth: 0 });
  return lines;
}

interface Printing {
  /** What the kernels of scans compute. */
  readonly kernels: ReadonlyMap<ScanId, Relation | undefined>;
  readonly names: ColumnNames;
  readonly lines: string[];
  readonly depth: number;
}

function collectNames(relation: Relation, names: Map<ColumnId, string>): void {
  if (relation.kind === 'scan') {
    for (const { column, source } of relation.columns) names.set(column.id, source.name);
  }
  for (const input of allInputs(relation)) collectNames(input, names);
}

function allInputs(relation: Relation): readonly Relation[] {
  const ctes = relation.kind === 'with' ? relation.ctes.map((cte) => cte.relation) : [];
  const inputs = inputsOf(relation).filter((input) => !ctes.includes(input));
  return [...ctes, ...inputs];
}

function printRelation(relation: Relation, printing: Printing): void {
  const { kernels, names, lines, depth } = printing;
  const inside = { ...printing, depth: depth + 1 };
  const kernel = relation.kind === 'scan' ? kernels.get(relation.scan) : undefined;
  if (relation.kind === 'scan' && kernel) {
    lines.push(`${'  '.repeat(depth)}Tile kernel ${relation.scan}`);
    printRelation(kernel, { ...inside, kernels: new Map() });
    return;
  }
  lines.push('  '.repeat(depth) + describeRelation(relation, names));
  for (const input of allInputs(relation)) printRelation(input, inside);
}

function describeRelation(relation: Relation, names: ColumnNames): string {
  switch (relation.kind) {
    case 'scan': {
      const { database, table } = relation.table;
      const columns = relation.columns.map(({ source }) => source.name).join(', ');
      return `Scan ${relation.scan} "${database}"."${table}" [${columns}]`;
    }
    case 'filter':
      return `Filter ${printExpression(relation.condition, names)}`;
    case 'project':
      return `Project [${relation.columns.map(({ id }) => printColumn(id, names)).join(', ')}]`;
    case 'extend': {
      const additions = relation.additions.map(
        ({ column, expression }) => `$${column.id} := ${printExpression(expression, names)}`,
      );
      return `Compute ${additions.join(', ')}`;
    }
    case 'aggregate': {
      const keys = relation.keys.map(({ id }) => printColumn(id, names)).join(', ');
      const sets = relation.sets.length > 1 ? ` in ${relation.sets.length} grouping sets` : '';
      const calls = relation.aggregates.map((call) => printCall(call, names)).join(', ');
      return `Aggregate [${keys}]${sets} ${calls}`.trimEnd();
    }
    case 'window':
      return `Window ${relation.calls.map((call) => printCall(call, names)).join(', ')}`;
    case 'join': {
      const on = relation.condition ? ` on ${printExpression(relation.condition, names)}` : '';
      const type = relation.condition ? relation.type : 'cross';
      return `Join ${type}${relation.lateral ? ' lateral' : ''}${on}`;
    }
    case 'unnest': {
      const arrays = relation.arrays.map(({ array }) => printExpression(array, names));
      return `Unnest ${arrays.join(', ')}${relation.ordinality ? ' with ordinality' : ''}`;
    }
    case 'set':
      return `${relation.operator.toUpperCase()}${relation.all ? ' ALL' : ''}`;
    case 'sort':
      return describeSort(relation, names);
    case 'with':
      return `With ${relation.ctes.map(({ cte }) => `query ${cte}`).join(', ')}`;
    case 'cte-scan':
      return `Read query ${relation.cte}`;
    case 'values':
      return `Values ${relation.rows.length} rows`;
    case 'distinct':
      return 'Distinct';
    case 'single-row':
      return 'Single row';
  }
}

function describeSort(sort: Extract<Relation, { kind: 'sort' }>, names: ColumnNames): string {
  const keys = sort.keys.map((key) => printSortKey(key, names)).join(', ');
  const limit = sort.limit === undefined ? '' : ` limit ${sort.limit}`;
  const offset = sort.offset === undefined ? '' : ` offset ${sort.offset}`;
  return `${sort.keys.length > 0 ? `Sort [${keys}]` : 'Limit'}${limit}${offset}`;
}

function printCall(call: AggregateCall | WindowCall, names: ColumnNames): string {
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const args = call.arguments.map((argument) => printExpression(argument, names)).join(', ');
  return `$${call.column.id} := ${call.overload.name}(${distinct}${args})`;
}

function printSortKey({ expression, descending }: SortKey, names: ColumnNames): string {
  return printExpression(expression, names) + (descending ? ' DESC' : '');
}
