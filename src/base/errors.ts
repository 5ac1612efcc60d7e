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
  /** For the reference documentation. */
  readonly when: string;
}

export const SERVICE_ERRORS = {
  AccessDeniedException: {
    status: 403,
    scope: 'service',
    when: 'an access key may not do this; no key is restricted yet',
  },
  ConflictException: {
    status: 409,
    scope: 'service',
    when: 'a database or table of that name exists, or the query was cancelled',
  },
  InternalServerException: {
    status: 500,
    scope: 'service',
    when: 'a failure of the server itself; its log has the cause by request id',
  },
  InvalidEndpointException: {
    status: 421,
    scope: 'service',
    when: 'the endpoint given does not serve this; not sent by one cell',
  },
  QueryExecutionException: {
    status: 400,
    scope: 'service',
    when: 'a query ran out of time or memory, or was stopped',
  },
  RejectedRecordsException: {
    status: 419,
    scope: 'service',
    when: 'some records were not stored: RejectedRecords says which and why',
  },
  ResourceNotFoundException: {
    status: 404,
    scope: 'service',
    when: 'there is no database, table or resource of that name',
  },
  ServiceQuotaExceededException: {
    status: 402,
    scope: 'service',
    when: 'a number of databases, tables or tags would be exceeded',
  },
  ThrottlingException: {
    status: 429,
    scope: 'service',
    when: 'too little room, or too much at once: retry later, as SDKs do',
  },
  ValidationException: {
    status: 400,
    scope: 'service',
    when: 'a request or a statement that cannot be right as it stands',
  },
  UnknownOperationException: {
    status: 404,
    scope: 'framework',
    when: 'the operation is not served',
  },
  SerializationException: {
    status: 400,
    scope: 'framework',
    when: 'the body is not JSON of the shape of the operation',
  },
  MalformedHttpRequestException: {
    status: 400,
    scope: 'framework',
    when: 'the request is not HTTP that can be read',
  },
  RequestEntityTooLargeException: {
    status: 413,
    scope: 'framework',
    when: 'the body or the headers are too large',
  },
  RequestTimeoutException: {
    status: 408,
    scope: 'framework',
    when: 'the request was not sent in time',
  },
  RequestAbortedException: {
    status: 400,
    scope: 'framework',
    when: 'the client hung up before it had sent all',
  },
  ServiceUnavailableException: {
    status: 503,
    scope: 'framework',
    when: 'the server is starting, and cannot serve yet',
  },
  MissingAuthenticationTokenException: {
    status: 403,
    scope: 'framework',
    when: 'the request is not signed',
  },
  IncompleteSignatureException: {
    status: 403,
    scope: 'framework',
    when: 'a part of the signature is missing or malformed',
  },
  UnrecognizedClientException: {
    status: 403,
    scope: 'framework',
    when: 'the access key is not known here',
  },
  InvalidSignatureException: {
    status: 403,
    scope: 'framework',
    when: 'the signature does not match: wrong secret, or a clock far off',
  },
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
