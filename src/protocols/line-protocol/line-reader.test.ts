import { describe, expect, test } from 'vitest';
import { type Batch, BatchPool, BatchSet } from '../batch.ts';
import { WriteReport } from '../write-report.ts';
import { type ReadRecord, recordsOf } from './line-reader.test-support.ts';
import { LineMemory, LineReader } from './line-reader.ts';
import { precisionOf } from './precision.ts';

const NOW = { lo: 5, hi: 0 };

interface Read {
  readonly records: readonly ReadRecord[];
  readonly report: WriteReport;
}

const memory = new LineMemory();

function readAll(
  body: string | Uint8Array,
  options: { table?: string; precision?: string } = {},
): Read {
  const report = new WriteReport();
  const pool = new BatchPool();
  const { table, precision = '' } = options;
  const reader = new LineReader(
    {
      body: Buffer.from(body),
      precision: precisionOf(new URLSearchParams({ precision })),
      table,
      now: NOW,
      batches: new BatchSet(pool, 'db'),
      report,
    },
    memory,
  );
  const records: ReadRecord[] = [];
  for (let batch: Batch | undefined = reader.next(); batch; batch = reader.next()) {
    records.push(...recordsOf(batch));
    pool.giveBack(batch);
  }
  return { records: records.toSorted((a, b) => a.line - b.line), report };
}

describe('a line', () => {
  test('becomes a multi-measure record of its measurement', () => {
    const { records, report } = readAll(
      'weather,location=us-midwest,season=summer temperature=82,humidity=71i,ok=t,sky="clear" 1465839830100400200\n',
    );
    expect(report.failed).toBe(0);
    expect(records).toEqual([
      {
        line: 1,
        table: 'weather',
        measureName: 'weather',
        dimensions: { location: 'us-midwest', season: 'summer' },
        fields: {
          temperature: ['double', 82],
          humidity: ['bigint', 71n],
          ok: ['boolean', true],
          sky: ['varchar', 'clear'],
        },
        time: 1465839830100400200n,
        valueBytes: 8 + 8 + 1 + 5,
      },
    ]);
  });

  test('goes into the one table that the request names', () => {
    expect(readAll('a v=1 1\nb v=1 1', { table: 'all' }).records.map((r) => r.table)).toEqual([
      'all',
      'all',
    ]);
  });

  test('without tags has its measurement as a dimension', () => {
    expect(readAll('load v=1 1').records[0]?.dimensions).toEqual({ _measurement: 'load' });
  });

  test('without a time has that of the server', () => {
    expect(readAll('load v=1').records[0]?.time).toBe(5n);
    expect(readAll('load v=1 \nload v=2\r\n').records.map((r) => r.time)).toEqual([5n, 5n]);
  });

  test.each([
    ['ns', 7n],
    ['us', 7_000n],
    ['ms', 7_000_000n],
    ['s', 7_000_000_000n],
    ['m', 420_000_000_000n],
    ['h', 25_200_000_000_000n],
  ])('counts its time in %s', (precision, time) => {
    expect(readAll('load v=1 7', { precision }).records[0]?.time).toBe(time);
  });

  test.each([
    ['1', ['double', 1]],
    ['-0.25', ['double', -0.25]],
    ['1e3', ['double', 1000]],
    ['123456789.123456789012', ['double', 123456789.12345679]],
    ['0i', ['bigint', 0n]],
    ['-9223372036854775808i', ['bigint', -(2n ** 63n)]],
    ['9223372036854775807u', ['bigint', 2n ** 63n - 1n]],
    ['TRUE', ['boolean', true]],
    ['f', ['boolean', false]],
    ['""', ['varchar', '']],
    ['"a \\"b\\", c=d\\\\ \\n"', ['varchar', 'a "b", c=d\\ \\n']],
    ['"two\nlines"', ['varchar', 'two\nlines']],
  ])('has the value %s', (text, value) => {
    expect(readAll(`m,t=x v=${text} 1`).records[0]?.fields).toEqual({ v: value });
  });

  test('has names with escapes', () => {
    const { records } = readAll('my\\ m\\,x,t\\,a\\ g=a\\=b\\ c f\\=\\ 1=2 1');
    expect(records).toMatchObject([
      {
        measureName: 'my m,x',
        dimensions: { 't,a g': 'a=b c' },
        fields: { 'f= 1': ['double', 2] },
      },
    ]);
  });

  test.each([
    ['m', 'missing fields'],
    ['m,t=x', 'missing fields'],
    ['m,t=x ', 'missing fields'],
    ['m,t=x v', 'missing field value'],
    ['m,t=x v=', 'missing field value'],
    ['m,t=x v=1,', 'missing fields'],
    [',t=x v=1', 'missing measurement'],
    ['m,=x v=1', 'missing tag key'],
    ['m,t= v=1', 'missing tag value'],
    ['m,t v=1', 'missing tag value'],
    ['m,t=x,t=y v=1', 'duplicate tags'],
    ['m v=1,v=2', "duplicate field 'v'"],
    ['m v=abc', 'invalid number'],
    ['m v=NaN', 'invalid number'],
    ['m v=1.5i', 'not an integer of 64 bits'],
    ['m v=9223372036854775808i', 'not an integer of 64 bits'],
    ['m v=18446744073709551615u', 'not an integer of 64 bits'],
    ['m v=-1u', 'an unsigned integer below 0'],
    ['m v="open', 'unbalanced quotes'],
    ['m v="a"b', 'something behind a text'],
    ['m v=1 abc', 'bad timestamp'],
    ['m v=1 99999999999999999999', 'bad timestamp'],
    ['m v=1 1 2', 'something behind the timestamp'],
    ['m,time=x v=1', 'The name is reserved.'],
    ['m ts_a=1', "must not start with 'ts_'"],
    [`m,${'t'.repeat(61)}=x v=1`, 'at most 60 bytes'],
    [`m v="${'x'.repeat(2049)}"`, 'a text of more than 2048 bytes'],
  ])('that is %j is reported, and the lines around it are read', (line, fault) => {
    const { records, report } = readAll(`ok v=1 1\n${line}\nok v=2 2`);
    expect(records.map((record) => record.line)).toEqual([1, 3]);
    expect(report.faults).toMatchObject([{ place: 2, reason: expect.stringContaining(fault) }]);
  });

  test('of a time that no 64 bits hold in nanoseconds is reported', () => {
    expect(readAll('m v=1 9999999999999', { precision: 's' }).report.faults).toMatchObject([
      { reason: expect.stringContaining('time outside range') },
    ]);
  });

  test('that is not UTF-8 is reported, the others are read', () => {
    const body = Buffer.concat([
      Buffer.from('é,t=ü v="ö" 1\nm,t='),
      Buffer.from([0xff]),
      Buffer.from(' v=1\nm v="'),
      Buffer.from([0xc3]),
      Buffer.from('"\né,t=ü v="ö" 2'),
    ]);
    const { records, report } = readAll(body);
    expect(records.map((record) => record.line)).toEqual([1, 4]);
    expect(report.faults.map(({ place }) => place)).toEqual([2, 3]);
  });
});

