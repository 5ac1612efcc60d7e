/**
 * Arrays as sets and groups: positions, from 1, of the elements to keep. Elements of any type are
 * told apart by a key: the value itself for one cell, a text of all parts for lists and structs.
 * NaN is one value, as are the two zeros, and NULL.
 */
import { known } from '../../base/assert.ts';
import { COMBINATIONS_MAX } from '../../base/limits.ts';
import type { ResultVector, VectorView } from '../../engine/api.ts';
import { defineKernel, type Kernel, type VectorKernel } from './kernel.ts';
import { listView } from './series-points.ts';

type Key = string | number | bigint | boolean | null;
type KeyOf = (row: number) => Key;

function keyOf(view: VectorView): KeyOf {
  const present = presentKeyOf(view);
  return view.allValid ? present : (row) => (view.isNull(row) ? null : present(row));
}

function presentKeyOf(view: VectorView): KeyOf {
  switch (view.kind) {
    case 'boolean':
      return (row) => view.bytes[row] === 1;
    case 'integer':
      return (row) => view.ints[row]!;
    case 'bigint':
      return (row) => view.bigints[row]!;
    case 'double':
      // A Set takes NaN for equal to itself, and the zeros for equal, as we do.
      return (row) => view.doubles[row]!;
    case 'varchar':
      return (row) => view.text(row);
    case 'list': {
      const entry = keyOf(view.child);
      return (row) => {
        const from = view.offset(row);
        const keys = Array.from({ length: view.length(row) }, (_, at) => textOf(entry(from + at)));
        return keys.join();
      };
    }
    case 'struct': {
      const fields = view.fields.map(keyOf);
      return (row) => fields.map((field) => textOf(field(row))).join();
    }
  }
}

/** Texts carry their length, so that no two lists of parts are spelt the same. */
function textOf(key: Key): string {
  return typeof key === 'string' ? `${key.length}:${key}` : `${key === 0 ? 0 : key}`;
}

/** Writes the positions of a row's elements for which `keeps` is true; `seen` is fresh per row. */
function positionsKernel(
  name: string,
  lists: 1 | 2,
  keeps: (key: Key, seen: Set<Key>, other: Set<Key>) => boolean,
): VectorKernel {
  return {
    name,
    parameters: lists === 1 ? ['any'] : ['any', 'any'],
    result: { list: 'bigint' },
    nulls: 'propagate',
    run(args, rows, out) {
      const [list, key] = keyedList(args[0]);
      const second = lists === 1 ? undefined : keyedList(args[1]);
      for (let row = 0; row < rows; row++) {
        const seen = new Set<Key>();
        const other = second === undefined ? seen : keysOf(second, row);
        const kept: number[] = [];
        const from = list.offset(row);
        for (let at = 0; at < list.length(row); at++) {
          const each = key(from + at);
          if (keeps(each, seen, other)) kept.push(at + 1);
          seen.add(each);
        }
        writePositions(out, row, kept);
      }
    },
  };
}

type ListView = ReturnType<typeof listView>;

function keyedList(view: VectorView | undefined): readonly [ListView, KeyOf] {
  const list = listView(view);
  return [list, keyOf(list.child)];
}

function keysOf([list, key]: readonly [ListView, KeyOf], row: number): Set<Key> {
  const keys = new Set<Key>();
  const from = list.offset(row);
  for (let at = 0; at < list.length(row); at++) keys.add(key(from + at));
  return keys;
}

function writePositions(out: ResultVector, row: number, positions: readonly number[]): void {
  const offset = out.startList(row, positions.length);
  const { cells32 } = out.child;
  for (const [at, position] of positions.entries()) {
    cells32[2 * (offset + at)] = position;
    cells32[2 * (offset + at) + 1] = 0;
  }
}

/** For each distinct element, in the order of first occurrence, the positions where it stands. */
const groupPositions: VectorKernel = {
  name: 'k_group_positions',
  parameters: ['any'],
  result: { list: { list: 'bigint' } },
  nulls: 'propagate',
  run(args, rows, out) {
    const [list, key] = keyedList(args[0]);
    for (let row = 0; row < rows; row++) {
      const groups = new Map<Key, number[]>();
      const from = list.offset(row);
      for (let at = 0; at < list.length(row); at++) {
        const each = key(from + at);
        const group = groups.get(each);
        if (group) group.push(at + 1);
        else groups.set(each, [at + 1]);
      }
      let next = out.startList(row, groups.size);
      for (const group of groups.values()) writePositions(out.child, next++, group);
    }
  },
};

/** Presto's own bound on combinations(). */
const COMBINATION_SIZE_MAX = 5;

/** All choices of `size` out of 1 … n, the choice whose last number is smallest first. */
function combinations(n: number, size: number): readonly (readonly bigint[])[] {
  if (size < 0) throw new Error('combination size must not be negative');
  if (size > COMBINATION_SIZE_MAX) {
    throw new Error(`combination size must not exceed ${COMBINATION_SIZE_MAX}: ${size}`);
  }
  if (size > n) return [];
  let count = 1;
  for (let k = 1; k <= size; k++) count = (count * (n - size + k)) / k;
  if (count > COMBINATIONS_MAX) {
    throw new Error(`combinations exceed max size of ${COMBINATIONS_MAX}`);
  }
  const chosen = Array.from({ length: size }, (_, at) => at + 1);
  const all: (readonly bigint[])[] = [];
  for (;;) {
    all.push(chosen.map(BigInt));
    let at = 0;
    while (at < size - 1 && known(chosen[at], 'choice') + 1 === chosen[at + 1]) at++;
    if (size === 0 || (at === size - 1 && chosen[at] === n)) return all;
    chosen[at] = known(chosen[at], 'choice') + 1;
    for (let below = 0; below < at; below++) chosen[below] = below + 1;
  }
}

export const setKernels: readonly Kernel[] = [
  positionsKernel('k_distinct_positions', 1, (key, seen) => !seen.has(key)),
  positionsKernel('k_intersect_positions', 2, (key, seen, b) => b.has(key) && !seen.has(key)),
  positionsKernel('k_except_positions', 2, (key, seen, b) => !b.has(key) && !seen.has(key)),
  groupPositions,
  defineKernel({
    name: 'k_combinations',
    parameters: ['bigint', 'bigint'],
    result: { list: { list: 'bigint' } },
    perRow: (n, size) => combinations(Number(n), Number(size)),
  }),
];
