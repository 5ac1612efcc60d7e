/**
 * Expressions as SQL, with no more parentheses than precedence asks for.
 *
 * `print(expression, floor)` puts parentheses around what binds no tighter than `floor`; the powers
 * are those of expressions.ts. Queries inside expressions are printed by the function handed in.
 */
import { assertNever } from '../../base/assert.ts';
import type {
  Call,
  Case,
  Expression,
  FrameBound,
  IntervalLiteral,
  Query,
  ShortIntervalUnit,
  SortItem,
  Window,
  WindowFrame,
} from './ast.ts';
import { printIdentifier, printQualifiedName, printString, printType } from './print-words.ts';

const LAMBDA = 0;
const OR = 1;
const AND = 2;
const NOT = 3;
const PREDICATE = 4;
const CONCAT = 5;
const ADDITIVE = 6;
const MULTIPLICATIVE = 7;
const SIGN = 8;
const ZONE = 9;
/** A number before a dot would be read as one with a fraction. */
const NUMBER = 10;
const PRIMARY = 11;

function power(expression: Expression): number {
  switch (expression.kind) {
    case 'lambda':
      return LAMBDA;
    case 'logical':
      return expression.operator === 'or' ? OR : AND;
    case 'not':
      return NOT;
    case 'comparison':
    case 'quantified':
    case 'between':
    case 'in-list':
    case 'in-subquery':
    case 'like':
    case 'is-null':
    case 'distinct-from':
      return PREDICATE;
    case 'concat':
      return CONCAT;
    case 'arithmetic':
      return '+-'.includes(expression.operator) ? ADDITIVE : MULTIPLICATIVE;
    case 'unary':
      return SIGN;
    case 'at-time-zone':
      return ZONE;
    case 'integer-literal':
      return expression.text.startsWith('-') ? SIGN : NUMBER;
    case 'double-literal':
    case 'short-interval-literal':
      return NUMBER;
    default:
      return PRIMARY;
  }
}

const UNIT_TEXT: Readonly<Record<ShortIntervalUnit, string>> = {
  nanosecond: 'ns',
  microsecond: 'us',
  millisecond: 'ms',
  second: 's',
  minute: 'm',
  hour: 'h',
  day: 'd',
  month: 'month',
  year: 'y',
};

export class ExpressionPrinter {
  readonly #query: (query: Query) => string;

  constructor(query: (query: Query) => string) {
    this.#query = query;
  }

  print(expression: Expression, floor = LAMBDA - 1): string {
    const text = this.#bare(expression);
    return power(expression) <= floor ? `(${text})` : text;
  }

  list(expressions: readonly Expression[]): string {
    return expressions.map((expression) => this.print(expression)).join(', ');
  }

  /** With a leading blank; empty for no items. */
  orderBy(items: readonly SortItem[]): string {
    if (items.length === 0) return '';
    return ` ORDER BY ${items.map((item) => this.#sortItem(item)).join(', ')}`;
  }

  window(window: Window): string {
    const parts = [
      window.base === undefined ? '' : printIdentifier(window.base),
      window.partitionBy.length === 0 ? '' : `PARTITION BY ${this.list(window.partitionBy)}`,
      this.orderBy(window.orderBy).trimStart(),
      window.frame === undefined ? '' : this.#frame(window.frame),
    ];
    return `(${parts.filter((part) => part !== '').join(' ')})`;
  }

