import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import {
  ALL_TIME,
  batchOf,
  columnTypes,
  HandLog,
  type ModelRow,
  readRows,
  rowText,
  seriesNamed,
  TABLE,
  TILE,
} from '../../test/support/memory-model.ts';
import type { Nanos } from '../base/brand.ts';
import { CHUNK_ROWS_MAX, MEMORY_SLAB_BYTES } from '../base/limits.ts';
import { createMemoryStore, type MemoryStore, Slabs } from './api.ts';

function row(time: number, version = 1, host = 'a'): ModelRow {
  const cells = new Map([[4, time / 2]]);
  return { series: seriesNamed(host), time: BigInt(time), version: BigInt(version), cells };
}

function openStore(log: HandLog, memoryLimitBytes = 2 ** 30, registry?: Registry): MemoryStore {
  const store = createMemoryStore({
    log,
    memoryLimitBytes,
    ...(registry === undefined ? {} : { registry }),
  });
  store.openGeneration(TILE, TABLE);
  return store;
}

async function write(store: MemoryStore, log: HandLog, rows: readonly ModelRow[]): Promise<void> {
  const written = store.write(TILE, batchOf(store, rows), columnTypes);
  await log.settleAll();
  expect((await written).rejected).toEqual([]);
}

function timesOf(store: MemoryStore): number[] {
  const snapshot = store.snapshot(TILE, ALL_TIME);
  const times = readRows(store.slabs, snapshot.descriptor).map(({ time }) => Number(time));
  snapshot.release();
  return times;
}

const range = (from: number, until: number, step = 1): number[] =>
  Array.from({ length: Math.ceil((until - from) / step) }, (_, i) => from + i * step);

describe('chunks', () => {
  it('take many late rows into one chunk, in as many pieces as it needs', async () => {
    const log = new HandLog();
    const store = openStore(log);
    await write(
      store,
      log,
      [0, 100_000, 200_000].map((time) => row(time)),
    );
    const late = range(1, 3 * CHUNK_ROWS_MAX + 10);
    await write(
      store,
      log,
      late.map((time) => row(time)),
    );
    expect(timesOf(store)).toEqual([0, ...late, 100_000, 200_000]);
    expect(store.snapshot(TILE, ALL_TIME).statistics.slices).toBe(4);

    await write(store, log, [row(150_000), row(300_000), row(5, 2)]);
    expect(timesOf(store)).toEqual([0, ...late, 100_000, 150_000, 200_000, 300_000]);
  });

  it('take rows that come in descending order', async () => {
    const log = new HandLog();
    const store = openStore(log);
    const times = range(0, 2 * CHUNK_ROWS_MAX).reverse();
    for (let i = 0; i < times.length; i += 50) {
      await write(
        store,
        log,
        times.slice(i, i + 50).map((time) => row(time)),
      );
    }
    expect(timesOf(store)).toEqual([...times].reverse());
  });

  it('give the memory of replaced blocks back once no snapshot sees it', async () => {
    const log = new HandLog();
    const store = openStore(log);
    await write(
      store,
      log,
      range(0, 1000).map((time) => row(time)),
    );
    const before = store.usage().usedBytes;
    const snapshot = store.snapshot(TILE, ALL_TIME);
    const texts = readRows(store.slabs, snapshot.descriptor).map(rowText);
    for (let version = 2; version < 12; version++) await write(store, log, [row(500, version)]);
    expect(store.usage().usedBytes).toBeGreaterThan(before * 5);
    expect(readRows(store.slabs, snapshot.descriptor).map(rowText)).toEqual(texts);
    snapshot.release();
    snapshot.release();
    expect(store.usage().usedBytes).toBe(before);
  });
});

