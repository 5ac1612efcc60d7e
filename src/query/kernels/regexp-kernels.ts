/**
 * regexp_like, _extract, _extract_all, _replace, _split over java-regexp.ts. Compiled patterns are
 * kept, the most recent REGEXP_CACHE_MAX of them; a query mostly has one.
 */

import { type JavaRegexp, translateJavaRegexp } from './java-regexp.ts';
import { defineKernel, type Kernel } from './kernel.ts';

/** Patterns come from queries, so their number is bounded; each holds some KB of compiled code. */
const REGEXP_CACHE_MAX = 256;

const compiled = new Map<string, JavaRegexp>();

function compile(pattern: string): JavaRegexp {
  const found = compiled.get(pattern);
  if (found) return found;
  const made = translateJavaRegexp(pattern);
  if (compiled.size >= REGEXP_CACHE_MAX) {
    for (const oldest of compiled.keys()) {
      compiled.delete(oldest);
      break;
    }
  }
  compiled.set(pattern, made);
  return made;
}

function from(regexp: JavaRegexp, text: string): RegExp {
  const expression = regexp.expressionFor(text);
  expression.lastIndex = 0;
  return expression;
}

/** Whether an empty match lies inside of a character of two units: there is no place for one. */
function splitsCharacter(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

function matchesOf(regexp: JavaRegexp, text: string): readonly RegExpExecArray[] {
  return [...text.matchAll(from(regexp, text))].filter(
    (match) => match[0] !== '' || !splitsCharacter(text, match.index),
  );
}

function groupOf(match: RegExpMatchArray, group: number): string | null {
  return group === 0 ? match[0] : (match.groups?.[`g${group}`] ?? null);
}

function checkGroup(regexp: JavaRegexp, group: bigint): number {
  if (group < 0n) throw new Error('Group cannot be negative');
  if (group > BigInt(regexp.groupCount)) {
    throw new Error(`Pattern has ${regexp.groupCount} groups. Cannot access group ${group}`);
  }
  return Number(group);
}

/** One piece of a replacement: text, or the number of a group. */
type Replacement = readonly (string | number)[];

function readReplacement(text: string, regexp: JavaRegexp): Replacement {
  const pieces: (string | number)[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const token = /^(?:\\([\s\S])|\$\{([A-Za-z][A-Za-z0-9]*)\}|\$(\d+)|[^\\$]+)/.exec(rest);
    if (!token) throw new Error(`Illegal replacement sequence: ${rest}`);
    at += token[0].length;
    if (token[1] !== undefined) pieces.push(token[1]);
    else if (token[2] !== undefined) pieces.push(namedGroup(token[2], regexp));
    else if (token[3] !== undefined) {
      const { group, rest: digits } = numberedGroup(token[3], regexp);
      pieces.push(group, digits);
    } else pieces.push(token[0]);
  }
  return pieces;
}

function namedGroup(name: string, regexp: JavaRegexp): number {
  const group = regexp.groupNames.get(name);
  if (group === undefined)
    throw new Error(`Illegal replacement sequence: unknown group { ${name} }`);
  return group;
}

/** Takes as many digits as still name a group, at least one. */
function numberedGroup(digits: string, regexp: JavaRegexp) {
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= regexp.groupCount)
    length++;
  const group = Number(digits.slice(0, length));
  if (group > regexp.groupCount) {
    throw new Error(`Illegal replacement sequence: unknown group ${group}`);
  }
  return { group, rest: digits.slice(length) };
}

function replaceAll(text: string, pattern: string, replacement: string): string {
  const regexp = compile(pattern);
  const pieces = readReplacement(replacement, regexp);
  let replaced = '';
  let start = 0;
  for (const match of matchesOf(regexp, text)) {
    replaced += text.slice(start, match.index);
    for (const piece of pieces) {
      replaced += typeof piece === 'string' ? piece : (groupOf(match, piece) ?? '');
    }
    start = match.index + match[0].length;
  }
  return replaced + text.slice(start);
}

function extractAll(text: string, pattern: string, group: bigint): readonly (string | null)[] {
  const regexp = compile(pattern);
  const number = checkGroup(regexp, group);
  return matchesOf(regexp, text).map((match) => groupOf(match, number));
}

function split(text: string, pattern: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (const match of matchesOf(compile(pattern), text)) {
    parts.push(text.slice(start, match.index));
    start = match.index + match[0].length;
  }
  parts.push(text.slice(start));
  return parts;
}

export const regexpKernels: readonly Kernel[] = [
  defineKernel({
    name: 'k_regexp_like',
    parameters: ['varchar', 'varchar'],
    result: 'boolean',
    perRow: (text, pattern) => from(compile(pattern), text).test(text),
  }),
  defineKernel({
    name: 'k_regexp_extract',
    parameters: ['varchar', 'varchar', 'bigint'],
    result: 'varchar',
    perRow: (text, pattern, group) => {
      const regexp = compile(pattern);
      const number = checkGroup(regexp, group);
      const match = from(regexp, text).exec(text);
      return match && groupOf(match, number);
    },
  }),
  defineKernel({
    name: 'k_regexp_extract_all',
    parameters: ['varchar', 'varchar', 'bigint'],
    result: { list: 'varchar' },
    perRow: extractAll,
  }),
  defineKernel({
    name: 'k_regexp_replace',
    parameters: ['varchar', 'varchar', 'varchar'],
    result: 'varchar',
    perRow: replaceAll,
  }),
  defineKernel({
    name: 'k_regexp_split',
    parameters: ['varchar', 'varchar'],
    result: { list: 'varchar' },
    perRow: split,
  }),
  defineKernel({
    name: 'k_regexp_groups',
    parameters: ['varchar', 'varchar'],
    result: { list: { list: 'varchar' } },
    /** Per match the groups 1 … n, for regexp_replace with a lambda. */
    perRow: (text, pattern) => {
      const regexp = compile(pattern);
      return matchesOf(regexp, text).map((match) =>
        Array.from({ length: regexp.groupCount }, (_, at) => groupOf(match, at + 1)),
      );
    },
  }),
];
