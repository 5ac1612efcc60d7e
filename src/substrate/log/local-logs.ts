/**
 * The logs of one data folder, each in a folder of its own: `<folder>/<name>/<segments>`.
 *
 * Two processes never share a data folder (host/folder-lock.ts). Inside this process, opening a
 * log that is open fences the earlier owner first: it finishes what it accepted and refuses the
 * rest, and only then is the log recovered for the new one.
 */
import { assert } from '../../base/assert.ts';
import { LOG_SEGMENT_BYTES } from '../../base/limits.ts';
import type { Clock } from '../../host/clock.ts';
import type { Disk } from '../../host/disk.ts';
import type { WriterLease } from '../../host/folder-lock.ts';
import type { Random } from '../../host/random.ts';
import { LocalLog } from './local-log.ts';
import type { Log, LogObserver, Logs, OpenLogOptions } from './log.ts';

export interface LocalLogsOptions {
  /** Exists already, under a name that is durable. */
  readonly folder: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly lease: WriterLease;
  readonly sync?: 'always' | 'none';
  readonly segmentBytes?: number;
  readonly observer?: LogObserver;
}

export class LocalLogs implements Logs {
  readonly #options: LocalLogsOptions;
  /** The last opener of each log; openings of one log run one after the other. */
  readonly #owners = new Map<string, Promise<LocalLog>>();

  constructor(options: LocalLogsOptions) {
    this.#options = options;
  }

  open(name: string, { writer }: OpenLogOptions): Promise<Log> {
    checkLogName(name);
    const opened = this.#openAfter(this.#owners.get(name), name, writer);
    this.#owners.set(name, opened);
    return opened;
  }

  async list(): Promise<readonly string[]> {
    const entries = await this.#options.disk.list(this.#options.folder);
    return entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.name);
  }

  async #openAfter(
    earlier: Promise<LocalLog> | undefined,
    name: string,
    writer: string,
  ): Promise<LocalLog> {
    // An earlier opening that failed left nobody to fence; its caller has the error.
    const owner = await earlier?.catch(() => undefined);
    await owner?.fence(writer);

    const { disk, clock, random, lease, observer } = this.#options;
    const folder = `${this.#options.folder}/${name}`;
    await disk.makeFolder(folder);
    await disk.syncFolder(this.#options.folder);
    const salt = random.integer(2 ** 32);
    return LocalLog.open({
      name,
      folder,
      disk,
      clock,
      lease,
      salt,
      sync: this.#options.sync ?? 'always',
      segmentBytes: this.#options.segmentBytes ?? LOG_SEGMENT_BYTES,
      observer: observer ?? {},
    });
  }
}

export function checkLogName(name: string): void {
  assert(/^[a-z0-9-]{1,64}$/.test(name), `not a log name: ${name}`);
}
