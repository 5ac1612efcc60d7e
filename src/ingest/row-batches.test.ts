/** Rows of a request by generation. */
import { expect, test } from 'vitest';
import type { GenerationId } from '../base/brand.ts';
import { RowBatches } from './row-batches.ts';

const generation = (id: number) => id as GenerationId;

function add(batches: RowBatches, id: number, recordIndex: number): void {
  batches.of(generation(id)).addRow(0, recordIndex);
}

function rowsOf(batches: RowBatches): readonly (readonly [number, readonly number[]])[] {
  return batches.used.map(({ generation: id, batch }) => [
    id,
    [...batch.recordIndex.subarray(0, batch.rows)],
  ]);
}

test('each generation has one batch, in the order in which they came up', () => {
  const batches = new RowBatches();
  expect(batches.used).toEqual([]);
  [5, 7, 5, 6, 7].forEach((id, at) => {
    add(batches, id, at);
  });
  expect(rowsOf(batches)).toEqual([
    [5, [0, 2]],
    [7, [1, 4]],
    [6, [3]],
  ]);
});

test('what is used again has nothing of before', () => {
  const batches = new RowBatches();
  for (const id of [5, 7]) add(batches, id, id);
  const first = batches.of(generation(5));
  batches.clear();
  expect(batches.used).toEqual([]);
  add(batches, 9, 1);
  expect(batches.of(generation(9))).toBe(first);
  expect(rowsOf(batches)).toEqual([[9, [1]]]);
});
