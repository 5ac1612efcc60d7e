/**
 * Recognises what a tile scan kernel computes (scan/api.ts): one grouping set over a scan, by
 * dimensions, measure name and one bin of time, of aggregates over plain columns.
 *
 *     aggregate [host, bin]  avg(cpu)                        keys        host, bin 1m
 *       extend bin := bin(time, 1m)                ──►       aggregates  avg cpu
 *         filter host = 'a' AND cpu > 90                     filters     series: host = 'a'
 *           scan [host, time, cpu]                                       rows: cpu > 90
 *
 * All or nothing: undefined unless every part is known to give the same answer in both ways.
 * Columns that an `extend` computes are looked through, so a sub-query that only renames does not
 * matter.
 * The filters themselves are read by kernel-filter.ts.
 */
import {
  BIN_NANOS_MAX,
  BIN_NANOS_MIN,
  type KernelAggregate,
  type KernelKey,
  type ScanKernel,
} from '../../scan/api.ts';
import type { ColumnRef } from '../analyse/schema-lookup.ts';
import type { AggregateCall, Column, Expression, Relation, RelationOf } from '../analyse/typed.ts';
import { type Constants, foldToNanos, foldToText, TRUNCATIONS } from './fold.ts';
import { readFilters } from './kernel-filter.ts';
import { belongsToSeries, isMeasure, KernelInput } from './kernel-input.ts';

export interface PlannedKernel {
  readonly kernel: ScanKernel<ColumnRef>;
  /** The columns of its result: keys, then aggregates. */
  readonly columns: readonly Column[];
  readonly scan: RelationOf<'scan'>;
  /** What it stands for. */
  readonly relation: Relation;
}

/** The kernel that computes this relation, if one does. */
export function kernelOf(relation: Relation, constants: Constants): PlannedKernel | undefined {
  if (relation.kind === 'distinct') {
    return planKernel(relation, { keys: relation.columns, aggregates: [] }, constants);
  }
  if (relation.kind !== 'aggregate' || relation.groupings.length > 0) return undefined;
  const [set, ...others] = relation.sets;
  if (set === undefined || others.length > 0 || set.length !== relation.keys.length) {
    return undefined;
  }
  return planKernel(relation, relation, constants);
}

interface Grouping {
  readonly keys: readonly Column[];
  readonly aggregates: readonly AggregateCall[];
}

function planKernel(
  relation: RelationOf<'aggregate' | 'distinct'>,
  { keys, aggregates }: Grouping,
  constants: Constants,
): PlannedKernel | undefined {
  const source = KernelInput.of(relation.input);
  const columns = [...keys, ...aggregates.map((call) => call.column)];
  if (source === undefined || columns.length === 0) return undefined;
  const filters = readFilters(source, constants);
  const kernelKeys = complete(keys.map((key) => keyOf(source.column(key), source, constants)));
  const calls = complete(aggregates.map((call) => aggregateOf(call, source)));
  if (filters === undefined || kernelKeys === undefined || calls === undefined) return undefined;
  if (kernelKeys.filter((key) => key.kind === 'bin').length > 1) return undefined;
  return {
    kernel: { ...filters, keys: kernelKeys, aggregates: calls },
    columns,
    scan: source.scan,
    relation,
  };
}

function complete<T extends object>(parts: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? known : undefined;
}

function keyOf(
  key: Expression,
  input: KernelInput,
  constants: Constants,
): KernelKey<ColumnRef> | undefined {
  const column = input.sourceOf(key);
  if (column !== undefined) {
    return belongsToSeries(column) ? { kind: 'series', column } : undefined;
  }
  const nanos = binNanos(key, input, constants);
  if (nanos === undefined || nanos < BIN_NANOS_MIN || nanos > BIN_NANOS_MAX) return undefined;
  return { kind: 'bin', nanos };
}

function binNanos(key: Expression, input: KernelInput, constants: Constants): bigint | undefined {
  if (key.kind !== 'call' || key.type.kind !== 'timestamp') return undefined;
  const [first, second] = key.arguments;
  if (first === undefined || second === undefined) return undefined;
  if (key.overload.name === 'bin' && input.sourceOf(first)?.kind === 'time') {
    return second.type.kind === 'interval-day-second' ? foldToNanos(second, constants) : undefined;
  }
  if (key.overload.name === 'date_trunc' && input.sourceOf(second)?.kind === 'time') {
    const unit = foldToText(first, constants);
    return unit === undefined ? undefined : TRUNCATIONS[unit.toLowerCase()];
  }
  return undefined;
}

function aggregateOf(
  call: AggregateCall,
  input: KernelInput,
): KernelAggregate<ColumnRef> | undefined {
  const { overload, distinct, filter, orderBy } = call;
  if (distinct || filter !== undefined || orderBy.length > 0) return undefined;
  const [first, second, ...others] = call.arguments;
  if (others.length > 0) return undefined;
  const column = input.sourceOf(first);
  if (second !== undefined) {
    if (input.sourceOf(second)?.kind !== 'time' || column === undefined) return undefined;
    if (overload.name === 'max_by') return { kind: 'last', column };
    return overload.name === 'min_by' ? { kind: 'first', column } : undefined;
  }
  switch (overload.name) {
    case 'count':
      return countOf(first, column);
    case 'min':
    case 'max':
      return column && isOrdered(column) ? { kind: overload.name, column } : undefined;
    case 'sum':
      if (column && isMeasure(column) && column.type.kind === 'bigint') {
        return call.column.type.kind === 'bigint' ? { kind: 'sum-integer', column } : undefined;
      }
      return ofDouble('sum', first, input);
    default:
      return ofDouble(DOUBLE_AGGREGATES[overload.name], first, input);
  }
}

const DOUBLE_AGGREGATES: Readonly<
  Record<string, 'avg' | 'stddev_samp' | 'stddev_pop' | 'var_samp' | 'var_pop'>
> = {
  avg: 'avg',
  stddev: 'stddev_samp',
  stddev_samp: 'stddev_samp',
  stddev_pop: 'stddev_pop',
  variance: 'var_samp',
  var_samp: 'var_samp',
  var_pop: 'var_pop',
};

function ofDouble(
  kind: 'sum' | (typeof DOUBLE_AGGREGATES)[string] | undefined,
  argument: Expression | undefined,
  input: KernelInput,
): KernelAggregate<ColumnRef> | undefined {
  const column = input.doubleOf(argument);
  return kind === undefined || column === undefined ? undefined : { kind, column };
}

/** What is never NULL counts rows. */
function countOf(
  argument: Expression | undefined,
  column: ColumnRef | undefined,
): KernelAggregate<ColumnRef> | undefined {
  if (argument === undefined) return { kind: 'count-rows' };
  if (argument.kind === 'literal' && argument.value !== null) return { kind: 'count-rows' };
  if (column === undefined) return undefined;
  const isNeverNull = column.kind === 'time' || column.kind === 'measure_name';
  return isNeverNull ? { kind: 'count-rows' } : { kind: 'count', column };
}

function isOrdered(column: ColumnRef): boolean {
  if (column.kind === 'time') return true;
  return isMeasure(column) && ['double', 'bigint', 'timestamp'].includes(column.type.kind);
}
