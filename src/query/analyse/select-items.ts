/**
 * The select list: stars spread out, names found (query-language 2.1).
 */
import { known } from '../../base/assert.ts';
import { printExpression } from '../parse/api.ts';
import type * as ast from '../parse/ast.ts';
import { checkColumns } from './complexity.ts';
import { columnExpression, type Environment } from './environment.ts';
import { analyseExpression } from './expression.ts';
import { fault, type Location, syntaxFault } from './fault.ts';
import { type Field, qualifierFits, resolveField, type Scope } from './scope.ts';
import { structuralKey } from './tree.ts';
import type { Expression } from './typed.ts';

export interface SelectItem {
  readonly expression: Expression;
  readonly name?: string;
  readonly aliased: boolean;
  readonly at: Location;
  readonly text: string;
}

export function selectItems(select: ast.Select, env: Environment): readonly SelectItem[] {
  const items: SelectItem[] = [];
  for (const item of select.items) {
    for (const each of itemsOf(item, select, env)) items.push(each);
    checkColumns(items.length, select.at);
  }
  return items;
}

function itemsOf(
  item: ast.SelectItem,
  select: ast.Select,
  env: Environment,
): readonly SelectItem[] {
  if (item.kind === 'select-all') {
    return renamedItems(starItems(item, select, env), item.columns, item.at);
  }
  if (item.kind === 'select-fields') {
    const { row, at, columns } = item;
    return renamedItems(rowItems(analyseExpression(row, env), row, at), columns, at);
  }
  const { value, alias } = item;
  if (value.kind === 'lambda') throw syntaxFault(value.at);
  const name = alias?.name ?? ownName(value);
  const single = {
    expression: analyseExpression(value, env),
    aliased: alias !== undefined,
    at: value.at,
    text: printExpression(value),
    ...(name === undefined ? {} : { name }),
  };
  return [single];
}

function ownName(value: ast.Expression): string | undefined {
  if (value.kind === 'identifier') return value.name;
  return value.kind === 'dereference' ? value.field.name : undefined;
}

function starItems(
  { qualifier, at }: ast.SelectAll,
  select: ast.Select,
  env: Environment,
): readonly SelectItem[] {
  const parts = qualifier?.parts.map((part) => part.name);
  const hasOuter = parts !== undefined && env.scope.parent !== undefined;
  if (select.from === undefined && !hasOuter) {
    throw fault(at, 'SELECT * not allowed in queries without FROM clause');
  }
  if (parts === undefined) return fieldItems(env.scope.fields, at);
  for (let scope: Scope | undefined = env.scope; scope; scope = scope.parent) {
    const chosen = scope.fields.filter((field) => qualifierFits(field, parts));
    if (chosen.length > 0) return fieldItems(chosen, at);
  }
  const row = resolveField(env.scope, parts, at);
  if (row && qualifier) return rowItems(columnExpression(row.column), dotted(qualifier), at);
  throw fault(at, `Table '${parts.join('.')}' not found`);
}

/** `t.r.*`: the fields of a row. */
function rowItems(value: Expression, row: ast.Expression, at: Location): readonly SelectItem[] {
  const { type } = value;
  const written = printExpression(row);
  if (type.kind !== 'row') throw fault(at, `Expression ${written} is not of type ROW`);
  return type.fields.map((field, index) => ({
    expression: { kind: 'field', type: field.type, value, index },
    aliased: false,
    at,
    text: `${written}.${field.name ?? index}`,
    ...(field.name === undefined ? {} : { name: field.name }),
  }));
}

/** `.* AS (a, b)` */
function renamedItems(
  items: readonly SelectItem[],
  columns: readonly ast.Identifier[],
  at: Location,
): readonly SelectItem[] {
  if (columns.length === 0) return items;
  if (columns.length === items.length) {
    return items.map((item, index) => ({
      ...item,
      ...(columns[index] && { name: columns[index].name }),
      aliased: true,
    }));
  }
  const text = `Column alias list has ${columns.length} entries but relation has`;
  throw fault(at, `${text} ${items.length} columns`);
}

function dotted({ parts }: ast.QualifiedName): ast.Expression {
  const [first, ...others] = parts;
  const start: ast.Expression = known(first, 'first part of a name');
  return others.reduce<ast.Expression>(
    (base, field) => ({ kind: 'dereference', base, field, at: base.at }),
    start,
  );
}

function fieldItems(fields: readonly Field[], at: Location): readonly SelectItem[] {
  return fields.map((field) => ({
    expression: columnExpression(field.column),
    aliased: field.aliased ?? false,
    at,
    text: field.name ?? '*',
    ...(field.name === undefined ? {} : { name: field.name }),
  }));
}

/** What ORDER BY may call the items by. A name of two different items names neither. */
export function namesOf(items: readonly SelectItem[]): ReadonlyMap<string, Expression> {
  const names = new Map<string, Expression>();
  const ambiguous = new Set<string>();
  for (const { name, expression } of items) {
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const other = names.get(key);
    if (other && structuralKey(other) !== structuralKey(expression)) ambiguous.add(key);
    names.set(key, expression);
  }
  for (const key of ambiguous) names.delete(key);
  return names;
}
