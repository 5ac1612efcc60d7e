/**
 * Every error a client can see, under the name Amazon Timestream gives it.
 *
 * There are two kinds of failure, and only two:
 *
 *   ServiceError     the caller's fault or the world's. Thrown anywhere below, turned into an AWS
 *                    error body and status in one place, wire/respond.ts.
 *   AssertionError   ours (base/assert.ts). Never caught: the process logs it and exits.
 *
 * Statuses: write-api 1.6, query-api 12. `scope` is the namespace that stands before the `#` of
 * `__type`: modelled errors belong to the service, the rest to the framework AWS runs it on.
 */
interface ErrorTraits {
  readonly status: number;
  readonly scope: 'service' | 'framework';
}

export const SERVICE_ERRORS = {
  AccessDeniedException: { status: 403, scope: 'service' },
  ConflictException: { status: 409, scope: 'service' },
  InternalServerException: { status: 500, scope: 'service' },
  InvalidEndpointException: { status: 421, scope: 'service' },
  QueryExecutionException: { status: 400, scope: 'service' },
  RejectedRecordsException: { status: 419, scope: 'service' },
  ResourceNotFoundException: { status: 404, scope: 'service' },
  ServiceQuotaExceededException: { status: 402, scope: 'service' },
  ThrottlingException: { status: 429, scope: 'service' },
  ValidationException: { status: 400, scope: 'service' },
  UnknownOperationException: { status: 404, scope: 'framework' },
  SerializationException: { status: 400, scope: 'framework' },
  MalformedHttpRequestException: { status: 400, scope: 'framework' },
  RequestEntityTooLargeException: { status: 413, scope: 'framework' },
  RequestTimeoutException: { status: 408, scope: 'framework' },
  ServiceUnavailableException: { status: 503, scope: 'framework' },
  MissingAuthenticationTokenException: { status: 403, scope: 'framework' },
  IncompleteSignatureException: { status: 403, scope: 'framework' },
  UnrecognizedClientException: { status: 403, scope: 'framework' },
  InvalidSignatureException: { status: 403, scope: 'framework' },
} as const satisfies Record<string, ErrorTraits>;

export type ServiceErrorName = keyof typeof SERVICE_ERRORS;

export class ServiceError extends Error {
  override readonly name: ServiceErrorName;
  /** Further members of the AWS error body, e.g. RejectedRecords. Already in wire form. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    name: ServiceErrorName,
    message: string,
    options?: { readonly detail?: Readonly<Record<string, unknown>>; readonly cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.detail = options?.detail ?? {};
  }
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
