/**
 * Percentiles of weighted values, which come in ascending order: the first value whose weight and
 * those before it exceed p times the total (query-language 6.9). Exact, so that an accuracy asked
 * for is only checked.
 */
import { assert, known } from '../../base/assert.ts';
import type { ResultVector, VectorView } from '../../engine/api.ts';
import type { KernelType, VectorKernel } from './kernel.ts';
import { bigintView, listView, numbersOf } from './series-points.ts';

type Value = 'double' | 'bigint';

function weightedValues(value: Value): KernelType {
  return {
    list: {
      struct: [
        ['v', value],
        ['w', 'bigint'],
      ],
    },
  };
}

/** The running totals of the weights of a row. */
function cumulated(weights: { readonly [row: number]: number }, from: number, count: number) {
  const totals = new Float64Array(count);
  let total = 0;
  for (let at = 0; at < count; at++) {
    const weight = weights[from + at] ?? 0;
    if (weight <= 0) throw new Error('percentile weight must be > 0');
    total += weight;
    totals[at] = total;
  }
  return totals;
}

/** The index of the value of rank p. */
function rankOf(p: number, totals: Float64Array): number {
  if (!(p >= 0 && p <= 1)) throw new Error('Percentile must be between 0 and 1');
  const wanted = p * known(totals.at(-1), 'the total');
  let [low, high] = [0, totals.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (totals[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

function doublesOf(view: VectorView | undefined): Float64Array {
  assert(view?.kind === 'double', 'percentiles are doubles');
  return view.doubles;
}

function copy(values: VectorView, from: number, out: ResultVector, to: number): void {
  if (values.kind === 'double') out.doubles[to] = values.doubles[from]!;
  else out.bigints[to] = bigintView(values).bigints[from]!;
}

/** Calls `answer` for each row that has values and no NULL among the arguments. */
function forEachGroup(
  args: readonly VectorView[],
  rows: number,
  out: ResultVector,
  answer: (row: number, values: VectorView, from: number, totals: Float64Array) => void,
): void {
  const list = listView(args[0]);
  const points = list.child;
  assert(points.kind === 'struct', 'weighted values are structs');
  const values = known(points.fields[0], 'values');
  const weights = numbersOf(known(points.fields[1], 'weights'));
  const accuracies = doublesOf(args[2]);
  for (let row = 0; row < rows; row++) {
    if (list.length(row) === 0 || args.some((view) => view.isNull(row))) {
      out.setNull(row);
      continue;
    }
    if (!(accuracies[row]! > 0 && accuracies[row]! < 1)) {
      throw new Error('Percentile accuracy must be strictly between 0 and 1');
    }
    const from = list.offset(row);
    answer(row, values, from, cumulated(weights, from, list.length(row)));
  }
}

export const percentileKernels: readonly VectorKernel[] = (['double', 'bigint'] as const).flatMap(
  (value): readonly VectorKernel[] => [
    {
      name: 'k_weighted_percentile',
      parameters: [weightedValues(value), 'double', 'double'],
      result: value,
      nulls: 'propagate',
      run(args, rows, out) {
        const percentiles = doublesOf(args[1]);
        forEachGroup(args, rows, out, (row, values, from, totals) => {
          copy(values, from + rankOf(percentiles[row]!, totals), out, row);
        });
      },
    },
    {
      name: 'k_weighted_percentile',
      parameters: [weightedValues(value), { list: 'double' }, 'double'],
      result: { list: value },
      nulls: 'propagate',
      run(args, rows, out) {
        const ranks = listView(args[1]);
        const percentiles = doublesOf(ranks.child);
        forEachGroup(args, rows, out, (row, values, from, totals) => {
          const length = ranks.length(row);
          const offset = out.startList(row, length);
          for (let at = 0; at < length; at++) {
            const p = percentiles[ranks.offset(row) + at]!;
            copy(values, from + rankOf(p, totals), out.child, offset + at);
          }
        });
      },
    },
  ],
);
