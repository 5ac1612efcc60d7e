/** What every log promises, run against each implementation. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { LogIndex } from '../../base/brand.ts';
import { LOG_ENTRY_BYTES_MAX, LOG_QUEUE_BYTES_MAX } from '../../base/limits.ts';
import { systemClock } from '../../host/clock.ts';
import { FaultyDisk } from '../../host/faulty-disk.ts';
import { nodeDisk } from '../../host/node-disk.ts';
import { seededRandom, systemRandom } from '../../host/random.ts';
import {
  InMemoryLogs,
  LocalLogs,
  type Log,
  LogClosed,
  type Logs,
  LogTrimmed,
  StaleWriter,
} from './api.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const lease = { stillHeld: () => true };
const clock = systemClock;
/** Small, so that the tests roll. */
const segmentBytes = 4096;

const implementations: Record<string, () => Promise<Logs>> = {
  'in memory': async () => new InMemoryLogs(),
  'local on a real disk': async () => {
    const folder = await mkdtemp(`${tmpdir()}/tessera-log-`);
    cleanups.push(() => rm(folder, { recursive: true }));
    return new LocalLogs({
      folder,
      disk: nodeDisk,
      clock,
      random: systemRandom,
      lease,
      segmentBytes,
    });
  },
  'local on a simulated disk': async () => {
    const disk = new FaultyDisk();
    await disk.makeFolder('/logs');
    const random = seededRandom(1);
    return new LocalLogs({ folder: '/logs', disk, clock, random, lease, segmentBytes });
  },
};

describe.each(Object.entries(implementations))('log %s', (_name, create) => {
  it('begins empty and numbers its entries from zero', async () => {
    const log = await open(await create());
    expect([log.first, log.durable, log.next]).toEqual([0, 0, 0]);
    expect(await log.append(text('a'))).toBe(0);
    expect(await log.append(text('b'))).toBe(1);
    expect([log.first, log.durable, log.next]).toEqual([0, 2, 2]);
    expect(await contents(log)).toEqual(['0:a', '1:b']);
  });

  it('moves next at once and resolves appends in order', async () => {
    const log = await open(await create());
    const order: number[] = [];
    const appends = ['a', 'b', 'c'].map(async (entry) => order.push(await log.append(text(entry))));
    expect(log.next).toBe(3);
    await Promise.all(appends);
    expect(order).toEqual([0, 1, 2]);
  });

  it('copies what it is given before append returns', async () => {
    const log = await open(await create());
    const entry = text('mine');
    const appended = log.append(entry);
    entry.fill(0);
    await appended;
    expect(await contents(log)).toEqual(['0:mine']);
  });

  it('keeps empty entries and large ones', async () => {
    const log = await open(await create());
    const large = systemRandom.bytes(3_000_001);
    await Promise.all([log.append(text('')), log.append(large), log.append(text('after'))]);
    const found = await collect(log, 0);
    expect(found.map((entry) => entry.length)).toEqual([0, large.length, 5]);
    expect(Buffer.compare(found[1]!, large)).toBe(0);
  });

  it('keeps everything over a close and a new open', async () => {
    const logs = await create();
    const log = await open(logs);
    for (let i = 0; i < 300; i++) void log.append(text(`entry ${i}`));
    await log.append(text('last'));
    await log.close();
    const again = await open(logs);
    expect([again.first, again.durable, again.next]).toEqual([0, 301, 301]);
    const found = await contents(again);
    expect(found).toHaveLength(301);
    expect(found[299]).toBe('299:entry 299');
    expect(await again.append(text('more'))).toBe(301);
  });

  it('reads from any position, and nothing at its end', async () => {
    const log = await open(await create());
    for (let i = 0; i < 200; i++) void log.append(systemRandom.bytes(100));
    await log.append(text('z'));
    expect(await collect(log, 150)).toHaveLength(51);
    expect(await contents(log, 200)).toEqual(['200:z']);
    expect(await contents(log, 201)).toEqual([]);
  });

  it('reads to what was durable when read() was called', async () => {
    const log = await open(await create());
    await log.append(text('a'));
    const entries = log.read(0 as LogIndex);
    await log.append(text('b'));
    const found: number[] = [];
    for await (const entry of entries) found.push(entry.index);
    expect(found).toEqual([0]);
  });

  it('lets go of trimmed entries and says so to a late reader', async () => {
    const logs = await create();
    const log = await open(logs);
    for (let i = 0; i < 30; i++) await log.append(systemRandom.bytes(1000));
    await log.trim(20 as LogIndex);
    expect(log.first).toBeGreaterThan(10);
    expect(log.first).toBeLessThanOrEqual(20);
    expect(await collect(log, 20)).toHaveLength(10);
    await expect(collect(log, 0)).rejects.toBeInstanceOf(LogTrimmed);
    await log.close();
    const again = await open(logs);
    expect([again.first, again.next]).toEqual([log.first, 30]);
  });

  it('keeps its position when everything is trimmed', async () => {
    const logs = await create();
    const log = await open(logs);
    for (let i = 0; i < 30; i++) await log.append(systemRandom.bytes(1000));
    await log.trim(30 as LogIndex);
    await log.close();
    const again = await open(logs);
    expect(again.next).toBe(30);
    expect(await again.append(text('on'))).toBe(30);
  });

  it('refuses an earlier owner once a new one has opened it', async () => {
    const logs = await create();
    const old = await open(logs);
    const accepted = old.append(text('accepted'));
    const fresh = await logs.open('shard-0', { writer: 'b' });
    await accepted;
    await expect(old.append(text('stale'))).rejects.toBeInstanceOf(StaleWriter);
    await fresh.append(text('fresh'));
    expect(await contents(fresh)).toEqual(['0:accepted', '1:fresh']);
  });

  it('refuses appends after close, and closes twice', async () => {
    const log = await open(await create());
    const last = log.append(text('last'));
    await Promise.all([log.close(), log.close()]);
    expect(await last).toBe(0);
    await expect(log.append(text('late'))).rejects.toBeInstanceOf(LogClosed);
  });

  it('keeps logs of different names apart and lists them', async () => {
    const logs = await create();
    const a = await logs.open('shard-1', { writer: 'a' });
    const b = await logs.open('metadata', { writer: 'a' });
    await a.append(text('of a'));
    await b.append(text('of b'));
    expect(await contents(a)).toEqual(['0:of a']);
    expect(await contents(b)).toEqual(['0:of b']);
    expect(await logs.list()).toEqual(['metadata', 'shard-1']);
  });
});

describe('local log', () => {
  it('refuses more than the queue holds, and takes entries again later', async () => {
    const log = await open(await implementations['local on a real disk']!());
    const entry = new Uint8Array(LOG_ENTRY_BYTES_MAX);
    const fitting = Math.floor(LOG_QUEUE_BYTES_MAX / (LOG_ENTRY_BYTES_MAX + 32));
    const accepted = Array.from({ length: fitting }, () => log.append(entry));
    await expect(log.append(entry)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await Promise.all(accepted);
    expect(await log.append(text('now'))).toBe(fitting);
  });
});

function open(logs: Logs): Promise<Log> {
  return logs.open('shard-0', { writer: 'a' });
}

async function collect(log: Log, from: number): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const entry of log.read(from as LogIndex)) {
    expect(entry.index).toBe(from + found.length);
    found.push(entry.payload);
  }
  return found;
}

async function contents(log: Log, from = 0): Promise<string[]> {
  const found = await collect(log, from);
  return found.map((payload, at) => `${from + at}:${Buffer.from(payload).toString()}`);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
