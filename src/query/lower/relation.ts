/**
 * Relations to SQL.
 *
 *     scan          tile_scan(7) AS t1            its columns come under their names already
 *     unnest        joined plainly: SELECT *, unnest(…) FROM left; otherwise a lateral sub-query
 *     with          WITH w1 AS (…), which DuckDB inlines or materialises as it sees fit
 *     everything    a clause of the SELECT so far, or a new SELECT around it (select.ts)
 *
 * Tables are t1, t2 …, CTEs w1 …, columns c1 …, and values that only this file knows u1 …: no name
 * of the user's is left. Sub-queries refer to outer columns by the same names.
 */
import { assertNever } from '../../base/assert.ts';
import type { LoweringContext } from '../analyse/functions/overload.ts';
import { anyWithin, operandsOf, subqueryOf } from '../analyse/tree.ts';
import type {
  Column,
  ColumnId,
  Expression,
  Relation,
  RelationOf,
  SetOperator,
  SortKey,
} from '../analyse/typed.ts';
import { containsDouble } from '../analyse/types.ts';
import { columnName, conjunctsOf, isComparison } from '../plan/api.ts';

import { aggregateText, directionText, windowText } from './calls.ts';
import { type ExpressionContext, expressionText } from './expression.ts';
import {
  type Item,
  isBare,
  isOrdered,
  isPlainStar,
  type Order,
  type Select,
  selectFrom,
  selectText,
  withColumns,
} from './select.ts';
import { fieldText } from './text.ts';
import { checkLength, checkSubqueryCount, checkSubqueryDepth } from './text-limits.ts';

const SET_OPERATORS: Readonly<Record<SetOperator, string>> = {
  union: 'UNION',
  intersect: 'INTERSECT',
  except: 'EXCEPT',
};

const JOINS = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN' } as const;

export class RelationLowering {
  readonly #context: ExpressionContext;
  #names = 0;
  /** Of sub-queries and lateral joins around the relation at hand. */
  #depth = 0;
  #subqueries = 0;

