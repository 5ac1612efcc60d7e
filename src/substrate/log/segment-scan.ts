/**
 * Reads the entries of one segment file in order, checking each, in chunks of about
 * SCAN_CHUNK_BYTES: the only memory it holds.
 *
 * It stops at the first entry that is not intact and says where and why; what that means (a torn
 * tail, damage) is for recovery and for the reader of the log to judge.
 */
import type { LogIndex } from '../../base/brand.ts';
import type { DiskFile } from '../../host/disk.ts';
import type { LogEntry } from './log.ts';
import {
  decodeEntryHeader,
  decodeSegmentHeader,
  ENTRY_HEADER_BYTES,
  type EntryHeader,
  entryBytes,
  latestGroupIn,
  payloadIsIntact,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from './log-format.ts';

/** What reading a segment needs of its file. */
export type SegmentFile = Pick<DiskFile, 'path' | 'read' | 'size'>;

/** Large enough that a read is cheap against what is done with it. */
const SCAN_CHUNK_BYTES = 1024 * 1024;

export interface ScanEnd {
  /** complete: the file ended, or `until` was reached, right after an entry. */
  readonly kind: 'complete' | 'bad';
  readonly offset: number;
  /** Index of the entry that would begin at `offset`. */
  readonly index: number;
  readonly why: string;
}

export async function readSegmentHeader(file: SegmentFile): Promise<SegmentHeader | string> {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const read = await file.read(bytes, 0);
  return decodeSegmentHeader(bytes.subarray(0, read));
}

/** Yields the entries below index `until`, a chunk's worth at a time, and returns how it ended. */
export async function* scanSegment(
  file: SegmentFile,
  header: SegmentHeader,
  until: number,
): AsyncGenerator<readonly LogEntry[], ScanEnd> {
  let offset = SEGMENT_HEADER_BYTES;
  let index = header.first;
  if (index >= until) return { kind: 'complete', offset, index, why: '' };
  let ahead = readAhead(file, offset, SCAN_CHUNK_BYTES);
  try {
    for (;;) {
      const { chunk, isLast } = await ahead;
      const { entries, used, stop } = parseChunk(chunk, { header, index, until });
      offset += used;
      index += entries.length;
      const goesOn = stop.kind !== 'bad' && chunk.length > 0 && index < until;
      const need = stop.kind === 'short' ? stop.need : 0;
      // The disk reads on while the entries are worked on.
      if (goesOn) ahead = readAhead(file, offset, Math.max(SCAN_CHUNK_BYTES, need));
      if (entries.length > 0) yield entries;
      if (stop.kind === 'bad') return { kind: 'bad', offset, index, why: stop.why };
      if (stop.kind === 'short' && isLast) {
        return { kind: 'bad', offset, index, why: 'the file ends inside it' };
      }
      if (!goesOn) return { kind: 'complete', offset, index, why: '' };
    }
  } finally {
    // Whoever stops early closes the file next, and must not do so under a read.
    await ahead.catch(() => undefined);
  }
}

interface ReadChunk {
  readonly chunk: Uint8Array;
  /** The file ended before the chunk was full. */
  readonly isLast: boolean;
}

function readAhead(file: SegmentFile, offset: number, bytes: number): Promise<ReadChunk> {
  // A fresh buffer each time: the payloads handed out are views of it.
  const buffer = new Uint8Array(bytes);
  const reading = file
    .read(buffer, offset)
    .then((read) => ({ chunk: buffer.subarray(0, read), isLast: read < bytes }));
  // It may fail before anybody waits for it; whoever then does is told.
  reading.catch(() => undefined);
  return reading;
}

type Stop =
  | { readonly kind: 'done' }
  /** The chunk ends inside an entry of this many bytes. */
  | { readonly kind: 'short'; readonly need: number }
  | { readonly kind: 'bad'; readonly why: string };

interface Parsed {
  readonly entries: LogEntry[];
  readonly used: number;
  readonly stop: Stop;
}

function parseChunk(
  chunk: Uint8Array,
  expect: { readonly header: SegmentHeader; readonly index: number; readonly until: number },
): Parsed {
  const { header, until } = expect;
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
  const entries: LogEntry[] = [];
  let index = expect.index;
  let at = 0;
  let stop: Stop = { kind: 'done' };
  while (at < chunk.length && index < until) {
    if (at + ENTRY_HEADER_BYTES > chunk.length) {
      stop = { kind: 'short', need: ENTRY_HEADER_BYTES };
      break;
    }
    const entry = decodeEntryHeader(view, at, header.salt);
    const why = entryFault(entry, index, header);
    if (entry === undefined || why !== undefined) {
      stop = { kind: 'bad', why: why ?? '' };
      break;
    }
    const end = at + entryBytes(entry.length);
    if (end > chunk.length) {
      stop = { kind: 'short', need: end - at };
      break;
    }
    const body = chunk.subarray(at + ENTRY_HEADER_BYTES, end);
    if (!payloadIsIntact(entry, body, header.salt)) {
      stop = { kind: 'bad', why: 'its payload does not match its checksum' };
      break;
    }
    entries.push({ index: index as LogIndex, payload: body.subarray(0, entry.length) });
    index += 1;
    at = end;
  }
  return { entries, used: at, stop };
}

function entryFault(
  entry: EntryHeader | undefined,
  index: number,
  header: SegmentHeader,
): string | undefined {
  if (entry === undefined) return 'its header does not match its checksum';
  if (entry.index !== index) return `entry ${entry.index} is in its place`;
  if (entry.epoch !== header.epoch >>> 0) return `it belongs to epoch ${entry.epoch}`;
  return undefined;
}

/**
 * Searches the file from `offset` for an intact entry header and returns the highest group start
 * found, or -1. It tells a torn last group from damage: see log-format.ts.
 */
export async function latestGroupAfter(
  file: SegmentFile,
  offset: number,
  salt: number,
): Promise<number> {
  let latest = -1;
  const chunk = new Uint8Array(SCAN_CHUNK_BYTES);
  for (;;) {
    const read = await file.read(chunk, offset);
    if (read < ENTRY_HEADER_BYTES) return latest;
    latest = Math.max(latest, latestGroupIn(chunk.subarray(0, read), salt));
    if (read < chunk.length) return latest;
    // The last header-sized piece is looked at again, in case a header straddles the chunks.
    offset += read - ENTRY_HEADER_BYTES;
  }
}