describe('a snapshot', () => {
  it('can be posted, and read with the slabs that its feed sends', async () => {
    const log = new HandLog();
    const store = openStore(log);
    const feed = store.createSlabFeed();
    const slabs = new Slabs();
    const rows = range(0, 5000).map((time) => row(time, 1, `host-${time % 700}`));
    await write(store, log, rows);
    const snapshot = store.snapshot(TILE, {
      fromTime: 10n as Nanos,
      untilTime: 4990n as Nanos,
      dimensions: new Map([[0, ['host-1', 'host-699']]]),
    });
    const expected = readRows(store.slabs, snapshot.descriptor).map(rowText);
    expect(expected.length).toBe(14);
    for (const handle of feed.take()) slabs.add(handle);
    const posted = structuredClone(snapshot.descriptor, { transfer: [...snapshot.transfer] });
    expect(readRows(slabs, posted).map(rowText)).toEqual(expected);
    snapshot.release();
  });

  it('tells series and dimensions apart beyond the first pages', async () => {
    const log = new HandLog();
    const store = openStore(log);
    const rows = range(0, 20_000).map((i) => row(1, 1, `h${i % 2 === 0 ? i : `${i}x`}`));
    await write(store, log, rows);
    const snapshot = store.snapshot(TILE, ALL_TIME);
    expect(readRows(store.slabs, snapshot.descriptor).map(rowText)).toEqual(rows.map(rowText));
    expect(snapshot.statistics).toMatchObject({ rows: 20_000, series: 20_000 });
    snapshot.release();
  });
});

describe('the store', () => {
  it('refuses writes when its memory is used up, and takes them again after a drop', async () => {
    const log = new HandLog();
    const store = openStore(log, 100_000);
    const rows = range(0, 5000).map((time) => row(time));
    await write(store, log, rows);
    expect(store.isFull()).toBe(true);
    const refused = store.write(TILE, batchOf(store, rows), columnTypes);
    await expect(refused).rejects.toMatchObject({ name: 'ThrottlingException' });

    store.drop(TILE);
    expect(store.usage()).toMatchObject({ usedBytes: 0, generations: 0, rows: 0 });
    store.openGeneration(TILE, TABLE);
    await write(store, log, rows);
  });

  it('forgets a dropped tile, also what was on its way to it', async () => {
    const log = new HandLog();
    const store = openStore(log);
    const batch = batchOf(store, [row(1)]);
    const inFlight = store.write(TILE, batch, columnTypes);
    const waiting = store.write(TILE, batchOf(store, [row(1, 2)]), columnTypes);
    const refused = expect(waiting).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    store.drop(TILE);
    await log.settleAll();
    await inFlight;
    await refused;
    expect(store.hasGeneration(TILE)).toBe(false);
    expect(() => store.snapshot(TILE, ALL_TIME)).toThrow('The table does not exist.');
    expect(store.usage().usedBytes).toBe(0);
  });

  it('keeps a dropped tile readable for the snapshots it has', async () => {
    const log = new HandLog();
    const store = openStore(log);
    await write(
      store,
      log,
      range(0, 300).map((time) => row(time)),
    );
    const snapshot = store.snapshot(TILE, ALL_TIME);
    store.drop(TILE);
    store.openGeneration(TILE, TABLE);
    await write(
      store,
      log,
      range(0, 300).map((time) => row(time, 9, 'bb')),
    );
    const rows = readRows(store.slabs, snapshot.descriptor);
    expect(rows.map(({ time }) => Number(time))).toEqual(range(0, 300));
    expect(new Set(rows.map(({ version }) => version))).toEqual(new Set([1n]));
    snapshot.release();
  });

  it('skips and counts what the log holds of tables that are gone', async () => {
    const log = new HandLog();
    await write(
      openStore(log),
      log,
      range(0, 10).map((time) => row(time)),
    );
    const store = createMemoryStore({ log, memoryLimitBytes: MEMORY_SLAB_BYTES });
    const summary = await store.recover();
    expect(summary).toMatchObject({ entries: 1, rows: 0, skippedEntries: 1 });
    expect(store.hasGeneration(TILE)).toBe(false);
  });

  it('reports what it holds as metrics', async () => {
    const registry = new Registry();
    const log = new HandLog();
    const store = openStore(log, 2 ** 30, registry);
    await write(store, log, [row(1), row(2), row(1, 2)]);
    const text = await registry.metrics();
    expect(text).toContain('tessera_memory_rows 2');
    expect(text).toContain('tessera_memory_rows_written_total 3');
    expect(text).toContain('tessera_memory_chunks_replaced_total 1');
    expect(text).toContain('tessera_memory_limit_bytes 1073741824');
  });
});
