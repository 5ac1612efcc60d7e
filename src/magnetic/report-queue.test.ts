/** Rejected records on their way to reports: gathered, written in order, bounded. */
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { REPORT_RECORDS_MAX, REPORT_RECORDS_WAITING_MAX } from '../base/limits.ts';
import { ManualClock } from '../host/clock.ts';
import { seededRandom } from '../host/random.ts';
import type { Timers } from '../host/timers.ts';
import {
  magneticMetrics,
  type RejectedRecord,
  RejectedReports,
  ReportQueue,
  type ReportSink,
} from './api.ts';

const record: RejectedRecord = {
  ...{ reason: 'r', dimensions: [], measureName: 'm', time: 0n, version: 1n },
  measure: { kind: 'single', type: 'bigint', value: '1' },
};
const records = (count: number) => new Array<RejectedRecord>(count).fill(record);
const location = { bucketName: 'bucket' };
const of = (table: string, count: number) => ({
  ...{ database: 'db', table, location },
  records: records(count),
});

function newQueue(put: ReportSink['put'] = async () => {}) {
  const puts: [table: string, records: number][] = [];
  let due: (() => void) | undefined;
  const timers: Pick<Timers, 'after'> = {
    after(_, callback) {
      due = callback;
      return () => {
        due = undefined;
      };
    },
  };
  const registry = new Registry();
  const reports = new RejectedReports({
    sink: {
      async put(bucket, key, body) {
        await put(bucket, key, body);
        const { errors } = JSON.parse(new TextDecoder().decode(body));
        puts.push([key.split('/')[1] ?? '', errors[0].records.length]);
      },
    },
    clock: new ManualClock(0),
    random: seededRandom(1),
    metrics: magneticMetrics(registry, () => ({ objects: 0, bytes: 0 })),
    logger: { warn: () => {} },
  });
  const queue = new ReportQueue(reports, timers as Timers);
  const counted = async (name: string) =>
    Number(
      new RegExp(`^tessera_magnetic_${name}_total (\\d+)$`, 'm').exec(
        await registry.metrics(),
      )?.[1],
    );
  return { queue, puts, counted, isTimed: () => due !== undefined, fire: () => due?.() };
}

test('one report has what a table lost within a moment', async () => {
  const { queue, puts, isTimed, fire } = newQueue();
  for (const table of ['a', 'b', 'a']) queue.add(of(table, 2));
  expect(puts).toEqual([]);
  fire();
  await queue.flush();
  expect(puts).toEqual([
    ['a', 4],
    ['b', 2],
  ]);
  expect(isTimed()).toBe(false);
  queue.add(of('a', 1));
  expect(isTimed()).toBe(true);
});

test('a report that is full is written without waiting', async () => {
  const { queue, puts } = newQueue();
  queue.add(of('a', REPORT_RECORDS_MAX - 1));
  queue.add(of('a', 1));
  await new Promise(setImmediate);
  expect(puts).toEqual([['a', REPORT_RECORDS_MAX]]);
});

test('a location that changes begins a report of its own', async () => {
  const { queue, puts } = newQueue();
  queue.add(of('a', 1));
  queue.add({ ...of('a', 2), location: { ...location, objectKeyPrefix: 'p' } });
  await queue.flush();
  expect(puts).toEqual([
    ['a', 1],
    ['db', 2],
  ]);
});

test('without a bucket records are counted at once', async () => {
  const { queue, puts, counted, isTimed } = newQueue();
  queue.add({ ...of('a', 3), location: undefined });
  expect(isTimed()).toBe(false);
  expect(await counted('records_rejected')).toBe(3);
  expect(puts).toEqual([]);
});

test('what comes faster than reports are written is counted and not kept', async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { queue, puts, counted } = newQueue(() => released);
  queue.add(of('a', REPORT_RECORDS_WAITING_MAX));
  queue.add(of('a', 1));
  expect(await counted('reports_failed')).toBe(1);
  release();
  await queue.flush();
  expect(puts.reduce((sum, [, count]) => sum + count, 0)).toBe(REPORT_RECORDS_WAITING_MAX);
  expect(await counted('records_rejected')).toBe(REPORT_RECORDS_WAITING_MAX + 1);
  queue.add(of('a', 1));
  await queue.flush();
  expect(puts.at(-1)).toEqual(['a', 1]);
});
