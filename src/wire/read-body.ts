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
import type { BodyBuffers } from './body-buffers.ts';

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

/** Throws RequestEntityTooLarge-, MalformedHttpRequest-, RequestAbortedException. */
export async function readBody(
  request: IncomingMessage,
  buffers: BodyBuffers,
): Promise<RequestBody> {
  const reader = new BodyReader(request, buffers);
  const raw = await reader.read();
  const release = () => reader.release();
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return { raw, content: raw, release };
  try {
    if (encoding === 'gzip') return { raw, content: await decompress(raw), release };
    throw new ServiceError(
      'MalformedHttpRequestException',
      `Content-Encoding '${encoding.slice(0, 40)}' is not supported; send the body plain or as gzip.`,
    );
  } catch (error) {
    release();
    throw error;
  }
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
  /** As the client declares it; 0 when it does not. */
  readonly #declared: number;
  #first: Buffer | undefined;
  /** Takes the body from its second piece on. */
  #pooled: Buffer | undefined;
  #length = 0;

  constructor(request: IncomingMessage, buffers: BodyBuffers) {
    this.#request = request;
    this.#buffers = buffers;
    this.#declared = Number(request.headers['content-length'] ?? 0);
  }

  read(): Promise<Uint8Array> {
    if (this.#declared > REQUEST_DISCARD_BYTES_MAX) return Promise.reject(tooLarge());
    return new Promise((resolve, reject) => {
      this.#request.on('data', (piece: Buffer) => this.#add(piece));
      this.#request.once('end', () => {
        if (this.#length <= REQUEST_BODY_BYTES_MAX) resolve(this.#bytes());
        else reject(tooLarge());
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

  #add(piece: Buffer): void {
    const at = this.#length;
    this.#length = at + piece.length;
    if (this.#length > REQUEST_BODY_BYTES_MAX) {
      this.release();
      if (this.#length > REQUEST_DISCARD_BYTES_MAX) this.#request.destroy(tooLarge());
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
    const expected = Math.min(this.#declared, REQUEST_BODY_BYTES_MAX);
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

async function decompress(raw: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzipAsync(raw, { maxOutputLength: REQUEST_BODY_BYTES_MAX });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new ServiceError(
      'MalformedHttpRequestException',
      'The request body could not be decompressed as gzip.',
    );
  }
}

function tooLarge(): ServiceError {
  return new ServiceError(
    'RequestEntityTooLargeException',
    `The request body is larger than ${REQUEST_BODY_BYTES_MAX} bytes.`,
  );
}

/** Nobody reads it; it keeps what clients do from being logged as a failure of the server. */
function aborted(): ServiceError {
  return new ServiceError('RequestAbortedException', 'The request was not sent to its end.');
}
