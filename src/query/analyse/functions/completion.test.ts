import { describe, expect, test } from 'vitest';
import { documentedFunctions, functionCompletions } from '../api.ts';

describe('functionCompletions()', () => {
  const completions = functionCompletions();
  const named = (name: string) => completions.find((each) => each.name === name);

  test('has every function that can be called, once, by name', () => {
    const callable = documentedFunctions()
      .flatMap(({ functions }) => functions)
      .filter(({ lower }) => lower.kind !== 'not-yet')
      .map(({ name }) => name);
    expect(completions.map(({ name }) => name)).toEqual([...new Set(callable)].sort());
    expect(named('word_stem')).toBeUndefined();
  });

  test('shows signatures as calls, without the names of type variables in front', () => {
    expect(named('bin')).toEqual({
      name: 'bin',
      family: 'Date and time functions',
      kind: 'scalar',
      signatures: ['bin(timestamp, interval day to second) -> timestamp'],
      doc: expect.any(String),
      example: expect.any(String),
    });
    expect(named('array_max')?.signatures).toEqual(['array_max(array(T)) -> T']);
    expect(named('max')?.signatures).toContain('max(T, bigint) -> array(T)');
  });
});
