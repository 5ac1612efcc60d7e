/**
 * Filters on measures, row by row: each pass over a column takes rows out of a mask.
 *
 * A comparison is three answers, for less, equal and greater, and a fourth for NaN, which is
 * unequal to everything and in no order (query-language 3.6).
 */
import { assert, assertNever } from '../base/assert.ts';
import { CHUNK_ROWS_MAX } from '../base/limits.ts';
import { ColumnView } from './column-view.ts';
import type { SliceRows } from './open-tile.ts';
import type { KernelComparison, RowFilter } from './scan-kernel.ts';
import { TextTest } from './text-test.ts';

/** Clears the mask of rows that do not pass; those where the column is NULL are out already. */
type Pass = (view: ColumnView, rows: SliceRows, mask: Uint8Array) => void;

interface BoundFilter {
  readonly view: ColumnView;
  readonly pass: Pass;
  /** Rows where the column is NULL are those that pass. */
  readonly wantsNull: boolean;
}

export class RowFilters {
  readonly #filters: readonly BoundFilter[];
  readonly #mask = new Uint8Array(CHUNK_ROWS_MAX);

  constructor(filters: readonly RowFilter[]) {
    this.#filters = filters.map(boundFilter);
  }

  /** Sets the rows' mask; false when no row is left. */
  apply(rows: SliceRows): boolean {
    rows.mask = undefined;
    if (this.#filters.length === 0) return true;
    const mask = this.#mask.fill(1, rows.from, rows.until);
    for (const { view, pass, wantsNull } of this.#filters) {
      view.bind(rows);
      if (view.isAbsent) {
        if (wantsNull) continue;
        return false;
      }
      const { valid } = view;
      if (wantsNull) {
        if (valid === undefined) return false;
        for (let row = rows.from; row < rows.until; row++) mask[row]! &= valid[row]! ^ 1;
        continue;
      }
      if (valid !== undefined) {
        for (let row = rows.from; row < rows.until; row++) mask[row]! &= valid[row]!;
      }
      pass(view, rows, mask);
    }
    rows.mask = mask;
    const first = mask.indexOf(1, rows.from);
    return first >= 0 && first < rows.until;
  }
}

function boundFilter(filter: RowFilter): BoundFilter {
  switch (filter.kind) {
    case 'compare': {
      const { value, operator, column } = filter;
      const isDouble = typeof value === 'number';
      const view = new ColumnView(column, isDouble ? 'double' : 'stored');
      const pass = isDouble ? doublePass(operator, value) : integerPass(operator, value);
      return { view, pass, wantsNull: false };
    }
    case 'text':
      return {
        view: new ColumnView(filter.column),
        pass: textPass(new TextTest(filter.condition)),
        wantsNull: false,
      };
    case 'is':
      return {
        view: new ColumnView(filter.column),
        pass: booleanPass(filter.value ? 1 : 0),
        wantsNull: false,
      };
    case 'is-null': {
      const pass: Pass = () => {};
      return { view: new ColumnView(filter.column), pass, wantsNull: filter.isNull };
    }
    default:
      return assertNever(filter, 'row filter');
  }
}

function answersOf(operator: KernelComparison) {
  return {
    less: operator === '<' || operator === '<=' || operator === '<>' ? 1 : 0,
    equal: operator === '=' || operator === '<=' || operator === '>=' ? 1 : 0,
    greater: operator === '>' || operator === '>=' || operator === '<>' ? 1 : 0,
    unordered: operator === '<>' ? 1 : 0,
  };
}

function doublePass(operator: KernelComparison, value: number): Pass {
  const { less, equal, greater, unordered } = answersOf(operator);
  return ({ doubles, base }, { from, until }, mask) => {
    for (let row = from; row < until; row++) {
      const x = doubles[base + row]!;
      mask[row]! &= x < value ? less : x > value ? greater : x === value ? equal : unordered;
    }
  };
}

function integerPass(operator: KernelComparison, value: bigint): Pass {
  assert(BigInt.asIntN(64, value) === value, 'an integer is compared with one of 64 bits');
  const { less, equal, greater } = answersOf(operator);
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(value >> 32n);
  return ({ ints, base }, { from, until }, mask) => {
    for (let row = from; row < until; row++) {
      const at = (base + row) * 2;
      const sign = ints[at + 1]! - high || (ints[at]! >>> 0) - low;
      mask[row]! &= sign < 0 ? less : sign > 0 ? greater : equal;
    }
  };
}

function textPass(test: TextTest): Pass {
  return ({ ints, base }, { tile, from, until }, mask) => {
    for (let row = from; row < until; row++) {
      // Rows that are out already may hold no code at all.
      if (mask[row] === 1 && !test.matches(tile, ints[base + row]!)) mask[row] = 0;
    }
  };
}

function booleanPass(value: 0 | 1): Pass {
  return ({ bytes, base }, { from, until }, mask) => {
    for (let row = from; row < until; row++) mask[row]! &= bytes[base + row] === value ? 1 : 0;
  };
}