  #sortItem({ key, direction, nulls }: SortItem): string {
    const descending = direction === 'descending' ? ' DESC' : '';
    return `${this.print(key)}${descending}${nulls ? ` NULLS ${nulls.toUpperCase()}` : ''}`;
  }

  #bare(expression: Expression): string {
    switch (expression.kind) {
      case 'logical':
      case 'not':
      case 'comparison':
      case 'quantified':
      case 'between':
      case 'in-list':
      case 'in-subquery':
      case 'like':
      case 'is-null':
      case 'distinct-from':
        return this.#condition(expression);
      case 'concat':
        return this.#infix(expression, '||', CONCAT);
      case 'arithmetic':
        return this.#infix(expression, expression.operator, power(expression));
      case 'unary': {
        const operand = this.print(expression.operand, SIGN - 1);
        // Two minus signs in a row would begin a comment.
        return `${expression.operator}${operand.startsWith('-') ? ' ' : ''}${operand}`;
      }
      case 'at-time-zone':
        return `${this.print(expression.operand, ZONE - 1)} AT TIME ZONE ${this.print(expression.zone)}`;
      default:
        return this.#primary(expression);
    }
  }

  #infix(
    { left, right }: { readonly left: Expression; readonly right: Expression },
    operator: string,
    own: number,
  ): string {
    return `${this.print(left, own - 1)} ${operator} ${this.print(right, own)}`;
  }

  #condition(expression: Condition): string {
    const value = (operand: Expression) => this.print(operand, PREDICATE);
    switch (expression.kind) {
      case 'logical': {
        const operands = expression.operands.map((part) => this.print(part, power(expression)));
        return operands.join(` ${expression.operator.toUpperCase()} `);
      }
      case 'not':
        return `NOT ${this.print(expression.operand, NOT - 1)}`;
      case 'comparison':
        return `${value(expression.left)} ${expression.operator} ${value(expression.right)}`;
      case 'quantified': {
        const { left, operator, quantifier, query } = expression;
        return `${value(left)} ${operator} ${quantifier.toUpperCase()} (${this.#query(query)})`;
      }
      case 'distinct-from': {
        const is = `IS${not(expression)} DISTINCT FROM`;
        return `${value(expression.left)} ${is} ${value(expression.right)}`;
      }
      case 'is-null':
        return `${value(expression.operand)} IS${not(expression)} NULL`;
      case 'between': {
        const { low, high } = expression;
        const bounds = `${value(low)} AND ${value(high)}`;
        return `${value(expression.operand)}${not(expression)} BETWEEN ${bounds}`;
      }
      case 'in-list':
        return `${value(expression.operand)}${not(expression)} IN (${this.list(expression.items)})`;
      case 'in-subquery':
        return `${value(expression.operand)}${not(expression)} IN (${this.#query(expression.query)})`;
      case 'like': {
        const mark = expression.escape && ` ESCAPE ${value(expression.escape)}`;
        const pattern = `${value(expression.pattern)}${mark ?? ''}`;
        return `${value(expression.operand)}${not(expression)} LIKE ${pattern}`;
      }
      default:
        return assertNever(expression);
    }
  }

  #primary(expression: Primary): string {
    switch (expression.kind) {
      case 'identifier':
        return printIdentifier(expression);
      case 'dereference':
        return `${this.print(expression.base, NUMBER)}.${printIdentifier(expression.field)}`;
      case 'subscript':
        return `${this.print(expression.base, NUMBER)}[${this.print(expression.index, PREDICATE)}]`;
      case 'call':
        return this.#call(expression);
      case 'case':
        return this.#case(expression);
      case 'cast': {
        const name = expression.safe ? 'TRY_CAST' : 'CAST';
        return `${name}(${this.print(expression.operand)} AS ${printType(expression.type)})`;
      }
      case 'extract':
        return `EXTRACT(${expression.field} FROM ${this.print(expression.source)})`;
      case 'grouping':
        return `GROUPING(${this.list(expression.columns)})`;
      case 'if': {
        const { condition, then, otherwise } = expression;
        return `IF(${this.list(otherwise ? [condition, then, otherwise] : [condition, then])})`;
      }
      case 'coalesce':
        return `COALESCE(${this.list(expression.operands)})`;
      case 'nullif':
        return `NULLIF(${this.list([expression.left, expression.right])})`;
      case 'try':
        return `TRY(${this.print(expression.operand)})`;
      case 'row':
        return `ROW(${this.list(expression.items)})`;
      case 'array':
        return `ARRAY[${this.list(expression.items)}]`;
      case 'exists':
        return `EXISTS (${this.#query(expression.query)})`;
      case 'subquery':
        return `(${this.#query(expression.query)})`;
      case 'lambda': {
        const parameters = expression.parameters.map(printIdentifier).join(', ');
        return `(${parameters}) -> ${this.print(expression.body)}`;
      }
      default:
        return printLeaf(expression);
    }
  }

  #call(call: Call): string {
    const args = call.star ? '*' : this.list(call.arguments);
    const inside = `${call.distinct ? 'DISTINCT ' : ''}${args}${this.orderBy(call.orderBy)}`;
    const filter = call.filter && ` FILTER (WHERE ${this.print(call.filter)})`;
    const nulls = call.nulls && ` ${call.nulls.toUpperCase()} NULLS`;
    return `${printQualifiedName(call.name)}(${inside})${filter ?? ''}${nulls ?? ''}${this.#over(call.over)}`;
  }

  #over(over: Call['over']): string {
    if (over === undefined) return '';
    return ` OVER ${over.kind === 'window' ? this.window(over) : printIdentifier(over.name)}`;
  }

  #case({ operand, branches, otherwise }: Case): string {
    const parts = ['CASE'];
    if (operand !== undefined) parts.push(this.print(operand));
    for (const { when, result } of branches) {
      parts.push(`WHEN ${this.print(when)} THEN ${this.print(result)}`);
    }
    if (otherwise !== undefined) parts.push(`ELSE ${this.print(otherwise)}`);
    return `${parts.join(' ')} END`;
  }

  #frame({ unit, start, end }: WindowFrame): string {
    const from = this.#bound(start);
    const bounds = end === undefined ? from : `BETWEEN ${from} AND ${this.#bound(end)}`;
    return `${unit.toUpperCase()} ${bounds}`;
  }

  #bound(bound: FrameBound): string {
    switch (bound.kind) {
      case 'preceding':
      case 'following':
        return `${this.print(bound.offset)} ${bound.kind.toUpperCase()}`;
      case 'unbounded-preceding':
      case 'unbounded-following':
      case 'current-row':
        return bound.kind.toUpperCase().replace('-', ' ');
      default:
        return assertNever(bound);
    }
  }
}

