/**
 * Reads a request's body whole, within the limit, and undoes `Content-Encoding: gzip`.
 *
 * The signature covers the bytes as sent, so both forms are returned.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ServiceError } from '../base/errors.ts';
import { REQUEST_BODY_BYTES_MAX, REQUEST_DISCARD_BYTES_MAX } from '../base/limits.ts';

export interface RequestBody {
  /** As sent: what the signature covers. */
  readonly raw: Uint8Array;
  /** Decoded: what the operation reads. */
  readonly content: Uint8Array;
}

const gunzipAsync = promisify(gunzip);

/** Throws RequestEntityTooLargeException, MalformedHttpRequestException. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const raw = await readRaw(request);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return { raw, content: raw };
  if (encoding === 'gzip') return { raw, content: await decompress(raw) };
  throw new ServiceError(
    'MalformedHttpRequestException',
    `Content-Encoding '${encoding.slice(0, 40)}' is not supported; send the body plain or as gzip.`,
  );
}

/**
 * A body beyond the limit is read to its end and thrown away, within reason: a client that is cut
 * off while it sends sees a broken connection instead of the answer.
 */
function readRaw(request: IncomingMessage): Promise<Uint8Array> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > REQUEST_DISCARD_BYTES_MAX) return Promise.reject(tooLarge());
  // Listeners, as an async iterator costs as much as the rest of reading.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= REQUEST_BODY_BYTES_MAX) chunks.push(chunk);
      else chunks.length = 0;
      if (length > REQUEST_DISCARD_BYTES_MAX) request.destroy(tooLarge());
    });
    request.once('end', () => {
      if (length > REQUEST_BODY_BYTES_MAX) reject(tooLarge());
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    });
    request.once('error', reject);
  });
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
