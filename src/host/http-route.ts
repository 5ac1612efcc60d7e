/**
 * A page that is not an AWS operation (health, metrics, console, other write protocols), as the
 * HTTP door serves it. Declared this low so that the doors can be given routes without knowing who
 * made them.
 */

export interface HttpPage {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request without its body. */
export interface RequestHead {
  readonly query: URLSearchParams;
  /** Names in lower case; of a header given several times, the values joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Of the body as sent, and decompressed; REQUEST_BODY_BYTES_MAX when absent. */
  readonly bodyBytesMax?: number;
  /** A Content-Encoding that the route undoes itself; gzip is undone for all others. */
  readonly ownEncoding?: string;
  /** Asked before the body is read; a page refuses the request. */
  admit?(head: RequestHead): HttpPage | undefined;
  /** The body's memory is used again as soon as the promise has settled. */
  handle(body: Uint8Array, head: RequestHead): Promise<HttpPage> | HttpPage;
  /** What was thrown by `handle`, or while the body was read, as an answer; absent: as AWS does. */
  refuse?(thrown: unknown): HttpPage;
}
