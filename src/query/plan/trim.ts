/**
 * Takes out what nobody reads: columns of scans, computed columns, aggregates, window calls, CTEs.
 *
 * Goes from the consumer to its inputs with one growing set of the columns needed so far. That one
 * set is enough, since a column number exists once in the statement, and whatever refers to a
 * column is met before the relation that makes it: the right side of a lateral join before its
 * left, CTEs after their uses, last first.
 *
 * A column that decides which rows there are is always needed: grouping keys, columns of DISTINCT
 * and of a set operation other than UNION ALL.
 */
import { assertNever } from '../../base/assert.ts';
import { mapAggregate, mapOperands, mapWindow, operandsOf, subqueryOf } from '../analyse/tree.ts';
import type { Column, ColumnId, Cte, Expression, Relation, RelationOf } from '../analyse/typed.ts';

export function trim(relation: Relation, outputs: readonly ColumnId[]): Relation {
  const trimmer = new Trimmer();
  for (const column of outputs) trimmer.needed.add(column);
  return trimmer.trim(relation);
}

class Trimmer {
  readonly needed = new Set<ColumnId>();
  readonly #usedCtes = new Set<number>();

  trim(relation: Relation): Relation {
    switch (relation.kind) {
      case 'single-row':
        return relation;
      case 'scan':
        return this.#scan(relation);
      case 'values': {
        const rows = relation.rows.map((row) => row.map((value) => this.#expression(value)));
        return { ...relation, rows };
      }
      case 'cte-scan':
        return this.#cteScan(relation);
      case 'with':
        return this.#with(relation);
      case 'filter': {
        const condition = this.#expression(relation.condition);
        return { ...relation, condition, input: this.trim(relation.input) };
      }
      case 'project': {
        const columns = relation.columns.filter((column) => this.#needs(column));
        return { ...relation, columns, input: this.trim(relation.input) };
      }
      case 'extend':
        return this.#extend(relation);
      case 'aggregate':
        return this.#aggregate(relation);
      case 'window':
        return this.#window(relation);
      case 'join':
        return this.#join(relation);
      case 'unnest': {
        const arrays = relation.arrays.map((unnested) => ({
          ...unnested,
          array: this.#expression(unnested.array),
        }));
        return { ...relation, arrays };
      }
      case 'set':
        return this.#set(relation);
      case 'distinct':
        for (const column of relation.columns) this.needed.add(column.id);
        return { ...relation, input: this.trim(relation.input) };
      case 'sort': {
        const keys = relation.keys.map((key) => ({
          ...key,
          expression: this.#expression(key.expression),
        }));
        return { ...relation, keys, input: this.trim(relation.input) };
      }
      default:
        return assertNever(relation, 'relation');
    }
  }

  /** Where only the number of rows counts, `time` is read: it is there and cheap in any table. */
  #scan(scan: RelationOf<'scan'>): Relation {
    const columns = scan.columns.filter((each) => this.#needs(each.column));
    if (columns.length > 0) return { ...scan, columns };
    return { ...scan, columns: scan.columns.filter(({ source }) => source.kind === 'time') };
  }

  #needs(column: Column): boolean {
    return this.needed.has(column.id);
  }

  /** Notes what the expression reads and trims its sub-queries. */
  #expression(expression: Expression): Expression {
    if (expression.kind === 'column') this.needed.add(expression.column);
    const operands = operandsOf(expression);
    const mapped =
      operands.length === 0
        ? expression
        : mapOperands(expression, (operand) => this.#expression(operand));
    const query = subqueryOf(mapped);
    if (query === undefined) return mapped;
    if (mapped.kind !== 'exists') this.needed.add(query.column.id);
    return { ...mapped, query: { ...query, relation: this.trim(query.relation) } } as Expression;
  }

  #cteScan(relation: RelationOf<'cte-scan'>): Relation {
    this.#usedCtes.add(relation.cte);
    const columns = relation.columns.filter((each) => this.#needs(each.column));
    for (const { source } of columns) this.needed.add(source);
    return { ...relation, columns };
  }

  #with(relation: RelationOf<'with'>): Relation {
    const input = this.trim(relation.input);
    const ctes: Cte[] = [];
    for (const cte of relation.ctes.toReversed()) {
      if (!this.#usedCtes.has(cte.cte)) continue;
      const columns = cte.columns.filter((column) => this.#needs(column));
      ctes.unshift({ ...cte, columns, relation: this.trim(cte.relation) });
    }
    return ctes.length === 0 ? input : { ...relation, ctes, input };
  }

  #extend(relation: RelationOf<'extend'>): Relation {
    const additions = relation.additions
      .filter((addition) => this.#needs(addition.column))
      .map(({ column, expression }) => ({ column, expression: this.#expression(expression) }));
    const input = this.trim(relation.input);
    return additions.length === 0 ? input : { ...relation, additions, input };
  }

  #aggregate(relation: RelationOf<'aggregate'>): Relation {
    for (const key of relation.keys) this.needed.add(key.id);
    const aggregates = relation.aggregates
      .filter((call) => this.#needs(call.column))
      .map((call) => mapAggregate(call, (each) => this.#expression(each)));
    const groupings = relation.groupings.filter((call) => this.#needs(call.column));
    return { ...relation, aggregates, groupings, input: this.trim(relation.input) };
  }

  #window(relation: RelationOf<'window'>): Relation {
    const calls = relation.calls
      .filter((call) => this.#needs(call.column))
      .map((call) => mapWindow(call, (each) => this.#expression(each)));
    const input = this.trim(relation.input);
    return calls.length === 0 ? input : { ...relation, calls, input };
  }

  #join(relation: RelationOf<'join'>): Relation {
    const { condition, ...rest } = relation;
    const trimmed = condition === undefined ? {} : { condition: this.#expression(condition) };
    const right = this.trim(relation.right);
    return { ...rest, ...trimmed, right, left: this.trim(relation.left) };
  }

  #set(relation: RelationOf<'set'>): Relation {
    const all = relation.operator === 'union' && relation.all;
    const kept = relation.columns.flatMap((column, at) =>
      !all || this.#needs(column) ? [at] : [],
    );
    const pick = <T>(list: readonly T[]) => kept.map((at) => list[at] as T);
    const leftColumns = pick(relation.leftColumns);
    const rightColumns = pick(relation.rightColumns);
    for (const column of [...leftColumns, ...rightColumns]) this.needed.add(column);
    const columns = pick(relation.columns);
    const right = this.trim(relation.right);
    return {
      ...relation,
      columns,
      leftColumns,
      rightColumns,
      right,
      left: this.trim(relation.left),
    };
  }
}
