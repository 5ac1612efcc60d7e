/**
 * Where an expression is analysed: which names it sees and whether it may aggregate.
 */
import type { Query, Window } from '../parse/ast.ts';
import type { Analysis } from './analysis.ts';
import type { CallCollector } from './call-collector.ts';
import type { Field, LambdaScope, Scope } from './scope.ts';
import type { Column, CteId, Expression, Relation } from './typed.ts';

/** Whether aggregate, grouping and window calls may stand here. */
export type Place =
  | { readonly kind: 'free'; readonly calls: CallCollector; readonly barsWindows?: string }
  /** Inside the arguments of an aggregate: neither. */
  | { readonly kind: 'in-aggregate'; readonly name: string }
  /** Inside those of a window call: aggregates, but no window calls. */
  | { readonly kind: 'in-window'; readonly calls: CallCollector }
  /** In a clause that comes before grouping, e.g. `WHERE clause`. */
  | { readonly kind: 'barred'; readonly clause: string };

export interface NamedQueryScope {
  readonly name: string;
  readonly cte: CteId;
  readonly fields: readonly Field[];
  readonly parent?: NamedQueryScope;
}

/** A query analysed: a relation, and its columns with their names. */
export interface AnalysedRelation {
  readonly relation: Relation;
  readonly fields: readonly Field[];
}

export interface QueryScope {
  readonly analysis: Analysis;
  /** The enclosing query's columns, for correlated sub-queries. */
  readonly outer?: Scope;
  readonly queries?: NamedQueryScope;
}

export interface Environment {
  readonly analysis: Analysis;
  readonly scope: Scope;
  readonly queries?: NamedQueryScope;
  readonly lambda?: LambdaScope;
  readonly place: Place;
  /** ORDER BY only: names of the select list, in lower case. They go before columns. */
  readonly aliases?: ReadonlyMap<string, Expression>;
  /** Of the WINDOW clause, in lower case. */
  readonly windows?: ReadonlyMap<string, Window>;
  /** Analyses a sub-query; here, because query.ts itself is built on expressions. */
  readonly analyseQuery: (query: Query, scope: QueryScope) => AnalysedRelation;
}

export function subqueryScope({ analysis, scope, queries }: Environment): QueryScope {
  return { analysis, outer: scope, ...(queries && { queries }) };
}

export function columnExpression(column: Column): Expression {
  return { kind: 'column', type: column.type, column: column.id };
}
