/**
 * Type names of casts and typed literals into types.
 */
import { assertNever } from '../../base/assert.ts';
import type { NamedType, TypeSyntax } from '../parse/ast.ts';
import { fault } from './fault.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  INTEGER,
  INTERVAL_DAY_SECOND,
  INTERVAL_YEAR_MONTH,
  JSON_TYPE,
  rowOf,
  type SqlType,
  TIME,
  TIMESTAMP,
  VARBINARY,
  VARCHAR,
} from './types.ts';

const NAMED: Readonly<Record<string, SqlType>> = {
  boolean: BOOLEAN,
  integer: INTEGER,
  // Narrower kinds of the ancestor: nothing stored has them, and their values fit.
  tinyint: INTEGER,
  smallint: INTEGER,
  bigint: BIGINT,
  double: DOUBLE,
  real: DOUBLE,
  varchar: VARCHAR,
  date: DATE,
  time: TIME,
  timestamp: TIMESTAMP,
  varbinary: VARBINARY,
  json: JSON_TYPE,
};

export function typeNamed(syntax: TypeSyntax): SqlType {
  switch (syntax.kind) {
    case 'named-type':
      return namedType(syntax);
    case 'array-type':
      return arrayOf(typeNamed(syntax.element));
    case 'interval-type':
      return syntax.family === 'day-to-second' ? INTERVAL_DAY_SECOND : INTERVAL_YEAR_MONTH;
    case 'row-type':
      return rowOf(
        syntax.fields.map((field) => ({
          ...(field.name === undefined ? {} : { name: field.name.name }),
          type: typeNamed(field.type),
        })),
      );
    default:
      return assertNever(syntax, 'type syntax');
  }
}

function namedType({ name, arguments: args, at }: NamedType): SqlType {
  const [first, second] = args;
  const types = args.filter((arg) => typeof arg !== 'number');
  if (name === 'map' && types.length === 2) {
    const [key, value] = types.map(typeNamed);
    return { kind: 'map', key: key ?? VARCHAR, value: value ?? VARCHAR };
  }
  if (name === 'varchar' && typeof first === 'number' && second === undefined) {
    return { kind: 'varchar', length: first };
  }
  const type = NAMED[name];
  // A precision is Presto's; here times have nanoseconds, whatever is asked for.
  const isPrecision = (name === 'timestamp' || name === 'time') && second === undefined;
  if (type && isPrecision && typeof first === 'number' && first <= 12) return type;
  if (type === undefined || first !== undefined) throw fault(at, `Unknown type: ${name}`);
  return type;
}