type Condition = Extract<
  Expression,
  {
    readonly kind:
      | ('logical' | 'not' | 'comparison' | 'quantified' | 'between')
      | ('in-list' | 'in-subquery' | 'like' | 'is-null' | 'distinct-from');
  }
>;
type Infix = Extract<
  Expression,
  { readonly kind: 'concat' | 'arithmetic' | 'unary' | 'at-time-zone' }
>;
type Primary = Exclude<Expression, Condition | Infix>;
type Leaf = Extract<
  Expression,
  {
    readonly kind:
      | ('null-literal' | 'boolean-literal' | 'integer-literal' | 'double-literal')
      | ('string-literal' | 'binary-literal' | 'typed-literal' | 'interval-literal')
      | ('short-interval-literal' | 'parameter' | 'current-value');
  }
>;

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? ' NOT' : '';
}

function printLeaf(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'null-literal':
      return 'NULL';
    case 'boolean-literal':
      return leaf.value ? 'TRUE' : 'FALSE';
    case 'integer-literal':
    case 'double-literal':
      return leaf.text;
    case 'string-literal':
      return printString(leaf.value);
    case 'binary-literal':
      return `X'${leaf.hex}'`;
    case 'typed-literal':
      return `${leaf.type.name.toUpperCase()} ${printString(leaf.text)}`;
    case 'interval-literal':
      return printInterval(leaf);
    case 'short-interval-literal':
      return leaf.text + UNIT_TEXT[leaf.unit];
    case 'parameter':
      return `@${leaf.name}`;
    case 'current-value':
      return leaf.precision === undefined ? leaf.name : `${leaf.name}(${leaf.precision})`;
    default:
      return assertNever(leaf);
  }
}

function printInterval({ negative, text, from, to }: IntervalLiteral): string {
  const until = to === undefined ? '' : ` TO ${to.toUpperCase()}`;
  return `INTERVAL ${negative ? '-' : ''}${printString(text)} ${from.toUpperCase()}${until}`;
}
