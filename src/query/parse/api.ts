/**
 * The SQL front end: text in, syntax tree out, and back.
 *
 * Pure, so the console runs it in the browser too. A text that is no statement throws ParseError,
 * which is also the service's answer; nothing else is thrown, whatever the text.
 */
import type { Expression, Statement } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseValue, parseExpression as readExpression } from './expressions.ts';
import { parseQuery } from './queries.ts';
import { parseWholeExpression, parseWholeStatement } from './statements.ts';
import { checkTreeDepth } from './tree-depth.ts';

export type * from './ast.ts';
export { ParseError } from './parse-error.ts';
export { printExpression, printStatement } from './print.ts';

const GRAMMAR = { expression: readExpression, value: parseValue, query: parseQuery };

export function parseStatement(sql: string): Statement {
  const statement = parseWholeStatement(new Cursor(sql, GRAMMAR));
  checkTreeDepth(statement);
  return statement;
}

export function parseExpression(sql: string): Expression {
  const expression = parseWholeExpression(new Cursor(sql, GRAMMAR));
  checkTreeDepth(expression);
  return expression;
}
