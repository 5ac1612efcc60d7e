/**
 * Reads a request's body whole, within the limit, and undoes `Content-Encoding: gzip`.
 *
 * The signature covers the bytes as sent, so both forms are returned. They may lie in a pooled
 * buffer: nobody may read them any more once they are released.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ServiceError } from '../base/errors.ts';
import { REQUEST_BODY_BYTES_MAX, REQUEST_DISCARD_BYTES_MAX } from '../base/limits.ts';
import { BodyBuffers } from './body-buffers.ts';

export interface RequestBody {
  /** As sent: what the signature covers. */
  readonly raw: Uint8Array;
  /** Decoded: what the operation reads. */
  readonly content: Uint8Array;
  /** Once, when the request has been answered or refused. */
  release(): void;
}

const gunzipAsync = promisify(gunzip);
const NOTHING = Buffer.alloc(0);

export interface BodyRules {
  readonly bytesMax?: number | undefined;
  /** A Content-Encoding that is left to the caller. */
  readonly ownEncoding?: string | undefined;
}

/** Throws RequestEntityTooLarge-, MalformedHttpRequest-, RequestAbortedException. */
export async function readBody(
  request: IncomingMessage,
  buffers: BodyBuffers,
  rules: BodyRules = {},
): Promise<RequestBody> {
  const bytesMax = rules.bytesMax ?? REQUEST_BODY_BYTES_MAX;
  const reader = new BodyReader(request, buffers, bytesMax);
  const raw = await reader.read();
  const release = () => reader.release();
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity' || encoding === rules.ownEncoding) {
    return { raw, content: raw, release };
  }
  try {
    if (encoding === 'gzip') return { raw, content: await decompress(raw, bytesMax), release };
    throw new ServiceError(
      'MalformedHttpRequestException',
      `Content-Encoding '${encoding.slice(0, 40)}' is not supported; send the body plain or as gzip.`,
    );
  } catch (error) {
    release();
    throw error;
  }
}

/** Reads a body that nobody wants, within reason, so that its sender gets to read the answer. */
export async function discardBody(request: IncomingMessage): Promise<void> {
  // A request that breaks off, or is too large even for that, has been refused already.
  await new BodyReader(request, new BodyBuffers(), 0).read().catch(() => undefined);
}

/**
 * A body beyond the limit is read to its end and thrown away, within reason: a client that is cut
 * off while it sends sees a broken connection instead of the answer.
 *
 * Listeners rather than an async iterator, which costs as much as the rest of reading.
 */
class BodyReader {
  readonly #request: IncomingMessage;
  readonly #buffers: BodyBuffers;
  readonly #bytesMax: number;
  /** As the client declares it; 0 when it does not. */
  readonly #declared: number;
  #first: Buffer | undefined;
  /** Takes the body from its second piece on. */
  #pooled: Buffer | undefined;
  #length = 0;

  constructor(request: IncomingMessage, buffers: BodyBuffers, bytesMax: number) {
    this.#request = request;
    this.#buffers = buffers;
    this.#bytesMax = bytesMax;
    this.#declared = Number(request.headers['content-length'] ?? 0);
  }

  read(): Promise<Uint8Array> {
    if (this.#declared > this.#discardedMax) return Promise.reject(tooLarge(this.#bytesMax));
    return new Promise((resolve, reject) => {
      this.#request.on('data', (piece: Buffer) => this.#add(piece));
      this.#request.once('end', () => {
        if (this.#length <= this.#bytesMax) resolve(this.#bytes());
        else reject(tooLarge(this.#bytesMax));
      });
      this.#request.once('error', (error) => {
        this.release();
        reject(error instanceof ServiceError ? error : aborted());
      });
    });
  }

  release(): void {
    if (this.#pooled !== undefined) this.#buffers.giveBack(this.#pooled);
    this.#pooled = undefined;
    this.#first = undefined;
  }

  get #discardedMax(): number {
    return Math.max(REQUEST_DISCARD_BYTES_MAX, this.#bytesMax);
  }

  #add(piece: Buffer): void {
    const at = this.#length;
    this.#length = at + piece.length;
    if (this.#length > this.#bytesMax) {
      this.release();
      if (this.#length > this.#discardedMax) this.#request.destroy(tooLarge(this.#bytesMax));
    } else if (at === 0) {
      this.#first = piece;
    } else {
      this.#makeRoom(at);
      piece.copy(this.#pooled as Buffer, at);
    }
  }

  /** For all that has come; `kept` bytes of it are there already. */
  #makeRoom(kept: number): void {
    const old = this.#pooled ?? this.#first;
    if (this.#pooled !== undefined && this.#pooled.length >= this.#length) return;
    const expected = Math.min(this.#declared, this.#bytesMax);
    const next = this.#buffers.take(Math.max(expected, this.#length));
    old?.copy(next, 0, 0, kept);
    if (this.#pooled !== undefined) this.#buffers.giveBack(this.#pooled);
    this.#pooled = next;
    this.#first = undefined;
  }

  #bytes(): Uint8Array {
    return this.#pooled?.subarray(0, this.#length) ?? this.#first ?? NOTHING;
  }
}

async function decompress(raw: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  try {
    return await gunzipAsync(raw, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw new ServiceError(
      'MalformedHttpRequestException',
      'The request body could not be decompressed as gzip.',
    );
  }
}

function tooLarge(bytesMax: number): ServiceError {
  return new ServiceError(
    'RequestEntityTooLargeException',
    `The request body is larger than ${bytesMax} bytes.`,
  );
}

/** Nobody reads it; it keeps what clients do from being logged as a failure of the server. */
function aborted(): ServiceError {
  return new ServiceError('RequestAbortedException', 'The request was not sent to its end.');
}
