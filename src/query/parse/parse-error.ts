/**
 * What a text that is no statement gets. The service says only where (query-language 10); what was
 * expected there is kept beside it, for the log, the console and the tests.
 */
import { ServiceError } from '../../base/errors.ts';
import type { Position } from './ast.ts';

export class ParseError extends ServiceError {
  readonly line: number;
  readonly column: number;
  /** E.g. `expected ')', found FROM`. */
  readonly hint: string;

  constructor(at: Position, hint: string) {
    super('ValidationException', `The query syntax is invalid at line ${at.line}:${at.column}`);
    this.line = at.line;
    this.column = at.column;
    this.hint = hint;
  }
}
