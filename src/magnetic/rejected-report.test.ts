/** Reports of rejected late records: which records, their JSON, their place. */
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT_RECORDS_MAX } from '../base/limits.ts';
import { readRows } from '../engine/api.ts';
import { ManualClock } from '../host/clock.ts';
import { nodeDisk } from '../host/node-disk.ts';
import { seededRandom } from '../host/random.ts';
import { InMemoryObjects } from '../substrate/objects/api.ts';
import {
  magneticMetrics,
  objectReports,
  type RejectedRecord,
  RejectedReports,
  type ReportSink,
  rejectedRecords,
  rejectedRelation,
} from './api.ts';
import {
  LAYOUT,
  openWorkbench,
  type PlainRow,
  plainRelation,
  SCHEMA,
  type Workbench,
} from './objects.test-support.ts';
import { reportKey } from './report-sink.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const T0 = 1_700_000_000_123_456_789n;
const ID = 'D8ED4B1CC5BBC12D9A72D31C03B3A9C5';

interface Put {
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
}

function collecting(): { readonly sink: ReportSink; readonly puts: Put[] } {
  const puts: Put[] = [];
  const sink: ReportSink = {
    async put(bucket, key, body) {
      if (bucket === 'broken') throw new Error('no such bucket');
      puts.push({ bucket, key, body: new TextDecoder().decode(body) });
    },
  };
  return { sink, puts };
}

function reportsTo(sink: ReportSink) {
  const registry = new Registry();
  const warnings: string[] = [];
  const reports = new RejectedReports({
    sink,
    clock: new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
    random: seededRandom(1),
    metrics: magneticMetrics(registry, () => ({ objects: 0, bytes: 0 })),
    logger: { warn: (_fields: unknown, message?: string) => warnings.push(message ?? '') },
  });
  return { reports, registry, warnings };
}

async function rejectedOf(sources: readonly (readonly PlainRow[])[]): Promise<RejectedRecord[]> {
  const relation = rejectedRelation({
    sources: sources.map((rows) => plainRelation(LAYOUT, rows)),
    dimensions: ['d0', 'd1'],
    measures: ['c0', 'c4', 'c5', 'c6', 'c7', 'c8'],
  });
  const rows = await readRows(bench.engine, `${relation} ORDER BY measure_name`);
  return rejectedRecords({ schema: SCHEMA, layout: LAYOUT, rows });
}

