/**
 * Request shapes, declared as data and read in one pass:
 *
 *     const REQUEST = { DatabaseName: required(text({ min: 3 })), Tags: list(TAG) };
 *     const { DatabaseName, Tags } = readRequest(body, REQUEST);
 *
 * A member of the wrong JSON type is a SerializationException at once; violated constraints are
 * collected over the whole request and told in one ValidationException (write-api 1.7). Unknown
 * members are ignored, null members are absent, an empty body is `{}`.
 *
 * Paths in messages are the member names with a small first letter, list elements by position:
 * `tags.1.member.key`.
 */
import { Constraints } from '../constraints.ts';
import { type JsonObject, parseJson, serializationError } from '../json.ts';
import { integerMember, listMember, objectMember, objectValue, textMember } from '../members.ts';

/**
 * Reads member `name` of `object`. After a violation it returns what it has, of whatever value:
 * the request is refused before anybody sees it.
 */
export interface Shape<T> {
  read(object: JsonObject, name: string, place: Place): T | undefined;
  readonly required?: boolean;
}

interface Place {
  readonly path: string;
  readonly constraints: Constraints;
}

type Required<T> = Shape<T> & { readonly required: true };
type Members = Readonly<Record<string, Shape<unknown>>>;
/** What a shape reads. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** Optional members may be undefined, required ones never are. */
export type StructureOf<M extends Members> = {
  readonly [K in keyof M]: M[K] extends { readonly required: true }
    ? ValueOf<M[K]>
    : ValueOf<M[K]> | undefined;
};

export function required<T>(shape: Shape<T>): Required<T> {
  return { ...shape, required: true };
}

export function text(
  rules: { readonly min?: number; readonly max?: number; readonly pattern?: string } = {},
): Shape<string> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, pattern } = rules;
  const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return {
    read(object, name, { path, constraints }) {
      const value = textMember(object, name);
      if (value === undefined) return undefined;
      constraints.length(path, value, { min, max });
      if (matcher?.test(value) === false) {
        constraints.violated(
          path,
          value,
          `Member must satisfy regular expression pattern: ${pattern}`,
        );
      }
      return value;
    },
  };
}

export function choice<const Value extends string>(allowed: readonly Value[]): Shape<Value> {
  return {
    read(object, name, { path, constraints }) {
      const value = textMember(object, name);
      if (value !== undefined) constraints.oneOf(path, value, allowed);
      return value as Value | undefined;
    },
  };
}

export function integer(rules: { readonly min?: number; readonly max?: number } = {}) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = rules;
  const shape: Shape<number> = {
    read(object, name, { path, constraints }) {
      const value = integerMember(object, name);
      if (value === undefined) return undefined;
      const rule = 'Member must have value';
      if (value < min) {
        constraints.violated(path, String(value), `${rule} greater than or equal to ${min}`);
      }
      if (value > max) {
        constraints.violated(path, String(value), `${rule} less than or equal to ${max}`);
      }
      return Number(value);
    },
  };
  return shape;
}

export const flag: Shape<boolean> = {
  read(object, name) {
    const value = object[name] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    throw serializationError(`${name} must be a boolean.`);
  },
};

export function list<T>(
  element: Shape<T>,
  rules: { readonly min?: number; readonly max?: number } = {},
): Shape<readonly T[]> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = rules;
  return {
    read(object, name, { path, constraints }) {
      const values = listMember(object, name);
      if (values === undefined) return undefined;
      constraints.listLength(path, values.length, { min, max });
      return values.slice(0, max).map((value, i) => {
        const place = { path: `${path}.${i + 1}.member`, constraints };
        const read = element.read({ [name]: value }, name, place);
        if (read === undefined) constraints.notNull(place.path);
        return read as T;
      });
    },
  };
}

export function structure<M extends Members>(members: M): Shape<StructureOf<M>> {
  return {
    read(object, name, place) {
      const value = objectMember(object, name);
      return value && readMembers(members, value, place);
    },
  };
}

/** Reads the members of a whole request. */
export function readRequest<M extends Members>(body: Uint8Array, members: M): StructureOf<M> {
  const json = body.length === 0 ? {} : objectValue(parseJson(body), 'The request');
  const constraints = new Constraints();
  const result = readMembers(members, json, { path: '', constraints });
  constraints.check();
  return result;
}

function readMembers<M extends Members>(
  members: M,
  object: JsonObject,
  { path, constraints }: Place,
): StructureOf<M> {
  const result: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(members)) {
    const at = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
    const value = shape.read(object, name, { path: at, constraints });
    if (value === undefined && shape.required) constraints.notNull(at);
    result[name] = value;
  }
  return result as StructureOf<M>;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
