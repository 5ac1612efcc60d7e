/**
 * One process per data folder.
 *
 * Each contender puts a file `lock-<token>` into the folder, then looks at all of them. If another
 * one's process is alive it withdraws; files of dead processes are removed. Because everybody
 * writes before looking, of two that come at once at least one sees the other: perhaps both
 * withdraw, never both stay. A killed process leaves a file that blocks nobody.
 *
 * Alive means:
 *   same machine, same process space   the process exists and started when the file says, exactly
 *   otherwise (containers, network     the beat in the file moved within BEAT_SILENCE_MS; holders
 *   disks), or if that is unknown      advance theirs every BEAT_PERIOD_MS
 *
 * File: one JSON line, padded to LOCK_FILE_BYTES so that a beat is one write in place.
 *
 * stillHeld() is what makes a take-over safe for a holder that was frozen: it is asked after a
 * sync and before the acknowledgement, and says no once the last beat is too long ago for others
 * to have respected it.
 */

import type { Clock } from './clock.ts';
import { type Disk, type DiskFile, isMissing, readWhole } from './disk.ts';
import type { ProcessIdentity, ProcessTable } from './process-table.ts';
import { type Random, randomHex } from './random.ts';
import type { Timers } from './timers.ts';

/** A beat is one small write; every two seconds costs nothing measurable. */
const BEAT_PERIOD_MS = 2_000;
/** Five beats: a loaded machine misses one or two, and a restart in a container waits this long. */
const BEAT_SILENCE_MS = 10_000;
/** A holder doubts itself before others do, by more than clocks drift in that time. */
const BEAT_TRUST_MS = 8_000;
const BEAT_POLL_MS = 500;
/** Contenders that saw each other withdraw and try again, a little apart. */
const TRIES_MAX = 5;
const RETRY_DELAY_MS_MAX = 100;
const LOCK_FILE_BYTES = 512;
const LOCK_PREFIX = 'lock-';

/** Says whether this process may still write. */
export interface WriterLease {
  stillHeld(): boolean;
}

export class FolderLocked extends Error {
  override readonly name = 'FolderLocked';
}

export interface FolderLockOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly processes: Pick<ProcessTable, 'self' | 'verdict'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** The lock is gone: the process must stop writing and end. */
  onLost(cause: Error): void;
}

interface LockFile extends ProcessIdentity {
  readonly beat: number;
}

export async function lockFolder(options: FolderLockOptions): Promise<FolderLock> {
  const { timers, random } = options;
  let holder: LockFile | undefined;
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    if (attempt > 0) await timers.sleep(1 + random.integer(RETRY_DELAY_MS_MAX));
    const lock = await FolderLock.place(options);
    holder = await livingRival(options, lock.name);
    if (holder === undefined) return lock;
    await lock.release();
  }
  throw new FolderLocked(
    `the data folder ${options.folder} is in use by process ${holder?.pid} (${holder?.space}); ` +
      'stop that process, or use another folder',
  );
}

export class FolderLock implements WriterLease {
  readonly name: string;
  readonly #options: FolderLockOptions;
  readonly #file: DiskFile;
  #beat = 0;
  #trustedUntilMs: number;
  #stopBeating: () => void = () => {};
  #beating: Promise<void> = Promise.resolve();
  #lost: boolean = false;

  private constructor(options: FolderLockOptions, name: string, file: DiskFile) {
    this.#options = options;
    this.name = name;
    this.#file = file;
    this.#trustedUntilMs = options.clock.elapsedMs() + BEAT_TRUST_MS;
  }

  /** Written under another name first, so that no rival reads half a file. */
  static async place(options: FolderLockOptions): Promise<FolderLock> {
    const { disk, folder, processes, random } = options;
    const token = randomHex(random, 8);
    const draft = `${folder}/new-${LOCK_PREFIX}${token}`;
    const file = await disk.open(draft, 'create');
    const name = `${LOCK_PREFIX}${token}`;
    const lock = new FolderLock(options, name, file);
    await file.write([lockBytes({ ...processes.self(), beat: 0 })], 0);
    await disk.rename(draft, `${folder}/${name}`);
    lock.#stopBeating = options.timers.every(BEAT_PERIOD_MS, () => lock.#advance());
    return lock;
  }

