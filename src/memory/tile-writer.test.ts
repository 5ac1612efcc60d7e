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
import { ServiceError } from '../base/errors.ts';
import { createMemoryStore, type MemoryStore, type WriteOutcome } from './api.ts';

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
  }

  write(...rows: readonly ModelRow[]): Promise<WriteOutcome> {
    return this.store.write(TILE, batchOf(this.store, rows), columnTypes);
  }

  values(): string[] {
    const snapshot = this.store.snapshot(TILE, ALL_TIME);
    const rows = readRows(this.store.slabs, snapshot.descriptor);
    snapshot.release();
    return rows.map(({ series, time, version, cells }) => {
      const host = series.dimensions.find(({ id }) => id === 0)!.value;
      return `${host}@${time}=${cells.get(0)} v${version}`;
    });
  }
}

describe('a write', () => {
  it('is seen whole once the log has it, and not before', async () => {
    const bench = new Bench();
    const written = bench.write(row('a', 1, 10), row('b', 1, 20), row('a', 2, 11));
    await nextTurn();
    expect(bench.values()).toEqual([]);
    await bench.log.settleAll();
    expect(await written).toEqual({ accepted: 3, repeated: 0, rejected: [] });
    expect(bench.values()).toEqual(['a@1=10 v1', 'a@2=11 v1', 'b@1=20 v1']);
  });

  it('needs no wait for newer rows of a series that has rows in flight', async () => {
    const bench = new Bench();
    const writes = [bench.write(row('a', 1, 10)), bench.write(row('a', 2, 20), row('a', 2, 20))];
    await nextTurn();
    expect(bench.log.pending).toBe(2);
    await bench.log.settleAll();
    expect((await Promise.all(writes)).map(({ repeated }) => repeated)).toEqual([0, 1]);
  });

  it('waits, when it may meet a row in flight, and is then judged against it', async () => {
    const bench = new Bench();
    const first = bench.write(row('a', 1, 10));
    const repeat = bench.write(row('a', 1, 10));
    const conflict = bench.write(row('a', 1, 99));
    const upsert = bench.write(row('a', 1, 99, 2));
    await nextTurn();
    expect(bench.log.pending).toBe(1);
    await bench.log.settleAll();

    expect(await first).toMatchObject({ accepted: 1, repeated: 0 });
    expect(await repeat).toMatchObject({ accepted: 1, repeated: 1 });
    expect(await conflict).toEqual({
      accepted: 0,
      repeated: 0,
      rejected: [
        { row: 0, recordIndex: 0, reason: 'same-version', version: 1n, existingVersion: 1n },
      ],
    });
    expect(await upsert).toMatchObject({ accepted: 1, rejected: [] });
    expect(bench.values()).toEqual(['a@1=99 v2']);
    expect(bench.log.entries.length).toBe(2);
  });

  it('is not overtaken by later writes to a series it waits for', async () => {
    const bench = new Bench();
    const first = bench.write(row('a', 5, 1));
    const late = bench.write(row('a', 5, 2, 2), row('b', 1, 1));
    const newer = bench.write(row('b', 1, 2));
    const other = bench.write(row('c', 1, 1));
    await nextTurn();
    // `newer` could go by itself, but shares series b with `late`.
    expect(bench.log.pending).toBe(2);
    await bench.log.settleAll();
    await Promise.all([first, late, other]);
    expect((await newer).rejected).toMatchObject([{ reason: 'same-version' }]);
    expect(bench.values()).toEqual(['a@5=2 v2', 'b@1=1 v1', 'c@1=1 v1']);
  });

  it('applies duplicates within one request one after another', async () => {
    const bench = new Bench();
    const written = bench.write(
      row('a', 9, 1),
      row('a', 5, 1),
      row('a', 5, 1),
      row('a', 5, 2),
      row('a', 5, 2, 3),
      row('a', 5, 7, 2),
    );
    await bench.log.settleAll();
    const { accepted, repeated, rejected } = await written;
    expect({ accepted, repeated }).toEqual({ accepted: 4, repeated: 1 });
    expect(rejected.map(({ recordIndex, reason }) => [recordIndex, reason])).toEqual([
      [3, 'same-version'],
      [5, 'lower-version'],
    ]);
    expect(bench.values()).toEqual(['a@5=2 v3', 'a@9=1 v1']);
  });

  it('writes nothing to the log when no row is to be stored', async () => {
    const bench = new Bench();
    const first = bench.write(row('a', 1, 1));
    await bench.log.settleAll();
    await first;
    expect(await bench.write(row('a', 1, 1))).toMatchObject({ accepted: 1, repeated: 1 });
    expect(bench.log.entries.length).toBe(1);
  });
});

describe('a log that fails', () => {
  it('refuses what is in flight, what waits and what comes, and shows none of it', async () => {
    const bench = new Bench();
    const inFlight = bench.write(row('a', 1, 1));
    const waiting = bench.write(row('a', 1, 2));
    const failed = expect(inFlight).rejects.toThrow('disk');
    const refused = expect(waiting).rejects.toThrow('disk');
    await bench.log.failAll(new Error('disk'));
    await failed;
    await refused;
    await expect(bench.write(row('z', 1, 1))).rejects.toThrow('disk');
    expect(bench.values()).toEqual([]);
  });

  it('loses only the write that it throttles, whose series the next one defines', async () => {
    const bench = new Bench();
    bench.log.refusal = new ServiceError('ThrottlingException', 'queue');
    await expect(bench.write(row('a', 1, 1))).rejects.toThrow('queue');
    bench.log.refusal = undefined;
    const again = bench.write(row('a', 1, 2));
    await bench.log.settleAll();
    expect(await again).toMatchObject({ accepted: 1, rejected: [] });

    const restarted = createMemoryStore({ log: bench.log, memoryLimitBytes: 2 ** 30 });
    restarted.openGeneration(TILE, TABLE);
    expect(await restarted.recover()).toMatchObject({ rows: 1 });
  });
});