  constructor(lowering: LoweringContext) {
    this.#context = {
      lowering,
      hoist: (text) => text,
      hoistVolatile: (text) => text,
      newName: () => this.#name('u'),
      subquery: (relation, columns) => this.#within(() => this.query(relation, columns)),
    };
  }

  /** A whole SELECT with these columns. */
  query(relation: Relation, columns: readonly Column[]): string {
    return selectText(this.#columns(this.#select(relation), columns.map(nameOf)));
  }

  /** The result: columns may repeat, so each gets a name by position. */
  result(relation: Relation, columns: readonly Column[]): string {
    const names = columns.map(nameOf);
    const select = this.#columns(this.#select(relation), [...new Set(names)]);
    const texts = new Map(select.items.map((item) => [item.name, item.text]));
    const taken = new Set<string>();
    const items = names.map((name, at) => {
      const repeated = taken.has(name);
      taken.add(name);
      return { name: repeated ? `r${at}` : name, text: texts.get(name) ?? name };
    });
    return selectText({ ...select, items });
  }

  #select(relation: Relation): Select {
    switch (relation.kind) {
      case 'scan':
        return selectFrom(`tile_scan(${relation.scan}) AS ${this.#name('t')}`);
      case 'single-row':
        return selectFrom(`(SELECT 1 AS z) AS ${this.#name('t')}`);
      case 'values':
        return this.#values(relation);
      case 'cte-scan':
        return this.#cteScan(relation);
      case 'with':
        return this.#with(relation);
      case 'filter': {
        const input = this.#fresh(this.#select(relation.input), isPlainStar);
        const { select, texts } = this.#texts(input, conjunctsOf(relation.condition));
        return { ...select, where: [...select.where, ...texts] };
      }
      case 'project':
        return this.#columns(this.#select(relation.input), relation.columns.map(nameOf));
      case 'extend': {
        const { additions } = relation;
        const input = this.#fresh(this.#select(relation.input), isPlainStar);
        const expressions = additions.map(({ expression }) => expression);
        const { select, texts } = this.#texts(input, expressions);
        const items = additions.map(({ column }, at) => ({
          name: nameOf(column),
          text: texts[at] ?? '',
        }));
        return { ...select, items };
      }
      case 'aggregate':
        return this.#aggregate(relation);
      case 'window': {
        const input = this.#fresh(this.#select(relation.input), isPlainStar);
        const { select, lowered } = this.#over(input, (context) =>
          relation.calls.map((call) => ({
            name: nameOf(call.column),
            text: windowText(call, context),
          })),
        );
        return { ...select, items: lowered };
      }
      case 'join':
        return selectFrom(this.#join(relation));
      case 'unnest':
        return this.#unnest(relation, selectFrom(`(SELECT 1 AS z) AS ${this.#name('t')}`));
      case 'set':
        return this.#set(relation);
      case 'distinct':
        return this.#distinct(relation);
      case 'sort':
        return this.#sort(relation);
      default:
        return assertNever(relation, 'relation');
    }
  }

  // --- building blocks ---

  #text(expression: Expression): string {
    return expressionText(expression, this.#context);
  }

  #within(lower: () => string): string {
    checkSubqueryDepth(++this.#depth);
    checkSubqueryCount(++this.#subqueries);
    const text = lower();
    this.#depth--;
    return text;
  }

  #name(letter: 't' | 'u'): string {
    return `${letter}${++this.#names}`;
  }

  #wrapped(select: Select): Select {
    return selectFrom(`(${checkLength(selectText(select))}) AS ${this.#name('t')}`);
  }

  /** The Select itself if it may grow on, else a new one around it. */
  #fresh(select: Select, mayGrow: (select: Select) => boolean): Select {
    return mayGrow(select) ? select : this.#wrapped(select);
  }

  /**
   * What `lower` makes of expressions over the Select's columns. What DuckDB does not take where it
   * stands becomes a column first: a sub-query deep inside of an expression, because the text
   * around it may bind its operands in a lambda; a column inside of a lambda, if it may be an
   * outer one.
   */
  #over<T>(
    input: Select,
    lower: (context: ExpressionContext, deep: ExpressionContext) => T,
  ): { readonly select: Select; readonly lowered: T } {
    const hoisted: Item[] = [];
    const hoist = (text: string): string => {
      const name = this.#name('u');
      hoisted.push({ name, text });
      return name;
    };
    const captures = new Map<string, string>();
    const captured = (name: string): string => {
      const capture = captures.get(name) ?? hoist(name);
      captures.set(name, capture);
      return capture;
    };
    const context = this.#depth > 0 ? { ...this.#context, captured } : this.#context;
    const lowered = lower(context, { ...context, hoist });
    if (hoisted.length === 0) return { select: input, lowered };
    return { select: this.#wrapped({ ...input, items: hoisted }), lowered };
  }

  #texts(
    input: Select,
    expressions: readonly Expression[],
  ): { readonly select: Select; readonly texts: readonly string[] } {
    const { select, lowered } = this.#over(input, (context, deep) =>
      expressions.map((each) => expressionText(each, isDeep(each) ? deep : context)),
    );
    return { select, texts: lowered };
  }

  #columns(select: Select, names: readonly string[]): Select {
    return withColumns(select.distinct ? this.#wrapped(select) : select, names);
  }

  /** As an operand of FROM. */
  #from(relation: Relation): string {
    const select = this.#select(relation);
    return isBare(select) ? select.from : this.#wrapped(select).from;
  }

  // --- relations ---

  #values({ columns, rows }: RelationOf<'values'>): Select {
    const lines = rows.map((row) => `(${row.map((value) => this.#text(value)).join(', ')})`);
    const names = columns.map(nameOf).join(', ');
    return selectFrom(`(VALUES ${lines.join(', ')}) AS ${this.#name('t')}(${names})`);
  }

  #cteScan({ cte, columns }: RelationOf<'cte-scan'>): Select {
    const items = columns.map(({ column, source }) => ({
      name: nameOf(column),
      text: columnName(source),
    }));
    return this.#wrapped({ ...selectFrom(`w${cte}`), star: false, items });
  }

  #with({ ctes, input }: RelationOf<'with'>): Select {
    const texts = ctes.map(
      ({ cte, relation, columns }) => `w${cte} AS (${this.query(relation, columns)})`,
    );
    const select = this.#select(input);
    return { ...select, ctes: [...texts, ...select.ctes] };
  }

  #aggregate(relation: RelationOf<'aggregate'>): Select {
    const input = this.#fresh(this.#select(relation.input), isPlainStar);
    const { select, lowered } = this.#over(input, (context) =>
      relation.aggregates.map((call) => aggregateText(call, context)),
    );
    const items: Item[] = relation.keys.map((key) => ({ name: nameOf(key), text: nameOf(key) }));
    for (const [at, call] of relation.aggregates.entries()) {
      items.push({ name: nameOf(call.column), text: lowered[at] ?? '' });
    }
    for (const { column, operands } of relation.groupings) {
      const text = `CAST(grouping(${operands.map(columnName).join(', ')}) AS BIGINT)`;
      items.push({ name: nameOf(column), text });
    }
    if (items.length === 0) items.push({ name: 'z', text: 'count(*)' });
    // Aggregated, so the list must stay as it is: what follows goes around it.
    return this.#wrapped({ ...select, star: false, items, groupBy: groupByText(relation) });
  }

  #join(join: RelationOf<'join'>): string {
    const { left, right, condition } = join;
    if (right.kind === 'unnest' && join.type === 'inner' && condition === undefined) {
      const from = this.#fresh(this.#select(left), isPlainStar);
      return this.#wrapped(this.#unnest(right, from)).from;
    }
    const leftText = this.#from(left);
    if (join.lateral) {
      const text = this.#within(() => selectText(this.#select(right)));
      const on = condition === undefined ? 'true' : this.#text(condition);
      return `${leftText} ${JOINS[join.type]} LATERAL (${text}) AS ${this.#name('t')} ON ${on}`;
    }
    const rightText = right.kind === 'join' ? `(${this.#from(right)})` : this.#from(right);
    if (condition === undefined && join.type === 'inner')
      return `${leftText} CROSS JOIN ${rightText}`;
    const on = condition === undefined ? 'true' : this.#text(condition);
    return `${leftText} ${JOINS[join.type]} ${rightText} ON ${on}`;
  }

  /** Several unnest() in one list are zipped, the short ones filled up with NULL. */
  #unnest({ arrays, ordinality }: RelationOf<'unnest'>, from: Select): Select {
    const bound = arrays.map((unnested) => ({
      ...unnested,
      array: { name: this.#name('u'), text: this.#text(unnested.array) },
      element: this.#name('u'),
    }));
    const source = this.#wrapped({ ...from, items: bound.map(({ array }) => array) });
    const elements = bound.map(({ array, element }) => ({
      name: element,
      text: `unnest(${array.name})`,
    }));
    if (ordinality) {
      const lengths = bound.map(({ array }) => `coalesce(len(${array.name}), 0)`);
      const text = `unnest(range(1, greatest(0, ${lengths.join(', ')}) + 1))`;
      elements.push({ name: nameOf(ordinality), text });
    }
    const rows = this.#wrapped({ ...source, items: elements });
    return { ...rows, items: bound.flatMap(elementItems) };
  }

  #set(relation: RelationOf<'set'>): Select {
    const { columns, operator, all } = relation;
    const left = this.#branch(relation.left, relation.leftColumns, columns);
    const right = this.#branch(relation.right, relation.rightColumns, columns);
    const text = `(${left}) ${SET_OPERATORS[operator]}${all ? ' ALL' : ''} (${right})`;
    return selectFrom(`(${text}) AS ${this.#name('t')}`);
  }

  #branch(relation: Relation, sources: readonly ColumnId[], columns: readonly Column[]): string {
    const from = this.#from(relation);
    const items = columns.map((column, at) => ({
      name: nameOf(column),
      text: columnName(sources[at] ?? 0),
    }));
    return selectText({ ...selectFrom(from), star: false, items });
  }

  #distinct({ input, columns }: RelationOf<'distinct'>): Select {
    const select = this.#fresh(this.#select(input), (each) => !(isOrdered(each) || each.distinct));
    return { ...withColumns(select, columns.map(nameOf)), distinct: true };
  }

  #sort({ input, keys, limit, offset }: RelationOf<'sort'>): Select {
    const simple = keys.every((key) => key.expression.kind === 'column');
    const select = this.#fresh(
      this.#select(input),
      (each) => !isOrdered(each) && (simple || isPlainStar(each)),
    );
    const limits = [
      limit === undefined ? '' : `LIMIT ${limit}`,
      offset === undefined ? '' : `OFFSET ${offset}`,
    ].filter((text) => text !== '');
    return {
      ...select,
      orderBy: keys.map((key) => this.#order(key)),
      ...(limits.length === 0 ? {} : { limit: limits.join(' ') }),
    };
  }

  #order(key: SortKey): Order {
    return { text: this.#text(key.expression), direction: directionText(key) };
  }
}