  stillHeld(): boolean {
    return !this.#lost && this.#options.clock.elapsedMs() < this.#trustedUntilMs;
  }

  async release(): Promise<void> {
    this.#stopBeating();
    await this.#beating;
    await this.#file.close();
    this.#lost = true;
    await this.#options.disk.remove(this.#path()).catch(ignoreMissing);
  }

  #advance(): void {
    this.#beating = this.#beating.then(() => this.#beatOnce()).catch((error) => this.#lose(error));
  }

  async #beatOnce(): Promise<void> {
    if (this.#lost) return;
    const startedMs = this.#options.clock.elapsedMs();
    this.#beat += 1;
    await this.#file.write([lockBytes({ ...this.#options.processes.self(), beat: this.#beat })], 0);
    // Our descriptor outlives the name: only the folder tells whether a rival removed the file.
    const names = await this.#options.disk.list(this.#options.folder);
    if (!names.some((entry) => entry.name === this.name)) {
      throw new FolderLocked(`another process took over ${this.#options.folder}`);
    }
    this.#trustedUntilMs = startedMs + BEAT_TRUST_MS;
  }

  #lose(cause: unknown): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#stopBeating();
    this.#options.onLost(cause instanceof Error ? cause : new Error(String(cause)));
  }

  #path(): string {
    return `${this.#options.folder}/${this.name}`;
  }
}

/**
 * A process that has the folder, or may have it (of another machine or container, or left behind
 * by one). Only looks; undefined when there is none.
 */
export async function folderHolder(
  options: Pick<FolderLockOptions, 'disk' | 'folder' | 'processes'>,
): Promise<{ readonly pid: number; readonly certain: boolean } | undefined> {
  const { disk, folder, processes } = options;
  for (const { name } of await disk.list(folder)) {
    if (!name.startsWith(LOCK_PREFIX)) continue;
    const holder = await readLock(disk, `${folder}/${name}`);
    const verdict = holder === undefined ? 'dead' : processes.verdict(holder);
    if (holder === undefined || verdict === 'dead') continue;
    return { pid: holder.pid, certain: verdict === 'alive' };
  }
  return undefined;
}

/** Looks at every other lock file, removes those of the dead, returns a living one. */
async function livingRival(
  options: FolderLockOptions,
  ownName: string,
): Promise<LockFile | undefined> {
  const { disk, folder } = options;
  for (const { name } of await disk.list(folder)) {
    if (!name.startsWith(LOCK_PREFIX) || name === ownName) continue;
    const path = `${folder}/${name}`;
    const rival = await readLock(disk, path);
    if (rival === undefined) continue;
    if (await isAlive(options, path, rival)) return rival;
    await disk.remove(path).catch(ignoreMissing);
  }
  return undefined;
}

async function isAlive(
  options: FolderLockOptions,
  path: string,
  rival: LockFile,
): Promise<boolean> {
  const verdict = await options.processes.verdict(rival);
  if (verdict !== 'unknown') return verdict === 'alive';

  const giveUpMs = options.clock.elapsedMs() + BEAT_SILENCE_MS;
  while (options.clock.elapsedMs() < giveUpMs) {
    await options.timers.sleep(BEAT_POLL_MS);
    const now = await readLock(options.disk, path);
    if (now === undefined) return false;
    if (now.beat !== rival.beat) return true;
  }
  return false;
}

/** Undefined if the file is gone. */
async function readLock(disk: Disk, path: string): Promise<LockFile | undefined> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readWhole(disk, path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const { pid, startedAt, space, beat } = JSON.parse(text) as Partial<LockFile>;
    return { pid: pid ?? 0, startedAt, space: space ?? '', beat: beat ?? 0 };
  } catch {
    // A power cut can leave the name without its bytes; nobody who holds the lock looks like that.
    return { pid: 0, startedAt: undefined, space: '', beat: 0 };
  }
}

function lockBytes(lock: LockFile): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(lock).padEnd(LOCK_FILE_BYTES - 1)}\n`);
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
