import { describe, expect, test } from 'vitest';
import { hash32 } from '../base/hash.ts';
import { composeSpace, spaceOfPartition, spaceOfSeries } from './space.ts';

describe('composeSpace()', () => {
  test('puts the partition in the high half, both unsigned', () => {
    expect(composeSpace(0, 0)).toBe(0n);
    expect(composeSpace(-1, -1)).toBe((1n << 64n) - 1n);
    expect(composeSpace(0x8000_0000, 1)).toBe(0x8000_0000_0000_0001n);
  });
});

describe('spaceOfSeries()', () => {
  test('lies in the range of its partition', () => {
    for (const key of ['cpu', '', 'host-17', 'é']) {
      const { lo, hi } = spaceOfPartition(key);
      const at = spaceOfSeries(key, 'region=eu cpu');
      expect(lo <= at && at < hi).toBe(true);
      expect(hi - lo).toBe(1n << 32n);
    }
  });

  test('never changes, since tile boundaries are kept', () => {
    const expected = (BigInt(hash32('cpu')) << 32n) | BigInt(hash32('a'));
    expect(spaceOfSeries('cpu', 'a')).toBe(expected);
  });
});
