/**
 * Type names of casts and typed literals into types.
 */
import { assertNever } from '../../base/assert.ts';
import type { NamedType, Position, TypeSyntax } from '../parse/ast.ts';
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
  UNKNOWN,
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
  unknown: UNKNOWN,
};

const NANOSECOND_DIGITS = 9;
const PRECISION_MAX = 12;

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
  const isClock = type?.kind === 'timestamp' || type?.kind === 'time';
  if (isClock && typeof first === 'number' && second === undefined) return precise(type, first, at);
  if (type === undefined || first !== undefined) throw fault(at, `Unknown type: ${name}`);
  return type;
}

/** Presto has up to twelve digits of a second; here there are nine, whatever more is asked for. */
function precise(type: SqlType, digits: number, at: Position): SqlType {
  if (digits > PRECISION_MAX) {
    const name = type.kind.toUpperCase();
    throw fault(at, `${name} precision must be in range [0, ${PRECISION_MAX}]: ${digits}`);
  }
  return digits < NANOSECOND_DIGITS ? ({ ...type, precision: digits } as SqlType) : type;
}
