/**
 * The states that the aggregates of a kernel need, each once: avg(x), sum(x) and stddev(x) read x
 * through one view, and the first two are made of one state.
 */
import { assert, assertNever } from '../base/assert.ts';
import type { ColumnType } from '../engine/api.ts';
import type { Accumulator, Runs } from './accumulator.ts';
import { ColumnView } from './column-view.ts';
import { RowCounts, ValueCounts } from './counts.ts';
import { DoubleSums } from './double-sums.ts';
import { EdgeRows } from './edge-rows.ts';
import { DoubleExtremes, IntegerExtremes } from './extremes.ts';
import { IntegerSums } from './integer-sums.ts';
import { Moments } from './moments.ts';
import type { OpenTile, SliceRows } from './open-tile.ts';
import {
  columnTypeOf,
  countColumn,
  doubleExtremeColumn,
  edgeColumn,
  integerExtremeColumn,
  integerSumColumn,
  momentColumn,
  type ResultColumn,
  sumColumn,
} from './results.ts';
import type { KernelAggregate, KernelColumn } from './scan-kernel.ts';

export class States {
  readonly columns: readonly ResultColumn[];
  readonly accumulators: Accumulator[] = [];
  readonly #tiles: readonly OpenTile[];
  readonly #views = new Map<string, ColumnView>();
  readonly #byKey = new Map<string, Accumulator>();

  constructor(aggregates: readonly KernelAggregate[], tiles: readonly OpenTile[]) {
    this.#tiles = tiles;
    this.columns = aggregates.map((aggregate) => this.#columnOf(aggregate));
  }

  reserve(slots: number): void {
    for (const accumulator of this.accumulators) accumulator.reserve(slots);
  }

  clear(slots: number): void {
    for (const accumulator of this.accumulators) accumulator.clear(slots);
  }

  add(rows: SliceRows, runs: Runs): void {
    for (const view of this.#views.values()) view.bind(rows);
    for (const accumulator of this.accumulators) {
      accumulator.bind(rows);
      accumulator.add(runs);
    }
  }

  #columnOf(aggregate: KernelAggregate): ResultColumn {
    const { kind } = aggregate;
    switch (kind) {
      case 'count-rows':
        return countColumn(this.#state('rows', () => new RowCounts()));
      case 'count': {
        const { view, key } = this.#view(aggregate.column);
        return countColumn(this.#state(`count ${key}`, () => new ValueCounts(view)));
      }
      case 'sum':
      case 'avg': {
        const { view, key } = this.#view(aggregate.column, 'double');
        return sumColumn(
          this.#state(`sum ${key}`, () => new DoubleSums(view)),
          kind,
        );
      }
      case 'sum-integer': {
        const { view, key } = this.#view(aggregate.column);
        return integerSumColumn(this.#state(`integers ${key}`, () => new IntegerSums(view)));
      }
      case 'stddev_samp':
      case 'stddev_pop':
      case 'var_samp':
      case 'var_pop': {
        const { view, key } = this.#view(aggregate.column, 'double');
        return momentColumn(
          this.#state(`moments ${key}`, () => new Moments(view)),
          kind,
        );
      }
      case 'min':
      case 'max':
        return this.#extreme(kind, aggregate.column);
      case 'first':
      case 'last':
        return edgeColumn(this.#edge(kind), aggregate.column);
      default:
        return assertNever(kind, 'aggregate');
    }
  }

  #extreme(kind: 'min' | 'max', column: KernelColumn): ResultColumn {
    if (column.kind === 'time')
      return edgeColumn(this.#edge(kind === 'min' ? 'first' : 'last'), column);
    assert(column.kind === 'measure', 'extremes are of measures or of the time');
    const { view, key } = this.#view(column);
    if (column.type === 'double') {
      return doubleExtremeColumn(
        this.#state(`${kind} ${key}`, () => new DoubleExtremes(view, kind)),
      );
    }
    assert(column.type === 'bigint' || column.type === 'timestamp', 'extremes are of numbers');
    return integerExtremeColumn(
      this.#state(`${kind} ${key}`, () => new IntegerExtremes(view, kind)),
    );
  }

  #edge(which: 'first' | 'last'): EdgeRows {
    return this.#state(which, () => new EdgeRows(this.#tiles, which));
  }

  /** The state of that key; a key tells the class, too. */
  #state<S extends Accumulator>(key: string, create: () => S): S {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known as S;
    const state = create();
    this.#byKey.set(key, state);
    this.accumulators.push(state);
    return state;
  }

  #view(column: KernelColumn, as: 'stored' | 'double' = 'stored') {
    const isStored = column.kind !== 'measure' || column.type === 'double' || as === 'stored';
    const key = `${JSON.stringify(column)}${isStored ? '' : ' as double'}`;
    let view = this.#views.get(key);
    if (view === undefined) {
      view = new ColumnView(column, as);
      this.#views.set(key, view);
    }
    return { view, key };
  }
}

export function aggregateType(aggregate: KernelAggregate): ColumnType {
  switch (aggregate.kind) {
    case 'count-rows':
    case 'count':
    case 'sum-integer':
      return 'bigint';
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return columnTypeOf(aggregate.column);
    default:
      return 'double';
  }
}
