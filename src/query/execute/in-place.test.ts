import { beforeAll, describe, expect, it } from 'vitest';
import { START_MS } from '../../../test/support/new-catalog.ts';
import { type IngestWorld, newIngest } from '../../../test/support/new-ingest.ts';
import { newMagnetic } from '../../../test/support/new-magnetic.ts';
import type { MagneticStore } from '../../magnetic/api.ts';
import { fitsInPlace, InPlaceRun } from './in-place.ts';
import { prepareStatement, type RoomStatement } from './prepare-statement.ts';
import { TileDictionaries } from './tile-dictionaries.ts';

let world: IngestWorld;
let magnetic: MagneticStore;

beforeAll(async () => {
  world = await newIngest();
  magnetic = await newMagnetic();
  for (let from = 0; from < 3000; from += 100) {
    await world.write(
      Array.from({ length: 100 }, (_, i) => ({
        Dimensions: [{ Name: 'host', Value: `h${i % 5}` }],
        MeasureName: 'cpu',
        MeasureValue: String(from + i),
        Time: String(START_MS - 3_600_000 + (from + i) * 10),
      })),
    );
  }
});

function prepared(sql: string): RoomStatement {
  const { catalog, memory, clock } = world;
  const parts = { catalog, memory, magnetic, clock, residentBytesMax: 2 ** 20 };
  const statement = prepareStatement(sql, parts);
  if (statement.kind !== 'room') throw new Error(`${sql} is no query`);
  return statement;
}

function isInPlace(sql: string): boolean {
  const { statement, release } = prepared(sql);
  release();
  return fitsInPlace(statement);
}

const VALUE = 'measure_value::double';

describe('a statement runs in place', () => {
  it.each([
    `SELECT avg(${VALUE}) FROM iot.sensors WHERE host = 'h1'`,
    `SELECT host, bin(time, 1m), max(${VALUE}) FROM iot.sensors GROUP BY host, bin(time, 1m)`,
    `SELECT time, host FROM iot.sensors WHERE ${VALUE} > 2900`,
    'SELECT time, host FROM iot.sensors ORDER BY time DESC LIMIT 10',
  ])('when it is small: %s', (sql) => {
    expect(isInPlace(sql)).toBe(true);
  });

  it.each([
    `SELECT round(avg(${VALUE})) FROM iot.sensors`,
    'SELECT host FROM iot.sensors ORDER BY host LIMIT 1',
    `SELECT a.host FROM iot.sensors a JOIN iot.sensors b ON a.time = b.time`,
    'SELECT 1',
  ])('never when it needs SQL: %s', (sql) => {
    expect(isInPlace(sql)).toBe(false);
  });

  it('never when it gives many cells', () => {
    expect(isInPlace(`SELECT time, host, measure_name, ${VALUE} FROM iot.sensors`)).toBe(false);
  });
});

describe('a run in place', () => {
  const room = () => ({ slabs: world.memory.slabs, dictionaries: new TileDictionaries() });
  const PAGE = { rowsMax: 2, bytesMax: 10_000 };

  it('gives page after page, and its snapshots back after the last', async () => {
    const { statement } = prepared('SELECT time FROM iot.sensors ORDER BY time LIMIT 5');
    let released = 0;
    const run = new InPlaceRun(room(), statement, () => {
      released += 1;
    });
    const pages = [await run.page(PAGE), await run.page(PAGE)];
    expect(released).toBe(0);
    pages.push(await run.page(PAGE));
    await new Promise(setImmediate);
    expect(pages.map(({ rowCount, last }) => [rowCount, last])).toEqual([
      [2, false],
      [2, false],
      [1, true],
    ]);
    expect(released).toBe(1);
  });

  it('can be cancelled between pages', async () => {
    const { statement } = prepared('SELECT time FROM iot.sensors ORDER BY time LIMIT 5');
    let released = 0;
    const run = new InPlaceRun(room(), statement, () => {
      released += 1;
    });
    await run.page(PAGE);
    run.cancel();
    run.cancel();
    await new Promise(setImmediate);
    expect(released).toBe(1);
    await expect(run.page(PAGE)).rejects.toThrow('cancelled');
  });
});
