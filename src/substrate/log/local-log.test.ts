/** Damage, failures and power cuts of the local log, on a simulated disk. */
import { describe, expect, it } from 'vitest';
import type { LogIndex } from '../../base/brand.ts';
import { systemClock } from '../../host/clock.ts';
import { FaultyDisk, type Loss } from '../../host/faulty-disk.ts';
import { seededRandom } from '../../host/random.ts';
import {
  LocalLogs,
  type Log,
  LogCorruption,
  LogFailed,
  type LogFlush,
  type LogRecovery,
  StaleWriter,
} from './api.ts';
import {
  encodeEntry,
  encodeSegmentHeader,
  entryBytes,
  SEGMENT_HEADER_BYTES,
} from './log-format.ts';

const FOLDER = '/data/shard-0';
const FIRST_SEGMENT = `${FOLDER}/00000000000000000000.log`;

describe('local log recovery', () => {
  it('cuts a torn tail, reports it and goes on after it', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b', 'c']);
    const torn = await disk.open(FIRST_SEGMENT, 'update');
    const end = await torn.size();
    await torn.truncate(end - 3);

    const recoveries: LogRecovery[] = [];
    const log = await reopen({ recovered: (recovery) => recoveries.push(recovery) });
    expect(recoveries[0]?.tornTail).toEqual({ file: FIRST_SEGMENT, offset: end - 40, bytes: 37 });
    expect(await contents(log)).toEqual(['a', 'b']);
    expect(await log.append(text('d'))).toBe(2);
    expect(await contents(await reopen())).toEqual(['a', 'b', 'd']);
  });

  it('refuses a damaged entry with later groups after it, naming file, offset and index', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b', 'c']);
    const offset = SEGMENT_HEADER_BYTES + entryBytes(1);
    disk.flipBits(FIRST_SEGMENT, offset + 32, 1);
    const error = await reopen().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LogCorruption);
    expect(error).toMatchObject({ file: FIRST_SEGMENT, offset, index: 1 });
  });

  it('refuses a damaged length with later groups after it', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b', 'c']);
    disk.flipBits(FIRST_SEGMENT, SEGMENT_HEADER_BYTES + 5, 0x40);
    await expect(reopen()).rejects.toMatchObject({ name: 'LogCorruption', index: 0 });
  });

  it('takes a hole inside the last group for what it is, a torn write', async () => {
    const { disk, reopen } = await fixture();
    const log = await reopen();
    await log.append(text('a'));
    await Promise.all(['b', 'c', 'd'].map((entry) => log.append(text(entry))));
    await log.close();
    disk.flipBits(FIRST_SEGMENT, SEGMENT_HEADER_BYTES + 2 * entryBytes(1) + 32, 1);
    expect(await contents(await reopen())).toEqual(['a', 'b']);
  });

  it('refuses any damage in a segment that another one follows', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a', 'b']);
    await appendAll(await reopen(), ['c']);
    const last = SEGMENT_HEADER_BYTES + entryBytes(1) + 32;
    disk.flipBits(FIRST_SEGMENT, last, 1);
    await expect(reopen()).rejects.toMatchObject({ name: 'LogCorruption', index: 1 });
  });

  it('refuses a damaged segment header', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a']);
    disk.flipBits(FIRST_SEGMENT, 9, 1);
    await expect(reopen()).rejects.toMatchObject({ name: 'LogCorruption', offset: 0 });
  });

  it('refuses a log that lacks a segment', async () => {
    const { disk, reopen } = await fixture();
    for (const entry of ['a', 'b', 'c']) await appendAll(await reopen(), [entry]);
    await disk.remove(`${FOLDER}/00000000000000000001.log`);
    await expect(reopen()).rejects.toMatchObject({ name: 'LogCorruption', index: 1 });
  });

  it('does not read what a stale writer left behind its successor', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a']);
    await appendAll(await reopen(), ['b']);
    const file = await disk.open(FIRST_SEGMENT, 'update');
    await file.write([text('late bytes of a frozen writer')], await file.size());
    expect(await contents(await reopen())).toEqual(['a', 'b']);
  });

  it('syncs what a killed process had only written', async () => {
    const { disk, reopen } = await fixture();
    await (await reopen()).close();
    const header = { first: 0, epoch: 7, salt: 5 };
    const bytes = new Uint8Array(entryBytes(1));
    const target = { bytes, view: new DataView(bytes.buffer) };
    encodeEntry(target, 0, { index: 0, groupFirst: 0, epoch: 7, salt: 5 }, text('k'));
    const file = await disk.open(FIRST_SEGMENT, 'update');
    await file.write([encodeSegmentHeader(header), bytes], 0);
    await (await reopen()).append(text('l'));
    disk.powerCut('everything', seededRandom(1));
    expect(await contents(await reopen())).toEqual(['k', 'l']);
  });

  it('removes a segment that a crash left without its name', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a']);
    await disk.open(`${FOLDER}/00000000000000000001.log.new`, 'create');
    expect(await contents(await reopen())).toEqual(['a']);
  });
});

