/**
 * `value operator ANY|ALL (query)`, IN and NOT IN.
 *
 * DuckDB has the form itself, and makes a semi-join of it. What it compares otherwise (a NaN, a
 * NULL inside of an array or a row) is left out of the query where leaving it out changes nothing,
 * or else counted: how many rows compare true, false, NULL.
 */
import { assertNever } from '../../base/assert.ts';
import { equalTo, ordered, unequalTo } from '../analyse/functions/comparison.ts';
import type { LoweringContext, SqlTextOf } from '../analyse/functions/overload.ts';
import type { Comparison, ExpressionOf } from '../analyse/typed.ts';
import { BOOLEAN, type SqlType } from '../analyse/types.ts';
import { columnName } from '../plan/api.ts';

export interface QuantifiedTexts {
  readonly value: string;
  readonly query: string;
  readonly newName: () => string;
  readonly lowering: LoweringContext;
}

export function quantifiedText(
  { operator, quantifier, query }: ExpressionOf<'quantified'>,
  { value, query: text, newName, lowering }: QuantifiedTexts,
): string {
  const { type, id } = query.column;
  const name = columnName(id);
  if (type.kind === 'array' || type.kind === 'row') return counted(name);
  if (type.kind !== 'double') return native(text);
  const isMembership = quantifier === 'any' ? operator === '=' : operator === '<>';
  if (!isMembership) return counted(name);
  // NaN equals nothing, not even what DuckDB takes for its equal.
  return native(`SELECT ${name} FROM (${text}) AS t0 WHERE ${name} IS NULL OR NOT isnan(${name})`);

  function native(right: string): string {
    return `(${value} ${operator} ${quantifier.toUpperCase()} (${right}))`;
  }

  function counted(column: string): string {
    const matches = newName();
    // A column first: DuckDB binds no lambda over an outer column and one of the query at once.
    const left = newName();
    const types = { arguments: [type, type] as readonly SqlType[], result: BOOLEAN };
    const compared = comparisonOf(operator)([left, column], types, lowering);
    const decisive = quantifier === 'any';
    return (
      `(SELECT CASE WHEN count(*) FILTER (WHERE ${matches} = ${decisive}) > 0 THEN ${decisive} ` +
      `WHEN count(${matches}) < count(*) THEN NULL ELSE ${!decisive} END ` +
      `FROM (SELECT ${compared} AS ${matches} FROM ` +
      `(SELECT *, ${value} AS ${left} FROM (${text}) AS ${newName()}) AS ${newName()}) ` +
      `AS ${newName()})`
    );
  }
}

function comparisonOf(operator: Comparison): SqlTextOf {
  switch (operator) {
    case '=':
      return equalTo;
    case '<>':
      return unequalTo;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(operator);
    default:
      return assertNever(operator, 'comparison');
  }
}
