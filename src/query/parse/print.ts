/**
 * A tree as SQL, in one canonical spelling: parsing what is printed gives the same tree, up to
 * positions. For logs, the console, and the tests of the parser.
 */
import { assertNever } from '../../base/assert.ts';
import type {
  Expression,
  GroupBy,
  GroupingElement,
  Join,
  LikePattern,
  NamedQuery,
  Query,
  QueryBody,
  Relation,
  Select,
  SelectItem,
  Statement,
  UnloadOption,
} from './ast.ts';
import { ExpressionPrinter } from './print-expressions.ts';
import { printColumns, printIdentifier, printQualifiedName, printString } from './print-words.ts';

const expressions = new ExpressionPrinter(printQuery);

export function printExpression(expression: Expression): string {
  return expressions.print(expression);
}

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'query-statement':
      return printQuery(statement.query);
    case 'show-databases':
      return `SHOW DATABASES${printLike(statement.like)}`;
    case 'show-tables': {
      const { database, like } = statement;
      return `SHOW TABLES${database ? ` FROM ${printIdentifier(database)}` : ''}${printLike(like)}`;
    }
    case 'show-measures':
      return `SHOW MEASURES FROM ${printQualifiedName(statement.table)}${printLike(statement.like)}`;
    case 'show-functions':
      return `SHOW FUNCTIONS${printLike(statement.like)}`;
    case 'describe':
      return `DESCRIBE ${printQualifiedName(statement.table)}`;
    case 'unload': {
      const { query, target, options } = statement;
      const list = options.length > 0 ? ` WITH (${options.map(printOption).join(', ')})` : '';
      return `UNLOAD (${printQuery(query)}) TO ${printString(target.value)}${list}`;
    }
    case 'explain':
      return `EXPLAIN ${statement.analyze ? 'ANALYZE ' : ''}${printStatement(statement.statement)}`;
    default:
      return assertNever(statement);
  }
}

function printOption({ name, value }: UnloadOption): string {
  return `${printIdentifier(name)} = ${printExpression(value)}`;
}

function printLike(like: LikePattern | undefined): string {
  if (like === undefined) return '';
  const mark = like.escape && ` ESCAPE ${printString(like.escape.value)}`;
  return ` LIKE ${printString(like.pattern.value)}${mark ?? ''}`;
}

function printQuery(query: Query): string {
  const { with: named, body, orderBy, limit, offset } = query;
  const names = named?.queries.map(printNamedQuery).join(', ');
  const opening = named && `WITH ${named.recursive ? 'RECURSIVE ' : ''}${names} `;
  const rows = limit && ` LIMIT ${limit.rows ?? 'ALL'}`;
  const skipped = offset && ` OFFSET ${offset.rows}`;
  const page = `${skipped ?? ''}${rows ?? ''}`;
  return `${opening ?? ''}${printBody(body)}${expressions.orderBy(orderBy)}${page}`;
}

function printNamedQuery({ name, columns, query }: NamedQuery): string {
  return `${printIdentifier(name)}${printColumns(columns)} AS (${printQuery(query)})`;
}

function bindingPower(body: QueryBody): number {
  if (body.kind !== 'set-operation') return 2;
  return body.operator === 'intersect' ? 1 : 0;
}

function printBody(body: QueryBody): string {
  switch (body.kind) {
    case 'select':
      return printSelect(body);
    case 'values':
      return `VALUES ${expressions.list(body.rows)}`;
    case 'table-query':
      return `TABLE ${printQualifiedName(body.name)}`;
    case 'query':
      return `(${printQuery(body)})`;
    case 'set-operation': {
      const own = bindingPower(body);
      const operator = `${body.operator.toUpperCase()}${body.distinct ? '' : ' ALL'}`;
      return `${printBranch(body.left, own - 1)} ${operator} ${printBranch(body.right, own)}`;
    }
    default:
      return assertNever(body);
  }
}

/** In parentheses, when the body binds no tighter than `floor`. */
function printBranch(body: QueryBody, floor: number): string {
  return bindingPower(body) <= floor ? `(${printBody(body)})` : printBody(body);
}

