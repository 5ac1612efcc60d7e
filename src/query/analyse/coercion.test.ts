import { describe, expect, it } from 'vitest';
import { canCast, canCoerce, commonSuperType } from './coercion.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  displayType,
  hasTrait,
  INTEGER,
  isReturnable,
  physicalType,
  rowOf,
  type SqlType,
  TIMESTAMP,
  timeseriesOf,
  UNKNOWN,
  VARBINARY,
  VARCHAR,
} from './types.ts';

const varchar = (length: number): SqlType => ({ kind: 'varchar', length });

describe('coercion', () => {
  it.each([
    [INTEGER, DOUBLE, DOUBLE],
    [INTEGER, BIGINT, BIGINT],
    [DATE, TIMESTAMP, TIMESTAMP],
    [varchar(3), TIMESTAMP, TIMESTAMP],
    [varchar(3), varchar(5), varchar(5)],
    [varchar(3), VARCHAR, VARCHAR],
    [UNKNOWN, arrayOf(INTEGER), arrayOf(INTEGER)],
    [arrayOf(INTEGER), arrayOf(DOUBLE), arrayOf(DOUBLE)],
    [timeseriesOf(INTEGER), timeseriesOf(DOUBLE), timeseriesOf(DOUBLE)],
    [VARCHAR, INTEGER, undefined],
    [BOOLEAN, INTEGER, undefined],
    [TIMESTAMP, INTEGER, undefined],
  ])('the common super type of %j and %j is %j', (a, b, expected) => {
    expect(commonSuperType(a, b)).toEqual(expected);
    expect(commonSuperType(b, a)).toEqual(expected);
  });

  it('a row keeps a field name that both sides agree on', () => {
    const a = rowOf([
      { name: 'x', type: INTEGER },
      { name: 'y', type: INTEGER },
    ]);
    const b = rowOf([{ name: 'x', type: DOUBLE }, { type: INTEGER }]);
    expect(displayType(commonSuperType(a, b) ?? UNKNOWN)).toBe('row(x double, integer)');
  });

  it('a number never becomes narrower or a text by itself', () => {
    expect(canCoerce(DOUBLE, BIGINT)).toBe(false);
    expect(canCoerce(INTEGER, VARCHAR)).toBe(false);
  });

  it('casts follow the matrix', () => {
    expect(canCast(INTEGER, BOOLEAN)).toBe(true);
    expect(canCast(DATE, BOOLEAN)).toBe(false);
    expect(canCast(arrayOf(INTEGER), arrayOf(VARCHAR))).toBe(true);
    expect(canCast(arrayOf(INTEGER), VARCHAR)).toBe(false);
  });
});

describe('types', () => {
  it('types display as the language spells them', () => {
    const row = rowOf([
      { name: 'x', type: INTEGER },
      { name: 'a b', type: DOUBLE },
    ]);
    expect(displayType(arrayOf(row))).toBe('array(row(x integer, "a b" double))');
    expect(displayType({ kind: 'interval-day-second' })).toBe('interval day to second');
  });

  it('physical names of row fields are unique without case', () => {
    const row = rowOf([{ name: 'a', type: INTEGER }, { name: 'A', type: DATE }, { type: VARCHAR }]);
    expect(physicalType(row)).toBe('STRUCT("a" INTEGER, "f1" INTEGER, "f2" VARCHAR)');
    expect(physicalType(timeseriesOf(DOUBLE))).toBe('STRUCT("time" BIGINT, "value" DOUBLE)[]');
  });

  it('series are neither comparable nor orderable; varbinary cannot be returned', () => {
    expect(hasTrait(timeseriesOf(DOUBLE), 'comparable')).toBe(false);
    expect(hasTrait(arrayOf(INTEGER), 'orderable')).toBe(true);
    expect(isReturnable(arrayOf(VARBINARY))).toBe(false);
  });
});
