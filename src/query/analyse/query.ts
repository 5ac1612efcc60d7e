/**
 * Queries: WITH, set operations, VALUES, TABLE, and the ORDER BY and LIMIT around them. SELECT is
 * select.ts.
 */
import { assertNever } from '../../base/assert.ts';
import { NAMED_QUERIES_MAX } from '../../base/limits.ts';
import type * as ast from '../parse/ast.ts';
import { coerce } from './build.ts';
import { commonSuperType } from './coercion.ts';
import {
  type AnalysedRelation,
  columnExpression,
  type NamedQueryScope,
  type QueryScope,
} from './environment.ts';
import { analyseExpression } from './expression.ts';
import { fault, notYet } from './fault.ts';
import { checkAliases, fromEnvironment, renamed, tableReference } from './from.ts';
import { unified } from './operators.ts';
import { limited, outputSortKeys } from './ordering.ts';
import { type Field, sameName } from './scope.ts';
import { analyseSelect } from './select.ts';
import type { Column, Cte, Expression, Relation } from './typed.ts';
import { displayType } from './types.ts';

export function analyseQuery(node: ast.Query, scope: QueryScope): AnalysedRelation {
  const { ctes, queries } = namedQueries(node.with, scope);
  const inner: QueryScope = { ...scope, ...(queries && { queries }) };
  const { relation, fields } = queryWithoutWith(node, inner);
  if (ctes.length === 0) return { relation, fields };
  return { relation: { kind: 'with', ctes, input: relation }, fields };
}

function namedQueries(
  clause: ast.With | undefined,
  scope: QueryScope,
): { readonly ctes: readonly Cte[]; readonly queries: NamedQueryScope | undefined } {
  let queries = scope.queries;
  const ctes: Cte[] = [];
  const names: string[] = [];
  if (clause?.recursive) throw notYet('WITH RECURSIVE');
  if (clause && clause.queries.length > NAMED_QUERIES_MAX) {
    throw fault(clause.at, `WITH cannot name more than ${NAMED_QUERIES_MAX} queries`);
  }
  for (const { name, columns, query } of clause?.queries ?? []) {
    if (names.some((other) => sameName(other, name.name))) {
      throw fault(name.at, `WITH query name '${name.name}' specified more than once`);
    }
    names.push(name.name);
    const { relation, fields } = analyseQuery(query, { ...scope, ...(queries && { queries }) });
    checkAliases(columns, fields, name);
    const cte = scope.analysis.cte();
    ctes.push({ cte, relation, columns: uniqueColumns(fields) });
    queries = {
      name: name.name,
      cte,
      fields: fields.map((field, at) => renamed(field, columns[at])),
      ...(queries && { parent: queries }),
    };
  }
  return { ctes, queries };
}

function uniqueColumns(fields: readonly Field[]): readonly Column[] {
  return [...new Map(fields.map(({ column }) => [column.id, column])).values()];
}

function queryWithoutWith(node: ast.Query, scope: QueryScope): AnalysedRelation {
  const { body, orderBy, limit, offset } = node;
  if (body.kind === 'select') {
    const ordering = { orderBy, limit: limit?.rows, offset: offset?.rows };
    return analyseSelect({ select: body, ordering, scope, analyseQuery });
  }
  const { relation, fields } = queryBody(body, scope);
  const context = { query: scope, analyseQuery };
  const env = fromEnvironment(context, { fields }, 'ORDER BY clause');
  const keys = outputSortKeys(orderBy, fields, (each) => analyseExpression(each, env));
  return { relation: limited(relation, keys, limit?.rows, offset?.rows), fields };
}

function queryBody(body: ast.QueryBody, scope: QueryScope): AnalysedRelation {
  switch (body.kind) {
    case 'select':
      return analyseSelect({ select: body, ordering: { orderBy: [] }, scope, analyseQuery });
    case 'query':
      return analyseQuery(body, scope);
    case 'table-query':
      return tableReference(body.name, scope);
    case 'values':
      return values(body, scope);
    case 'set-operation':
      return setOperation(body, scope);
    default:
      return assertNever(body, 'query body');
  }
}

// --- VALUES ---

function values(node: ast.Values, scope: QueryScope): AnalysedRelation {
  const outer = scope.outer ?? { fields: [] };
  const env = fromEnvironment({ query: scope, analyseQuery }, outer, 'VALUES');
  const rows = node.rows.map((row) => {
    if (row.kind === 'row') return row.items.map((item) => analyseExpression(item, env));
    return fieldsOfRow(analyseExpression(row, env));
  });
  const [first = []] = rows;
  for (const row of rows) {
    if (row.length === first.length) continue;
    const types = (each: readonly Expression[]) =>
      each.map((one) => displayType(one.type)).join(', ');
    throw fault(
      node.at,
      `Values rows have mismatched types: row(${types(first)}) vs row(${types(row)})`,
    );
  }
  const columnsOfValues = first.map((_, at) => {
    const column = rows.map((row) => row[at] as Expression);
    return unified(column, node.at, (type) => `Values rows have mismatched types: ${type}`);
  });
  const columns = columnsOfValues.map(({ type }) => scope.analysis.column(type));
  const relation: Relation = {
    kind: 'values',
    columns,
    rows: rows.map((_, row) => columnsOfValues.map((column) => column.values[row] as Expression)),
  };
  return { relation, fields: columns.map((column) => ({ column, qualifier: [] })) };
}

/** A value that is a row stands for its fields, like one written in parentheses. */
function fieldsOfRow(value: Expression): readonly Expression[] {
  if (value.type.kind !== 'row') return [value];
  return value.type.fields.map(({ type }, index) => ({ kind: 'field', type, value, index }));
}

// --- set operations ---

function setOperation(node: ast.SetOperation, scope: QueryScope): AnalysedRelation {
  const left = queryBody(node.left, scope);
  const right = queryBody(node.right, scope);
  const name = node.operator.toUpperCase();
  const [many, others] = [left.fields.length, right.fields.length];
  if (many !== others) {
    throw fault(node.at, `${name} query has different number of fields: ${many}, ${others}`);
  }
  const types = left.fields.map(({ column }, at) => {
    const other = right.fields[at]?.column.type ?? column.type;
    const type = commonSuperType(column.type, other);
    if (type) return type;
    const shown = `${displayType(column.type)}, ${displayType(other)}`;
    throw fault(node.at, `column ${at + 1} in ${name} query has incompatible types: ${shown}`);
  });
  const branch = ({ relation, fields }: AnalysedRelation) => {
    const additions: { readonly column: Column; readonly expression: Expression }[] = [];
    const columns = fields.map(({ column }, at) => {
      const expression = coerce(columnExpression(column), types[at] ?? column.type);
      if (expression.kind === 'column') return expression.column;
      const coerced = scope.analysis.column(expression.type);
      additions.push({ column: coerced, expression });
      return coerced.id;
    });
    const input: Relation =
      additions.length === 0 ? relation : { kind: 'extend', input: relation, additions };
    return { relation: input, columns };
  };
  const [a, b] = [branch(left), branch(right)];
  const columns = types.map((type) => scope.analysis.column(type));
  return {
    relation: {
      kind: 'set',
      operator: node.operator,
      all: !node.distinct,
      columns,
      left: a.relation,
      leftColumns: a.columns,
      right: b.relation,
      rightColumns: b.columns,
    },
    fields: columns.map((column, at): Field => {
      const named = left.fields[at];
      return {
        column,
        qualifier: [],
        ...(named?.name === undefined ? {} : { name: named.name }),
      };
    }),
  };
}
