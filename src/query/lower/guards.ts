/**
 * TRY and COALESCE, past two faults of DuckDB's (1.5):
 *
 *   - What occurs twice in a SELECT it computes once, beforehand: `10 / x` of `TRY(10 / x)` too, and
 *     of `coalesce(y, 10 / x)`, where it then fails the query. It looks into no branch of a CASE, so
 *     a CASE that always takes its branch is put around: `CASE WHEN (x IS NULL) IS NOT NULL THEN …`,
 *     which no rule of its optimiser takes away. A lambda's body it leaves alone anyway, and what
 *     has no column in it is a constant by then.
 *   - A coalesce() that a failure has interrupted inside of a TRY gives wrong values when TRY goes
 *     over the rows again one by one. A CASE does not, so inside of a TRY it is one.
 */
import { bound } from '../analyse/functions/sql-text.ts';
import { operandsOf } from '../analyse/tree.ts';
import type { Expression } from '../analyse/typed.ts';
import { columnName } from '../plan/api.ts';

/** The text of an expression where it must not be computed beforehand. */
export function guardedText(text: string, expression: Expression): string {
  const column = someColumn(expression);
  if (column === undefined) return text;
  return `(CASE WHEN (${column} IS NULL) IS NOT NULL THEN ${text} END)`;
}

function someColumn(expression: Expression): string | undefined {
  if (expression.kind === 'column') return columnName(expression.column);
  for (const operand of operandsOf(expression)) {
    const column = someColumn(operand);
    if (column !== undefined) return column;
  }
  return undefined;
}

/** `texts` are those of the values. */
export function coalesceText(values: readonly Expression[], texts: readonly string[]): string {
  const guarded = values.map((value, at) => {
    const text = texts[at] ?? 'NULL';
    return at === 0 || value.kind === 'column' ? text : guardedText(text, value);
  });
  return `coalesce(${guarded.join(', ')})`;
}

export function coalesceInTry(texts: readonly string[]): string {
  return texts.reduceRight((rest, text) =>
    bound(text, (value) => `(CASE WHEN ${value} IS NOT NULL THEN ${value} ELSE ${rest} END)`),
  );
}
