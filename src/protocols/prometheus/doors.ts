/**
 * Prometheus remote write 1.0, at its usual path and at the one that InfluxDB 1 gave it:
 *
 *   POST /api/v1/write?db=database[/table]        protobuf, compressed by Snappy
 *   POST /api/v1/prom/write?db=…
 *
 * Remote write 2.0 is refused with 415, as its specification asks for, and the way out is told.
 */
import { validation } from '../../base/errors.ts';
import { REMOTE_WRITE_BODY_BYTES_MAX } from '../../base/limits.ts';
import type { HttpPage, RequestHead } from '../../host/http-route.ts';
import { BatchSet } from '../batch.ts';
import { BytesCache } from '../bytes-cache.ts';
import { destinationOf } from '../destination.ts';
import { writeBatches } from '../write-batches.ts';
import type { DoorParts, Refusal, WriteDoor } from '../write-door.ts';
import { WriteReport } from '../write-report.ts';
import type { MetricSeries } from './metric-series.ts';
import { RemoteWriteReader } from './remote-write-reader.ts';
import { decompressSnappy } from './snappy.ts';

/** Of samples whose URL names only a database. */
const TABLE_DEFAULT = 'prometheus';

export function remoteWriteDoors(): readonly WriteDoor[] {
  const known = new BytesCache<MetricSeries>();
  return ['/api/v1/write', '/api/v1/prom/write'].map((path) => ({
    protocol: 'remote_write',
    path,
    noun: 'sample',
    bodyBytesMax: REMOTE_WRITE_BODY_BYTES_MAX,
    ownEncoding: 'snappy',
    refusesHead,
    write: (body, head, parts) => write(body, head, { parts, known }),
    failure: textPage,
  }));
}

async function write(
  body: Uint8Array,
  head: RequestHead,
  { parts, known }: { readonly parts: DoorParts; readonly known: BytesCache<MetricSeries> },
): Promise<WriteReport> {
  const place = head.query.get('db');
  if (place === null) throw validation('The database is missing: db=database[/table].');
  const destination = destinationOf(place, head.query);
  const { database, table = TABLE_DEFAULT, creates } = destination;
  await parts.tables.needDatabase(destination);
  const content = decompressSnappy(body, REMOTE_WRITE_BODY_BYTES_MAX);
  const report = new WriteReport();
  const batches = new BatchSet(parts.pool, database);
  const reader = new RemoteWriteReader({ body: content, table, batches, report }, known);
  await writeBatches(() => reader.next(), { creates, report }, parts);
  return report;
}

/** What cannot be read, told before the body is. */
function refusesHead({ headers }: RequestHead): Refusal | undefined {
  const type = headers['content-type'] ?? '';
  const version = headers['x-prometheus-remote-write-version'] ?? '';
  if (type.includes('io.prometheus.write.v2') || version.startsWith('2.')) {
    return {
      status: 415,
      message:
        'remote write 2.0 is not supported: send 1.0, the default ' +
        '(protobuf_message: "prometheus.WriteRequest" in remote_write)',
    };
  }
  const encoding = headers['content-encoding'] ?? 'snappy';
  if (encoding === 'snappy') return undefined;
  return { status: 415, message: `Content-Encoding must be snappy, not ${encoding}` };
}

function textPage({ status, message }: Refusal): HttpPage {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${message}\n` };
}
