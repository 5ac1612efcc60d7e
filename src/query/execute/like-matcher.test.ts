import { expect, test } from 'vitest';
import { likeMatcher } from './like-matcher.ts';

test.each([
  ['', '', true],
  ['%', '', true],
  ['_', '', false],
  ['a%', 'abc', true],
  ['a%', 'ba', false],
  ['%b_', 'abc', true],
  ['%a%b%', 'xxaxxbxx', true],
  ['%ab', 'aab', true],
  ['_', '𝕊', true],
  ['2024-05-01 [a-z].*', '2024-05-01 [a-z].*', true],
  ['a.c', 'abc', false],
  ['A', 'a', false],
])('%s over %s', (pattern, text, expected) => {
  expect(likeMatcher({ pattern })(text)).toBe(expected);
});

test('escaped wildcards are themselves', () => {
  const matches = likeMatcher({ pattern: 'a#%#_##', escape: '#' });
  expect(['a%_#', 'ab_#'].map(matches)).toEqual([true, false]);
  expect(() => likeMatcher({ pattern: 'a#b', escape: '#' })).toThrow('Escape character must be');
});

test('many runs over a name of one letter take no time', () => {
  const start = performance.now();
  expect(likeMatcher({ pattern: `${'%a'.repeat(60)}%b` })('a'.repeat(256))).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});
