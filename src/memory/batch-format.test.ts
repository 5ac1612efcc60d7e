import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_TIME,
  batchOf,
  byCodeUnits,
  columnTypes,
  HandLog,
  type ModelRow,
  readRows,
  rowText,
  seriesNamed,
  TABLE,
  TILE,
} from '../../test/support/memory-model.ts';
import { createMemoryStore, summarizeEntry } from './api.ts';
import { decodeEntry, MalformedEntry, readEntryOwner } from './batch-format.ts';

const ROWS: readonly ModelRow[] = [
  { series: seriesNamed('a'), time: 1n, version: 1n, cells: new Map([[0, 1.5]]) },
  {
    series: seriesNamed('bb'),
    time: 2n ** 62n,
    version: 2n ** 63n - 1n,
    cells: new Map<number, number | bigint | string | boolean>([
      [6, 'grün'],
      [4, -0],
      [5, -(2n ** 63n)],
      [7, true],
    ]),
  },
  { series: seriesNamed('a'), time: 3n, version: 1n, cells: new Map([[2, 'grün']]) },
];

/** The entries that a store logs when it is given the rows. */
async function entriesOf(...writes: (readonly ModelRow[])[]): Promise<Uint8Array[]> {
  const log = new HandLog();
  const store = createMemoryStore({ log, memoryLimitBytes: 2 ** 30 });
  store.openGeneration(TILE, TABLE);
  for (const rows of writes) {
    const written = store.write(TILE, batchOf(store, rows), columnTypes);
    await log.settleAll();
    await written;
  }
  return log.entries;
}

async function recovered(...entries: Uint8Array[]): Promise<string[]> {
  const log = new HandLog();
  for (const entry of entries) {
    void log.append(entry);
    await log.settleNext();
  }
  const store = createMemoryStore({ log, memoryLimitBytes: 2 ** 30 });
  store.openGeneration(TILE, TABLE);
  await store.recover();
  const snapshot = store.snapshot(TILE, ALL_TIME);
  return readRows(store.slabs, snapshot.descriptor).map(rowText).sort(byCodeUnits);
}

describe('a log entry', () => {
  it('holds rows, shapes, definitions and texts, and says whose they are', async () => {
    const [bytes] = await entriesOf(ROWS);
    expect(readEntryOwner(bytes!)).toEqual({ generation: TILE, table: TABLE });
    const entry = decodeEntry(bytes!);
    expect(entry.counts).toMatchObject({ rows: 3, cells: 6, shapes: 3, columns: 6 });
    expect(entry.counts).toMatchObject({ definitions: 2, dimensions: 3 });
    expect([...new BigInt64Array(entry.time.slice().buffer)]).toEqual([1n, 2n ** 62n, 3n]);
    expect(entry.texts.slice(0, 2)).toEqual(['grün', 'grün']);
  });

  it('is summed up for who looks at a log', async () => {
    const [bytes] = await entriesOf([ROWS[1]!, ROWS[0]!, ROWS[2]!]);
    const { columns, ...summary } = summarizeEntry(bytes!);
    const times = { from: 1n, to: 2n ** 62n };
    expect(summary).toEqual({ generation: TILE, table: TABLE, rows: 3, newSeries: 2, times });
    expect(columns.map(({ id }) => id)).toEqual([0, 2, 4, 5, 6, 7]);
    for (const { id, type } of columns) expect(type).toBe(columnTypes(id));
  });

  it('defines a series only the first time', async () => {
    const later = ROWS.map((row) => ({ ...row, time: row.time + 10n }));
    const [first, second] = await entriesOf(ROWS, later);
    expect(decodeEntry(first!).counts.definitions).toBe(2);
    expect(decodeEntry(second!).counts.definitions).toBe(0);
    await expect(recovered(second!)).rejects.toThrow('series 0 has no definition');
  });

  it('reads the same from any alignment', async () => {
    const [bytes] = await entriesOf(ROWS);
    const shifted = new Uint8Array(bytes!.length + 3);
    shifted.set(bytes!, 3);
    expect(decodeEntry(shifted.subarray(3)).texts).toEqual(decodeEntry(bytes!).texts);
    expect(await recovered(shifted.subarray(3))).toEqual(ROWS.map(rowText).sort(byCodeUnits));
  });

  it('keeps its bytes from release to release', async () => {
    const [bytes] = await entriesOf(ROWS.slice(0, 1));
    expect(
      Buffer.from(bytes!)
        .toString('hex')
        .match(/.{1,32}/g),
    ).toMatchInlineSnapshot(`
      [
        "54535242010000000700000000000000",
        "03000000000000000100000001000000",
        "01000000010000000100000001000000",
        "02000000040000000000000000000000",
        "01000000000000000100000000000000",
        "000000000000f83f0000000000000000",
        "00000000000000000000000001000000",
        "00000000000000000000000079e19075",
        "9987d575000000000100000000000000",
        "00000000010000000300000001000000",
        "63707561",
      ]
    `);
  });

  it('is refused when it is cut short or goes on', async () => {
    const [bytes] = await entriesOf(ROWS);
    for (const length of [0, 3, 63, 64, bytes!.length - 1]) {
      expect(() => decodeEntry(bytes!.slice(0, length))).toThrow(MalformedEntry);
    }
    expect(() => decodeEntry(Buffer.concat([bytes!, new Uint8Array(8)]))).toThrow(MalformedEntry);
  });

  it('is refused, or else applied whole, when any of its bytes are changed', async () => {
    const [bytes] = await entriesOf(ROWS);
    const change = fc.tuple(fc.nat(bytes!.length - 1), fc.nat(255));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const damaged = bytes!.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        try {
          decodeEntry(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedEntry);
          refused += 1;
          return;
        }
        // Damage in a number that anything may be (a time, a value, a hash, an id) goes unnoticed
        // here; it is the log's checksum that finds it.
        await recovered(damaged).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MalformedEntry);
        });
      }),
      { numRuns: 250 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});
