/**
 * TRY, past two faults of DuckDB's (1.5). That what occurs twice is computed beforehand, whether it
 * is reached or not, is a third one, which is switched off (engine/open-database.ts).
 *
 *   - The condition of a CASE that is a constant is computed while planning, and what fails there
 *     fails the query, TRY around it or not: `TRY(CASE WHEN 1 / 0 > x THEN …)`. The texts of many
 *     functions are such CASEs of their operands. A lambda's body is not planned, so that a TRY with
 *     such a constant in it is put into one.
 *   - A coalesce() that a failure has interrupted inside of a TRY gives wrong values when TRY goes
 *     over the rows again one by one. A CASE does not, so inside of a TRY it is one.
 */
import { bound } from '../analyse/functions/sql-text.ts';
import { operandsOf } from '../analyse/tree.ts';
import type { Expression } from '../analyse/typed.ts';

/** Whether something in it is the same for all rows, and may fail. */
export function holdsFailingConstant(expression: Expression): boolean {
  return natureOf(expression) === 'holds-failing';
}

/**
 * fixed: a constant that cannot fail; failing: one that may; holds-failing: not a constant, but with
 * such a one in it. All that has no column is a constant as a whole, which is computed in its TRY.
 */
type Nature = 'fixed' | 'failing' | 'holds-failing' | 'varying';

function natureOf(expression: Expression): Nature {
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
      const natures = operandsOf(expression).map(natureOf);
      if (natures.includes('holds-failing')) return 'holds-failing';
      if (natures.includes('varying'))
        return natures.includes('failing') ? 'holds-failing' : 'varying';
      return natures.includes('failing') || mayFail(expression) ? 'failing' : 'fixed';
    }
  }
}

function mayFail({ kind }: Expression): boolean {
  return kind === 'operation' || kind === 'call' || kind === 'cast';
}

export function coalesceInTry(texts: readonly string[]): string {
  return texts.reduceRight((rest, text) =>
    bound(text, (value) => `(CASE WHEN ${value} IS NOT NULL THEN ${value} ELSE ${rest} END)`),
  );
}
