/**
 * What the write doors of other protocols have in common: a route that lets nobody in without an
 * access key, answers 503 until the server can serve, and says everything in its protocol's form.
 *
 *   admit (access, readiness)  →  body  →  write  →  answer  |  refuse
 */
import { ServiceError, type ServiceErrorName } from '../base/errors.ts';
import { WRITE_RETRY_AFTER_SECONDS } from '../base/limits.ts';
import type { Clock } from '../host/clock.ts';
import type { HttpPage, HttpRoute, RequestHead } from '../host/http-route.ts';
import type { Access } from './access.ts';
import type { DoorMetrics } from './metrics.ts';
import type { BatchTarget } from './write-batches.ts';
import type { WriteReport } from './write-report.ts';

/** What writing takes; there once the server is ready. */
export interface DoorParts extends BatchTarget {
  readonly clock: Clock;
}

export interface DoorSurroundings {
  readonly access: Access;
  readonly metrics: DoorMetrics;
  /** Undefined while the server is starting. */
  readonly parts: () => DoorParts | undefined;
}

/** A failure as the answer to a request. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

export interface WriteDoor {
  readonly protocol: 'line_protocol' | 'remote_write';
  readonly path: string;
  readonly bodyBytesMax: number;
  readonly ownEncoding?: string;
  /** What is counted in the report. */
  readonly noun: 'line' | 'sample';
  /** Why requests like this cannot be read at all. */
  refusesHead?(head: RequestHead): Refusal | undefined;
  /** Throws ServiceErrors for the request as a whole. */
  write(body: Uint8Array, head: RequestHead, parts: DoorParts): Promise<WriteReport>;
  failure(refusal: Refusal, report?: WriteReport): HttpPage;
}

const STATUS: Partial<Record<ServiceErrorName, number>> = {
  ResourceNotFoundException: 404,
  RequestEntityTooLargeException: 413,
  // Not 429: clients of these protocols repeat a 503, but some drop what a 429 was sent for.
  ThrottlingException: 503,
  ServiceUnavailableException: 503,
  InternalServerException: 500,
};
const NO_CONTENT: HttpPage = { status: 204, contentType: 'text/plain', body: '' };
const UNAVAILABLE = 503;

export function doorRoute(door: WriteDoor, around: DoorSurroundings): HttpRoute {
  const { access, metrics } = around;
  const { protocol } = door;
  const answered = (page: HttpPage): HttpPage => {
    metrics.requests.inc({ protocol, status: page.status });
    return page;
  };
  const refused = (refusal: Refusal, report?: WriteReport): HttpPage =>
    answered(withRetryAfter(door.failure(refusal, report)));
  return {
    method: 'POST',
    path: door.path,
    bodyBytesMax: door.bodyBytesMax,
    ...(door.ownEncoding !== undefined && { ownEncoding: door.ownEncoding }),
    admit(head) {
      if (!access.allows(head)) return refused({ status: 401, message: 'unauthorized access' });
      if (around.parts() === undefined) {
        return refused({ status: UNAVAILABLE, message: 'the server is starting' });
      }
      const refusal = door.refusesHead?.(head);
      return refusal && refused(refusal);
    },
    async handle(body, head) {
      const parts = around.parts();
      if (parts === undefined) throw new ServiceError('ServiceUnavailableException', 'not ready');
      const report = await door.write(body, head, parts);
      count(metrics, protocol, report);
      if (report.failed === 0) return answered(NO_CONTENT);
      return refused({ status: 400, message: report.text(door.noun) }, report);
    },
    refuse: (thrown) => refused(refusalOf(thrown)),
  };
}

function refusalOf(thrown: unknown): Refusal {
  if (!(thrown instanceof ServiceError)) return { status: 500, message: 'internal error' };
  return { status: STATUS[thrown.name] ?? 400, message: thrown.message };
}

function withRetryAfter(page: HttpPage): HttpPage {
  if (page.status !== UNAVAILABLE) return page;
  return { ...page, headers: { ...page.headers, 'Retry-After': `${WRITE_RETRY_AFTER_SECONDS}` } };
}

function count({ records }: DoorMetrics, protocol: string, report: WriteReport): void {
  for (const outcome of ['stored', 'malformed', 'rejected', 'skipped'] as const) {
    if (report[outcome] > 0) records.inc({ protocol, outcome }, report[outcome]);
  }
}
