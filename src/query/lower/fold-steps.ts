/**
 * reduce() whose lambdas are arithmetic, conditions and rows becomes a call of a kernel that runs
 * them in one loop (kernels/fold-program.ts). Undefined for any other: it stays with list_reduce.
 *
 *     reduce(a, 0, (s, x) -> s + x, s -> s * k)
 *       ──►  k_fold_integer('{"step": …, "finish": …}', a, struct_pack(s := 0, v0 := k))
 *
 * Only what answers exactly as the operator's own lowering is taken; texts are compared for
 * equality only, because DuckDB orders them by bytes.
 */
import { assert } from '../../base/assert.ts';
import type { Expression, ExpressionOf } from '../analyse/typed.ts';
import { physicalType, type SqlType } from '../analyse/types.ts';
import type { Arithmetic, CellType, FoldNode, FoldProgram, NumberType } from '../kernels/api.ts';

const CELLS: Readonly<Record<string, CellType>> = {
  BOOLEAN: 'boolean',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  DOUBLE: 'double',
  VARCHAR: 'varchar',
};

export interface Fold {
  /** Of the result; a kernel has this in its name. */
  readonly type: CellType;
  readonly program: FoldProgram;
  readonly list: Expression;
  readonly start: Expression;
  /** What the lambdas take from around them. */
  readonly outer: readonly Expression[];
}

export function foldOf(call: ExpressionOf<'call'>): Fold | undefined {
  const [list, start, step, finish] = call.arguments;
  if (list === undefined || start === undefined) return undefined;
  if (step?.kind !== 'lambda' || finish?.kind !== 'lambda') return undefined;
  const type = cellOf(call.type);
  if (type === undefined || !isReadable(start.type) || !isReadable(elementOf(list.type))) {
    return undefined;
  }
  const writer = new StepWriter();
  try {
    const program = {
      step: writer.write(
        step.body,
        step.parameters.map((parameter) => parameter.argument),
      ),
      finish: writer.write(
        finish.body,
        finish.parameters.map((parameter) => parameter.argument),
      ),
    };
    return { type, program, list, start, outer: writer.outer };
  } catch (error) {
    if (error instanceof NotAStep) return undefined;
    throw error;
  }
}

function elementOf(list: SqlType): SqlType {
  if (list.kind === 'timeseries') return list.value;
  assert(list.kind === 'array', 'reduce() takes an array or a series');
  return list.element;
}

/** An expression that the kernel does not know. */
class NotAStep extends Error {}

function cellOf(type: SqlType): CellType | undefined {
  return type.kind === 'json' ? undefined : CELLS[physicalType(type)];
}

function isReadable(type: SqlType): boolean {
  if (type.kind === 'row') return type.fields.every((field) => isReadable(field.type));
  return cellOf(type) !== undefined;
}

const NUMBERS = ['integer', 'bigint', 'double'] as const;
/** Types whose operators are those of the number in their place: not those of dates and times. */
const COUNTED_AS: Readonly<Record<string, NumberType>> = {
  integer: 'integer',
  'interval-year-month': 'integer',
  bigint: 'bigint',
  timestamp: 'bigint',
  'interval-day-second': 'bigint',
  double: 'double',
};
const SIGNS = ['+', '-', '*', '/', '%', 'negate'] as const;
const FUNCTIONS: Readonly<
  Record<string, { readonly name: Arithmetic; readonly operands: number }>
> = {
  abs: { name: 'abs', operands: 1 },
  mod: { name: '%', operands: 2 },
  sqrt: { name: 'sqrt', operands: 1 },
  floor: { name: 'floor', operands: 1 },
  ceil: { name: 'ceil', operands: 1 },
  ceiling: { name: 'ceil', operands: 1 },
  greatest: { name: 'greatest', operands: 2 },
  least: { name: 'least', operands: 2 },
};

class StepWriter {
  readonly outer: Expression[] = [];
  #state: number | undefined;
  #element: number | undefined;

  write(body: Expression, [state, element]: readonly number[]): FoldNode {
    this.#state = state;
    this.#element = element;
    return this.#node(body);
  }

