/**
 * Expressions of the syntax tree as Presto's error messages print them: operators in parentheses,
 * names of functions in lower case. Read by people only.
 */
import { assertNever } from '../../base/assert.ts';
import type { Expression, TypeSyntax } from '../parse/ast.ts';

export function printExpression(node: Expression): string {
  const print = printExpression;
  const list = (nodes: readonly Expression[]) => nodes.map(print).join(', ');
  const not = (negated: boolean) => (negated ? 'NOT ' : '');
  switch (node.kind) {
    case 'null-literal':
      return 'null';
    case 'boolean-literal':
      return String(node.value);
    case 'integer-literal':
    case 'double-literal':
      return node.text;
    case 'string-literal':
      return quoted(node.value);
    case 'binary-literal':
      return `X'${node.hex}'`;
    case 'typed-literal':
      return `${node.type.name.toUpperCase()} ${quoted(node.text)}`;
    case 'interval-literal': {
      const to = node.to === undefined ? '' : ` TO ${node.to.toUpperCase()}`;
      const sign = node.negative ? '-' : '';
      return `INTERVAL ${sign}${quoted(node.text)} ${node.from.toUpperCase()}${to}`;
    }
    case 'short-interval-literal':
      return `${node.text}${node.unit}`;
    case 'parameter':
      return `@${node.name}`;
    case 'identifier':
      return node.name;
    case 'dereference':
      return `${print(node.base)}.${node.field.name}`;
    case 'subscript':
      return `${print(node.base)}[${print(node.index)}]`;
    case 'current-value':
      return node.name.toUpperCase();
    case 'logical':
      return `(${node.operands.map(print).join(` ${node.operator.toUpperCase()} `)})`;
    case 'not':
      return `(NOT ${print(node.operand)})`;
    case 'comparison':
    case 'arithmetic':
      return `(${print(node.left)} ${node.operator} ${print(node.right)})`;
    case 'concat':
      return `(${print(node.left)} || ${print(node.right)})`;
    case 'quantified':
      return `(${print(node.left)} ${node.operator} ${node.quantifier.toUpperCase()} (...))`;
    case 'between':
      return `(${print(node.operand)} ${not(node.negated)}BETWEEN ${print(node.low)} AND ${print(node.high)})`;
    case 'in-list':
      return `(${print(node.operand)} ${not(node.negated)}IN (${list(node.items)}))`;
    case 'in-subquery':
      return `(${print(node.operand)} ${not(node.negated)}IN (...))`;
    case 'like': {
      const escapedBy = node.escape === undefined ? '' : ` ESCAPE ${print(node.escape)}`;
      return `(${print(node.operand)} ${not(node.negated)}LIKE ${print(node.pattern)}${escapedBy})`;
    }
    case 'is-null':
      return `(${print(node.operand)} IS ${not(node.negated)}NULL)`;
    case 'distinct-from':
      return `(${print(node.left)} IS ${not(node.negated)}DISTINCT FROM ${print(node.right)})`;
    case 'exists':
      return '(EXISTS (...))';
    case 'subquery':
      return '(...)';
    case 'unary':
      return `${node.operator}${print(node.operand)}`;
    case 'at-time-zone':
      return `${print(node.operand)} AT TIME ZONE ${print(node.zone)}`;
    case 'call': {
      const name = node.name.parts.map((part) => part.name).join('.');
      const args = node.star ? '*' : list(node.arguments);
      return `${name.toLowerCase()}(${node.distinct ? 'DISTINCT ' : ''}${args})`;
    }
    case 'grouping':
      return `GROUPING (${list(node.columns)})`;
    case 'cast':
      return `${node.safe ? 'TRY_CAST' : 'CAST'}(${print(node.operand)} AS ${printType(node.type)})`;
    case 'extract':
      return `EXTRACT(${node.field} FROM ${print(node.source)})`;
    case 'case': {
      const branches = node.branches.map((b) => `WHEN ${print(b.when)} THEN ${print(b.result)}`);
      const operand = node.operand === undefined ? '' : ` ${print(node.operand)}`;
      const otherwise = node.otherwise === undefined ? '' : ` ELSE ${print(node.otherwise)}`;
      return `(CASE${operand} ${branches.join(' ')}${otherwise} END)`;
    }
    case 'if': {
      const otherwise = node.otherwise === undefined ? [] : [node.otherwise];
      return `IF(${list([node.condition, node.then, ...otherwise])})`;
    }
    case 'coalesce':
      return `COALESCE(${list(node.operands)})`;
    case 'nullif':
      return `NULLIF(${list([node.left, node.right])})`;
    case 'try':
      return `TRY(${print(node.operand)})`;
    case 'lambda':
      return `(${node.parameters.map((each) => each.name).join(', ')}) -> ${print(node.body)}`;
    case 'row':
      return `ROW (${list(node.items)})`;
    case 'array':
      return `ARRAY[${list(node.items)}]`;
    default:
      return assertNever(node, 'expression');
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function printType(type: TypeSyntax): string {
  switch (type.kind) {
    case 'named-type': {
      const args = type.arguments.map((arg) => (typeof arg === 'number' ? arg : printType(arg)));
      return args.length === 0 ? type.name : `${type.name}(${args.join(',')})`;
    }
    case 'array-type':
      return `array(${printType(type.element)})`;
    case 'row-type': {
      const fields = type.fields.map(({ name, type: of }) =>
        name === undefined ? printType(of) : `${name.name} ${printType(of)}`,
      );
      return `row(${fields.join(', ')})`;
    }
    case 'interval-type':
      return `interval ${type.family.replaceAll('-', ' ')}`;
  }
}
