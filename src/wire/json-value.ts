/** JSON as values, and what is said of a request whose JSON cannot be read (write-api 1.6). */
import { ServiceError } from '../base/errors.ts';
import { JSON_DEPTH_MAX } from '../base/limits.ts';

export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | JsonObject;

export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

export function serializationError(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

export function tooDeep(): ServiceError {
  return serializationError(`The request is nested deeper than ${JSON_DEPTH_MAX} levels.`);
}
