import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { REGEXP_V8_FLAGS, translateJavaRegexp } from './java-regexp.ts';

function matches(pattern: string, text: string): readonly string[] {
  const expression = translateJavaRegexp(pattern).expressionFor(text);
  return [...text.matchAll(expression)].map((match) => match[0]);
}

describe('Java regular expressions', () => {
  it.each([
    ['ex\\w', 'example expect', ['exa', 'exp']],
    ['(?i)EX', 'Ex ex', ['Ex', 'ex']],
    ['a(?i)b', 'aB AB', ['aB']],
    ['(?i:a)b', 'Ab AB', ['Ab']],
    ['(?s)a.b', 'a\nb', ['a\nb']],
    ['a.b', 'a\nb', []],
    ['a.b', 'a😀b', ['a😀b']],
    ['[^x]', '😀', ['😀']],
    ['[😀-😂]', 'a😁', ['😁']],
    ['(?m)^b$', 'a\nb\nc', ['b']],
    ['(?x) a b # comment\n c', 'abc', ['abc']],
    ['b$', 'ab\n', ['b']],
    ['b\\Z', 'ab\r\n', ['b']],
    ['b\\z', 'ab\n', []],
    ['\\Aa', 'aa', ['a']],
    ['a++b', 'aaab', ['aaab']],
    ['a++ab', 'aaab', []],
    ['(?>a+)b', 'aab', ['aab']],
    ['\\p{Alpha}+', 'ab1', ['ab']],
    ['\\p{Lu}', 'aÄ', ['Ä']],
    ['\\P{Digit}+', '1ab2', ['ab']],
    ['[a-z&&[^aeiou]]+', 'abcde', ['bcd']],
    ['[\\d.]+', '1.5x', ['1.5']],
    ['[]a]+', ']a', [']a']],
    ['\\Q.*\\E', 'a.*', ['.*']],
    ['\\x41\\u0042\\0103', 'ABC', ['ABC']],
    ['(a)(b)\\2\\1', 'abba', ['abba']],
    ['(?<x>a)\\k<x>', 'aa', ['aa']],
    ['(?<=a)b', 'ab', ['b']],
    ['\\h+', 'a \t', [' \t']],
    ['\\R', 'a\r\n', ['\r\n']],
    ['a{2,}', 'aaa', ['aaa']],
    ['}', '}', ['}']],
  ])('%s in %j matches %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toEqual(expected);
  });

  it.each([
    ['\\G', 'Unsupported in regular expressions: \\G'],
    ['\\X', 'Unsupported in regular expressions: \\X'],
    ['(?U)a', 'Unsupported in regular expressions: inline flag (?U)'],
    ['(a+)+(?=b)', 'nested repetition together with lookaround'],
    ['((a+)+)\\1', 'nested repetition together with a back reference'],
    ['(\\p{Lu}+)+', 'nested repetition together with a Unicode class'],
    ['(', 'Unclosed group'],
    ['a)', 'Unmatched closing'],
    ['*', 'Dangling meta character'],
    ['[a', 'Unclosed character class'],
    ['a{x', 'Illegal repetition'],
  ])('%s is refused by name', (pattern, message) => {
    expect(() => translateJavaRegexp(pattern)).toThrow(message);
  });

  it('a pattern that makes backtracking explode is matched in linear time', () => {
    for (const flag of REGEXP_V8_FLAGS) setFlagsFromString(flag);
    const start = performance.now();
    expect(matches('(a+)+$', `${'a'.repeat(2000)}b`)).toEqual([]);
    expect(matches('(?i)(\\w+\\s?)+$', `${'a'.repeat(2000)}!`)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
