/**
 * The aggregate stage of a SELECT.
 *
 *     input → extend (keys that are expressions) → aggregate
 *
 * Above it only keys and aggregates exist. Whatever the select list, HAVING and ORDER BY say over
 * the input's columns is rewritten to those, largest expression first; what cannot be is the error
 * `must be an aggregate expression or appear in GROUP BY clause` (query-language 2.1). A key that
 * is a plain column keeps its number, so correlated sub-queries in the select list need no
 * rewriting.
 */
import { known } from '../../base/assert.ts';
import type { Analysis } from './analysis.ts';
import type { CallCollector } from './call-collector.ts';
import { fault, type Location } from './fault.ts';
import { mapOperands, structuralKey, subqueryOf, visitColumns } from './tree.ts';
import type { Column, ColumnId, ComputedColumn, Expression, Relation } from './typed.ts';

/** Where an expression stands and how it reads, for error messages. */
export interface Written {
  readonly at: Location;
  readonly text: string;
}

export interface Grouped {
  readonly relation: Relation;
  /** The expression over what is left after grouping. */
  readonly regroup: (expression: Expression, written: Written) => Expression;
}

export interface GroupingOptions {
  readonly analysis: Analysis;
  readonly input: Relation;
  /** The columns of FROM: they are gone after grouping unless they are keys. */
  readonly sources: readonly Column[];
  /** Key expressions of each grouping set. */
  readonly sets: readonly (readonly Expression[])[];
  readonly calls: CallCollector;
  readonly groupingAt: Written;
}

export function group(options: GroupingOptions): Grouped {
  const { analysis, calls } = options;
  const keys = new Map<string, Column>();
  const additions: ComputedColumn[] = [];
  const keyColumn = (expression: Expression): Column => {
    const key = structuralKey(expression);
    let column = keys.get(key);
    if (column === undefined) {
      if (expression.kind === 'column') {
        column = { id: expression.column, type: expression.type };
      } else {
        column = analysis.column(expression.type);
        additions.push({ column, expression });
      }
      keys.set(key, column);
    }
    return column;
  };
  const sets = options.sets.map((set) => [...new Set(set.map((each) => keyColumn(each).id))]);
  const regrouper = new Regrouper(keys, options);
  const groupings = calls.groupings.map(({ column, operands }) => ({
    column,
    operands: operands.map((operand) => regrouper.key(operand, options.groupingAt)),
  }));
  const { input } = options;
  const relation: Relation = {
    kind: 'aggregate',
    input: additions.length === 0 ? input : { kind: 'extend', input, additions },
    keys: [...keys.values()],
    sets,
    aggregates: calls.aggregates,
    groupings,
  };
  return { relation, regroup: (expression, written) => regrouper.rewrite(expression, written) };
}

class Regrouper {
  readonly #keys: ReadonlyMap<string, Column>;
  /** Columns of the input that do not exist any more. */
  readonly #gone: ReadonlySet<ColumnId>;

  constructor(keys: ReadonlyMap<string, Column>, { sources }: GroupingOptions) {
    this.#keys = keys;
    const kept = new Set([...keys.values()].map((column) => column.id));
    this.#gone = new Set(sources.map((column) => column.id).filter((id) => !kept.has(id)));
  }

  rewrite(expression: Expression, written: Written): Expression {
    if (expression.kind !== 'literal') {
      const key = this.#keys.get(structuralKey(expression));
      if (key) return { kind: 'column', type: expression.type, column: key.id };
    }
    if (expression.kind === 'column' && this.#gone.has(expression.column))
      throw notGrouped(written);
    const query = subqueryOf(expression);
    if (query) this.#checkSubquery(query.relation, written);
    return mapOperands(expression, (operand) => this.rewrite(operand, written));
  }

  key(operand: Expression, written: Written): ColumnId {
    const key = this.#keys.get(structuralKey(operand));
    if (key === undefined) throw notGrouped(written);
    return known(key, 'grouping column').id;
  }

  /** A sub-query may use outer columns, but only those that are left. */
  #checkSubquery(relation: Relation, written: Written): void {
    const exists: Expression = {
      kind: 'exists',
      type: { kind: 'boolean' },
      query: { relation, column: { id: 0, type: { kind: 'unknown' } } },
    };
    visitColumns(exists, (column) => {
      if (this.#gone.has(column)) throw notGrouped(written);
    });
  }
}

function notGrouped({ at, text }: Written): Error {
  return fault(at, `'${text}' must be an aggregate expression or appear in GROUP BY clause`);
}
