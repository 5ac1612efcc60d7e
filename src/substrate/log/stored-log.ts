/**
 * A log as it lies on the disk, for whoever only looks: nothing is locked, cut off or created.
 *
 * It also works beside a server that is writing. Of each segment only the bytes are looked at that
 * it had when the examination began, and a group is written only after the one before it was
 * synced; so what is found is a prefix of the log, and its torn tail is a write under way. Segments
 * that are trimmed away meanwhile are left out.
 */
import type { LogIndex } from '../../base/brand.ts';
import { type Disk, type DiskFile, isMissing } from '../../host/disk.ts';
import { judgeEpoch, judgeHeader, judgeSegment, type SegmentFault } from './judge-segment.ts';
import { LogCorruption, type LogEntry, LogTrimmed } from './log.ts';
import { parseSegmentName, type SegmentHeader, segmentName } from './log-format.ts';
import { type SegmentFile, scanSegment } from './segment-scan.ts';

export interface StoredFault extends SegmentFault {
  /** From the place of the fault to the end of its file. */
  readonly bytes: number;
}

export interface StoredSegment {
  readonly file: string;
  readonly first: LogIndex;
  /** The index after the last entry that can be read. */
  readonly next: LogIndex;
  /** Undefined when the header cannot be read. */
  readonly epoch: number | undefined;
  readonly bytes: number;
  readonly fault: StoredFault | undefined;
}

export interface StoredLog {
  /** Oldest first. */
  readonly segments: readonly StoredSegment[];
  readonly first: LogIndex;
  /** All entries from `first` to below this can be read. */
  readonly soundUntil: LogIndex;
  /** The first place for which a start would refuse. */
  readonly damage: StoredFault | undefined;
  /** What a start would cut off, if it did not refuse. */
  readonly tornTail: StoredFault | undefined;
}

/** Reads and verifies all of the log in `folder`. */
export async function examineLog(disk: Disk, folder: string): Promise<StoredLog> {
  const found = await findSegments(disk, folder);
  const segments: StoredSegment[] = [];
  let epoch = 0;
  for (const [at, segment] of found.entries()) {
    const examined = await examineSegment(disk, segment, {
      previousEpoch: epoch,
      following: found[at + 1],
    });
    if (examined !== undefined) segments.push(examined);
    epoch = segment.header?.epoch ?? epoch;
  }
  const faults = segments.flatMap(({ fault }) => fault ?? []);
  const damaged = segments.find(({ fault }) => fault?.kind === 'damaged');
  return {
    segments,
    first: segments[0]?.first ?? (0 as LogIndex),
    soundUntil: (damaged ?? segments.at(-1))?.next ?? (0 as LogIndex),
    damage: damaged?.fault,
    tornTail: faults.find(({ kind }) => kind === 'torn'),
  };
}

/**
 * The entries from `from` on that can be read. After damage it goes on with the next segment, so
 * indexes may jump; below `soundUntil` they do not. Throws LogTrimmed when a server has trimmed
 * the log since it was examined.
 */
export async function* readStoredLog(
  disk: Disk,
  log: StoredLog,
  from: LogIndex,
): AsyncGenerator<LogEntry> {
  for (const { file: path, first, next } of log.segments) {
    if (next <= from || next === first) continue;
    const file = await openIfThere(disk, path);
    if (file === undefined) throw new LogTrimmed(`${path} was trimmed away just now`);
    try {
      const header = await judgeHeader(file, first);
      if ('kind' in header) throw new LogCorruption(header, header.why);
      for await (const entries of scanSegment(file, header, next)) {
        for (const entry of entries) if (entry.index >= from) yield entry;
      }
    } finally {
      await file.close();
    }
  }
}

interface FoundSegment {
  readonly path: string;
  readonly first: number;
  readonly size: number;
  /** Undefined when it cannot be read. */
  readonly header: SegmentHeader | undefined;
}

async function findSegments(disk: Disk, folder: string): Promise<FoundSegment[]> {
  const found: FoundSegment[] = [];
  for (const { name } of await disk.list(folder)) {
    const first = parseSegmentName(name);
    if (first === undefined) continue;
    const path = `${folder}/${segmentName(first)}`;
    const file = await openIfThere(disk, path);
    if (file === undefined) continue;
    try {
      const header = await judgeHeader(file, first);
      const size = await file.size();
      found.push({ path, first, size, header: 'kind' in header ? undefined : header });
    } finally {
      await file.close();
    }
  }
  return found;
}

/** Undefined when it has been trimmed away. */
async function examineSegment(
  disk: Disk,
  { path, first, size, header }: FoundSegment,
  around: { readonly previousEpoch: number; readonly following: FoundSegment | undefined },
): Promise<StoredSegment | undefined> {
  const file = await openIfThere(disk, path);
  if (file === undefined) return undefined;
  try {
    const { following, previousEpoch } = around;
    const prefix = prefixOf(file, size);
    const verdict = await judgeSegment(
      prefix,
      first,
      following && { first: following.first, epoch: following.header?.epoch },
    );
    const fault = verdict.fault ?? (header && judgeEpoch(prefix, header, previousEpoch));
    return {
      file: path,
      first: first as LogIndex,
      next: verdict.next as LogIndex,
      epoch: header?.epoch,
      bytes: size,
      fault: fault && { ...fault, bytes: size - fault.offset },
    };
  } finally {
    await file.close();
  }
}

async function openIfThere(disk: Disk, path: string): Promise<DiskFile | undefined> {
  try {
    return await disk.open(path, 'read');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The first bytes of a file that may be growing. */
function prefixOf(file: SegmentFile, bytes: number): SegmentFile {
  return {
    path: file.path,
    read: (into, at) => file.read(into.subarray(0, Math.max(0, bytes - at)), at),
    size: () => Promise.resolve(bytes),
  };
}
