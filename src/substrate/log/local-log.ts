/**
 * A log in segment files on a local disk, with group commit.
 *
 *   append ─► encoded into the last queued group ──┐
 *   append ─► …                                    ▼
 *                        flush: one writev, one fdatasync, then all of its appends resolve
 *
 * There is no timer. The first append of an idle log starts a flush at the end of the current
 * turn of the event loop; what arrives while a flush runs makes up the next one. So a lone writer
 * waits for one sync, and many writers share it.
 *
 * Order of a segment's birth: header written and synced under a draft name, renamed, folder
 * synced; only then are entries written. So a segment under its proper name has a whole header.
 *
 * After the sync and before the appends resolve, the lease of the data folder is asked: a process
 * that was frozen while another took over must not acknowledge (host/folder-lock.ts).
 *
 * The bytes are in log-format.ts, recovery in recover.ts. Segments are not preallocated: that
 * would gain up to a third for a lone writer and cost writing every byte twice.
 */
import { assert } from '../../base/assert.ts';
import type { LogIndex } from '../../base/brand.ts';
import { ServiceError } from '../../base/errors.ts';
import { LOG_ENTRY_BYTES_MAX, LOG_QUEUE_BYTES_MAX } from '../../base/limits.ts';
import type { Clock } from '../../host/clock.ts';
import type { Disk, DiskFile } from '../../host/disk.ts';
import type { WriterLease } from '../../host/folder-lock.ts';
import { AppendGroup, ChunkPool } from './append-group.ts';
import {
  type Log,
  LogClosed,
  LogCorruption,
  type LogEntry,
  LogFailed,
  type LogObserver,
  LogTrimmed,
  StaleWriter,
} from './log.ts';
import {
  encodeSegmentHeader,
  entryBytes,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from './log-format.ts';
import { DRAFT_SUFFIX, recoverSegments, type Segment } from './recover.ts';
import { readSegmentHeader, scanSegment } from './segment-scan.ts';

export interface LocalLogOptions {
  readonly name: string;
  readonly folder: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly lease: WriterLease;
  /** Random; new for every opening. */
  readonly salt: number;
  /** 'none' loses acknowledged entries in a power cut; for data that may be lost anyway. */
  readonly sync: 'always' | 'none';
  readonly segmentBytes: number;
  readonly observer: LogObserver;
}

export class LocalLog implements Log {
  readonly #options: LocalLogOptions;
  readonly #epoch: number;
  readonly #pool = new ChunkPool();
  /** Oldest first; the last one is being written. */
  readonly #segments: Segment[];
  #file: DiskFile;
  #fileBytes = SEGMENT_HEADER_BYTES;
  #next: LogIndex;
  #durable: LogIndex;
  /** Groups that wait; the one being flushed is no longer among them. */
  readonly #queue: AppendGroup[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;
  /** Why appends are refused; set once. */
  #refusal: Error | undefined;
  #closed: Promise<void> | undefined;

  private constructor(options: LocalLogOptions, opened: Opened) {
    this.#options = options;
    this.#epoch = opened.epoch;
    this.#segments = [...opened.segments];
    this.#file = opened.file;
    this.#next = opened.next as LogIndex;
    this.#durable = this.#next;
  }

  static async open(options: LocalLogOptions): Promise<LocalLog> {
    const { disk, folder } = options;
    const found = await recoverSegments(disk, folder);
    const epoch = found.epoch + 1;
    // An empty last segment has the name that the new one gets, and is replaced by it.
    const kept = found.segments.filter((segment) => segment.first < found.next);
    const { segment, file } = await createSegment(options, { first: found.next, epoch });
    const log = new LocalLog(options, {
      epoch,
      segments: [...kept, segment],
      file,
      next: found.next,
    });
    const { bytes, tornTail } = found;
    const { first, next } = log;
    const segments = kept.length;
    options.observer.recovered?.({
      log: options.name,
      first,
      next,
      epoch,
      segments,
      bytes,
      tornTail,
    });
    return log;
  }

  get next(): LogIndex {
    return this.#next;
  }

  get durable(): LogIndex {
    return this.#durable;
  }

  get first(): LogIndex {
    return this.#segments[0]?.first as LogIndex;
  }

  append(entry: Uint8Array): Promise<LogIndex> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    assert(entry.length <= LOG_ENTRY_BYTES_MAX, `a log entry of ${entry.length} bytes`);
    const bytes = entryBytes(entry.length);
    if (this.#queuedBytes + bytes > LOG_QUEUE_BYTES_MAX) return Promise.reject(queueIsFull());

    const appended = this.#groupFor(entry).add(entry);
    this.#queuedBytes += bytes;
    this.#next = (this.#next + 1) as LogIndex;
    this.#flushing ??= this.#flushAll();
    return appended;
  }

  read(from: LogIndex): AsyncIterable<LogEntry> {
    return this.#readUntil(from, this.#durable);
  }

  async trim(upTo: LogIndex): Promise<void> {
    assert(upTo <= this.#next, `trim(${upTo}) of a log that ends at ${this.#next}`);
    const { disk, folder } = this.#options;
    for (;;) {
      const oldest = this.#segments[0];
      const following = this.#segments[1];
      if (oldest === undefined || following === undefined || following.first > upTo) return;
      this.#segments.shift();
      await disk.remove(oldest.path);
      // One by one: a power cut must not leave a hole between segments.
      await disk.syncFolder(folder);
    }
  }

  close(): Promise<void> {
    return this.#stop(new LogClosed(`the log ${this.#options.name} is closed`));
  }

  /** Somebody else opened the log: what is queued is still written, nothing more is taken. */
  fence(writer: string): Promise<void> {
    return this.#stop(new StaleWriter(`${writer} has taken over the log ${this.#options.name}`));
  }

  #stop(refusal: Error): Promise<void> {
    this.#refusal ??= refusal;
    this.#closed ??= (async () => {
      await this.#flushing;
      await this.#file.close();
    })();
    return this.#closed;
  }

  #groupFor(entry: Uint8Array): AppendGroup {
    const last = this.#queue.at(-1);
    if (last?.hasRoomFor(entry) === true) return last;
    const first = this.#next;
    // Without syncs a later group proves nothing about an earlier one.
    const groupFirst = this.#options.sync === 'always' ? first : 0;
    const { salt } = this.#options;
    const group = new AppendGroup({ first, groupFirst, epoch: this.#epoch, salt }, this.#pool);
    this.#queue.push(group);
    return group;
  }

  /** Never rejects: a failure is told to every append, and to the observer. */
  async #flushAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let group = this.#queue.shift(); group !== undefined; group = this.#queue.shift()) {
      this.#queuedBytes -= group.bytes;
      try {
        await this.#flush(group);
      } catch (error) {
        this.#fail(group, error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#flushing = undefined;
  }

  async #flush(group: AppendGroup): Promise<void> {
    const { clock, sync, observer, name, segmentBytes } = this.#options;
    this.#requireLease();
    if (this.#fileBytes >= segmentBytes) await this.#roll();
    const { bytes, entries } = group;

    const startedMs = clock.elapsedMs();
    await this.#file.write(group.buffers(), this.#fileBytes);
    const writtenMs = clock.elapsedMs();
    if (sync === 'always') await this.#file.datasync();
    const syncedMs = clock.elapsedMs();
    this.#requireLease();

    this.#fileBytes += bytes;
    this.#durable = group.end;
    const writeMs = writtenMs - startedMs;
    observer.flushed?.({ log: name, entries, bytes, writeMs, syncMs: syncedMs - writtenMs });
    group.succeed();
  }

  #requireLease(): void {
    if (this.#options.lease.stillHeld()) return;
    throw new StaleWriter('this process no longer holds the data folder');
  }

  async #roll(): Promise<void> {
    const header = { first: this.#durable, epoch: this.#epoch };
    const { segment, file } = await createSegment(this.#options, header, 'must-be-new');
    const full = this.#file;
    this.#file = file;
    this.#fileBytes = SEGMENT_HEADER_BYTES;
    this.#segments.push(segment);
    await full.close();
  }

  #fail(group: AppendGroup, cause: Error): void {
    const { name, observer } = this.#options;
    const failure =
      cause instanceof StaleWriter
        ? cause
        : new LogFailed(`the log ${name} could not be written: ${cause.message}`, { cause });
    this.#refusal = failure;
    for (const refused of [group, ...this.#queue.splice(0)]) refused.fail(failure);
    this.#queuedBytes = 0;
    observer.failed?.(name, cause);
  }

  async *#readUntil(from: LogIndex, until: LogIndex): AsyncGenerator<LogEntry> {
    if (from >= until) return;
    if (from < this.first) {
      throw new LogTrimmed(`entry ${from} is trimmed away; the log begins with ${this.first}`);
    }
    // A copy: later trims and rolls do not move what this reader walks through.
    const segments = this.#segments.slice();
    for (const [at, segment] of segments.entries()) {
      const end = Math.min(until, segments[at + 1]?.first ?? until);
      if (end <= from || segment.first >= until) continue;
      yield* this.#readSegment(segment, from, end);
    }
  }

  async *#readSegment(segment: Segment, from: number, until: number): AsyncGenerator<LogEntry> {
    const file = await this.#options.disk.open(segment.path, 'read');
    try {
      const header = await readSegmentHeader(file);
      if (typeof header === 'string') {
        throw new LogCorruption({ file: file.path, offset: 0, index: segment.first }, header);
      }
      const scan = scanSegment(file, header, until);
      for (;;) {
        const step = await scan.next();
        if (step.done === true) {
          const { offset, index, why } = step.value;
          if (index === until) return;
          const what = why === '' ? 'the file ends before it' : why;
          throw new LogCorruption({ file: file.path, offset, index }, what);
        }
        for (const entry of step.value) if (entry.index >= from) yield entry;
      }
    } finally {
      await file.close();
    }
  }
}

