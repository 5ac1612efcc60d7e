/**
 * What a table must hold, by the rules of write-api 5.6 and 5.7 and nothing else: per key the
 * highest version, of equal ones the first.
 *
 * Two things are known only in part, and then either outcome is right:
 *   - which generation took a row that was written while its tile changed: whether the version rule
 *     answers at once or later depends on it;
 *   - rows that have been beyond the retention once (`gone`): they are dropped at some time, so a
 *     longer retention may bring them back or not. No record is written over them any more.
 */
import { isSameValue, keyOf, rowOf, rowText, type SimRecord } from './sim-record.ts';

const HOUR = 3_600_000_000_000n;
const MINUTE = 60_000_000_000n;

export interface TableRules {
  readonly memoryHours: number;
  readonly magneticDays: number;
  readonly magneticWrites: boolean;
}

export interface Rejection {
  readonly index: number;
  readonly reason: string;
  readonly existingVersion: bigint | undefined;
}

interface Row {
  winner: SimRecord;
  /** All that were taken; the version rule answers with one of their versions. */
  readonly taken: SimRecord[];
  /** By generation, what it has for the key; undefined when that is not known. */
  generations: Map<number, SimRecord> | undefined;
}

type GenerationOf = (record: SimRecord) => number | undefined;

export class TableModel {
  rules: TableRules;
  readonly #rows = new Map<string, Row>();
  readonly #gone = new Map<string, SimRecord>();

  constructor(rules: TableRules) {
    this.rules = rules;
  }

  get rows(): readonly SimRecord[] {
    return [...this.#rows.values()].map(({ winner }) => winner);
  }

  isUsable(record: SimRecord): boolean {
    return !this.#gone.has(keyOf(record));
  }

  isLate({ time }: SimRecord, nowNanos: bigint): boolean {
    return this.rules.magneticWrites && time < nowNanos - BigInt(this.rules.memoryHours) * HOUR;
  }

  isOutside({ time }: SimRecord, nowNanos: bigint): boolean {
    const { memoryHours, magneticDays, magneticWrites } = this.rules;
    const hours = memoryHours + (magneticWrites ? magneticDays * 24 : 0);
    return time < nowNanos - BigInt(hours) * HOUR - 25n * MINUTE || time >= nowNanos + 15n * MINUTE;
  }

  /**
   * Takes in a request and what was answered; returns what is wrong with the answer. `generationOf`
   * tells which generation took a record, or undefined when that is not known.
   */
  written(
    records: readonly SimRecord[],
    rejected: readonly Rejection[],
    around: { readonly nowNanos: bigint; readonly generationOf: GenerationOf },
  ): string[] {
    const faults: string[] = [];
    const byIndex = new Map(rejected.map((one) => [one.index, one]));
    for (const [index, record] of records.entries()) {
      const rejection = byIndex.get(index);
      const fault = this.#judge(record, rejection, around);
      if (fault !== undefined) faults.push(`${index} ${keyOf(record)}: ${fault}`);
    }
    return faults;
  }

  #judge(
    record: SimRecord,
    rejection: Rejection | undefined,
    around: { readonly nowNanos: bigint; readonly generationOf: GenerationOf },
  ): string | undefined {
    if (this.isOutside(record, around.nowNanos)) {
      const isRight = rejection !== undefined && /outside the time range/.test(rejection.reason);
      return isRight ? undefined : `is outside the window, but: ${rejection?.reason}`;
    }
    const row = this.#rows.get(keyOf(record));
    const generation = around.generationOf(record);
    if (rejection !== undefined) {
      if (this.isLate(record, around.nowNanos)) return `is late, but rejected: ${rejection.reason}`;
      return this.#rightlyRejected(record, rejection, { row, generation });
    }
    const held = generation === undefined ? undefined : row?.generations?.get(generation);
    const isLoser = held !== undefined && isLosing(record, held);
    if (isLoser && !this.isLate(record, around.nowNanos)) return 'should have been rejected';
    this.#take(record, isLoser ? 'unknown' : generation);
    return undefined;
  }

  #rightlyRejected(
    record: SimRecord,
    { reason, existingVersion }: Rejection,
    { row, generation }: { readonly row: Row | undefined; readonly generation: number | undefined },
  ): string | undefined {
    if (row === undefined) return `is new, but rejected: ${reason}`;
    const isLower = /^The record version \d+ is lower than the existing version \d+\./.test(reason);
    if (!isLower && !/^A record already exists/.test(reason)) return `rejected: ${reason}`;
    const isKnown = generation !== undefined && row.generations !== undefined;
    const held = isKnown ? row.generations?.get(generation) : undefined;
    if (isKnown && held === undefined) return `rejected by a generation without it: ${reason}`;
    const same = (held === undefined ? row.taken : [held]).filter(
      ({ version }) => version === existingVersion,
    );
    if (same.length === 0) return `rejected for version ${existingVersion}, which is not there`;
    const isRight = same.some(
      (rival) => isLosing(record, rival) && isLower === record.version < rival.version,
    );
    return isRight ? undefined : `should not be rejected, or not so: ${reason}`;
  }

  #take(record: SimRecord, generation: number | 'unknown' | undefined): void {
    const key = keyOf(record);
    const row = this.#rows.get(key);
    if (row === undefined) {
      const generations = new Map(typeof generation === 'number' ? [[generation, record]] : []);
      this.#rows.set(key, {
        winner: record,
        taken: [record],
        generations: generation === undefined ? undefined : generations,
      });
      return;
    }
    row.taken.push(record);
    if (record.version > row.winner.version) row.winner = record;
    if (generation === undefined) row.generations = undefined;
    else if (generation !== 'unknown') row.generations?.set(generation, record);
  }

  /** Of a request that was not answered: each record is there or not, as the table shows. */
  unanswered(records: readonly SimRecord[], found: ReadonlySet<string>, nowNanos: bigint): void {
    for (const record of records) {
      if (this.isOutside(record, nowNanos)) continue;
      if (found.has(rowText(rowOf(record)))) this.#take(record, undefined);
      // It may be there and invisible, or of a lower version.
      else if (this.#rows.has(keyOf(record))) this.#rows.get(keyOf(record))!.taken.push(record);
    }
  }

  /** After a restart or anything else that makes generations unknown. */
  forgetGenerations(): void {
    for (const row of this.#rows.values()) row.generations = undefined;
  }

  /** Rows beyond the retention are not shown any more. */
  passTime(nowNanos: bigint): void {
    const kept = this.#kept(nowNanos);
    for (const [key, { winner }] of this.#rows) {
      if (winner.time >= kept) continue;
      this.#rows.delete(key);
      this.#gone.set(key, winner);
    }
  }

  /** After the retention got longer: `found` are the texts of all rows of the table. */
  takeBack(found: ReadonlySet<string>, nowNanos: bigint): void {
    const kept = this.#kept(nowNanos);
    for (const [key, record] of this.#gone) {
      if (record.time < kept || !found.has(rowText(rowOf(record)))) continue;
      this.#gone.delete(key);
      this.#take(record, undefined);
    }
  }

  #kept(nowNanos: bigint): bigint {
    const { memoryHours, magneticDays } = this.rules;
    return nowNanos - BigInt(memoryHours + magneticDays * 24) * HOUR;
  }
}

function isLosing(record: SimRecord, held: SimRecord): boolean {
  if (record.version !== held.version) return record.version < held.version;
  return !isSameValue(record, held);
}
