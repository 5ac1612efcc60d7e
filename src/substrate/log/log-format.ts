/**
 * The bytes of a log segment, version 1. All numbers are little-endian.
 *
 * Segment header, 64 bytes at offset 0:
 *
 *   offset size  field
 *        0    4  magic "TLOG"
 *        4    4  version, 1
 *        8    8  index of the first entry; also the file's name, in 20 decimal digits
 *       16    8  epoch of the writer: grows by one whenever the log is opened
 *       24    4  salt, random per epoch
 *       28   32  zero
 *       60    4  crc32 of bytes 0..60
 *
 * Entry, repeated to the end of the file, each at a multiple of 8:
 *
 *        0    4  crc32 of the payload and its padding, started from the salt
 *        4    4  payload length in bytes
 *        8    8  index
 *       16    8  index of the first entry of the group it was written with
 *       24    4  epoch (its low 32 bits)
 *       28    4  crc32 of bytes 0..28, started from the salt
 *       32    n  payload
 *     32+n       zeros up to a multiple of 8
 *
 * A group is written only after the group before it was synced. So an intact entry header whose
 * group begins after entry i proves that i was durable: if i cannot be read, that is damage. A
 * power cut can tear only the last group, and may do it in any order of its sectors.
 *
 * The header has its own checksum, so that a length is known to be right before it is used. The
 * salt keeps payloads that contain log bytes (a stored log, a hostile client) from passing as
 * entries when a damaged file is searched.
 */
import { crc32 } from 'node:zlib';
import { LOG_ENTRY_BYTES_MAX } from '../../base/limits.ts';

export const SEGMENT_HEADER_BYTES = 64;
export const ENTRY_HEADER_BYTES = 32;
export const ENTRY_ALIGN = 8;

const MAGIC = 0x474f4c54; // "TLOG"
const VERSION = 1;
const UINT32 = 2 ** 32;

export interface SegmentHeader {
  readonly first: number;
  readonly epoch: number;
  readonly salt: number;
}

export interface EntryHeader {
  readonly index: number;
  readonly groupFirst: number;
  readonly epoch: number;
  readonly length: number;
  readonly payloadCrc: number;
}

export interface EntryOrigin {
  readonly index: number;
  readonly groupFirst: number;
  readonly epoch: number;
  readonly salt: number;
}

export function segmentName(first: number): string {
  return `${String(first).padStart(20, '0')}.log`;
}

/** The first index that a file name states; undefined for other files. */
export function parseSegmentName(name: string): number | undefined {
  return /^\d{20}\.log$/.test(name) ? Number(name.slice(0, 20)) : undefined;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  setUint64(view, 8, header.first);
  setUint64(view, 16, header.epoch);
  view.setUint32(24, header.salt, true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** The header, or what is wrong with it. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | string {
  if (bytes.length < SEGMENT_HEADER_BYTES) return 'the segment header is incomplete';
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return 'this is not a log segment';
  if (crc32(bytes.subarray(0, 60)) !== view.getUint32(60, true)) {
    return 'the segment header does not match its checksum';
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) return `segment version ${version} needs a newer program`;
  return {
    first: getUint64(view, 8),
    epoch: getUint64(view, 16),
    salt: view.getUint32(24, true),
  };
}

/** Bytes that an entry takes in the file. */
export function entryBytes(payloadLength: number): number {
  return (ENTRY_HEADER_BYTES + payloadLength + ENTRY_ALIGN - 1) & -ENTRY_ALIGN;
}

/** Writes the entry at `at`; returns the offset after it. `view` is over all of `into`. */
export function encodeEntry(
  target: { readonly bytes: Uint8Array; readonly view: DataView },
  at: number,
  origin: EntryOrigin,
  payload: Uint8Array,
): number {
  const { bytes, view } = target;
  const body = at + ENTRY_HEADER_BYTES;
  const end = at + entryBytes(payload.length);
  bytes.set(payload, body);
  bytes.fill(0, body + payload.length, end);
  view.setUint32(at, crc32(bytes.subarray(body, end), origin.salt), true);
  view.setUint32(at + 4, payload.length, true);
  setUint64(view, at + 8, origin.index);
  setUint64(view, at + 16, origin.groupFirst);
  view.setUint32(at + 24, origin.epoch >>> 0, true);
  view.setUint32(at + 28, crc32(bytes.subarray(at, at + 28), origin.salt), true);
  return end;
}

/** The header at `at`, which must lie in the buffer whole; undefined if it is not intact. */
export function decodeEntryHeader(
  view: DataView,
  at: number,
  salt: number,
): EntryHeader | undefined {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, 28);
  if (crc32(bytes, salt) !== view.getUint32(at + 28, true)) return undefined;
  const length = view.getUint32(at + 4, true);
  if (length > LOG_ENTRY_BYTES_MAX) return undefined;
  return {
    index: getUint64(view, at + 8),
    groupFirst: getUint64(view, at + 16),
    epoch: view.getUint32(at + 24, true),
    length,
    payloadCrc: view.getUint32(at, true),
  };
}

/** `body` is payload and padding. */
export function payloadIsIntact(header: EntryHeader, body: Uint8Array, salt: number): boolean {
  return crc32(body, salt) === header.payloadCrc;
}

/**
 * The highest group start among the intact entry headers in `bytes`, which begins at a multiple
 * of 8 in the file; -1 if there are none.
 */
export function latestGroupIn(bytes: Uint8Array, salt: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let latest = -1;
  for (let at = 0; at + ENTRY_HEADER_BYTES <= bytes.length; at += ENTRY_ALIGN) {
    // Cheap tests first: a length in range and an index that any log could have reached.
    if (view.getUint32(at + 4, true) > LOG_ENTRY_BYTES_MAX) continue;
    if (view.getUint32(at + 12, true) > 0x1f_ffff || view.getUint32(at + 20, true) > 0x1f_ffff)
      continue;
    const header = decodeEntryHeader(view, at, salt);
    if (header !== undefined) latest = Math.max(latest, header.groupFirst);
  }
  return latest;
}

function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % UINT32, true);
  view.setUint32(at + 4, Math.floor(value / UINT32), true);
}

function getUint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * UINT32 + view.getUint32(at, true);
}
