/**
 * The AWS door: AWS JSON 1.0 over node:http (write-api 1.1-1.3).
 *
 *   POST /  + X-Amz-Target  → read body → verify signature → operation → answer
 *   anything else           → the routes it was given (health, metrics, console), or 404
 *
 * Invariants: every request gets exactly one answer with a request id; nothing a client sends can
 * end the process; a drained server answers what it has begun and takes nothing new.
 *
 * Not responsible for what operations mean, nor for which routes there are.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ServiceError } from '../base/errors.ts';
import { REQUEST_HEADER_BYTES_MAX } from '../base/limits.ts';
import { systemClock } from '../host/clock.ts';
import type { HttpPage, HttpRoute } from '../host/http-route.ts';
import type { Logger } from '../host/logger.ts';
import { BodyBuffers } from './body-buffers.ts';
import { Cancellation } from './cancellation.ts';
import type { WireMetrics } from './metrics.ts';
import type { Operation, RequestContext } from './operation.ts';
import { discardBody, readBody } from './read-body.ts';
import { newRequestId } from './request-id.ts';
import { errorResponse, unknownOperation } from './respond.ts';
import type { Principal, SignatureVerifier } from './sigv4/sigv4.ts';

export interface ApiServerOptions {
  readonly routes: readonly HttpRoute[];
  /** Undefined: take any request (`--auth none`). */
  readonly verifier: SignatureVerifier | undefined;
  readonly defaultRegion: string;
  readonly logger: Logger;
  readonly metrics: WireMetrics;
}

const TARGET_PREFIX = 'Timestream_20181101.';
const CONTENT_TYPE = 'application/x-amz-json-1.0';
/** Longer than the idle time of the SDKs' agents, so that the client is the one who hangs up. */
const KEEP_ALIVE_MS = 75_000;
/** A client that has not sent its headers, or its whole request, by then is cut off. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 60_000;

export class ApiServer {
  readonly #options: ApiServerOptions;
  /** Undefined until the server can serve. */
  #operations: ReadonlyMap<string, Operation> | undefined;
  readonly #routes: ReadonlyMap<string, HttpRoute>;
  readonly #server: Server;
  readonly #cancellable = new Set<Cancellation>();
  readonly #bodies = new BodyBuffers();

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#routes = new Map(options.routes.map((route) => [`${route.method} ${route.path}`, route]));
    this.#server = createServer(
      {
        maxHeaderSize: REQUEST_HEADER_BYTES_MAX,
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        noDelay: true,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.on('clientError', answerClientError);
  }

  /** Listens; resolves with the port, which matters when 0 was asked for. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve());
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on operations are served; before, they are answered 503. */
  open(operations: readonly Operation[]): void {
    this.#operations = new Map(operations.map((operation) => [operation.name, operation]));
  }

  /** Takes no new connections and waits for running requests, until `deadline` aborts them. */
  async drain(deadline: AbortSignal): Promise<void> {
    const giveUp = () => {
      for (const running of this.#cancellable) running.cancel();
      this.#server.closeAllConnections();
    };
    deadline.addEventListener('abort', giveUp, { once: true });
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    await closed;
    deadline.removeEventListener('abort', giveUp);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    const target = request.headers['x-amz-target'];
    if (request.method === 'POST' && target !== undefined) {
      await this.#serveOperation(request, response, String(target));
    } else {
      await this.#serveRoute(request, response);
    }
  }

  async #serveOperation(
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
  ): Promise<void> {
    const { metrics } = this.#options;
    const operation = target.startsWith(TARGET_PREFIX)
      ? this.#operations?.get(target.slice(TARGET_PREFIX.length))
      : undefined;
    const requestId = newRequestId();
    const startMs = systemClock.elapsedMs();
    metrics.inFlight.inc();
    let status = 200;
    let body: string | Uint8Array;
    try {
      body = await this.#run(operation, request, { requestId, response });
    } catch (thrown) {
      const error = errorResponse(thrown);
      status = error.status;
      body = error.body;
      this.#logFailure(thrown, { requestId, operation: operation?.name ?? 'unknown' });
    }
    metrics.inFlight.dec();
    const name = operation?.name ?? 'unknown';
    metrics.requests.inc({ operation: name, status });
    metrics.duration.observe({ operation: name }, (systemClock.elapsedMs() - startMs) / 1000);
    this.#send(response, { status, contentType: CONTENT_TYPE, body, requestId });
  }

  async #run(
    operation: Operation | undefined,
    request: IncomingMessage,
    call: { readonly requestId: string; readonly response: ServerResponse },
  ): Promise<string | Uint8Array> {
    const body = await readBody(request, this.#bodies);
    const cancellation = new Cancellation(call.response, this.#cancellable);
    try {
      if (!this.#operations) throw notReady();
      const principal = this.#authenticate(request, body.raw);
      if (!operation || request.url !== '/') throw unknownOperation();
      return await operation.run(body.content, {
        requestId: call.requestId,
        principal: principal && { accessKeyId: principal.accessKeyId },
        region: principal?.region ?? this.#options.defaultRegion,
        host: request.headers.host ?? '',
        scheme: schemeOf(request),
        userAgent: request.headers['user-agent'] ?? '',
        get signal() {
          return cancellation.signal;
        },
      } satisfies RequestContext);
    } finally {
      cancellation.end();
      body.release();
    }
  }

  #authenticate(request: IncomingMessage, body: Uint8Array): Principal | undefined {
    const { verifier } = this.#options;
    if (!verifier) return undefined;
    const headers = request.headers as Readonly<Record<string, string | undefined>>;
    const signed = { method: request.method ?? 'POST', url: request.url ?? '/', headers, body };
    // Signatures are judged by the machine's clock: a manual clock moves data, not credentials.
    return verifier.verify(signed, systemClock.nowMs());
  }

  async #serveRoute(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', ...query] = (request.url ?? '/').split('?');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const route = this.#routes.get(`${method} ${path}`);
    const requestId = newRequestId();
    try {
      if (!route) throw unknownOperation();
      const page = await this.#page(route, request, query.join('?'));
      this.#send(response, { ...page, requestId });
    } catch (thrown) {
      this.#logFailure(thrown, { requestId, operation: path.slice(0, 40) });
      this.#send(response, { ...(route?.refuse?.(thrown) ?? errorPage(thrown)), requestId });
    }
  }

  async #page(route: HttpRoute, request: IncomingMessage, query: string): Promise<HttpPage> {
    const headers = request.headers as Readonly<Record<string, string | undefined>>;
    const head = { query: new URLSearchParams(query), headers };
    const refusal = route.admit?.(head);
    if (refusal !== undefined) {
      await discardBody(request);
      return refusal;
    }
    const { bodyBytesMax: bytesMax, ownEncoding } = route;
    const body = await readBody(request, this.#bodies, { bytesMax, ownEncoding });
    try {
      return await route.handle(body.content, head);
    } finally {
      body.release();
    }
  }

  /** A draining server lets go of each connection with its answer. */
  #send(response: ServerResponse, answer: Answer): void {
    if (!this.#server.listening && !response.headersSent) {
      response.setHeader('connection', 'close');
    }
    send(response, answer);
  }

  #logFailure(thrown: unknown, fields: { readonly requestId: string; operation: string }): void {
    const { logger } = this.#options;
    if (thrown instanceof ServiceError && thrown.name !== 'InternalServerException') {
      logger.debug({ ...fields, error: thrown.name }, 'request refused');
    } else {
      logger.error({ ...fields, err: thrown }, 'request failed');
    }
  }
}

