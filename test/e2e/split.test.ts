/**
 * Tiles are cut in time and in space while several clients write as fast as they can: nothing is
 * lost or doubled, and every query meanwhile sees all that was acknowledged before it began, each
 * record once.
 */
import type { _Record as Record } from '@aws-sdk/client-timestream-write';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Life, startLife } from '../support/life.ts';

const CLIENTS = 6;
const READERS = 2;
const REQUEST_RECORDS = 50;
const RUN_MS = 6000;
/** A tile of so many rows is full many times over. */
const TILE_ROWS = 1000;
const MEASURES = 8;
const COLUMNS =
  'count(*), count(DISTINCT time), count(DISTINCT measure_value::bigint), ' +
  'max(measure_value::bigint)';
const TOTALS = `SELECT ${COLUMNS} FROM life.split`;

let life: Life;
beforeAll(async () => {
  life = await startLife({ tileRows: TILE_ROWS });
  await life.createTable('split');
});
afterAll(() => life.server.dispose());

/** The number is the value, and gives time and series. */
function numbered(startMs: number, number: number): Record {
  return {
    Dimensions: [{ Name: 'host', Value: `h${number % 40}` }],
    MeasureName: `m${number % MEASURES}`,
    MeasureValue: String(number),
    MeasureValueType: 'BIGINT',
    Time: String(startMs + number),
  };
}

test('writers and queries go on while tiles are cut and split', async () => {
  const startMs = (await life.now()) - 3_600_000;
  let next = 0;
  let acknowledged = 0;
  const writeSome = async () => {
    const first = next;
    next += REQUEST_RECORDS;
    const numbers = Array.from({ length: REQUEST_RECORDS }, (_, at) => first + at);
    await life.write(
      'split',
      numbers.map((number) => numbered(startMs, number)),
    );
    acknowledged += REQUEST_RECORDS;
  };
  await writeSome();

  const until = performance.now() + RUN_MS;
  const isRunning = () => performance.now() < until;
  const write = async () => {
    while (isRunning()) await writeSome();
  };
  let queries = 0;
  const read = async () => {
    let seen = 0;
    while (isRunning()) {
      const atLeast = Math.max(seen, acknowledged);
      const [totals = []] = await life.rows(TOTALS);
      const [rows = 0, times, values, newest] = totals.map(Number);
      expect([times, values]).toEqual([rows, rows]);
      expect(newest).toBeLessThan(next);
      expect(rows).toBeGreaterThanOrEqual(atLeast);
      seen = rows;
      queries += 1;
    }
  };
  const clients = Array.from({ length: CLIENTS }, write);
  await Promise.all([...clients, ...Array.from({ length: READERS }, read)]);
  expect(acknowledged).toBe(next);
  expect(queries).toBeGreaterThan(READERS);

  const all = [[`${next}`, `${next}`, `${next}`, `${next - 1}`]];
  expect(await life.rows(TOTALS)).toEqual(all);
  await life.advance('1m');
  expect(await life.rows(TOTALS)).toEqual(all);
  // Tiles that are pruned for a measure name lie beside it in space.
  const plan = await life.explain(`${TOTALS} WHERE measure_name = 'm3'`);
  const [, found, tiles] = (/(\d+) of (\d+) tiles/.exec(plan) ?? []).map(Number);
  expect(tiles).toBeGreaterThan(next / TILE_ROWS / 4);
  expect(found).toBeLessThan(tiles ?? 0);
  expect(life.server.log()).not.toMatch(/"level":(50|60)/);
});
