/**
 * One SELECT with its ORDER BY and LIMIT, as the pipe of relations that typed.ts describes.
 *
 * All expressions are analysed first, over the columns of FROM; the aggregate and window calls in
 * them are collected on the way. Then the stages are built from the bottom up, and what was said
 * over FROM's columns is rewritten to what is left of them (grouping.ts).
 */

import { printExpression } from '../parse/api.ts';
import type * as ast from '../parse/ast.ts';
import { CallCollector } from './call-collector.ts';
import {
  type AnalysedRelation,
  columnExpression,
  type Environment,
  type QueryScope,
} from './environment.ts';
import { analyseCondition, analyseExpression } from './expression.ts';
import { fault } from './fault.ts';
import { analyseFrom, fromEnvironment } from './from.ts';
import { group, type Written } from './grouping.ts';
import { groupingSets } from './grouping-sets.ts';
import { limited, ordinalOf } from './ordering.ts';
import type { Field, Scope } from './scope.ts';
import { namesOf, type SelectItem, selectItems } from './select-items.ts';
import { sortKey } from './sort-keys.ts';
import { mapWindow, structuralKey } from './tree.ts';
import type { Column, ComputedColumn, Expression, Relation, SortKey } from './typed.ts';
import { displayType, hasTrait } from './types.ts';

export interface SelectOptions {
  readonly select: ast.Select;
  readonly ordering: {
    readonly orderBy: readonly ast.SortItem[];
    readonly limit?: bigint | undefined;
    readonly offset?: bigint | undefined;
  };
  readonly scope: QueryScope;
  readonly analyseQuery: Environment['analyseQuery'];
}

/** An expression of the SELECT, to be rewritten as the stages are built. */
interface Part extends Written {
  readonly expression: Expression;
}

interface Parts {
  readonly items: readonly (SelectItem & Part)[];
  readonly having: Part | undefined;
  readonly qualify: Part | undefined;
  readonly order: readonly (Part & { readonly item: ast.SortItem })[];
}

export function analyseSelect(options: SelectOptions): AnalysedRelation {
  const { select, ordering, scope } = options;
  const { analysis } = scope;
  const context = { query: scope, analyseQuery: options.analyseQuery };
  const from = select.from
    ? analyseFrom(select.from, context)
    : { relation: { kind: 'single-row' as const }, fields: [] };
  const source: Scope = { fields: from.fields, ...(scope.outer && { parent: scope.outer }) };
  const filtered = where(select, from.relation, fromEnvironment(context, source, 'WHERE clause'));

  const calls = new CallCollector();
  const windows = new Map(
    select.windows.map((each) => [each.name.name.toLowerCase(), each.window]),
  );
  const barred = fromEnvironment(context, source, 'GROUP BY clause');
  const env: Environment = { ...barred, place: { kind: 'free', calls }, windows };
  const items = selectItems(select, env);
  const sets = select.groupBy && groupingSets(select.groupBy, items, barred, calls);
  const parts: Parts = {
    items,
    having: select.having && havingPart(select.having, env, calls),
    qualify: select.qualify && qualifyPart(select.qualify, items, env),
    order: orderParts(ordering.orderBy, items, env),
  };

  const isGrouped = sets ?? parts.having ?? [...calls.aggregates, ...calls.groupings][0];
  const grouped = isGrouped
    ? group({
        analysis,
        calls,
        input: filtered,
        sources: from.fields.map((field) => field.column),
        sets: sets ?? [[]],
        groupingAt: { at: select.at, text: 'grouping operation' },
      })
    : undefined;
  const rewrite = (part: Part): Expression =>
    grouped ? grouped.regroup(part.expression, part) : part.expression;

  let relation = grouped?.relation ?? filtered;
  if (parts.having) {
    relation = { kind: 'filter', input: relation, condition: rewrite(parts.having) };
  }
  if (calls.windows.length > 0) {
    const [first] = items;
    const written = { at: first?.at ?? select.at, text: first?.text ?? '' };
    const windowCalls = calls.windows.map((call) =>
      mapWindow(call, (expression) => rewrite({ ...written, expression })),
    );
    relation = { kind: 'window', input: relation, calls: windowCalls };
  }
  if (parts.qualify) {
    relation = { kind: 'filter', input: relation, condition: rewrite(parts.qualify) };
  }
  return project({ options, relation, parts, rewrite, sources: from.fields });
}

