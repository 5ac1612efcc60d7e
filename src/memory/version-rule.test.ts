import { describe, expect, it } from 'vitest';
import { hiOf, loOf } from './halves.ts';
import { decideVersion } from './version-rule.ts';

const halves = (version: bigint) => ({ lo: loOf(version), hi: hiOf(version) });

describe('the version rule', () => {
  it.each([
    [2n, 1n, true, 'store'],
    [2n, 1n, false, 'store'],
    [1n, 1n, true, 'repeat'],
    [1n, 1n, false, 'same-version'],
    [1n, 2n, true, 'lower-version'],
    [1n, 2n, false, 'lower-version'],
    [2n ** 63n - 1n, 2n ** 63n - 2n, false, 'store'],
    [0xffff_ffffn, 0x1_0000_0000n, true, 'lower-version'],
    [0x8000_0000n, 0x7fff_ffffn, false, 'store'],
    [-1n, 0n, true, 'lower-version'],
  ])('decides %s against a stored %s, same value %s: %s', (incoming, stored, isSame, decision) => {
    expect(decideVersion(halves(incoming), halves(stored), () => isSame)).toBe(decision);
  });
});
