import { describe, expect, it } from 'vitest';
import type { TableId } from '../../base/brand.ts';
import {
  RESIDENT_CELLS_AT_ONCE_MAX,
  RESIDENT_CELLS_MAX,
  RESIDENT_USES_MIN,
} from '../../base/limits.ts';
import { ObjectHeat } from './object-heat.ts';
import type { ResidentObject } from './resident-objects.ts';

function object(path: string, cells: number): ResidentObject {
  const table = 1 as TableId;
  const columns = [{ id: 4, type: 'double' }] as const;
  return { path, table, rows: cells / 2, minTime: 0n, maxTime: 1n, dimensions: [], columns };
}

describe('objects are decoded', () => {
  it('at once when they are small', () => {
    const half = RESIDENT_CELLS_AT_ONCE_MAX / 2;
    expect(new ObjectHeat().isWorthDecoding([object('a', half), object('b', half)])).toBe(true);
  });

  it('when each of them has been wanted often enough', () => {
    const heat = new ObjectHeat();
    const a = object('a', RESIDENT_CELLS_AT_ONCE_MAX + 2);
    const b = object('b', 2);
    for (let use = 1; use < RESIDENT_USES_MIN; use++) expect(heat.isWorthDecoding([a])).toBe(false);
    expect(heat.isWorthDecoding([a, b])).toBe(false);
    expect(heat.isWorthDecoding([a])).toBe(true);
  });

  it('never when they are large', () => {
    const heat = new ObjectHeat();
    const large = object('a', RESIDENT_CELLS_MAX + 2);
    for (let use = 0; use < 10; use++) expect(heat.isWorthDecoding([large])).toBe(false);
  });
});
