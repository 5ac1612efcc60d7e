/**
 * WriteRecords requests, built and signed before the clock starts: a Node client that signs as it
 * goes is slower than the server, and would measure itself.
 */
import { createHash, createHmac } from 'node:crypto';

export interface Target {
  readonly host: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const RECORDS_PER_REQUEST = 100;
export const MEASURES_PER_RECORD = 10;

/** Dimensions of the fleet: ten a host, as in the usual CPU benchmark of time-series databases. */
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

/** One request: a record of every one of 100 hosts at one time. */
export function writeRequest(target: Target, timeMs: number): SignedRequest {
  const records = Array.from({ length: RECORDS_PER_REQUEST }, (_, host) => ({
    Dimensions: DIMENSIONS.map((Name, at) => ({
      Name,
      Value: at === 0 ? `host_${host}` : `${Name}-${(host * (at + 3)) % 17}`,
    })),
    MeasureName: 'cpu',
    MeasureValueType: 'MULTI',
    MeasureValues: Array.from({ length: MEASURES_PER_RECORD }, (_, at) => ({
      Name: `usage_${at}`,
      Value: String((host * 31 + at * 17 + Math.floor(timeMs / 1000)) % 101),
      Type: 'DOUBLE',
    })),
    Time: String(timeMs),
  }));
  const body = { DatabaseName: 'bench', TableName: 'cpu', Records: records };
  return sign(target, 'WriteRecords', body);
}

export function sign(target: Target, operation: string, input: object): SignedRequest {
  const body = Buffer.from(JSON.stringify(input));
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
    createHash('sha256').update(body).digest('hex'),
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
  return { headers, body };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