describe('a report of rejected records', () => {
  it('has the records as they were sent, by reason', async () => {
    const multi = { d0: 'r', d1: 'a', measure_name: 'cpu', time: T0 };
    const single = { d1: 'ä', measure_name: 'load', time: T0 + 1n };
    const records = await rejectedOf([
      [
        { ...multi, ts_version: 2n ** 60n + 1n, c4: 1 },
        { ...single, ts_version: 1n, c0: 0.5 },
      ],
      [
        { ...multi, ts_version: 2n ** 60n, c4: 2.5, c5: -7n, c6: 'x', c7: false, c8: 9n },
        { ...single, ts_version: 1n, c0: 3 },
      ],
    ]);
    const { sink, puts } = collecting();
    const { reports, registry } = reportsTo(sink);
    const location = { bucketName: 'my-bucket', objectKeyPrefix: 'late/rows/' };
    await reports.write({ database: 'db', table: 'metrics', location, records });
    expect(puts).toHaveLength(1);
    const [{ bucket, key, body }] = puts as [Put];
    const id = /_([0-9A-F]{32})\.json$/.exec(key)?.[1];
    expect(bucket).toBe('my-bucket');
    expect(key).toBe(`late/rows/db/metrics/2026-01-02T03-04-05.678Z_${id}.json`);
    expect(body).toContain('"version":1152921504606846976}');
    expect(JSON.parse(body)).toEqual({
      reportId: id,
      errors: [
        {
          reason:
            'The record version 1152921504606846976 is lower than the existing version ' +
            '1152921504606846977. A higher version is required to update the measure value.',
          records: [
            {
              dimensions: [
                { name: 'region', value: 'r', dimensionValueType: null },
                { name: 'host', value: 'a', dimensionValueType: null },
              ],
              measureName: 'cpu',
              measureValue: null,
              measureValueType: 'MULTI',
              measureValues: [
                { name: 'idle', value: '2.5', type: 'DOUBLE' },
                { name: 'count', value: '-7', type: 'BIGINT' },
                { name: 'state', value: 'x', type: 'VARCHAR' },
                { name: 'up', value: 'false', type: 'BOOLEAN' },
                { name: 'seen', value: '9', type: 'TIMESTAMP' },
              ],
              time: `${T0}`,
              timeUnit: 'NANOSECONDS',
              version: 2 ** 60,
            },
          ],
        },
        {
          reason: expect.stringMatching(/^A record already exists with the same time/),
          records: [
            {
              dimensions: [{ name: 'host', value: 'ä', dimensionValueType: null }],
              measureName: 'load',
              measureValue: '3.0',
              measureValueType: 'DOUBLE',
              measureValues: null,
              time: `${T0 + 1n}`,
              timeUnit: 'NANOSECONDS',
              version: 1,
            },
          ],
        },
      ],
    });
    expect(await registry.metrics()).toContain('tessera_magnetic_records_rejected_total 2');
  });

  const record: RejectedRecord = {
    ...{ reason: 'r', dimensions: [], measureName: 'm', time: 0n, version: 1n },
    measure: { kind: 'single', type: 'bigint', value: '1' },
  };

  it('is cut when there are many records', async () => {
    const { sink, puts } = collecting();
    const records = Array.from({ length: REPORT_RECORDS_MAX + 1 }, () => record);
    const location = { bucketName: 'my-bucket' };
    await reportsTo(sink).reports.write({ database: 'db', table: 't', location, records });
    const counts = puts.map(({ body }) => JSON.parse(body).errors[0].records.length);
    expect(counts).toEqual([REPORT_RECORDS_MAX, 1]);
    expect(new Set(puts.map(({ key }) => key)).size).toBe(2);
    expect(puts[0]?.key).toMatch(/^db\/t\/2026/);
  });

  it('is not written without a bucket or records, nor fails with its bucket', async () => {
    const { sink, puts } = collecting();
    const { reports, registry, warnings } = reportsTo(sink);
    const table = { database: 'db', table: 't' };
    await reports.write({ ...table, location: undefined, records: [record] });
    await reports.write({ ...table, location: {}, records: [record] });
    await reports.write({ ...table, location: { bucketName: 'b' }, records: [] });
    await reports.write({ ...table, location: { bucketName: 'broken' }, records: [record] });
    expect(puts).toEqual([]);
    expect(warnings).toEqual(['a report of rejected records was not put']);
    const metrics = await registry.metrics();
    expect(metrics).toContain('tessera_magnetic_records_rejected_total 3');
    expect(metrics).toContain('tessera_magnetic_reports_failed_total 1');
  });
});

describe('reports as objects', () => {
  it.each([
    ['my-bucket', 'late/rows/x.json', 'reports/my-bucket/late/rows/x.json'],
    ['b', '../../etc/x', 'reports/b/=2E=2E/=2E=2E/etc/x'],
    ['..', './.hidden', 'reports/=2E=2E/=2E/=2Ehidden'],
    ['b', "a b/(é)*'!=|\\\0", 'reports/b/a=20b/=28=C3=A9=29=2A=27=21=3D=7C=5C=00'],
    ['b', '/a//b/', 'reports/b/=/a/=/b/='],
    ['a/b', '🦆', 'reports/a=2Fb/=F0=9F=A6=86'],
  ])('%j, %j', (bucket, key, expected) => {
    expect(reportKey(bucket, key)).toBe(expected);
  });

  it('have keys of bounded length, and different ones', () => {
    const keys = [
      ...['x'.repeat(928), 'y'.repeat(928), 'x/'.repeat(464)].map(
        (prefix) => `${prefix}/${ID}.json`,
      ),
      `a/${'ü'.repeat(100)}`,
    ].map((key) => reportKey('bucket', key));
    for (const key of keys) {
      expect(key).toMatch(/^reports\/bucket\/=[0-9a-f]{64}\//);
      for (const segment of key.split('/')) expect(segment.length).toBeLessThanOrEqual(200);
    }
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[0]).toMatch(new RegExp(`/${ID}\\.json$`));
  });

  it('are put through the objects seam', async () => {
    const objects = new InMemoryObjects(nodeDisk);
    await objectReports(objects).put('bucket', 'a/b.json', new TextEncoder().encode('{}'));
    expect(await objects.get('reports/bucket/a/b.json')).toEqual(new TextEncoder().encode('{}'));
  });
});
