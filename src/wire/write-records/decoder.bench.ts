/**
 * Decoding of 100-record WriteRecords bodies with 10 dimensions and 10 measures a record, about 1
 * KB each, as the two families of SDKs spell them, with series in order and shuffled.
 *
 * One operation is one body, so times 100 for records a second.
 */
import { bench, describe } from 'vitest';
import { WriteRecordsDecoder } from './decoder.ts';

const HOSTS = 1000;
const RECORDS = 100;
const BODIES = 50;

const DIMENSIONS = [
  ...['region', 'datacenter', 'rack', 'os', 'arch', 'team', 'service', 'service_version'],
  ...['service_environment', 'hostname'],
];
const MEASURES = [
  ...['usage_user', 'usage_system', 'usage_idle', 'usage_nice', 'usage_iowait', 'usage_irq'],
  ...['usage_softirq', 'usage_steal', 'usage_guest', 'usage_guest_nice'],
];

function record(host: number, timeMs: number): object {
  return {
    Dimensions: DIMENSIONS.map((name, i) => ({
      Name: name,
      Value: name === 'hostname' ? `host_${host}` : `${name}-${(host * 7 + i) % 20}`,
    })),
    MeasureName: 'cpu',
    MeasureValueType: 'MULTI',
    MeasureValues: MEASURES.map((name, i) => ({
      Name: name,
      Value: String(((host * 7919 + i * 104_729 + timeMs) % 1_000_000) / 1e4),
      Type: 'DOUBLE',
    })),
    Time: String(timeMs),
    TimeUnit: 'MILLISECONDS',
  };
}

type Spelling = (json: string) => string;

const compact: Spelling = (json) => json;
/** As Python's json.dumps does by default. */
const spaced: Spelling = (json) =>
  json.replaceAll('":', '": ').replaceAll(',"', ', "').replaceAll('},{', '}, {');

function bodies(stride: number, spelling: Spelling): Buffer[] {
  return Array.from({ length: BODIES }, (_, request) => {
    const Records = Array.from({ length: RECORDS }, (_, i) =>
      record(((request * RECORDS + i) * stride) % HOSTS, 1_700_000_000_000 + request * 1000),
    );
    return Buffer.from(spelling(JSON.stringify({ DatabaseName: 'b', TableName: 't', Records })));
  });
}

describe('WriteRecordsDecoder, bodies of 100 records', () => {
  for (const [order, stride] of [
    ['in order', 1],
    ['shuffled', 617],
  ] as const) {
    for (const spelling of [compact, spaced]) {
      const requests = bodies(stride, spelling);
      const decoder = new WriteRecordsDecoder();
      let next = 0;
      bench(`${order}, ${spelling.name}`, () => {
        decoder.recycle(decoder.decode(requests[next++ % BODIES]!));
      });
    }
  }
});
