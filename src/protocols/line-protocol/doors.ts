/**
 * Line protocol over HTTP, as clients of InfluxDB 2 and of InfluxDB 1 send it:
 *
 *   POST /api/v2/write?bucket=database[/table]&precision=ns        errors {"code", "message", …}
 *   POST /write?db=database&rp=table&precision=ns                  errors {"error"}
 *
 * `org` has no meaning here; neither has the retention policy `autogen`, which every database of
 * InfluxDB 1 has.
 */
import { validation } from '../../base/errors.ts';
import { fromBigInt } from '../../base/int64.ts';
import { LINE_PROTOCOL_BODY_BYTES_MAX } from '../../base/limits.ts';
import { nowNanos } from '../../host/clock.ts';
import type { HttpPage, RequestHead } from '../../host/http-route.ts';
import { BatchSet } from '../batch.ts';
import { type Destination, destinationOf } from '../destination.ts';
import { writeBatches } from '../write-batches.ts';
import type { DoorParts, Refusal, WriteDoor } from '../write-door.ts';
import { WriteReport } from '../write-report.ts';
import { LineMemory, LineReader } from './line-reader.ts';
import { precisionOf } from './precision.ts';

/** Both doors, which remember the same series. */
export function lineProtocolDoors(): readonly WriteDoor[] {
  const memory = new LineMemory();
  const common = {
    protocol: 'line_protocol',
    noun: 'line',
    bodyBytesMax: LINE_PROTOCOL_BODY_BYTES_MAX,
  } as const;
  return [
    {
      ...common,
      path: '/api/v2/write',
      write: (body, head, parts) => write(body, { head, place: bucketOf(head) }, { parts, memory }),
      failure: failureV2,
    },
    {
      ...common,
      path: '/write',
      write: (body, head, parts) => write(body, { head, place: placeV1(head) }, { parts, memory }),
      failure: failureV1,
    },
  ];
}

async function write(
  body: Uint8Array,
  { head, place }: { readonly head: RequestHead; readonly place: string },
  { parts, memory }: { readonly parts: DoorParts; readonly memory: LineMemory },
): Promise<WriteReport> {
  const destination: Destination = destinationOf(place, head.query);
  const { database, table, creates } = destination;
  const precision = precisionOf(head.query);
  await parts.tables.needDatabase(destination);
  const report = new WriteReport();
  const batches = new BatchSet(parts.pool, database);
  const now = fromBigInt(nowNanos(parts.clock));
  const reader = new LineReader({ body, precision, table, now, batches, report }, memory);
  await writeBatches(() => reader.next(), { creates, report }, parts);
  return report;
}

function bucketOf({ query }: RequestHead): string {
  const bucket = query.get('bucket');
  if (bucket === null) throw validation('The bucket is missing: bucket=database[/table].');
  return bucket;
}

function placeV1({ query }: RequestHead): string {
  const database = query.get('db');
  if (database === null) throw validation('The database is missing: db=database.');
  const policy = query.get('rp') ?? '';
  return policy === '' || policy === 'autogen' ? database : `${database}/${policy}`;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthorized',
  404: 'not found',
  413: 'request too large',
  500: 'internal error',
  503: 'unavailable',
};

function failureV2({ status, message }: Refusal, report?: WriteReport): HttpPage {
  const [first] = report?.faults ?? [];
  const code = CODES[status];
  const line = first && { err: first.reason, line: first.place };
  return json(status, { code, message, ...line });
}

function failureV1({ status, message }: Refusal, report?: WriteReport): HttpPage {
  const error = report === undefined ? message : `${message} dropped=${report.failed}`;
  return json(status, { error });
}

function json(status: number, body: object): HttpPage {
  return { status, contentType: 'application/json', body: `${JSON.stringify(body)}\n` };
}