interface Opened {
  readonly epoch: number;
  readonly segments: readonly Segment[];
  readonly file: DiskFile;
  readonly next: number;
}

/**
 * Only an opening may replace a segment (the empty one that the last owner left). A roll that
 * finds its name taken belongs to an owner that was overtaken, and must fail.
 */
async function createSegment(
  options: LocalLogOptions,
  { first, epoch }: { readonly first: number; readonly epoch: number },
  existing: 'replace' | 'must-be-new' = 'replace',
): Promise<{ segment: Segment; file: DiskFile }> {
  const { disk, folder, salt, sync } = options;
  const path = `${folder}/${segmentName(first)}`;
  const draft = `${path}${DRAFT_SUFFIX}`;
  const file = await disk.open(draft, 'create');
  await file.write([encodeSegmentHeader({ first, epoch, salt })], 0);
  if (sync === 'always') await file.datasync();
  if (existing === 'replace') {
    await disk.rename(draft, path);
  } else {
    await disk.link(draft, path);
    await disk.remove(draft);
  }
  if (sync === 'always') await disk.syncFolder(folder);
  return { segment: { path, first, epoch }, file };
}

function queueIsFull(): ServiceError {
  return new ServiceError(
    'ThrottlingException',
    'The log cannot keep up with the writes. Slow down and retry.',
  );
}
