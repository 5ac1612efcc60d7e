/**
 * Requests as bytes, built and signed before the clock starts: a Node client that signs as it goes
 * is slower than the server, and would measure itself.
 *
 * The data are those of a fleet that reports its CPUs: every request holds one record for each of
 * 100 hosts out of HOSTS, ten dimensions and ten doubles a record. Nothing is random: two runs send
 * the same bytes, times apart.
 */
import { createHash, createHmac } from 'node:crypto';

export interface Target {
  readonly host: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface PreparedRequest {
  /** Request line and headers. */
  readonly head: Buffer;
  readonly body: Buffer;
}

export const HOSTS = 1000;
export const RECORDS_PER_REQUEST = 100;
export const MEASURES_PER_RECORD = 10;
/** Every host reports once in this time. */
export const INTERVAL_MS = 1000;
const REQUESTS_PER_INTERVAL = HOSTS / RECORDS_PER_REQUEST;

/** Ten of them, as in the usual CPU benchmark of time-series databases. */
const DIMENSIONS = [
  'hostname',
  'region',
  'datacenter',
  'rack',
  'os',
  'arch',
  'team',
  'service',
  'service_version',
  'service_environment',
];

/** Dimensions of each host, as JSON: they are the same in all of its records. */
const HOST_DIMENSIONS = Array.from({ length: HOSTS }, (_, host) =>
  JSON.stringify(
    DIMENSIONS.map((Name, at) => ({
      Name,
      Value: at === 0 ? `host_${host}` : `${Name}-${(host * (at + 3)) % 17}`,
    })),
  ),
);

/** Request number `index` of a table's history that begins at `startMs`. */
export function writeRequest(
  target: Target,
  { startMs, index }: { readonly startMs: number; readonly index: number },
): PreparedRequest {
  const interval = Math.floor(index / REQUESTS_PER_INTERVAL);
  const firstHost = (index % REQUESTS_PER_INTERVAL) * RECORDS_PER_REQUEST;
  const timeMs = startMs + interval * INTERVAL_MS;
  const records = Array.from({ length: RECORDS_PER_REQUEST }, (_, i) =>
    recordOf(firstHost + i, timeMs, interval),
  );
  const body = `{"DatabaseName":"bench","TableName":"cpu","Records":[${records.join(',')}]}`;
  return sign(target, 'WriteRecords', body);
}

function recordOf(host: number, timeMs: number, interval: number): string {
  const measures: string[] = [];
  for (let at = 0; at < MEASURES_PER_RECORD; at++) {
    const value = ((host * 31 + at * 17 + interval * 7) % 10_007) / 100;
    measures.push(`{"Name":"usage_${at}","Value":"${value}","Type":"DOUBLE"}`);
  }
  return (
    `{"Dimensions":${HOST_DIMENSIONS[host]},"MeasureName":"cpu","MeasureValueType":"MULTI",` +
    `"MeasureValues":[${measures.join(',')}],"Time":"${timeMs}"}`
  );
}

export function sign(target: Target, operation: string, input: object | string): PreparedRequest {
  const body = Buffer.from(typeof input === 'string' ? input : JSON.stringify(input));
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.0',
    host: target.host,
    'x-amz-date': stamp,
    'x-amz-target': `Timestream_20181101.${operation}`,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const day = stamp.slice(0, 8);
  const scope = `${day}/us-east-1/timestream/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = [day, 'us-east-1', 'timestream', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${target.secretAccessKey}`,
  );
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${target.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${hmac(key, text).toString('hex')}`;
  headers['content-length'] = String(body.length);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return { head: Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`), body };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
