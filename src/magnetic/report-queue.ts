/**
 * Gathers rejected records for a moment, so that a client that writes the same late records again
 * and again does not make a report for each request:
 *
 *     add() ─► by table and location ─► after a second, or enough for a report ─► RejectedReports
 *
 * Reports are written one after the other. What waits is lost with the process, and when more comes
 * than can be written it is counted and not reported: reports are a help, as in the service, and
 * must not take the memory of rows.
 */
import { REPORT_RECORDS_MAX, REPORT_RECORDS_WAITING_MAX } from '../base/limits.ts';
import type { Timers } from '../host/timers.ts';
import type { RejectedRecord } from './rejected-record.ts';
import type { RejectedOf, RejectedReports } from './rejected-report.ts';

const GATHER_MS = 1000;

interface Gathered extends RejectedOf {
  readonly records: RejectedRecord[];
}

export class ReportQueue {
  readonly #reports: RejectedReports;
  readonly #timers: Timers;
  readonly #gathered = new Map<string, Gathered>();
  /** Records that are gathered or being written. */
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;

  constructor(reports: RejectedReports, timers: Timers) {
    this.#reports = reports;
    this.#timers = timers;
  }

  add(rejected: RejectedOf): void {
    const { records, location } = rejected;
    if (location?.bucketName === undefined) {
      void this.#reports.write(rejected);
      return;
    }
    if (this.#waiting + records.length > REPORT_RECORDS_WAITING_MAX) {
      this.#reports.giveUp(rejected);
      return;
    }
    this.#waiting += records.length;
    const key = JSON.stringify([rejected.database, rejected.table, location]);
    const gathered = this.#gathered.get(key) ?? { ...rejected, records: [] };
    gathered.records.push(...records);
    this.#gathered.set(key, gathered);
    if (gathered.records.length >= REPORT_RECORDS_MAX) this.#write(key, gathered);
    else this.#cancelTimer ??= this.#timers.after(GATHER_MS, () => void this.flush());
  }

  /** Resolves when all that was added has been written. */
  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const [key, gathered] of this.#gathered) this.#write(key, gathered);
    await this.#writing;
  }

  #write(key: string, gathered: Gathered): void {
    this.#gathered.delete(key);
    this.#writing = this.#writing.then(async () => {
      await this.#reports.write(gathered);
      this.#waiting -= gathered.records.length;
    });
  }
}
