import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../base/errors.ts';
import { type Batch, BatchPool, BatchSet } from '../batch.ts';
import { BytesCache } from '../bytes-cache.ts';
import { WriteReport } from '../write-report.ts';
import { field, requestOf, type SentSeries, seriesOf } from './messages.test-support.ts';
import type { MetricSeries } from './metric-series.ts';
import { RemoteWriteReader } from './remote-write-reader.ts';

const known = new BytesCache<MetricSeries>();

function readAll(body: Buffer) {
  const report = new WriteReport();
  const pool = new BatchPool();
  const batches = new BatchSet(pool, 'db');
  const reader = new RemoteWriteReader({ body, table: 'metrics', batches, report }, known);
  const records: object[] = [];
  for (let batch: Batch | undefined = reader.next(); batch; batch = reader.next()) {
    const { decoded } = batch;
    for (let row = 0; row < decoded.records; row++) {
      const { names, values } = decoded.dimensions[row]!;
      records.push({
        name: decoded.measureName[row],
        labels: Object.fromEntries(names.map((name, i) => [name, values[i]])),
        value: decoded.cells.f64[decoded.cellStart[row]!],
        time: decoded.time.i64[row],
      });
    }
    pool.giveBack(batch);
  }
  return { records, report };
}

const one = (labels: Record<string, string>, value = 1, time = 5n): SentSeries => ({
  labels,
  samples: [[value, time]],
});

describe('a remote write request', () => {
  test('has a record for each sample', () => {
    const { records, report } = readAll(
      requestOf([
        {
          labels: { __name__: 'up', job: 'node', le: '' },
          samples: [
            [1, 1000n],
            [0, -2000n],
          ],
        },
        one({ __name__: 'job:up:sum', job: 'node' }, 0.25, 1_700_000_000_123n),
        one({ __name__: 'lonely' }),
      ]),
    );
    expect(report.failed).toBe(0);
    expect(records).toEqual([
      { name: 'up', labels: { job: 'node' }, value: 1, time: 1_000_000_000n },
      { name: 'up', labels: { job: 'node' }, value: 0, time: -2_000_000_000n },
      {
        name: 'job.up.sum',
        labels: { job: 'node' },
        value: 0.25,
        time: 1_700_000_000_123_000_000n,
      },
      { name: 'lonely', labels: { __name__: 'lonely' }, value: 1, time: 5_000_000n },
    ]);
  });

  test('of many series, again and again, tells them apart', () => {
    const series = Array.from({ length: 350 }, (_, i) =>
      one({ __name__: `m${i % 7}`, host: `h${i}` }, i, BigInt(i)),
    );
    for (const sent of [series, series.toReversed(), series]) {
      expect(readAll(requestOf(sent)).records).toEqual(
        sent.map(({ labels, samples: [[value, time] = [0, 0n]] }) => ({
          name: labels['__name__'],
          labels: { host: labels['host'] },
          value,
          time: time * 1_000_000n,
        })),
      );
    }
  });

  test('leaves out values that are not finite, metadata and exemplars', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2];
    const series = seriesOf({
      labels: { __name__: 'm', a: 'b' },
      samples: values.map((value, i) => [value, BigInt(i)] as const),
    });
    const body = [...field(3, [8, 1]), ...field(1, [...series, ...field(3, [])])];
    const { records, report } = readAll(Buffer.from(body));
    expect(records).toMatchObject([{ value: 2 }]);
    expect(report).toMatchObject({ skipped: 3, failed: 0 });
  });

  test.each([
    ['without a name', one({ job: 'x' }), 'no metric name'],
    ['with a reserved label', one({ __name__: 'm', time: 'x' }), 'The name is reserved'],
    ['with too long a label', one({ __name__: 'm', ['l'.repeat(61)]: 'x' }), 'at most 60 bytes'],
    ['of a time beyond 64 bits', one({ __name__: 'm' }, 1, 2n ** 62n), 'outside the range'],
  ])('reports a series %s, and takes the others', (_, series, fault) => {
    const { records, report } = readAll(requestOf([series, one({ __name__: 'ok' })]));
    expect(records).toMatchObject([{ name: 'ok' }]);
    expect(report.faults).toMatchObject([{ place: 1, reason: expect.stringContaining(fault) }]);
  });

  test('reports native histograms', () => {
    const series = [...seriesOf({ labels: { __name__: 'm' }, samples: [] }), ...field(4, [])];
    expect(readAll(Buffer.from(field(1, series))).report.faults).toMatchObject([
      { reason: 'm: native histograms are not stored' },
    ]);
  });

  test('of any bytes, or cut off, is read or refused', () => {
    const whole = requestOf([one({ __name__: 'm', a: 'b' }), one({ __name__: 'n' })]);
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
        const broken = Buffer.from(whole);
        broken[at] = byte;
        return broken;
      }),
      fc.nat(whole.length).map((end) => whole.subarray(0, end)),
    );
    fc.assert(
      fc.property(bodies, (bytes) => {
        try {
          readAll(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