function printSelect(select: Select): string {
  const { distinct, items, from, where, groupBy, having, windows, qualify } = select;
  const parts = [`SELECT ${distinct ? 'DISTINCT ' : ''}${items.map(printSelectItem).join(', ')}`];
  if (from !== undefined) parts.push(`FROM ${printRelation(from)}`);
  if (where !== undefined) parts.push(`WHERE ${printExpression(where)}`);
  if (groupBy !== undefined) parts.push(printGroupBy(groupBy));
  if (having !== undefined) parts.push(`HAVING ${printExpression(having)}`);
  if (windows.length > 0) {
    const named = windows.map(
      ({ name, window }) => `${printIdentifier(name)} AS ${expressions.window(window)}`,
    );
    parts.push(`WINDOW ${named.join(', ')}`);
  }
  if (qualify !== undefined) parts.push(`QUALIFY ${printExpression(qualify)}`);
  return parts.join(' ');
}

function printSelectItem(item: SelectItem): string {
  switch (item.kind) {
    case 'select-expression': {
      const alias = item.alias && ` AS ${printIdentifier(item.alias)}`;
      return `${printExpression(item.value)}${alias ?? ''}`;
    }
    case 'select-all': {
      const all = item.qualifier === undefined ? '*' : `${printQualifiedName(item.qualifier)}.*`;
      return item.columns.length === 0 ? all : `${all} AS${printColumns(item.columns)}`;
    }
    case 'select-fields': {
      const fields = `(${printExpression(item.row)}).*`;
      return item.columns.length === 0 ? fields : `${fields} AS${printColumns(item.columns)}`;
    }
    default:
      return assertNever(item);
  }
}

function printGroupBy({ distinct, elements }: GroupBy): string {
  return `GROUP BY ${distinct ? 'DISTINCT ' : ''}${elements.map(printElement).join(', ')}`;
}

function printElement(element: GroupingElement): string {
  switch (element.kind) {
    case 'simple-grouping':
      return printGroupingSet(element.keys);
    case 'rollup':
      return `ROLLUP (${expressions.list(element.keys)})`;
    case 'cube':
      return `CUBE (${expressions.list(element.keys)})`;
    case 'grouping-sets':
      return `GROUPING SETS (${element.sets.map(printGroupingSet).join(', ')})`;
    default:
      return assertNever(element);
  }
}

function printGroupingSet(keys: readonly Expression[]): string {
  return keys.length === 1 ? expressions.list(keys) : `(${expressions.list(keys)})`;
}

function printRelation(relation: Relation): string {
  switch (relation.kind) {
    case 'table':
      return printQualifiedName(relation.name);
    case 'aliased': {
      const name = `${printIdentifier(relation.alias)}${printColumns(relation.columns)}`;
      return `${printPrimary(relation.relation)} AS ${name}`;
    }
    case 'derived-table':
      return `(${printQuery(relation.query)})`;
    case 'unnest': {
      const ordinality = relation.ordinality ? ' WITH ORDINALITY' : '';
      return `UNNEST(${expressions.list(relation.arguments)})${ordinality}`;
    }
    case 'lateral':
      return `LATERAL (${printQuery(relation.query)})`;
    case 'sample': {
      const { relation: of, method, percentage } = relation;
      const sampled = of.kind === 'aliased' ? printRelation(of) : printPrimary(of);
      return `${sampled} TABLESAMPLE ${method.toUpperCase()} (${printExpression(percentage)})`;
    }
    case 'join':
      return printJoin(relation);
    default:
      return assertNever(relation);
  }
}

/** In parentheses, unless it is a relation's innermost part. */
function printPrimary(relation: Relation): string {
  const text = printRelation(relation);
  const compound = ['join', 'sample', 'aliased'].includes(relation.kind);
  return compound ? `(${text})` : text;
}

function printJoin({ type, left, right, criteria }: Join): string {
  const natural = criteria?.kind === 'natural' ? 'NATURAL ' : '';
  const side = right.kind === 'join' ? printPrimary(right) : printRelation(right);
  return `${printRelation(left)} ${natural}${type.toUpperCase()} JOIN ${side}${printCriteria(criteria)}`;
}

function printCriteria(criteria: Join['criteria']): string {
  switch (criteria?.kind) {
    case 'on':
      return ` ON ${printExpression(criteria.condition)}`;
    case 'using':
      return ` USING${printColumns(criteria.columns)}`;
    default:
      return '';
  }
}
