/**
 * FROM: tables, named queries, derived tables, UNNEST, LATERAL, joins.
 *
 * The right side of a join sees the columns of the left only if it is UNNEST or LATERAL (perhaps
 * under an alias); it then becomes a lateral join.
 */
import { assertNever } from '../../base/assert.ts';
import { ServiceError } from '../../base/errors.ts';
import type * as ast from '../parse/ast.ts';
import type { AnalysedRelation, Environment, NamedQueryScope, QueryScope } from './environment.ts';
import { analyseCondition, analyseExpression } from './expression.ts';
import { fault, notYet } from './fault.ts';
import { functionCall } from './function-call.ts';
import { join } from './join.ts';
import { type Field, type Scope, sameName } from './scope.ts';
import type { Column, Expression, Relation, UnnestedArray } from './typed.ts';
import { BIGINT, displayType, type SqlType, TIMESTAMP } from './types.ts';

export interface FromContext {
  readonly query: QueryScope;
  readonly analyseQuery: Environment['analyseQuery'];
  /** The columns to the left, for UNNEST and LATERAL. */
  readonly left?: Scope;
}

export function analyseFrom(node: ast.Relation, context: FromContext): AnalysedRelation {
  switch (node.kind) {
    case 'table':
      return tableReference(node.name, context.query);
    case 'derived-table': {
      const { relation, fields } = context.analyseQuery(node.query, context.query);
      return { relation, fields: fields.map((field) => ({ ...field, qualifier: [] })) };
    }
    case 'lateral': {
      const outer = context.left ?? context.query.outer;
      const scope = { ...context.query, ...(outer && { outer }) };
      const { relation, fields } = context.analyseQuery(node.query, scope);
      return { relation, fields: fields.map((field) => ({ ...field, qualifier: [] })) };
    }
    case 'aliased':
      return aliased(node, context);
    case 'unnest':
      return unnest(node, context);
    case 'sample':
      throw notYet('TABLESAMPLE');
    case 'join':
      return joined(node, context);
    default:
      return assertNever(node, 'relation');
  }
}

/** The environment of conditions and arguments in FROM: no aggregates. */
export function fromEnvironment(
  { query, analyseQuery }: FromContext,
  scope: Scope,
  clause: string,
): Environment {
  const { analysis, queries } = query;
  const place = { kind: 'barred', clause } as const;
  return { analysis, scope, place, analyseQuery, ...(queries && { queries }) };
}

// --- names ---

export function tableReference(name: ast.QualifiedName, query: QueryScope): AnalysedRelation {
  const [first, second, third] = name.parts.map((part) => part.name);
  if (first !== undefined && second === undefined) {
    const named = namedQuery(query.queries, first);
    if (named) return namedQueryScan(named, query);
    throw fault(name.at, 'Schema must be specified when session schema is not set');
  }
  if (third !== undefined) {
    const written = name.parts.map((part) => part.name).join('.');
    throw fault(name.at, `Too many dots in table name: ${written}`);
  }
  return tableScan(first ?? '', second ?? '', name, query);
}

function namedQuery(scope: NamedQueryScope | undefined, name: string): NamedQueryScope | undefined {
  for (let each = scope; each !== undefined; each = each.parent) {
    if (sameName(each.name, name)) return each;
  }
  return undefined;
}

function namedQueryScan(named: NamedQueryScope, { analysis }: QueryScope): AnalysedRelation {
  const columns = new Map<number, { readonly column: Column; readonly source: number }>();
  const fields = named.fields.map((field): Field => {
    const source = field.column.id;
    const scanned = columns.get(source) ?? { column: analysis.column(field.column.type), source };
    columns.set(source, scanned);
    return { ...field, column: scanned.column, qualifier: [named.name] };
  });
  const relation: Relation = { kind: 'cte-scan', cte: named.cte, columns: [...columns.values()] };
  return { relation, fields };
}

function tableScan(
  database: string,
  table: string,
  { at }: ast.QualifiedName,
  { analysis }: QueryScope,
): AnalysedRelation {
  const schema = lookUpTable(analysis.lookup, database, table, at);
  const columns = schema.columns.map((source) => ({
    column: analysis.column(source.type),
    source,
  }));
  const fields = columns.map(
    ({ column, source }): Field => ({
      name: source.name,
      qualifier: [database, table],
      column,
      origin: { table: schema.ref, name: source.name },
    }),
  );
  const relation: Relation = { kind: 'scan', scan: analysis.scan(), table: schema.ref, columns };
  return { relation, fields };
}

export function lookUpTable(
  lookup: QueryScope['analysis']['lookup'],
  database: string,
  table: string,
  at: ast.Position,
) {
  if (lookup.database(database) === undefined) {
    throw unknownDatabase(database, `${database}.${table}`, at);
  }
  const schema = lookup.table(database, table);
  if (schema === undefined) throw fault(at, `Table ${database}.${table} does not exist`);
  return schema;
}

