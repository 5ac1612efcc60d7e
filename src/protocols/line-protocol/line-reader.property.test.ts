import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIMENSION_NAME_BYTES_MAX } from '../../base/limits.ts';
import { type Batch, BatchPool, BatchSet } from '../batch.ts';
import { WriteReport } from '../write-report.ts';
import { type ReadRecord, recordsOf } from './line-reader.test-support.ts';
import { LineMemory, LineReader } from './line-reader.ts';
import { precisionOf } from './precision.ts';

const memory = new LineMemory();

function readAll(body: Uint8Array): { records: readonly ReadRecord[]; report: WriteReport } {
  const report = new WriteReport();
  const pool = new BatchPool();
  const precision = precisionOf(new URLSearchParams());
  const batches = new BatchSet(pool, 'db');
  const now = { lo: 0, hi: 0 };
  const reader = new LineReader({ body, precision, table: 'all', now, batches, report }, memory);
  const records: ReadRecord[] = [];
  for (let batch: Batch | undefined = reader.next(); batch; batch = reader.next()) {
    records.push(...recordsOf(batch));
    pool.giveBack(batch);
  }
  return { records, report };
}

/** A backslash at the end, or before what is escaped, would be another name. */
const text = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .map((each) => `n${each.replace(/[\\"\p{Cc}\u2028\u2029:]/gu, '')}`)
  .filter((name) => Buffer.byteLength(name) <= DIMENSION_NAME_BYTES_MAX);

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => ['double', v] as const),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((v) => ['bigint', v] as const),
  fc.boolean().map((v) => ['boolean', v] as const),
  fc.string({ maxLength: 30, unit: 'grapheme' }).map((v) => ['varchar', v] as const),
);

const point = fc.record({
  measurement: text,
  tags: fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 5 }),
  fields: fc.uniqueArray(fc.tuple(text, value), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 8,
  }),
  time: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
});

type Point = typeof point extends fc.Arbitrary<infer T> ? T : never;

const escaped = (name: string): string => name.replace(/[,= ]/g, '\\$&');

function spelled([type, each]: Point['fields'][number][1]): string {
  switch (type) {
    case 'double':
      return Object.is(each, -0) ? '-0' : String(each);
    case 'bigint':
      return `${each}i`;
    case 'boolean':
      return String(each);
    case 'varchar':
      return `"${each.replace(/["\\]/g, '\\$&')}"`;
  }
}

function printed({ measurement, tags, fields, time }: Point): string {
  const series = [
    measurement.replace(/[, ]/g, '\\$&'),
    ...tags.map(([name, each]) => `${escaped(name)}=${escaped(each)}`),
  ];
  const values = fields.map(([name, each]) => `${escaped(name)}=${spelled(each)}`);
  return `${series.join(',')} ${values.join(',')} ${time}`;
}

test('lines that are printed from points are read as these points', () => {
  const points = fc.array(point, { maxLength: 20 });
  fc.assert(
    fc.property(points, fc.constantFrom('\n', '\r\n', '\n\n'), (expected, separator) => {
      const { records, report } = readAll(Buffer.from(expected.map(printed).join(separator)));
      expect(report.faults).toEqual([]);
      expect(records).toMatchObject(
        expected.map(({ measurement, tags, fields, time }) => ({
          measureName: measurement,
          dimensions: tags.length > 0 ? Object.fromEntries(tags) : { _measurement: measurement },
          fields: Object.fromEntries(fields),
          time,
        })),
      );
    }),
    { numRuns: 200 },
  );
});

test('whatever is sent, reading ends, and every line is a record, a fault or nothing', () => {
  const syllable = fc.constantFrom(
    ...[',', '=', ' ', '\n', '\r', '"', '\\', '#', '\t', '.', '-', 'i', 'u', 'e', 't', 'm', 'v'],
    ...['1', '99', 'm v=1\n', 'm,a=b ', 'true', '\u00e9', '"x"', 'v=1'],
  );
  const body = fc.oneof(
    fc.array(syllable, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(body, (bytes) => {
      const { records, report } = readAll(bytes);
      const lines = Buffer.from(bytes).toString('latin1').split('\n').length;
      expect(records.length + report.malformed).toBeLessThanOrEqual(lines);
    }),
    { numRuns: 2000 },
  );
});

test('a line that is broken somewhere leaves the line behind it alone', () => {
  fc.assert(
    fc.property(
      point,
      fc.nat(),
      fc.constantFrom(' ', ',', '=', '\\', '#', ''),
      (each, at, byte) => {
        const line = printed(each).replaceAll(/["\n\r]/g, '');
        const place = at % (line.length + 1);
        const broken = line.slice(0, place) + byte + line.slice(place + 1);
        const { records } = readAll(Buffer.from(`${broken}\nlast,t=x v=1 2\n`));
        expect(records.at(-1)).toMatchObject({ measureName: 'last', line: 2, time: 2n });
      },
    ),
    { numRuns: 500 },
  );
});
