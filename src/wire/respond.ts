/**
 * The one place where a failure becomes an AWS error body (write-api 1.5, 1.6).
 *
 * Invariants: the client never sees a stack, nor the message of anything that is not a
 * ServiceError; the log does, under the same request id. Both spellings of the message member are
 * sent, because SDKs differ in which one they read.
 */
import { SERVICE_ERRORS, ServiceError } from '../base/errors.ts';
import { stringifyExact } from './json.ts';

export interface ErrorResponse {
  readonly status: number;
  readonly name: string;
  readonly body: string;
}

const SCOPES = {
  service: 'com.amazonaws.timestream.v20181101',
  framework: 'com.amazon.coral.service',
} as const;

const INTERNAL_MESSAGE = 'An internal server error occurred. Retry the request.';

/** What the client gets for anything thrown while its request was handled. */
export function errorResponse(thrown: unknown): ErrorResponse {
  const error =
    thrown instanceof ServiceError
      ? thrown
      : new ServiceError('InternalServerException', INTERNAL_MESSAGE);
  const { status, scope } = SERVICE_ERRORS[error.name];
  const type = `${SCOPES[scope]}#${error.name}`;
  const members =
    error.message === ''
      ? { __type: type }
      : { __type: type, Message: error.message, message: error.message, ...error.detail };
  return { status, name: error.name, body: stringifyExact(members as never) };
}

/** An operation that does not exist here: the service answers without a message (write-api 1.6). */
export function unknownOperation(): ServiceError {
  return new ServiceError('UnknownOperationException', '');
}
