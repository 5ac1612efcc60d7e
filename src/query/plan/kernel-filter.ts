/**
 * Reads the conditions under a grouping for a kernel: each says something of the time, of the
 * series, or of measures, against constants. Undefined when one of them says anything else.
 *
 * Unlike the predicates of pruning (predicate.ts) these must be exact: nothing checks them again.
 */
import type {
  KernelComparison,
  RowFilter,
  ScanKernel,
  SeriesFilter,
  TextCondition,
} from '../../scan/api.ts';
import type { ColumnRef } from '../analyse/schema-lookup.ts';
import type { Expression, ExpressionOf } from '../analyse/typed.ts';
import { type Constants, foldToNanos, foldToText } from './fold.ts';
import { belongsToSeries, isMeasure, type KernelInput } from './kernel-input.ts';
import { isComparison, MIRRORED } from './predicate.ts';

export type Filters = Pick<ScanKernel<ColumnRef>, 'time' | 'seriesFilters' | 'rowFilters'>;

export function readFilters(input: KernelInput, constants: Constants): Filters | undefined {
  let time: Filters['time'] = {};
  const seriesFilters: SeriesFilter<ColumnRef>[] = [];
  const rowFilters: RowFilter<ColumnRef>[] = [];
  const reader = new ConditionReader(input, constants);
  for (const condition of input.conditions.map((each) => input.resolve(each))) {
    const range = reader.timeRange(condition);
    if (range !== undefined) {
      time = intersection(time, range);
      continue;
    }
    const series = reader.seriesFilter(condition);
    if (series !== undefined) {
      seriesFilters.push(series);
      continue;
    }
    const rows = reader.rowFilters(condition);
    if (rows === undefined) return undefined;
    rowFilters.push(...rows);
  }
  return { time, seriesFilters, rowFilters };
}