/** Whether a sub-query is an operand of something that computes with it. */
function isDeep(expression: Expression): boolean {
  const computes =
    expression.kind === 'call' || expression.kind === 'cast' || isOperation(expression);
  return computes
    ? anyWithin(expression, (each) => subqueryOf(each) !== undefined)
    : operandsOf(expression).some(isDeep);
}

function isOperation(expression: Expression): boolean {
  return (
    expression.kind === 'operation' &&
    !(
      isComparison(expression.operator) &&
      expression.operands.every((each) => !containsDouble(each.type))
    )
  );
}

function nameOf(column: Column): string {
  return columnName(column.id);
}

function groupByText({ keys, sets }: RelationOf<'aggregate'>): string {
  const [only] = sets;
  const plain = sets.length === 1 && only?.length === keys.length;
  if (plain && keys.length > 0) return keys.map(nameOf).join(', ');
  if (sets.length === 1 && keys.length === 0) return '()';
  return `GROUPING SETS (${sets.map((set) => `(${set.map(columnName).join(', ')})`).join(', ')})`;
}

/** The columns that an element is taken apart into. */
function elementItems(unnested: {
  readonly columns: readonly Column[];
  readonly expandsRows: boolean;
  readonly element: string;
}): readonly Item[] {
  const { columns, expandsRows, element } = unnested;
  return columns.map((column, at) => ({
    name: nameOf(column),
    text: expandsRows ? fieldText(element, at) : element,
  }));
}
