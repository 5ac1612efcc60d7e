/**
 * TRY, CASE and COALESCE, past two faults of DuckDB's (1.5). That what occurs twice is computed
 * beforehand, reached or not, is a third one, which is switched off (engine/open-database.ts).
 *
 *   - The condition of a CASE that is a constant is computed while planning, and what fails there
 *     fails the query, whether it is reached or not, in a TRY or not: `TRY(IF(1 / 0 > 1, x, y))`. The
 *     texts of many functions are such CASEs of their operands. A lambda's body is not planned, so
 *     what has such a constant in it is put into one.
 *   - A coalesce() that a failure has interrupted inside of a TRY gives wrong values when TRY goes
 *     over the rows again one by one. A CASE does not, so inside of a TRY it is one.
 */
import { bound } from '../analyse/functions/sql-text.ts';
import { operandsOf } from '../analyse/tree.ts';
import type { Expression, ExpressionOf } from '../analyse/typed.ts';
import { type Constants, foldToNanos } from '../plan/api.ts';

const INTEGER_MAX = 2147483647;

/** Whether something in it is the same for all rows, and may fail. */
export function holdsFailingConstant(expression: Expression, constants: Constants): boolean {
  const nature = natureOf(expression, constants);
  return nature === 'failing' || nature === 'holds-failing';
}

/**
 * fixed: a constant that cannot fail; failing: one that may; varying: not a constant;
 * holds-failing: not one either, but with such a one in it.
 */
type Nature = 'fixed' | 'failing' | 'varying' | 'holds-failing';

function natureOf(expression: Expression, constants: Constants): Nature {
  switch (expression.kind) {
    case 'literal':
      return 'fixed';
    case 'column':
    case 'argument':
    case 'parameter':
    case 'scalar-subquery':
    case 'exists':
    case 'quantified':
      return 'varying';
    default: {
      const natures = operandsOf(expression).map((each) => natureOf(each, constants));
      const fails = natures.includes('failing') || natures.includes('holds-failing');
      if (natures.includes('varying') || natures.includes('holds-failing')) {
        return fails ? 'holds-failing' : 'varying';
      }
      return fails || mayFail(expression, constants) ? 'failing' : 'fixed';
    }
  }
}

const NEVER_FAIL = new Set(['=', '<>', '<', '<=', '>', '>=', 'is distinct from', '||', 'like']);

/** Of a constant whose operands do not. What is not known to be safe may fail. */
function mayFail(expression: Expression, constants: Constants): boolean {
  switch (expression.kind) {
    case 'cast':
      return !isSafeCast(expression) && foldToNanos(expression, constants) === undefined;
    case 'operation':
      if (expression.type.kind === 'double' || NEVER_FAIL.has(expression.operator)) return false;
      return (
        wholeNumber(expression) === undefined && foldToNanos(expression, constants) === undefined
      );
    case 'call':
      return foldToNanos(expression, constants) === undefined;
    default:
      return false;
  }
}

function isSafeCast({ value, type }: ExpressionOf<'cast'>): boolean {
  const from = value.type.kind;
  if (from === 'unknown' || from === type.kind) return true;
  if (from !== 'integer' && from !== 'bigint') return false;
  return type.kind === 'double' || (type.kind === 'bigint' && from === 'integer');
}

/** The value of sums and products of whole numbers written out, if it surely fits. */
function wholeNumber(expression: Expression): number | undefined {
  if (expression.kind === 'literal') {
    const value = Number(expression.value);
    return expression.value !== null && Math.abs(value) <= INTEGER_MAX ? value : undefined;
  }
  if (expression.kind !== 'operation') return undefined;
  const [a, b = 0] = expression.operands.map(wholeNumber);
  if (a === undefined || b === undefined || expression.operands.length > 2) return undefined;
  const value = compute(expression.operator, a, b);
  return value !== undefined && Math.abs(value) <= INTEGER_MAX ? value : undefined;
}

function compute(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : Math.trunc(a / b);
    case '%':
      return b === 0 ? undefined : a % b;
    case 'negate':
      return -a;
    default:
      return undefined;
  }
}

export function coalesceInTry(texts: readonly string[]): string {
  return texts.reduceRight((rest, text) =>
    bound(text, (value) => `(CASE WHEN ${value} IS NOT NULL THEN ${value} ELSE ${rest} END)`),
  );
}
