/**
 * What an API operation is to the door: a name, and a function from the request's body to the
 * JSON text of its answer. Failures are thrown as ServiceError and rendered by respond.ts.
 */

export interface RequestContext {
  readonly requestId: string;
  /** Absent when the server runs with `--auth none` and the request carried no signature. */
  readonly principal: { readonly accessKeyId: string } | undefined;
  /** From the credential scope of the signature, else the configured default. */
  readonly region: string;
  /** The Host header exactly as received, port included when present. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly userAgent: string;
  /** Aborted when the client goes away or the server gives up draining. */
  readonly signal: AbortSignal;
}

export interface Operation {
  /** As in `X-Amz-Target: Timestream_20181101.<name>`. */
  readonly name: string;
  /** The body's memory is used again as soon as the promise has settled. */
  run(body: Uint8Array, context: RequestContext): Promise<string | Uint8Array>;
}