function errorPage(thrown: unknown): HttpPage {
  const { status, body } = errorResponse(thrown);
  return { status, contentType: CONTENT_TYPE, body };
}

function notReady(): ServiceError {
  return new ServiceError(
    'ServiceUnavailableException',
    'The server is starting and cannot serve yet; GET /ready tells how far it is.',
  );
}

interface Answer extends HttpPage {
  readonly requestId: string;
}

const NO_CONTENT = 204;

function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const { body } = answer;
  // What is left of a body that was refused unread must not be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-RequestId': answer.requestId,
    ...(answer.status !== NO_CONTENT && {
      'Content-Type': answer.contentType,
      'Content-Length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
    }),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function schemeOf(request: IncomingMessage): 'http' | 'https' {
  const forwarded = request.headers['x-forwarded-proto'];
  if (forwarded === 'http' || forwarded === 'https') return forwarded;
  return 'encrypted' in request.socket ? 'https' : 'http';
}

/** What is not even HTTP, or has headers beyond the limit, still gets an answer in our form. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const overflow = error.code === 'HPE_HEADER_OVERFLOW';
  const timeout = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const line = overflow
    ? '431 Request Header Fields Too Large'
    : timeout
      ? '408 Request Timeout'
      : '400 Bad Request';
  const response = errorResponse(
    overflow
      ? new ServiceError(
          'RequestEntityTooLargeException',
          `The request headers are larger than ${REQUEST_HEADER_BYTES_MAX} bytes.`,
        )
      : timeout
        ? new ServiceError('RequestTimeoutException', 'The request was not sent in time.')
        : new ServiceError('MalformedHttpRequestException', 'The request is not valid HTTP.'),
  );
  socket.end(
    `HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Type: ${CONTENT_TYPE}\r\n` +
      `x-amzn-RequestId: ${newRequestId()}\r\nContent-Length: ${Buffer.byteLength(response.body)}\r\n` +
      `\r\n${response.body}`,
  );
}
