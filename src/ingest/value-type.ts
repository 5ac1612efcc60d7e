/**
 * Value types and time units as small numbers, for typed arrays; 0 says that the member was absent.
 */
import type { MeasureType, StoredType } from '../base/types.ts';

export const ABSENT = 0;

/** The code of a type is its position. `multi` is a record's shape, `timestamp` never a record's. */
const TYPES = ['', 'double', 'bigint', 'varchar', 'boolean', 'timestamp', 'multi'] as const;

export const DOUBLE = 1;
export const BIGINT = 2;
export const VARCHAR = 3;
export const BOOLEAN = 4;
export const TIMESTAMP = 5;
export const MULTI = 6;

/** The type in lower case, as error texts spell it. */
export function typeName(code: number): MeasureType | StoredType {
  return TYPES[code] as MeasureType | StoredType;
}

/** 0 for an unknown name. Names are those of the wire, e.g. `DOUBLE`. */
export function typeCode(name: string): number {
  return Math.max(0, WIRE_TYPES.indexOf(name as never, 1));
}

export const WIRE_TYPES = TYPES.map((type) => type.toUpperCase());

export const MILLISECONDS = 1;
export const NANOSECONDS = 4;

const UNITS = ['', 'MILLISECONDS', 'SECONDS', 'MICROSECONDS', 'NANOSECONDS'] as const;
const NANOS_PER_UNIT = [0, 1e6, 1e9, 1e3, 1] as const;

export const WIRE_UNITS: readonly string[] = UNITS;

export function unitCode(name: string): number {
  return Math.max(0, WIRE_UNITS.indexOf(name, 1));
}

export function nanosPerUnit(code: number): number {
  return NANOS_PER_UNIT[code] ?? 0;
}

/** What a value other than a varchar weighs (write-api 5.12). */
export function valueBytes(code: number): number {
  return code === BOOLEAN ? 1 : 8;
}
