/**
 * Brings the segments of a log back after any end of the process, clean or not.
 *
 * Every segment is read through and every checksum verified. What is then wrong is judged:
 *
 *   a bad entry in any segment but the last            damage: refuse to open
 *   entries missing between two segments               damage
 *   a bad entry in the last segment, and proof after   damage
 *     it that it was durable (see log-format.ts)
 *   a bad entry in the last segment without proof      torn tail of a write that was never
 *                                                      acknowledged: cut off and reported
 *   entries past the first of a newer epoch's segment  a stale writer's, refused by that fence:
 *                                                      not read
 *
 * Bytes that a killed process had written but not synced are synced here, before anything relies
 * on them. Damage to the last group of all cannot be told from a torn write; it is reported as one.
 */
import { known } from '../../base/assert.ts';
import type { Disk, DiskFile } from '../../host/disk.ts';
import { LogCorruption, type LogRecovery } from './log.ts';
import { parseSegmentName, SEGMENT_HEADER_BYTES, segmentName } from './log-format.ts';
import { latestGroupAfter, readSegmentHeader, type ScanEnd, scanSegment } from './segment-scan.ts';

export interface Segment {
  readonly path: string;
  readonly first: number;
  readonly epoch: number;
}

export interface Recovered {
  /** Oldest first. */
  readonly segments: readonly Segment[];
  readonly next: number;
  /** Of the last writer; -1 if there was none. */
  readonly epoch: number;
  readonly bytes: number;
  readonly tornTail: LogRecovery['tornTail'];
}

export const DRAFT_SUFFIX = '.new';

export async function recoverSegments(disk: Disk, folder: string): Promise<Recovered> {
  const segments = await listSegments(disk, folder);
  let bytes = 0;
  for (const [at, segment] of segments.entries()) {
    const following = segments[at + 1];
    if (following === undefined) break;
    bytes += await verifyClosed(disk, segment, following);
  }
  const last = segments.at(-1);
  if (last === undefined) return { segments, next: 0, epoch: -1, bytes: 0, tornTail: undefined };

  const tail = await recoverLast(disk, last);
  return {
    segments,
    next: tail.next,
    epoch: last.epoch,
    bytes: bytes + tail.bytes,
    tornTail: tail.tornTail,
  };
}

async function listSegments(disk: Disk, folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const { name } of await disk.list(folder)) {
    // Left by a crash between creating a segment and giving it its name.
    if (name.endsWith(`.log${DRAFT_SUFFIX}`)) await disk.remove(`${folder}/${name}`);
    const first = parseSegmentName(name);
    if (first === undefined) continue;
    const path = `${folder}/${segmentName(first)}`;
    const { epoch } = await withFile(disk, path, (file) => checkedHeader(file, first));
    const before = segments.at(-1);
    if (before !== undefined && epoch < before.epoch) {
      throw damage(path, 16, first, `epoch ${epoch} follows epoch ${before.epoch}`);
    }
    segments.push({ path, first, epoch });
  }
  return segments;
}

async function checkedHeader(file: DiskFile, first: number) {
  const header = await readSegmentHeader(file);
  if (typeof header === 'string') throw damage(file.path, 0, first, header);
  if (header.first !== first) {
    throw damage(file.path, 8, first, `its header says that it begins with ${header.first}`);
  }
  return header;
}

/** A segment that another one follows must hold every entry up to it. */
function verifyClosed(disk: Disk, segment: Segment, following: Segment): Promise<number> {
  return withFile(disk, segment.path, async (file) => {
    const header = await checkedHeader(file, segment.first);
    const end = await drain(scanSegment(file, header, following.first));
    if (end.kind === 'bad') throw damage(file.path, end.offset, end.index, end.why);
    if (end.index < following.first) {
      const missing = `entries ${end.index} to ${following.first - 1} are missing`;
      throw damage(file.path, end.offset, end.index, missing);
    }
    const size = await file.size();
    if (size > end.offset && following.epoch === segment.epoch) {
      throw damage(file.path, end.offset, end.index, 'there are bytes after its last entry');
    }
    return end.offset;
  });
}

function recoverLast(disk: Disk, segment: Segment) {
  return withFile(disk, segment.path, async (file) => {
    const header = await checkedHeader(file, segment.first);
    const end = await drain(scanSegment(file, header, Number.POSITIVE_INFINITY));
    if (end.kind === 'bad') await requireTorn(file, end, header.salt);

    const size = await file.size();
    let tornTail: LogRecovery['tornTail'];
    if (size > end.offset) {
      tornTail = { file: file.path, offset: end.offset, bytes: size - end.offset };
      await file.truncate(end.offset);
    }
    await file.datasync();
    return { next: end.index, bytes: end.offset - SEGMENT_HEADER_BYTES, tornTail };
  });
}

async function requireTorn(file: DiskFile, end: ScanEnd, salt: number): Promise<void> {
  const latestGroup = await latestGroupAfter(file, end.offset, salt);
  if (latestGroup > end.index) {
    const proof = `${end.why}, but a group that begins with entry ${latestGroup} was written after it`;
    throw damage(file.path, end.offset, end.index, proof);
  }
}

async function drain(scan: AsyncGenerator<unknown, ScanEnd>): Promise<ScanEnd> {
  for (;;) {
    const step = await scan.next();
    if (step.done === true) return known(step.value, 'the end of the scan');
  }
}

async function withFile<T>(
  disk: Disk,
  path: string,
  use: (file: DiskFile) => Promise<T>,
): Promise<T> {
  const file = await disk.open(path, 'update');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

function damage(file: string, offset: number, index: number, what: string): LogCorruption {
  return new LogCorruption({ file, offset, index }, what);
}
