import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_TIME,
  batchOf,
  byCodeUnits,
  type CellValue,
  columnTypes,
  HandLog,
  MemoryModel,
  type ModelRow,
  readRows,
  rowText,
  seriesNamed,
  TABLE,
  TILE,
} from '../../test/support/memory-model.ts';
import type { Nanos } from '../base/brand.ts';
import { createMemoryStore, type MemoryStore, type TileSnapshot } from './api.ts';

function openStore(log: HandLog): MemoryStore {
  const store = createMemoryStore({ log, memoryLimitBytes: 2 ** 30 });
  store.openGeneration(TILE, TABLE);
  return store;
}

function arbitraryCell(column: number): fc.Arbitrary<CellValue> {
  switch (columnTypes(column)) {
    case 'double':
      return fc.constantFrom(0, -0.5, 1e300, 3);
    case 'varchar':
      return fc.constantFrom('on', 'off', 'näher 📈', '');
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constantFrom(0n, -1n, 2n ** 62n, 0x7ff4_0000_0000_0001n);
  }
}

/** Some shapes overlap, one is empty of common columns, one has many. */
const shapes = [[0], [4, 5], [5, 4, 6], [6, 7, 8], [4, 5, 6, 7, 8, 9, 10], [2]];

const arbitraryCells = fc
  .constantFrom(...shapes)
  .chain((shape) =>
    fc
      .tuple(...shape.map(arbitraryCell))
      .map((values) => new Map(shape.map((column, i) => [column, values[i]!]))),
  );

function arbitraryRow(times: fc.Arbitrary<number>): fc.Arbitrary<ModelRow> {
  return fc.record({
    series: fc.constantFrom('a', 'bb', 'c', 'dd').map((host) => seriesNamed(host)),
    time: times.map((time) => BigInt(time) * 1_000_000_007n),
    version: fc.constantFrom(1n, 1n, 1n, 2n, 3n),
    cells: arbitraryCells,
  });
}

function arbitraryBatches(options: { times: number; rows: number; batches: number }) {
  const times = fc.integer({ min: -5, max: options.times });
  const row = arbitraryRow(times);
  const batch = fc.array(row, { minLength: 1, maxLength: options.rows, size: 'max' });
  return fc.array(batch, { minLength: 1, maxLength: options.batches, size: 'max' });
}

async function writeBoth(
  store: MemoryStore,
  log: HandLog,
  model: MemoryModel,
  rows: readonly ModelRow[],
): Promise<void> {
  const outcome = store.write(TILE, batchOf(store, rows), columnTypes);
  await log.settleAll();
  const { accepted, rejected } = await outcome;
  const verdicts = rows.map((row) => model.write(row));
  const expected = verdicts.flatMap((reason, row) =>
    reason === 'accepted' ? [] : [{ row, reason }],
  );
  expect(rejected.map(({ row, reason }) => ({ row, reason }))).toEqual(expected);
  expect(accepted).toBe(rows.length - rejected.length);
}

function textsOf(store: MemoryStore, snapshot: TileSnapshot, rowsMax = 2048): string[] {
  return readRows(store.slabs, snapshot.descriptor, rowsMax).map(rowText).sort(byCodeUnits);
}

const sizes = [
  { times: 12, rows: 12, batches: 12, numRuns: 80 },
  { times: 6000, rows: 700, batches: 12, numRuns: 4 },
];

describe('the memory store', () => {
  it.each(sizes)(
    'holds what the model holds, and snapshots stay as they were (%o)',
    async (size) => {
      await fc.assert(
        fc.asyncProperty(
          arbitraryBatches(size),
          fc.integer({ min: 1, max: 60 }),
          async (batches, rowsMax) => {
            const log = new HandLog();
            const store = openStore(log);
            const model = new MemoryModel();
            const kept: { snapshot: TileSnapshot; texts: string[] }[] = [];
            for (const rows of batches) {
              await writeBoth(store, log, model, rows);
              kept.push({ snapshot: store.snapshot(TILE, ALL_TIME), texts: model.texts() });
            }
            expect(store.usage().rows).toBe(model.texts().length);
            for (const { snapshot, texts } of kept) {
              expect(textsOf(store, snapshot, rowsMax)).toEqual(texts);
              expect(snapshot.statistics.rows).toBe(texts.length);
              snapshot.release();
            }
          },
        ),
        { numRuns: size.numRuns },
      );
    },
  );

  it('rebuilds the same rows from its log, and goes on from there', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryBatches(sizes[0]!),
        arbitraryBatches(sizes[0]!),
        async (before, after) => {
          const log = new HandLog();
          const model = new MemoryModel();
          const first = openStore(log);
          // A series that is never written shifts the ids of the first process.
          first.resolveSeries(TILE, seriesNamed('never'));
          for (const rows of before) await writeBoth(first, log, model, rows);

          const second = openStore(log);
          await second.recover();
          expect(textsOf(second, second.snapshot(TILE, ALL_TIME))).toEqual(model.texts());
          for (const rows of after) await writeBoth(second, log, model, rows);

          const third = openStore(log);
          await third.recover();
          expect(textsOf(third, third.snapshot(TILE, ALL_TIME))).toEqual(model.texts());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('selects by time, dimensions and measure name as the model does', async () => {
    const bound = fc.integer({ min: -8, max: 15 }).map((time) => BigInt(time) * 1_000_000_007n);
    const request = fc.record({
      fromTime: bound,
      untilTime: bound,
      hosts: fc.option(fc.subarray(['a', 'bb', 'c', 'dd', 'unknown']), { nil: undefined }),
      regions: fc.option(fc.subarray(['r-b', 'r-d']), { nil: undefined }),
      measureNames: fc.option(fc.subarray(['cpu', 'memory']), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        arbitraryBatches(sizes[0]!),
        fc.array(request),
        async (batches, requests) => {
          const log = new HandLog();
          const store = openStore(log);
          const model = new MemoryModel();
          for (const rows of batches) await writeBoth(store, log, model, rows);
          for (const { fromTime, untilTime, hosts, regions, measureNames } of requests) {
            const dimensions = new Map<number, readonly string[]>();
            if (hosts !== undefined) dimensions.set(0, hosts);
            if (regions !== undefined) dimensions.set(1, regions);
            const snapshot = store.snapshot(TILE, {
              fromTime: fromTime as Nanos,
              untilTime: untilTime as Nanos,
              dimensions,
              ...(measureNames === undefined ? {} : { measureNames }),
            });
            const dimensionOf = (row: ModelRow, id: number): string | undefined =>
              row.series.dimensions.find((dimension) => dimension.id === id)?.value;
            const matches = (row: ModelRow): boolean =>
              row.time >= fromTime &&
              row.time < untilTime &&
              (hosts?.includes(dimensionOf(row, 0)!) ?? true) &&
              (regions?.includes(dimensionOf(row, 1)!) ?? true) &&
              (measureNames?.includes(row.series.measureName) ?? true);
            expect(textsOf(store, snapshot)).toEqual(model.texts(matches));
            const times = readRows(store.slabs, snapshot.descriptor).map((row) => row.time);
            times.sort((a, b) => (a < b ? -1 : 1));
            expect(snapshot.statistics.minTime).toBe(times[0]);
            expect(snapshot.statistics.maxTime).toBe(times.at(-1));
            snapshot.release();
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
