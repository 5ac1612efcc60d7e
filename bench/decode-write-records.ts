/**
 * How many records a second one core decodes: 100-record WriteRecords bodies, 10 dimensions and 10
 * measures a record, as the two families of SDKs spell them, with series in order and shuffled.
 *
 *     node --experimental-strip-types bench/decode-write-records.ts
 */
import { WriteRecordsDecoder } from '../src/wire/write-records/decoder.ts';

const HOSTS = 1000;
const RECORDS = 100;
const REQUESTS = 400;
const SECONDS = 3;

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
      Value: i === DIMENSIONS.length - 1 ? `host_${host}` : `${name}-${(host * 7 + i) % 20}`,
    })),
    MeasureName: 'cpu',
    MeasureValueType: 'MULTI',
    MeasureValues: MEASURES.map((name) => ({
      Name: name,
      Value: String(Math.round(Math.random() * 1e6) / 1e4),
      Type: 'DOUBLE',
    })),
    Time: String(timeMs),
    TimeUnit: 'MILLISECONDS',
  };
}

/** As Python's json.dumps does by default. */
function spaced(json: string): string {
  return json.replaceAll('":', '": ').replaceAll(',"', ', "').replaceAll('},{', '}, {');
}

function bodies(order: 'in order' | 'shuffled', spelling: (json: string) => string): Buffer[] {
  return Array.from({ length: REQUESTS }, (_, request) => {
    const Records = Array.from({ length: RECORDS }, (_, i) => {
      const next = (request * RECORDS + i) % HOSTS;
      const host = order === 'in order' ? next : Math.floor(Math.random() * HOSTS);
      return record(host, 1_700_000_000_000 + request * 1000);
    });
    return Buffer.from(spelling(JSON.stringify({ DatabaseName: 'b', TableName: 't', Records })));
  });
}

for (const order of ['in order', 'shuffled'] as const) {
  for (const [name, spelling] of [
    ['compact', (json: string) => json],
    ['spaced', spaced],
  ] as const) {
    const requests = bodies(order, spelling);
    const decoder = new WriteRecordsDecoder();
    const bytes = requests.reduce((sum, body) => sum + body.length, 0) / REQUESTS / RECORDS;
    let best = 0;
    for (let round = 0; round < SECONDS; round++) {
      const started = process.cpuUsage();
      let records = 0;
      let spentMs = 0;
      while (spentMs < 1000) {
        for (const body of requests) {
          const decoded = decoder.decode(body);
          records += decoded.records;
          decoder.recycle(decoded);
        }
        const { user, system } = process.cpuUsage(started);
        spentMs = (user + system) / 1000;
      }
      best = Math.max(best, (records / spentMs) * 1000);
    }
    const rate = Math.round(best / 1000);
    console.log(`${order}, ${name}: ${bytes.toFixed(0)} bytes a record, ${rate} k records/s`);
  }
}