export function unknownDatabase(database: string, identifier: string, at: ast.Position) {
  const text = `Requested database '${database}' not found for identifier '${identifier}'`;
  return new ServiceError('ValidationException', `${text} at line ${at.line}:${at.column}`);
}

function aliased(node: ast.Aliased, context: FromContext): AnalysedRelation {
  const { relation, fields } = analyseFrom(node.relation, context);
  const { alias, columns } = node;
  checkAliases(columns, fields, alias);
  return {
    relation,
    fields: fields.map((field, at) => ({
      ...renamed(field, columns[at]),
      qualifier: [alias.name],
    })),
  };
}

export function checkAliases(
  columns: readonly ast.Identifier[],
  fields: readonly Field[],
  name: ast.Identifier,
): void {
  if (columns.length === 0 || columns.length === fields.length) return;
  const text = `Column alias list has ${columns.length} entries but '${name.name}' has`;
  throw fault(name.at, `${text} ${fields.length} columns available`);
}

export function renamed(field: Field, name: ast.Identifier | undefined): Field {
  return name === undefined ? field : { ...field, name: name.name, aliased: true };
}

// --- joins ---

function isLateral(node: ast.Relation): boolean {
  if (node.kind === 'aliased') return isLateral(node.relation);
  return node.kind === 'unnest' || node.kind === 'lateral';
}

/** UNNEST is joined by position; what else is wanted of its rows stands in WHERE. */
function refuseUnnestCondition({ right, criteria, type, at }: ast.Join): void {
  const unnested = right.kind === 'aliased' ? right.relation : right;
  if (unnested.kind !== 'unnest' || criteria === undefined) return;
  const isTrue =
    criteria.kind === 'on' &&
    criteria.condition.kind === 'boolean-literal' &&
    criteria.condition.value;
  if (isTrue) return;
  const name = type.toUpperCase();
  throw fault(at, `${name} JOIN involving UNNEST is only supported with condition ON TRUE`);
}

function joined(node: ast.Join, context: FromContext): AnalysedRelation {
  const left = analyseFrom(node.left, context);
  const outer = context.left ?? context.query.outer;
  const leftScope: Scope = { fields: left.fields, ...(outer && { parent: outer }) };
  // The right side of a RIGHT or FULL join is there without a row of the left.
  const lateral = isLateral(node.right) && node.type !== 'right' && node.type !== 'full';
  refuseUnnestCondition(node);
  const right = analyseFrom(node.right, lateral ? { ...context, left: leftScope } : context);
  return join({ node, left, right, lateral, analysis: context.query.analysis }, (condition) => {
    const fields = [...left.fields, ...right.fields];
    const scope = { fields, ...(outer && { parent: outer }) };
    return analyseCondition(
      condition,
      fromEnvironment(context, scope, 'JOIN clause'),
      'JOIN ON clause',
    );
  });
}

// --- UNNEST ---

function unnest(node: ast.Unnest, context: FromContext): AnalysedRelation {
  const { analysis, outer } = context.query;
  const scope = context.left ?? outer ?? { fields: [] };
  const env = fromEnvironment(context, scope, 'UNNEST');
  const fields: Field[] = [];
  const arrays = node.arguments.map((argument): UnnestedArray => {
    const array = entriesOfMap(analyseExpression(argument, env), argument.at);
    const elements = elementFields(array.type);
    if (elements === undefined) {
      throw fault(argument.at, `Cannot unnest type: ${displayType(array.type)}`);
    }
    const columns = elements.map(({ type }) => analysis.column(type));
    for (const [at, column] of columns.entries()) {
      const name = elements[at]?.name;
      fields.push({ column, qualifier: [], ...(name === undefined ? {} : { name }) });
    }
    const expandsRows = array.type.kind === 'timeseries' || isArrayOfRows(array.type);
    return { array, columns, expandsRows };
  });
  const ordinality = node.ordinality ? analysis.column(BIGINT) : undefined;
  if (ordinality) fields.push({ name: 'ordinality', qualifier: [], column: ordinality });
  return { relation: { kind: 'unnest', arrays, ...(ordinality && { ordinality }) }, fields };
}

/** A map is unnested as the array of its entries. */
function entriesOfMap(value: Expression, at: ast.Position): Expression {
  return value.type.kind === 'map'
    ? functionCall({ name: 'map_entries', args: [value], at })
    : value;
}

function isArrayOfRows(type: SqlType): boolean {
  return type.kind === 'array' && type.element.kind === 'row';
}

function elementFields(
  type: SqlType,
): readonly { readonly name?: string; readonly type: SqlType }[] | undefined {
  if (type.kind === 'timeseries') {
    return [
      { name: 'time', type: TIMESTAMP },
      { name: 'value', type: type.value },
    ];
  }
  if (type.kind !== 'array') return undefined;
  return type.element.kind === 'row' ? type.element.fields : [{ type: type.element }];
}