function intersection(a: Filters['time'], b: Filters['time']): Filters['time'] {
  const from = a.from === undefined || (b.from ?? a.from) > a.from ? b.from : a.from;
  const until = a.until === undefined || (b.until ?? a.until) < a.until ? b.until : a.until;
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

/** An operand and a constant that it is compared with. */
interface Compared {
  readonly operator: KernelComparison;
  readonly value: Expression;
  readonly constant: Expression;
}

class ConditionReader {
  readonly #input: KernelInput;
  readonly #constants: Constants;

  constructor(input: KernelInput, constants: Constants) {
    this.#input = input;
    this.#constants = constants;
  }

  timeRange(condition: Expression): Filters['time'] | undefined {
    if (condition.kind === 'between') {
      const [low, high] = this.#between(condition).map((each) => this.#timeComparison(each));
      return low && high && intersection(low, high);
    }
    const compared = this.#compared(condition);
    return compared && this.#timeComparison(compared);
  }

  seriesFilter(condition: Expression): SeriesFilter<ColumnRef> | undefined {
    switch (condition.kind) {
      case 'and':
      case 'or': {
        const operands = condition.operands.map((each) =>
          this.seriesFilter(this.#input.resolve(each)),
        );
        const known = operands.filter((each) => each !== undefined);
        return known.length === operands.length
          ? { kind: condition.kind, operands: known }
          : undefined;
      }
      case 'not': {
        const operand = this.seriesFilter(this.#input.resolve(condition.value));
        return operand && { kind: 'not', operand };
      }
      case 'is-null': {
        const column = this.#input.sourceOf(condition.value);
        return column && belongsToSeries(column) ? { kind: 'is-null', column } : undefined;
      }
      case 'between': {
        const operands = this.#between(condition).map((each) => this.#seriesComparison(each));
        const [low, high] = operands;
        return low && high && { kind: 'and', operands: [low, high] };
      }
      case 'in-list': {
        const text = this.#inList(condition);
        return text && belongsToSeries(text.column) ? { kind: 'text', ...text } : undefined;
      }
      default: {
        const compared = this.#compared(condition);
        return compared && this.#seriesComparison(compared);
      }
    }
  }

  /** All of them have to hold. */
  rowFilters(condition: Expression): readonly RowFilter<ColumnRef>[] | undefined {
    const nullness = this.#nullness(condition);
    if (nullness !== undefined) return [nullness];
    const flag = this.#flag(condition);
    if (flag !== undefined) return [flag];
    if (condition.kind === 'in-list') {
      const text = this.#inList(condition);
      return text && isMeasure(text.column) ? [{ kind: 'text', ...text }] : undefined;
    }
    const compared = this.#compared(condition);
    const parts =
      condition.kind === 'between' ? this.#between(condition) : compared ? [compared] : [];
    const filters = parts.flatMap((part) => this.#rowComparison(part) ?? []);
    return parts.length > 0 && filters.length === parts.length ? filters : undefined;
  }

  #compared(condition: Expression): Compared | undefined {
    if (condition.kind !== 'operation' || !isComparison(condition.operator)) return undefined;
    const [left, right] = condition.operands;
    if (left === undefined || right === undefined) return undefined;
    const isFlipped = this.#isConstant(left);
    if (isFlipped === this.#isConstant(right)) return undefined;
    const { operator } = condition;
    return isFlipped
      ? { operator: MIRRORED[operator], value: right, constant: left }
      : { operator, value: left, constant: right };
  }

  /** Whether the value of the expression is known here. */
  #isConstant(expression: Expression): boolean {
    return (
      foldToText(expression, this.#constants) !== undefined ||
      foldToNanos(expression, this.#constants) !== undefined ||
      numberOf(expression) !== undefined ||
      isBoolean(expression)
    );
  }

  #between({ value, low, high }: ExpressionOf<'between'>): readonly Compared[] {
    return [
      { operator: '>=', value, constant: low },
      { operator: '<=', value, constant: high },
    ];
  }

  #timeComparison({ operator, value, constant }: Compared): Filters['time'] | undefined {
    if (this.#input.sourceOf(value)?.kind !== 'time') return undefined;
    const nanos = foldToNanos(constant, this.#constants);
    if (nanos === undefined || constant.type.kind !== 'timestamp') return undefined;
    switch (operator) {
      case '=':
        return { from: nanos, until: nanos + 1n };
      case '<':
        return { until: nanos };
      case '<=':
        return { until: nanos + 1n };
      case '>':
        return { from: nanos + 1n };
      case '>=':
        return { from: nanos };
      case '<>':
        return undefined;
    }
  }

  #textComparison({ operator, value, constant }: Compared) {
    const column = this.#input.sourceOf(value);
    const text = foldToText(constant, this.#constants);
    if (column?.type.kind !== 'varchar' || text === undefined) return undefined;
    const condition: TextCondition = { kind: 'compare', operator, text };
    return { column, condition };
  }

  #seriesComparison(compared: Compared): SeriesFilter<ColumnRef> | undefined {
    const text = this.#textComparison(compared);
    return text && belongsToSeries(text.column) ? { kind: 'text', ...text } : undefined;
  }

  #inList({ value, options }: ExpressionOf<'in-list'>) {
    const column = this.#input.sourceOf(value);
    const texts = options.flatMap((option) => foldToText(option, this.#constants) ?? []);
    if (column?.type.kind !== 'varchar' || texts.length !== options.length) return undefined;
    const condition: TextCondition = { kind: 'in', texts };
    return { column, condition };
  }

  #rowComparison(compared: Compared): RowFilter<ColumnRef> | undefined {
    const text = this.#textComparison(compared);
    if (text) return isMeasure(text.column) ? { kind: 'text', ...text } : undefined;
    const { operator, value, constant } = compared;
    const asDouble = this.#input.doubleOf(value);
    if (asDouble !== undefined) {
      const number = numberOf(constant);
      if (number === undefined) return undefined;
      return { kind: 'compare', column: asDouble, operator, value: number };
    }
    const column = this.#input.sourceOf(value);
    if (column === undefined || !isMeasure(column)) return undefined;
    if (column.type.kind !== 'bigint' && column.type.kind !== 'timestamp') return undefined;
    const integer = foldToNanos(constant, this.#constants);
    if (integer === undefined || constant.type.kind !== column.type.kind) return undefined;
    return { kind: 'compare', column, operator, value: integer };
  }

  #nullness(condition: Expression): RowFilter<ColumnRef> | undefined {
    const isNegated = condition.kind === 'not';
    const test = isNegated ? condition.value : condition;
    if (test.kind !== 'is-null') return undefined;
    const column = this.#input.sourceOf(test.value);
    if (column === undefined || !isMeasure(column)) return undefined;
    return { kind: 'is-null', column, isNull: !isNegated };
  }

  /** A boolean measure that is true, or that is false. */
  #flag(condition: Expression): RowFilter<ColumnRef> | undefined {
    const compared = this.#compared(condition);
    if (compared?.operator === '=' && isBoolean(compared.constant)) {
      return this.#flagIs(compared.value, compared.constant.value);
    }
    return condition.kind === 'not'
      ? this.#flagIs(condition.value, false)
      : this.#flagIs(condition, true);
  }

  #flagIs(expression: Expression, value: boolean): RowFilter<ColumnRef> | undefined {
    const column = this.#input.sourceOf(expression);
    if (column === undefined || !isMeasure(column)) return undefined;
    return column.type.kind === 'boolean' ? { kind: 'is', column, value } : undefined;
  }
}

function isBoolean(
  expression: Expression,
): expression is ExpressionOf<'literal'> & { readonly value: boolean } {
  return expression.kind === 'literal' && typeof expression.value === 'boolean';
}

/** A double that is written out, perhaps as a whole number. NaN is none. */
function numberOf(expression: Expression): number | undefined {
  if (expression.type.kind !== 'double') return undefined;
  if (expression.kind === 'literal') {
    return typeof expression.value === 'number' ? expression.value : undefined;
  }
  const [operand] = expression.kind === 'operation' ? expression.operands : [];
  if (expression.kind !== 'operation' || expression.operator !== 'negate') return undefined;
  const number = operand && numberOf(operand);
  return number === undefined ? undefined : -number;
}