function where(select: ast.Select, input: Relation, env: Environment): Relation {
  if (select.where === undefined) return input;
  return { kind: 'filter', input, condition: analyseCondition(select.where, env, 'WHERE clause') };
}

function havingPart(node: ast.Expression, env: Environment, calls: CallCollector): Part {
  const place = { kind: 'free', calls, barsWindows: 'HAVING clause' } as const;
  return conditionPart(node, { ...env, place }, 'HAVING clause');
}

/** Sees the names of the select list, as ORDER BY does: what it asks for is mostly there. */
function qualifyPart(node: ast.Expression, items: readonly SelectItem[], env: Environment): Part {
  return conditionPart(node, { ...env, aliases: namesOf(items) }, 'QUALIFY clause');
}

function conditionPart(node: ast.Expression, env: Environment, clause: string): Part {
  const expression = analyseCondition(node, env, clause);
  return { expression, at: node.at, text: printExpression(node) };
}

function orderParts(
  orderBy: readonly ast.SortItem[],
  items: readonly (SelectItem & Part)[],
  env: Environment,
): Parts['order'] {
  const sorting: Environment = { ...env, aliases: namesOf(items) };
  return orderBy.map((item) => {
    const ordinal = ordinalOf(item.key, items.length, 'ORDER BY');
    const selected = ordinal === undefined ? undefined : items[ordinal];
    if (selected)
      return { item, expression: selected.expression, at: selected.at, text: selected.text };
    const expression = analyseExpression(item.key, sorting);
    return { item, expression, at: item.key.at, text: printExpression(item.key) };
  });
}

// --- the select list and everything after it ---

interface Projection {
  readonly options: SelectOptions;
  readonly relation: Relation;
  readonly parts: Parts;
  readonly rewrite: (part: Part) => Expression;
  readonly sources: readonly Field[];
}

function project({ options, relation, parts, rewrite, sources }: Projection): AnalysedRelation {
  const { select, ordering, scope } = options;
  const additions: ComputedColumn[] = [];
  const computed = (expression: Expression): Column => {
    if (expression.kind === 'column') return { id: expression.column, type: expression.type };
    const column = scope.analysis.column(expression.type);
    additions.push({ column, expression });
    return column;
  };
  const byKey = new Map<string, Column>();
  const fields = parts.items.map((item): Field => {
    const expression = rewrite(item);
    const column = computed(expression);
    byKey.set(structuralKey(expression), column);
    const origin = sources.find((field) => field.column.id === column.id)?.origin;
    return {
      column,
      qualifier: [],
      aliased: item.aliased,
      ...(item.name === undefined ? {} : { name: item.name }),
      ...(origin && { origin }),
    };
  });
  const keys = parts.order.map((part): SortKey => {
    const expression = rewrite(part);
    const selected = byKey.get(structuralKey(expression));
    if (select.distinct && selected === undefined) {
      const text = 'For SELECT DISTINCT, ORDER BY expressions must appear in select list';
      throw fault(part.at, text);
    }
    return sortKey(part.item, columnExpression(selected ?? computed(expression)));
  });
  const columns = [...new Map(fields.map(({ column }) => [column.id, column])).values()];
  let result: Relation =
    additions.length === 0 ? relation : { kind: 'extend', input: relation, additions };
  if (select.distinct) {
    checkDistinct(select, columns);
    result = { kind: 'distinct', input: result, columns };
  }
  result = limited(result, keys, ordering.limit, ordering.offset);
  return { relation: { kind: 'project', input: result, columns }, fields };
}

function checkDistinct(select: ast.Select, columns: readonly Column[]): void {
  const odd = columns.find((column) => !hasTrait(column.type, 'comparable'));
  if (odd === undefined) return;
  const type = displayType(odd.type);
  throw fault(select.at, `DISTINCT can only be applied to comparable types (actual: ${type})`);
}
