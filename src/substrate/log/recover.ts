/**
 * Brings the segments of a log back after any end of the process, clean or not.
 *
 * Every segment is read through and every checksum verified; judge-segment.ts says what is wrong.
 * Damage refuses to open. A torn tail is cut off and reported.
 *
 * Bytes that a killed process had written but not synced are synced here, before anything relies
 * on them.
 */
import type { Disk, DiskFile } from '../../host/disk.ts';
import { judgeEpoch, judgeHeader, judgeSegment, type SegmentFault } from './judge-segment.ts';
import { LogCorruption, type LogRecovery } from './log.ts';
import { parseSegmentName, SEGMENT_HEADER_BYTES, segmentName } from './log-format.ts';

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
    const previousEpoch = segments.at(-1)?.epoch ?? 0;
    const epoch = await withFile(disk, path, async (file) => {
      const header = await judgeHeader(file, first);
      if ('kind' in header) throw corruption(header);
      const fault = judgeEpoch(file, header, previousEpoch);
      if (fault !== undefined) throw corruption(fault);
      return header.epoch;
    });
    segments.push({ path, first, epoch });
  }
  return segments;
}

function verifyClosed(disk: Disk, segment: Segment, following: Segment): Promise<number> {
  return withFile(disk, segment.path, async (file) => {
    const { fault, offset } = await judgeSegment(file, segment.first, following);
    if (fault !== undefined) throw corruption(fault);
    return offset;
  });
}

function recoverLast(disk: Disk, segment: Segment) {
  return withFile(disk, segment.path, async (file) => {
    const { fault, offset, size, next } = await judgeSegment(file, segment.first, undefined);
    if (fault?.kind === 'damaged') throw corruption(fault);

    let tornTail: LogRecovery['tornTail'];
    if (size > offset) {
      tornTail = { file: file.path, offset, bytes: size - offset };
      await file.truncate(offset);
    }
    await file.datasync();
    return { next, bytes: offset - SEGMENT_HEADER_BYTES, tornTail };
  });
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

function corruption(fault: SegmentFault): LogCorruption {
  return new LogCorruption(fault, fault.why);
}
