/** What an examination says of a log, against what opening it does; and that it changes nothing. */
import { describe, expect, it } from 'vitest';
import type { LogIndex } from '../../base/brand.ts';
import { systemClock } from '../../host/clock.ts';
import { type Disk, readWhole } from '../../host/disk.ts';
import { FaultyDisk } from '../../host/faulty-disk.ts';
import { seededRandom } from '../../host/random.ts';
import { examineLog, LocalLogs, type Log, readStoredLog, type StoredLog } from './api.ts';
import { entryBytes, SEGMENT_HEADER_BYTES } from './log-format.ts';

const FOLDER = '/data/shard-0';
const FIRST_SEGMENT = `${FOLDER}/00000000000000000000.log`;

describe('the examination of a log', () => {
  it('finds segments and entries of a sound log, also while it is open', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b', 'c']);
    const open = await reopen();
    await open.append(text('d'));
    const log = await examineLog(disk, FOLDER);
    expect(log).toMatchObject({ first: 0, soundUntil: 4, damage: undefined, tornTail: undefined });
    expect(log.segments.map(({ first, next, epoch }) => [first, next, epoch])).toEqual([
      [0, 3, 0],
      [3, 4, 1],
    ]);
    expect(await contents(disk, log)).toEqual(['a', 'b', 'c', 'd']);
    expect(await contents(disk, log, 2)).toEqual(['c', 'd']);
  });

  it('finds nothing in an empty log', async () => {
    const { disk, reopen } = await fixture();
    await (await reopen()).close();
    expect(await examineLog(disk, FOLDER)).toMatchObject({ first: 0, soundUntil: 0 });
  });

  it('reports a torn tail and leaves it where it is', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b', 'c']);
    const torn = await disk.open(FIRST_SEGMENT, 'update');
    const end = await torn.size();
    await torn.truncate(end - 3);
    const before = await readWhole(disk, FIRST_SEGMENT);
    const log = await examineLog(disk, FOLDER);
    expect(log.tornTail).toMatchObject({ offset: end - 40, bytes: 37, index: 2 });
    expect(log).toMatchObject({ soundUntil: 2, damage: undefined });
    expect(await readWhole(disk, FIRST_SEGMENT)).toEqual(before);
  });

  it('reports damage where opening refuses it, and reads on in the next segment', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b', 'c']);
    await appendAll(await reopen(), ['d']);
    disk.flipBits(FIRST_SEGMENT, SEGMENT_HEADER_BYTES + entryBytes(1) + 32, 1);
    const log = await examineLog(disk, FOLDER);
    const { file, offset, index } = log.damage ?? {};
    await expect(reopen()).rejects.toMatchObject({ name: 'LogCorruption', file, offset, index });
    expect(log.soundUntil).toBe(1);
    expect(await contents(disk, log)).toEqual(['a', 'd']);
  });

  it('reports a header that cannot be read and a segment that is missing', async () => {
    const { disk, reopen } = await fixture();
    for (const entry of ['a', 'b', 'c']) await appendAll(await reopen(), [entry]);
    disk.flipBits(FIRST_SEGMENT, 9, 1);
    await disk.remove(`${FOLDER}/00000000000000000001.log`);
    const log = await examineLog(disk, FOLDER);
    expect(log).toMatchObject({ soundUntil: 0, damage: { offset: 0, index: 0 } });
    expect(log.segments.map(({ epoch }) => epoch)).toEqual([undefined, 2]);
    expect(await contents(disk, log)).toEqual(['c']);
  });

  it('says the same as opening the log, whatever bit is flipped', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b']);
    await appendAll(await reopen(), ['c', 'd']);
    const last = `${FOLDER}/00000000000000000002.log`;
    const random = seededRandom(11);
    for (let round = 0; round < 200; round++) {
      const path = random.integer(2) === 0 ? FIRST_SEGMENT : last;
      const { length } = await readWhole(disk, path);
      const [offset, mask] = [random.integer(length), 1 << random.integer(8)];
      disk.flipBits(path, offset, mask);
      const { damage, tornTail } = await examineLog(disk, FOLDER);
      if (damage === undefined) {
        // Only the last group may be taken for torn; opening would cut it off, so it is not done.
        expect(tornTail?.file, `bit ${mask} at ${offset} of ${path}`).toBe(last);
      } else {
        const { file, offset, index } = damage;
        await expect(reopen()).rejects.toMatchObject({ file, offset, index });
      }
      disk.flipBits(path, offset, mask);
    }
    expect(await examineLog(disk, FOLDER)).toMatchObject({ soundUntil: 4, damage: undefined });
  });

  it('takes a segment that grows meanwhile for what it was at the beginning', async () => {
    const { disk, reopen } = await fixture();
    const open = await reopen();
    await open.append(text('a'));
    const growing = {
      list: (folder: string) => disk.list(folder),
      async open(path: string, mode: 'read') {
        const file = await disk.open(path, mode);
        return {
          path,
          read: (into: Uint8Array, at: number) => file.read(into, at),
          close: () => file.close(),
          async size() {
            const size = await file.size();
            await open.append(text('later'));
            return size;
          },
        };
      },
    } as unknown as Disk;
    const log = await examineLog(growing, FOLDER);
    expect(log).toMatchObject({ soundUntil: 1, damage: undefined, tornTail: undefined });
  });
});

async function fixture() {
  const disk = new FaultyDisk();
  await disk.makeFolder('/data');
  const lease = { stillHeld: () => true };
  const random = seededRandom(3);
  const options = { folder: '/data', disk, clock: systemClock, random, lease };
  const reopen = (): Promise<Log> =>
    new LocalLogs({ ...options, segmentBytes: 2048 }).open('shard-0', { writer: 'test' });
  return { disk, reopen };
}

async function appendAll(log: Log, entries: readonly string[]): Promise<void> {
  for (const entry of entries) await log.append(text(entry));
  await log.close();
}

async function contents(disk: Disk, log: StoredLog, from = 0): Promise<string[]> {
  const found: string[] = [];
  for await (const { payload } of readStoredLog(disk, log, from as LogIndex)) {
    found.push(Buffer.from(payload).toString());
  }
  return found;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
