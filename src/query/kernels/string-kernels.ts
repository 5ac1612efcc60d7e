/**
 * Text functions that count in code points or for which DuckDB has no equal. Positions are 1-based.
 */
import { defineKernel, type Kernel } from './kernel.ts';

/** Presto's own bound on the work of a Levenshtein distance: product of the lengths. */
const LEVENSHTEIN_CELLS_MAX = 1_000_000;

function codePointIndex(text: string, unitIndex: number): bigint {
  let count = 0;
  for (let at = 0; at < unitIndex; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return BigInt(count + 1);
}

function checkInstance(instance: bigint): void {
  if (instance <= 0n) throw new Error("'instance' must be a positive number.");
}

function position(text: string, search: string, instance: bigint): bigint {
  checkInstance(instance);
  if (search === '') return 1n;
  let at = text.indexOf(search);
  for (let left = instance; left > 1n && at >= 0; left--) at = text.indexOf(search, at + 1);
  return at < 0 ? 0n : codePointIndex(text, at);
}

function positionFromEnd(text: string, search: string, instance: bigint): bigint {
  checkInstance(instance);
  if (search === '') return 1n;
  let at = text.lastIndexOf(search);
  for (let left = instance; left > 1n && at >= 0; left--) {
    at = at === 0 ? -1 : text.lastIndexOf(search, at - 1);
  }
  return at < 0 ? 0n : codePointIndex(text, at);
}

function hamming(a: string, b: string): bigint {
  const [left, right] = [[...a], [...b]];
  if (left.length !== right.length) {
    throw new Error('The input strings to hamming_distance function must have the same length');
  }
  return BigInt(left.filter((character, at) => character !== right[at]).length);
}

function levenshtein(a: string, b: string): bigint {
  const [left, right] = [[...a], [...b]];
  if (left.length * right.length > LEVENSHTEIN_CELLS_MAX) {
    throw new Error('The combined inputs for Levenshtein distance are too large');
  }
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (const [i, character] of left.entries()) {
    const next = [i + 1];
    for (const [j, other] of right.entries()) {
      const replaced = (row[j] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return BigInt(row.at(-1) ?? 0);
}

function splitLimited(text: string, delimiter: string, limit: bigint): readonly string[] {
  if (limit <= 0n) throw new Error('Limit must be positive');
  if (delimiter === '') throw new Error('The delimiter may not be the empty string');
  const parts: string[] = [];
  let from = 0;
  while (BigInt(parts.length) < limit - 1n) {
    const at = text.indexOf(delimiter, from);
    if (at < 0) break;
    parts.push(text.slice(from, at));
    from = at + delimiter.length;
  }
  parts.push(text.slice(from));
  return parts;
}

const NORMAL_FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'];

/** The pairs of a text such as a=1,b=2; each must have its separator once. */
function splitToEntries(text: string, delimiter: string, separator: string) {
  if (delimiter === '') throw new Error('entryDelimiter is empty');
  if (separator === '') throw new Error('keyValueDelimiter is empty');
  if (delimiter === separator) {
    throw new Error('entryDelimiter and keyValueDelimiter must not be the same');
  }
  const pairs = text.split(delimiter);
  if (pairs.at(-1) === '') pairs.pop();
  return pairs.map((pair) => {
    const [key, value, more] = pair.split(separator);
    if (key === undefined || value === undefined || more !== undefined) {
      const bad = `Key-value delimiter must appear exactly once in each entry. Bad input: '${pair}'`;
      throw new Error(bad);
    }
    return { key, value };
  });
}

export const stringKernels: readonly Kernel[] = [
  defineKernel({
    name: 'k_normalize',
    parameters: ['varchar', 'varchar'],
    result: 'varchar',
    perRow: (text, form) => {
      if (!NORMAL_FORMS.includes(form))
        throw new Error('Normalization form must be one of [NFD, NFC, NFKD, NFKC]');
      return text.normalize(form);
    },
  }),
  defineKernel({
    name: 'k_join',
    parameters: [{ list: 'varchar' }, 'varchar'],
    result: 'varchar',
    perRow: (texts, delimiter) => texts.filter((text) => text !== null).join(delimiter),
  }),
  defineKernel({
    name: 'k_split_to_entries',
    parameters: ['varchar', 'varchar', 'varchar'],
    result: {
      list: {
        struct: [
          ['key', 'varchar'],
          ['value', 'varchar'],
        ],
      },
    },
    perRow: splitToEntries,
  }),
  defineKernel({
    name: 'k_strpos',
    parameters: ['varchar', 'varchar', 'bigint'],
    result: 'bigint',
    perRow: position,
  }),
  defineKernel({
    name: 'k_strrpos',
    parameters: ['varchar', 'varchar', 'bigint'],
    result: 'bigint',
    perRow: positionFromEnd,
  }),
  defineKernel({
    name: 'k_reverse',
    parameters: ['varchar'],
    result: 'varchar',
    perRow: (text) => [...text].reverse().join(''),
  }),
  defineKernel({
    name: 'k_split_limited',
    parameters: ['varchar', 'varchar', 'bigint'],
    result: { list: 'varchar' },
    perRow: splitLimited,
  }),
  defineKernel({
    name: 'k_replace_empty',
    parameters: ['varchar', 'varchar'],
    result: 'varchar',
    /** An empty search text puts the replacement around every character. */
    perRow: (text, replacement) =>
      replacement + [...text].map((character) => character + replacement).join(''),
  }),
  defineKernel({
    name: 'k_hamming_distance',
    parameters: ['varchar', 'varchar'],
    result: 'bigint',
    perRow: hamming,
  }),
  defineKernel({
    name: 'k_levenshtein_distance',
    parameters: ['varchar', 'varchar'],
    result: 'bigint',
    perRow: levenshtein,
  }),
];
