/**
 * WriteRecords requests, from the bytes of their JSON to columns.
 *
 *   body ──► FastReader ──► DecodedWrite
 *               │ not of the plain form
 *               └──► readGeneral ──► DecodedWrite, the same, or a ServiceError
 *
 * Owns what is remembered between requests (dimensions, measure spellings, names) and the columns,
 * which are used again: give them back with `recycle` once nobody reads them any more.
 */
import { DecodedWrite } from '../../ingest/api.ts';
import { FastReader } from './fast-reader.ts';
import { readGeneral } from './general-reader.ts';

/** As many are kept as requests are commonly in flight; each is about 40 KB. */
const SPARE_MAX = 64;

export class WriteRecordsDecoder {
  readonly #fast = new FastReader();
  readonly #spare: DecodedWrite[] = [];

  /** Throws SerializationException and ValidationException (write-api 1.6, 1.7). */
  decode(body: Uint8Array): DecodedWrite {
    const decoded = this.#spare.pop() ?? new DecodedWrite();
    if (!this.#fast.read(body, decoded)) readGeneral(body, decoded);
    return decoded;
  }

  recycle(decoded: DecodedWrite): void {
    if (this.#spare.length === SPARE_MAX) return;
    decoded.release();
    this.#spare.push(decoded);
  }
}
