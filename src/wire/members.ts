/**
 * Members of a request's JSON objects by their type. Absent and null are the same (undefined); a
 * member of another type is a SerializationException (write-api 1.4, 1.6).
 */
import {
  isArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  serializationError,
} from './json.ts';

const INT64_MIN = -(1n << 63n);
const INT64_MAX = (1n << 63n) - 1n;

export function objectValue(value: JsonValue, what: string): JsonObject {
  if (!isJsonObject(value)) throw serializationError(`${what} must be a JSON object.`);
  return value;
}

export function objectMember(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name] ?? undefined;
  return value === undefined ? undefined : objectValue(value, name);
}

export function listMember(object: JsonObject, name: string): readonly JsonValue[] | undefined {
  const value = object[name] ?? undefined;
  if (value !== undefined && !isArray(value)) throw wrongType(name, 'list');
  return value;
}

export function textMember(object: JsonObject, name: string): string | undefined {
  const value = object[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw wrongType(name, 'string');
  if (value !== undefined && /\p{Surrogate}/u.test(value)) {
    throw serializationError(`${name} is not well-formed Unicode.`);
  }
  return value;
}

/** An int64, exact; written as an integer or as a number that is one. */
export function integerMember(object: JsonObject, name: string): bigint | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'bigint' && !Number.isInteger(value)) throw wrongType(name, 'whole number');
  const integer = BigInt(value as bigint | number);
  if (integer < INT64_MIN || integer > INT64_MAX) throw wrongType(name, '64-bit integer');
  return integer;
}

function wrongType(name: string, expected: string) {
  return serializationError(`${name} must be a ${expected}.`);
}
