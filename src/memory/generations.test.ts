import { describe, expect, it } from 'vitest';
import {
  ALL_TIME,
  batchOf,
  columnTypes,
  HandLog,
  type ModelRow,
  nextTurn,
  readRows,
  seriesNamed,
  TABLE,
  TILE,
} from '../../test/support/memory-model.ts';
import type { GenerationId } from '../base/brand.ts';
import { createMemoryStore, type MemoryStore, spaceOf, TileChanged } from './api.ts';

const OTHER = 8 as GenerationId;

function row(host: string, time: number, value: number, version = 1): ModelRow {
  return {
    series: seriesNamed(host),
    time: BigInt(time),
    version: BigInt(version),
    cells: new Map([[0, value]]),
  };
}

class Bench {
  readonly log = new HandLog();
  readonly store: MemoryStore = createMemoryStore({ log: this.log, memoryLimitBytes: 2 ** 30 });

  constructor() {
    this.store.openGeneration(TILE, TABLE);
    this.store.openGeneration(OTHER, TABLE);
  }

  begin(generation: GenerationId, ...rows: readonly ModelRow[]) {
    return this.store.write(generation, batchOf(this.store, rows, generation), columnTypes);
  }

  async write(generation: GenerationId, ...rows: readonly ModelRow[]): Promise<void> {
    const written = this.begin(generation, ...rows);
    await this.log.settleAll();
    await written;
  }

  rows(generation: GenerationId): number {
    const snapshot = this.store.snapshot(generation, ALL_TIME);
    const rows = readRows(this.store.slabs, snapshot.descriptor);
    snapshot.release();
    return rows.length;
  }
}

describe('a generation that is frozen', () => {
  it('takes no more writes, and is at rest when nothing of it is in flight', async () => {
    const bench = new Bench();
    const inFlight = bench.begin(TILE, row('a', 1, 1));
    let isAtRest = false;
    const frozen = bench.store.freeze(TILE).then(() => {
      isAtRest = true;
    });
    await expect(bench.begin(TILE, row('a', 2, 2))).rejects.toThrow(TileChanged);
    await nextTurn();
    expect(isAtRest).toBe(false);
    await bench.log.settleAll();
    await frozen;
    expect(await inFlight).toMatchObject({ accepted: 1 });
    expect(bench.rows(TILE)).toBe(1);
    await bench.store.freeze(TILE);
  });

  it('refuses what waits for its turn, of which nothing is stored', async () => {
    const bench = new Bench();
    const first = bench.begin(TILE, row('a', 5, 1));
    // Judging it needs the row in flight.
    const waiting = bench.begin(TILE, row('a', 5, 2, 2));
    const refused = expect(waiting).rejects.toThrow(TileChanged);
    const frozen = bench.store.freeze(TILE);
    await refused;
    await bench.log.settleAll();
    await frozen;
    expect(await first).toMatchObject({ accepted: 1 });
    expect(bench.log.entries).toHaveLength(1);
  });

  it('can be turned away from without being frozen', async () => {
    const bench = new Bench();
    const first = bench.begin(TILE, row('a', 5, 1));
    const waiting = bench.begin(TILE, row('a', 5, 2, 2));
    const refused = expect(waiting).rejects.toThrow(TileChanged);
    bench.store.turnAway(TILE);
    await refused;
    await bench.log.settleAll();
    await first;
    await bench.write(TILE, row('a', 5, 2, 2));
    expect(bench.rows(TILE)).toBe(1);
  });
});

describe('the log', () => {
  it('is trimmed up to the oldest entry that an open generation needs', async () => {
    const bench = new Bench();
    await bench.write(TILE, row('a', 1, 1));
    await bench.write(OTHER, row('a', 2, 2));
    await bench.write(TILE, row('a', 3, 3));
    expect(bench.store.usageOf(TILE)?.firstEntry).toBe(0);
    expect(bench.store.usageOf(OTHER)?.firstEntry).toBe(1);
    const [first, second, third] = bench.log.entries.map(({ length }) => length);
    expect(bench.store.usageOf(TILE)?.logBytes).toBe(first! + second! + third!);
    expect(bench.store.usageOf(OTHER)?.logBytes).toBe(second! + third!);
    expect(await bench.store.trimLog()).toBe(0);
    bench.store.drop(TILE);
    expect(bench.store.usageOf(TILE)).toBeUndefined();
    expect(await bench.store.trimLog()).toBe(1);
    bench.store.drop(OTHER);
    expect(await bench.store.trimLog()).toBe(3);
  });

  it('gives back only what belongs to generations that are open', async () => {
    const bench = new Bench();
    await bench.write(TILE, row('a', 1, 1), row('b', 1, 1));
    await bench.write(OTHER, row('a', 2, 2));
    const restarted = createMemoryStore({ log: bench.log, memoryLimitBytes: 2 ** 30 });
    restarted.openGeneration(OTHER, TABLE);
    const summary = await restarted.recover();
    expect(summary).toMatchObject({ entries: 2, rows: 1, skippedEntries: 1 });
    const logBytes = bench.log.entries[1]!.length;
    expect(restarted.usageOf(OTHER)).toMatchObject({ rows: 1, series: 1, firstEntry: 1, logBytes });
  });
});

describe('the extent of a generation', () => {
  it('reaches from the oldest row to the newest, those in flight included', async () => {
    const bench = new Bench();
    expect(bench.store.extentOf(TILE)).toBeUndefined();
    const first = bench.begin(TILE, row('a', 50, 1));
    expect(bench.store.extentOf(TILE)).toEqual({ oldest: 50n, newest: 50n });
    await bench.log.settleAll();
    await first;
    await bench.write(TILE, row('b', 70, 1), row('a', 20, 1));
    expect(bench.store.extentOf(TILE)).toEqual({ oldest: 20n, newest: 70n });
    const later = bench.begin(TILE, row('b', 90, 1));
    expect(bench.store.extentOf(TILE)).toEqual({ oldest: 20n, newest: 90n });
    await bench.log.settleAll();
    await later;
  });

  it('is cut in space where rows part evenly, between series', async () => {
    const bench = new Bench();
    const hosts = Array.from({ length: 40 }, (_, at) => `host-${at}`);
    for (const host of hosts) await bench.write(TILE, row(host, 1, 1), row(host, 2, 1));
    const spaces = hosts
      .map((host) => spaceOf(seriesNamed(host)))
      .map(({ high, low }) => (BigInt(high) << 32n) | BigInt(low));
    for (const parts of [2, 4]) {
      const cuts = bench.store.spaceCuts(TILE, parts);
      expect(cuts).toHaveLength(parts - 1);
      const bounds = [0n, ...cuts, 1n << 64n];
      for (const [at, from] of bounds.slice(0, -1).entries()) {
        const within = spaces.filter((space) => from <= space && space < bounds[at + 1]!);
        expect(within).toHaveLength(40 / parts);
      }
    }
  });

  it('has no cut for a single series, whatever its share', async () => {
    const bench = new Bench();
    for (let time = 0; time < 20; time++) await bench.write(TILE, row('big', time, 1));
    expect(bench.store.spaceCuts(TILE, 4)).toEqual([]);
    await bench.write(TILE, row('small', 1, 1));
    expect(bench.store.spaceCuts(TILE, 4)).toHaveLength(1);
  });
});
