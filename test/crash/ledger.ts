/**
 * What a table must hold, from what its writers were told: rows by host and time, each with the
 * values that it may have. A request that was answered leaves one value, the newest; one that was
 * not leaves what was there before and what it wrote.
 */
import type { _Record as Record } from '@aws-sdk/client-timestream-write';
import { type Life, point } from '../support/life.ts';

const TABLE = 'rows';
const MINUTE = 60_000;
/** Requests of small numbers of rows, so that many are on their way at any time. */
const REQUEST_ROWS = 6;
const HOSTS = 7;

interface Row {
  readonly host: string;
  readonly timeMs: number;
  /** Undefined: absent. */
  possible: readonly (number | undefined)[];
  version: number;
}

export class Ledger {
  readonly #rows = new Map<string, Row>();
  #serial = 0;

  get size(): number {
    return this.#rows.size;
  }

  /** New rows that lie back in time as far as this, up to now; several requests at once. */
  async write(life: Life, { rows, backMinutes }: { rows: number; backMinutes: number }) {
    const now = await life.now();
    const made = Array.from({ length: rows }, (_, at): Row => {
      this.#serial += 1;
      const host = `h${this.#serial % HOSTS}`;
      const timeMs = Math.floor(now - (backMinutes * MINUTE * (rows - at)) / rows) + this.#serial;
      const row = { host, timeMs, possible: [undefined], version: 0 };
      this.#rows.set(`${host} ${timeMs}`, row);
      return row;
    });
    await this.#send(life, made);
  }

  /** Upserts of rows that are there, the newest of them. */
  async change(life: Life, rows: number): Promise<void> {
    await this.#send(life, [...this.#rows.values()].slice(-rows));
  }

  /** Several requests at once; fails with the first that fails, when all have been answered. */
  async #send(life: Life, rows: readonly Row[]): Promise<void> {
    const requests: Promise<void>[] = [];
    for (let from = 0; from < rows.length; from += REQUEST_ROWS) {
      requests.push(this.#request(life, rows.slice(from, from + REQUEST_ROWS)));
    }
    const outcomes = await Promise.allSettled(requests);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #request(life: Life, rows: readonly Row[]): Promise<void> {
    const records: Record[] = rows.map((row) => {
      this.#serial += 1;
      row.version += 1;
      row.possible = [...row.possible, this.#serial];
      return point(row.host, row.timeMs, this.#serial, row.version);
    });
    await life.write(TABLE, records);
    for (const row of rows) row.possible = row.possible.slice(-1);
  }

  /** What is wrong with what the table holds; rows before `keptMs` must be gone. */
  async faults(life: Life, keptMs: number): Promise<readonly string[]> {
    const sql = `SELECT host, to_milliseconds(time), measure_value::bigint FROM life.${TABLE}`;
    const found = new Map<string, (string | null)[]>();
    for (const [host, timeMs, value] of await life.rows(sql)) {
      const key = `${host} ${timeMs}`;
      found.set(key, [...(found.get(key) ?? []), value as string | null]);
    }
    const faults: string[] = [];
    for (const [key, { timeMs, possible }] of this.#rows) {
      const values = found.get(key) ?? [];
      found.delete(key);
      const wanted = timeMs < keptMs ? [undefined] : possible;
      if (values.length > 1) faults.push(`${key} is there ${values.length} times`);
      const value = values[0] === undefined ? undefined : Number(values[0]);
      if (!wanted.includes(value)) faults.push(`${key} is ${value}, not one of ${wanted.join()}`);
      else if (timeMs >= keptMs) this.#rows.get(key)!.possible = [value];
    }
    for (const key of found.keys()) faults.push(`${key} was never written`);
    return faults;
  }
}
