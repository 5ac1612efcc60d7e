/**
 * Reads a stored segment through, verifies every checksum and judges what is wrong; changes
 * nothing. Recovery acts on the verdict, an examination reports it: both say the same.
 *
 *   a bad entry, and another segment follows           damage
 *   entries missing up to the following segment        damage
 *   a bad entry in the last segment, and proof after   damage
 *     it that it was durable (see log-format.ts)
 *   a bad entry in the last segment without proof      torn tail of a write that was never
 *                                                      acknowledged
 *   entries past the first of a newer epoch's segment  a stale writer's, refused by that fence:
 *                                                      not read
 *
 * Damage to the last group of all cannot be told from a torn write; it counts as one.
 */
import type { SegmentHeader } from './log-format.ts';
import {
  latestGroupAfter,
  readSegmentHeader,
  type ScanEnd,
  type SegmentFile,
  scanSegment,
} from './segment-scan.ts';

export interface SegmentFault {
  /** torn: a start cuts off what follows. damaged: a start refuses. */
  readonly kind: 'torn' | 'damaged';
  readonly file: string;
  readonly offset: number;
  /** Of the entry that cannot be read. */
  readonly index: number;
  readonly why: string;
}

export interface SegmentVerdict {
  /** The index after the last entry that can be read. */
  readonly next: number;
  /** Where that entry ends. */
  readonly offset: number;
  readonly size: number;
  readonly fault: SegmentFault | undefined;
}

/** What follows a segment in its log. */
export interface FollowingSegment {
  readonly first: number;
  /** Undefined when its header cannot be read. */
  readonly epoch: number | undefined;
}

/** The header of the segment whose name says that it begins with `first`, or its fault. */
export async function judgeHeader(
  file: SegmentFile,
  first: number,
): Promise<SegmentHeader | SegmentFault> {
  const header = await readSegmentHeader(file);
  if (typeof header === 'string') return damage(file, { offset: 0, index: first, why: header });
  if (header.first === first) return header;
  const why = `its header says that it begins with ${header.first}`;
  return damage(file, { offset: 8, index: first, why });
}

/** Epochs only grow from segment to segment. */
export function judgeEpoch(
  file: SegmentFile,
  header: SegmentHeader,
  previousEpoch: number,
): SegmentFault | undefined {
  if (header.epoch >= previousEpoch) return undefined;
  const why = `epoch ${header.epoch} follows epoch ${previousEpoch}`;
  return damage(file, { offset: 16, index: header.first, why });
}

export async function judgeSegment(
  file: SegmentFile,
  first: number,
  following: FollowingSegment | undefined,
): Promise<SegmentVerdict> {
  const size = await file.size();
  const header = await judgeHeader(file, first);
  if ('kind' in header) return { next: first, offset: 0, size, fault: header };
  const until = following?.first ?? Number.POSITIVE_INFINITY;
  const end = await drain(scanSegment(file, header, until));
  const { index: next, offset } = end;
  const fault =
    following === undefined
      ? await faultOfLast(file, header, end)
      : faultOfClosed(file, { header, end, size, following });
  return { next, offset, size, fault };
}

/** A segment that another one follows must hold every entry up to it. */
function faultOfClosed(
  file: SegmentFile,
  found: {
    readonly header: SegmentHeader;
    readonly end: ScanEnd;
    readonly size: number;
    readonly following: FollowingSegment;
  },
): SegmentFault | undefined {
  const { header, end, size, following } = found;
  if (end.kind === 'bad') return damage(file, end);
  if (end.index < following.first) {
    const why = `entries ${end.index} to ${following.first - 1} are missing`;
    return damage(file, { ...end, why });
  }
  if (size > end.offset && following.epoch === header.epoch) {
    return damage(file, { ...end, why: 'there are bytes after its last entry' });
  }
  return undefined;
}

async function faultOfLast(
  file: SegmentFile,
  { salt }: SegmentHeader,
  end: ScanEnd,
): Promise<SegmentFault | undefined> {
  if (end.kind !== 'bad') return undefined;
  const { offset, index, why } = end;
  const latestGroup = await latestGroupAfter(file, offset, salt);
  if (latestGroup <= index) return { kind: 'torn', file: file.path, offset, index, why };
  const proof = `${why}, but a group that begins with entry ${latestGroup} was written after it`;
  return damage(file, { ...end, why: proof });
}

function damage(
  file: SegmentFile,
  { offset, index, why }: Pick<SegmentFault, 'offset' | 'index' | 'why'>,
): SegmentFault {
  return { kind: 'damaged', file: file.path, offset, index, why };
}

async function drain(scan: AsyncGenerator<unknown, ScanEnd>): Promise<ScanEnd> {
  for (;;) {
    const step = await scan.next();
    if (step.done === true) return step.value;
  }
}
