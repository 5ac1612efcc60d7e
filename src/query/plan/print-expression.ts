/**
 * Expressions as EXPLAIN shows them: near to SQL, with the names of stored columns, and `$n` for
 * values that are computed on the way. For people; it is not read back.
 */

import { operandsOf } from '../analyse/tree.ts';
import type { ColumnId, Expression } from '../analyse/typed.ts';
import { displayType } from '../analyse/types.ts';
import { formatIntervalDaySecond } from '../kernels/format-interval.ts';
import { formatTimestamp } from '../kernels/format-time.ts';

export type ColumnNames = ReadonlyMap<ColumnId, string>;

export function printExpression(expression: Expression, names: ColumnNames): string {
  const print = (each: Expression): string => printExpression(each, names);
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'column':
      return printColumn(expression.column, names);
    case 'argument':
      return `x${expression.argument}`;
    case 'parameter':
      return `@${expression.name}`;
    case 'call':
      return `${expression.overload.name}(${expression.arguments.map(print).join(', ')})`;
    case 'cast':
      return expression.mode === 'coerce'
        ? print(expression.value)
        : `cast(${print(expression.value)} as ${displayType(expression.type)})`;
    case 'operation': {
      const operands = expression.operands.map(print);
      return operands.length === 2
        ? `(${operands.join(` ${expression.operator} `)})`
        : `${expression.operator}(${operands.join(', ')})`;
    }
    case 'and':
    case 'or':
      return `(${expression.operands.map(print).join(` ${expression.kind.toUpperCase()} `)})`;
    case 'between':
      return `(${print(expression.value)} BETWEEN ${print(expression.low)} AND ${print(expression.high)})`;
    case 'in-list':
      return `(${print(expression.value)} IN (${expression.options.map(print).join(', ')}))`;
    case 'not':
      return `NOT ${print(expression.value)}`;
    case 'is-null':
      return `(${print(expression.value)} IS NULL)`;
    case 'lambda':
      return `${expression.parameters.map(({ argument }) => `x${argument}`).join(', ')} -> ${print(expression.body)}`;
    default:
      return `${expression.kind}(${operandsOf(expression).map(print).join(', ')})`;
  }
}

export function printColumn(column: ColumnId, names: ColumnNames): string {
  return names.get(column) ?? `$${column}`;
}

function printLiteral({ value, type }: Extract<Expression, { kind: 'literal' }>): string {
  if (value === null) return 'NULL';
  if (type.kind === 'timestamp' && typeof value === 'bigint') {
    return `'${formatTimestamp(value)}'`;
  }
  if (type.kind === 'interval-day-second' && typeof value === 'bigint') {
    return `interval '${formatIntervalDaySecond(value)}'`;
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}
