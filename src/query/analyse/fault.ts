/**
 * The analyser's errors: `line L:C: ` and a text of query-language 10.
 */
import { ServiceError } from '../../base/errors.ts';

/** Where something stands in the query, both counted from 1. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

export function fault(at: Location, text: string): ServiceError {
  return new ServiceError('ValidationException', `line ${at.line}:${at.column}: ${text}`);
}

/** What a call that no overload takes is answered on AWS, with what is wrong after it. */
export function syntaxFault(at: Location, reason?: string): ServiceError {
  const text = `The query syntax is invalid at line ${at.line}:${at.column}`;
  return new ServiceError(
    'ValidationException',
    reason === undefined ? text : `${text}: ${reason}`,
  );
}

/** An aggregate, grouping or window call in a clause that comes before grouping. */
export function misplacedCall(at: Location, clause: string, call: string): ServiceError {
  const what = 'aggregations, window functions or grouping operations';
  return fault(at, `${clause} cannot contain ${what}: [${call}]`);
}

export function notYet(name: string): ServiceError {
  return new ServiceError('ValidationException', `not supported yet: ${name}`);
}