describe('many lines', () => {
  test('are numbered as a text editor does it', () => {
    const { records } = readAll('\n# a comment\r\n\r\n  m v="a\nb" 1\nm v="c" 2\n\n');
    expect(records.map((record) => record.line)).toEqual([4, 6]);
  });

  test('are cut into batches by table', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `m${i % 3},host=h${i % 7} v=${i}i ${i}`);
    const { records, report } = readAll(lines.join('\n'));
    expect(report.failed).toBe(0);
    expect(records.map((r) => r.fields['v'])).toEqual(lines.map((_, i) => ['bigint', BigInt(i)]));
    expect(records.map((r) => r.table)).toEqual(lines.map((_, i) => `m${i % 3}`));
  });

  test('of more tables than are kept open at once are all read', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `m${i % 300} v=${i} ${i}`);
    const { records } = readAll(lines.join('\n'));
    expect(records.map((r) => r.line)).toEqual(lines.map((_, i) => i + 1));
  });

  test('of series in changing order and with changing fields are told apart', () => {
    for (const stride of [1, 7, 11]) {
      const lines = Array.from({ length: 300 }, (_, i) => {
        const at = (i * stride) % 300;
        const fields = at % 2 === 0 ? `a=${at}i,b=${at}` : `a=${at}i,c="${at}"`;
        return `m,host=h${at} ${fields} ${at}`;
      });
      const { records, report } = readAll(lines.join('\n'));
      expect(report.failed).toBe(0);
      records.forEach((record, i) => {
        const at = (i * stride) % 300;
        const rest = at % 2 === 0 ? { b: ['double', at] } : { c: ['varchar', String(at)] };
        expect(record.dimensions).toEqual({ host: `h${at}` });
        expect(record.fields).toEqual({ a: ['bigint', BigInt(at)], ...rest });
      });
    }
  });
});

describe('the report', () => {
  test('tells of the first faults and counts the others', () => {
    const { report } = readAll('bad\n'.repeat(50));
    expect(report.malformed).toBe(50);
    expect(report.faults).toHaveLength(20);
    expect(report.text('line')).toMatch(
      /^partial write: 50 of 50 lines not stored: line 1: .*; and 30 more$/,
    );
  });
});