  #node(expression: Expression): FoldNode {
    if (!isReadable(expression.type)) throw new NotAStep();
    switch (expression.kind) {
      case 'literal':
        return literal(expression);
      case 'argument':
        if (expression.argument === this.#state) return { op: 'state' };
        if (expression.argument === this.#element) return { op: 'element' };
        return this.#outer(expression);
      case 'column':
        return this.#outer(expression);
      case 'field':
        return this.#field(expression);
      case 'row':
        return { op: 'row', of: this.#nodes(expression.values) };
      case 'and':
      case 'or':
        return { op: expression.kind, of: this.#nodes(expression.operands) };
      case 'not':
      case 'is-null':
        return { op: expression.kind, of: [this.#node(expression.value)] };
      case 'coalesce':
        return { op: 'coalesce', of: this.#nodes(expression.values) };
      case 'null-if':
        return {
          op: 'null-if',
          of: [this.#node(expression.equal), this.#node(expression.value)],
        };
      case 'case': {
        const branches = expression.branches.flatMap(({ when, result }) => [when, result]);
        return { op: 'case', of: this.#nodes([...branches, expression.otherwise]) };
      }
      case 'between':
        return this.#between(expression);
      case 'in-list':
        return this.#inList(expression);
      case 'cast':
        return this.#cast(expression);
      case 'operation':
        return this.#operation(expression);
      case 'call':
        return this.#call(expression);
      default:
        throw new NotAStep();
    }
  }

  #nodes(expressions: readonly Expression[]): FoldNode[] {
    return expressions.map((each) => this.#node(each));
  }

  #outer(expression: ExpressionOf<'argument' | 'column'>): FoldNode {
    const known = this.outer.findIndex((each) => isSame(each, expression));
    return { op: 'outer', at: known >= 0 ? known : this.outer.push(expression) - 1 };
  }

  #field({ value, index }: ExpressionOf<'field'>): FoldNode {
    if (value.kind === 'argument' && value.argument === this.#element) {
      return { op: 'element-field', at: index };
    }
    return { op: 'field', at: index, of: [this.#node(value)] };
  }

  #between({ value, low, high }: ExpressionOf<'between'>): FoldNode {
    if (!isOrdered(value.type)) throw new NotAStep();
    const [x, from, until] = [this.#node(value), this.#node(low), this.#node(high)];
    return {
      op: 'and',
      of: [
        { op: 'compare', name: '>=', of: [x, from] },
        { op: 'compare', name: '<=', of: [x, until] },
      ],
    };
  }

  /** Equal to one of them; NULL among those that are not leaves it open, as with OR. */
  #inList({ value, options }: ExpressionOf<'in-list'>): FoldNode {
    if (cellOf(value.type) === undefined) throw new NotAStep();
    const x = this.#node(value);
    const of = options.map(
      (option): FoldNode => ({ op: 'compare', name: '=', of: [x, this.#node(option)] }),
    );
    return { op: 'or', of };
  }

  #cast({ value, type, mode }: ExpressionOf<'cast'>): FoldNode {
    if (value.type.kind === 'unknown') return { op: 'null' };
    if (mode === 'try' || 'precision' in type) throw new NotAStep();
    if (value.kind === 'row' && type.kind === 'row') {
      const fields = value.values.map((field, at) => {
        const to = type.fields[at];
        assert(to !== undefined, 'a row is cast to one of as many fields');
        return this.#cast({ kind: 'cast', value: field, type: to.type, mode });
      });
      return { op: 'row', of: fields };
    }
    const node = this.#node(value);
    if (isSameShape(value.type, type)) return node;
    const [from, to] = [value.type.kind, type.kind];
    if (to === 'bigint' && from === 'integer') return { op: 'widen', to, of: [node] };
    if ((to === 'double' || isAnyText(type)) && (from === 'integer' || from === 'bigint')) {
      return { op: 'widen', to: to === 'double' ? to : 'varchar', of: [node] };
    }
    throw new NotAStep();
  }

  #operation({ operator, operands, type }: ExpressionOf<'operation'>): FoldNode {
    const of = this.#nodes(operands);
    if (operator === '||' && operands.every((operand) => operand.type.kind === 'varchar')) {
      return { op: 'concat', of };
    }
    const name = SIGNS.find((sign) => sign === operator);
    if (name !== undefined) {
      const number = arithmeticType([type, ...operands.map((operand) => operand.type)]);
      if (number === undefined) throw new NotAStep();
      if (of.some((operand) => operand.op === 'null')) return { op: 'null' };
      return { op: 'arithmetic', name, type: number, of };
    }
    const [left, right] = of;
    const compared = operands[0]?.type;
    if (left === undefined || right === undefined || compared === undefined) throw new NotAStep();
    switch (operator) {
      case '=':
      case '<>':
        if (cellOf(compared) === undefined) throw new NotAStep();
        return { op: 'compare', name: operator, of: [left, right] };
      case '<':
      case '<=':
      case '>':
      case '>=':
        if (!isOrdered(compared)) throw new NotAStep();
        return { op: 'compare', name: operator, of: [left, right] };
      default:
        throw new NotAStep();
    }
  }

  #call({ overload, arguments: args, type }: ExpressionOf<'call'>): FoldNode {
    if (overload.name === 'is_nan' && args[0]) {
      const x = this.#node(args[0]);
      return { op: 'compare', name: '<>', of: [x, x] };
    }
    const known = Object.hasOwn(FUNCTIONS, overload.name) ? FUNCTIONS[overload.name] : undefined;
    const number = NUMBERS.find((kind) => kind === type.kind);
    if (known?.operands !== args.length || number === undefined) throw new NotAStep();
    return { op: 'arithmetic', name: known.name, type: number, of: this.#nodes(args) };
  }
}

/** The one that the types of an operator's result and operands all count as. */
function arithmeticType(types: readonly SqlType[]): NumberType | undefined {
  const [first, ...others] = types.map((type) => COUNTED_AS[type.kind]);
  return others.every((other) => other === first) ? first : undefined;
}

/** A varchar of no declared length, to which nothing is cut. */
function isAnyText(type: SqlType): boolean {
  return type.kind === 'varchar' && type.length === undefined;
}

function literal({ value, type }: ExpressionOf<'literal'>): FoldNode {
  if (value === null) return { op: 'null' };
  const cell = cellOf(type);
  if (cell === undefined) throw new NotAStep();
  return { op: 'literal', type: cell, text: Object.is(value, -0) ? '-0' : String(value) };
}

function isSame(a: Expression, b: ExpressionOf<'argument' | 'column'>): boolean {
  if (a.kind === 'column') return b.kind === 'column' && a.column === b.column;
  return a.kind === 'argument' && b.kind === 'argument' && a.argument === b.argument;
}

/** Compared by JavaScript as by DuckDB. */
function isOrdered(type: SqlType): boolean {
  const cell = cellOf(type);
  return cell !== undefined && cell !== 'varchar';
}

/** The same values in the same form: a cast between them does nothing. */
function isSameShape(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'row' && to.kind === 'row') {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, at) => {
        const other = to.fields[at];
        return other !== undefined && isSameShape(field.type, other.type);
      })
    );
  }
  if ('length' in to && to.length !== undefined) return false;
  return from.kind === to.kind && cellOf(from) !== undefined;
}