describe('local log failures', () => {
  it.each(['write', 'datasync'] as const)('stops for good when a %s fails', async (operation) => {
    const { disk, reopen } = await fixture();
    const failures: string[] = [];
    const log = await reopen({ failed: (_name, cause) => failures.push(cause.message) });
    await log.append(text('a'));
    disk.failNth(operation, 1);
    const first = log.append(text('b'));
    const second = log.append(text('c'));
    await expect(first).rejects.toBeInstanceOf(LogFailed);
    await expect(second).rejects.toBeInstanceOf(LogFailed);
    await expect(log.append(text('d'))).rejects.toBeInstanceOf(LogFailed);
    expect(failures).toEqual([`EIO: ${operation}`]);
    expect(await contents(log)).toEqual(['a']);
  });

  it('recovers from a write that stopped half way', async () => {
    const { disk, reopen } = await fixture();
    const log = await reopen();
    await log.append(text('a'));
    disk.failNth('write', 1, { keepBytes: 20 });
    await expect(log.append(text('b'))).rejects.toBeInstanceOf(LogFailed);
    expect(await contents(await reopen())).toEqual(['a']);
  });

  it('does not acknowledge when the lease was lost during the sync', async () => {
    let answers = 3; // Before and after the first write, and before the second.
    const { reopen } = await fixture({ stillHeld: () => answers-- > 0 });
    const log = await reopen();
    await log.append(text('a'));
    await expect(log.append(text('b'))).rejects.toBeInstanceOf(StaleWriter);
    await expect(log.append(text('c'))).rejects.toBeInstanceOf(StaleWriter);
  });

  it('never overwrites the segment of an owner that overtook it', async () => {
    const { reopen } = await fixture();
    const frozen = await reopen();
    await frozen.append(new Uint8Array(3000)); // The next append needs a new segment.
    const owner = await reopen();
    await owner.append(text('of the owner'));
    await expect(frozen.append(text('late'))).rejects.toBeInstanceOf(LogFailed);
    await owner.append(text('and more'));
    expect((await contents(await reopen())).slice(1)).toEqual(['of the owner', 'and more']);
  });

  it('can be opened again after an opening failed', async () => {
    const { disk, reopen } = await fixture();
    await appendAll(await reopen(), ['a']);
    disk.failNth('open', 1);
    await expect(reopen()).rejects.toThrow('EIO');
    expect(await contents(await reopen())).toEqual(['a']);
  });
});

describe('local log group commit', () => {
  it('syncs once for all appends of a turn, and once for those that came meanwhile', async () => {
    const flushes: LogFlush[] = [];
    const { disk, reopen } = await fixture();
    const log = await reopen({ flushed: (flush) => flushes.push(flush) });
    const before = disk.calls.get('datasync') ?? 0;
    const first = ['a', 'b', 'c'].map((entry) => log.append(text(entry)));
    void first[0]?.then(() => Promise.all(['d', 'e'].map((entry) => log.append(text(entry)))));
    await Promise.all(first);
    while (log.durable < 5) await new Promise((resolve) => setImmediate(resolve));
    expect((disk.calls.get('datasync') ?? 0) - before).toBe(2);
    expect(flushes.map((flush) => flush.entries)).toEqual([3, 2]);
  });
});

describe('local log under power cuts', () => {
  const losses: readonly Loss[] = ['everything', 'nothing', 'after-a-point', 'torn'];
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);

  it.each(losses)('keeps every acknowledged entry when it loses %s', async (loss) => {
    for (const seed of seeds) await cutRepeatedly(loss, seed);
  });
});

/** Writes, cuts the power at a random moment and recovers, several times over. */
async function cutRepeatedly(loss: Loss, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const { disk, reopen } = await fixture();
  let acknowledged: string[] = [];
  let count = 0;
  for (let round = 0; round < 4; round++) {
    const log = await reopen();
    const found = await contents(log);
    expect(found.slice(0, acknowledged.length), `seed ${seed}`).toEqual(acknowledged);
    acknowledged = found;

    const turns = random.integer(12);
    for (let turn = 0; turn < turns; turn++) {
      for (let i = random.integer(4); i > 0; i--) {
        const entry = `${count++}`.padEnd(1 + random.integer(900), '.');
        const at = log.next;
        log.append(text(entry)).then(
          () => {
            acknowledged[at] = entry;
          },
          () => {}, // Cut short by the power; not acknowledged.
        );
      }
      if (random.integer(3) > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    disk.powerCut(loss, random);
    await log.close().catch(() => {});
  }
}

async function fixture(lease = { stillHeld: () => true }) {
  const disk = new FaultyDisk();
  await disk.makeFolder('/data');
  const random = seededRandom(3);
  type Observer = NonNullable<ConstructorParameters<typeof LocalLogs>[0]['observer']>;
  /** As a new process would: nothing is known of the owner before. */
  const reopen = (observer: Observer = {}): Promise<Log> => {
    const options = { folder: '/data', disk, clock: systemClock, random, lease, observer };
    return new LocalLogs({ ...options, segmentBytes: 2048 }).open('shard-0', { writer: 'test' });
  };
  return { disk, reopen };
}

/** One group each, then closed. */
async function appendAll(log: Log, entries: readonly string[]): Promise<void> {
  for (const entry of entries) await log.append(text(entry));
  await log.close();
}

async function contents(log: Log): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of log.read(log.first as LogIndex)) {
    found.push(Buffer.from(entry.payload).toString());
  }
  return found;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
