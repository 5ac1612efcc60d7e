import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { FolderLocked, type FolderLockOptions, folderHolder, lockFolder } from './folder-lock.ts';
import { nodeDisk } from './node-disk.ts';
import { type ProcessIdentity, type ProcessVerdict, systemProcesses } from './process-table.ts';
import { seededRandom, systemRandom } from './random.ts';
import { systemTimers } from './timers.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('folder lock between processes', () => {
  it('is refused to this process while another one holds it, and free once that is killed', async () => {
    const folder = await mkdtemp(`${tmpdir()}/tessera-lock-`);
    cleanups.push(() => rm(folder, { recursive: true }));
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    cleanups.push(() => void holder.kill('SIGKILL'));
    await once(holder, 'spawn');
    const identity = systemProcesses.identify(holder.pid!);
    await lockFolder({
      ...realOptions(folder),
      processes: { self: () => identity, verdict: systemProcesses.verdict },
      timers: { ...systemTimers, every: () => () => {} },
    });

    await expect(lockFolder(realOptions(folder))).rejects.toThrow(
      `in use by process ${holder.pid}`,
    );
    expect(await folderHolder(realOptions(folder))).toEqual({ pid: holder.pid, certain: true });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await folderHolder(realOptions(folder))).toBeUndefined();
    const lock = await lockFolder(realOptions(folder));
    expect(lock.stillHeld()).toBe(true);
    expect(await readdir(folder)).toEqual([lock.name]);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused to a second holder in one process', async () => {
    const folder = await mkdtemp(`${tmpdir()}/tessera-lock-`);
    cleanups.push(() => rm(folder, { recursive: true }));
    const lock = await lockFolder(realOptions(folder));
    await expect(lockFolder(realOptions(folder))).rejects.toBeInstanceOf(FolderLocked);
    await lock.release();
    await (await lockFolder(realOptions(folder))).release();
  });
});

describe('folder lock', () => {
  it('goes to at most one of many that come at once', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const world = newWorld();
      const contenders = [1, 2, 3, 4].map((pid) => lockFolder(world.options(pid, seed * 10 + pid)));
      const settled = await Promise.allSettled(contenders);
      const winners = settled.filter((result) => result.status === 'fulfilled');
      expect(winners.length).toBeLessThanOrEqual(1);
      expect(await world.disk.list('/data')).toHaveLength(winners.length);
    }
  });

  it('is taken from a holder that cannot be seen only after its beat has stopped', async () => {
    const world = newWorld();
    world.verdict = () => 'unknown';
    let lost: Error | undefined;
    const options = world.options(1, 1);
    const holder = await lockFolder({ ...options, onLost: (cause) => (lost = cause) });
    const beating = lockFolder(world.options(2, 2));
    await expect(beating).rejects.toBeInstanceOf(FolderLocked);

    world.frozen.add(1);
    const taken = await lockFolder(world.options(3, 3));
    expect(taken.stillHeld()).toBe(true);
    expect(holder.stillHeld()).toBe(false);
    world.frozen.delete(1);
    await world.advance(2_000);
    expect(lost).toBeInstanceOf(FolderLocked);
    await holder.release();
    expect(await world.disk.list('/data')).toHaveLength(1);
  });

  it('is not trusted by a holder that has not beaten for too long', async () => {
    const world = newWorld();
    const lock = await lockFolder(world.options(1, 1));
    world.frozen.add(1);
    await world.advance(7_000);
    expect(lock.stillHeld()).toBe(true);
    await world.advance(2_000);
    expect(lock.stillHeld()).toBe(false);
    world.frozen.delete(1);
    await world.advance(2_000);
    expect(lock.stillHeld()).toBe(true);
  });
});

function realOptions(folder: string): FolderLockOptions {
  const onLost = (cause: Error) => {
    throw cause;
  };
  return {
    folder,
    disk: nodeDisk,
    processes: systemProcesses,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    onLost,
  };
}

/** Processes by number on one simulated disk, with a clock that moves when somebody sleeps. */
function newWorld() {
  const disk = new FaultyDisk();
  void disk.makeFolder('/data');
  const periodic = new Set<{
    dueMs: number;
    readonly pid: number;
    readonly periodMs: number;
    readonly callback: () => void;
  }>();
  let nowMs = 0;
  const world = {
    disk,
    /** Processes that get no time. */
    frozen: new Set<number>(),
    verdict: (_other: ProcessIdentity): ProcessVerdict => 'alive',
    async advance(byMs: number) {
      for (const endMs = nowMs + byMs; nowMs < endMs; nowMs += 100) {
        for (const timer of periodic) {
          if (timer.dueMs > nowMs) continue;
          timer.dueMs += timer.periodMs;
          if (!world.frozen.has(timer.pid)) timer.callback();
        }
        for (let i = 0; i < 20; i++) await Promise.resolve();
      }
    },
    options(pid: number, seed: number): FolderLockOptions {
      return {
        disk,
        folder: '/data',
        random: seededRandom(seed),
        clock: { nowMs: () => nowMs, elapsedMs: () => nowMs },
        processes: {
          self: () => ({ pid, startedAt: '1', space: 'test' }),
          verdict: (other) => world.verdict(other),
        },
        timers: {
          sleep: (delayMs) => world.advance(delayMs),
          after: () => () => {},
          every(periodMs, callback) {
            const timer = { pid, dueMs: nowMs + periodMs, periodMs, callback };
            periodic.add(timer);
            return () => periodic.delete(timer);
          },
        },
        onLost: () => {},
      };
    },
  };
  return world;
}
