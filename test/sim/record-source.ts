/**
 * Random records: many series of all types, times in order and late, upserts of what is there.
 * A record that is neither an upsert of the same value nor a boolean has a value that no other has,
 * so that a reader can tell which of the records of a key it sees.
 */
import type { Random } from '../../src/host/random.ts';
import type { Cell, SimRecord } from './sim-record.ts';
import { timeText } from './sim-record.ts';

const MINUTE = 60_000_000_000n;
const HOUR = 60n * MINUTE;

export interface RecordWishes {
  readonly nowNanos: bigint;
  readonly memoryHours: number;
  readonly magneticDays: number;
  /** What the table has, to be changed or repeated. */
  readonly stored: readonly SimRecord[];
  /** Every value is one that no other record has. */
  readonly isDistinct: boolean;
  /** Of a few series, so that requests meet in them. */
  readonly isNarrow: boolean;
}

export class RecordSource {
  readonly #random: Random;
  #serial = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  batch(wishes: RecordWishes): SimRecord[] {
    const size = this.#one(3) ? 1 + this.#random.integer(4) : 5 + this.#random.integer(25);
    const lateness = this.#lateness(wishes);
    const isUpserting = wishes.stored.length > 0 && this.#one(3);
    const records: SimRecord[] = [];
    for (let at = 0; at < size; at++) {
      if (isUpserting && this.#one(2)) records.push(this.#changed(wishes));
      else records.push(this.#new(wishes, lateness));
      if (!wishes.isDistinct && this.#one(20)) records.push(this.#again(records.at(-1)!));
    }
    return records.slice(0, 100);
  }

  /** How far back the records of a batch may lie. */
  #lateness({ memoryHours, magneticDays }: RecordWishes): bigint {
    const memory = BigInt(memoryHours) * HOUR;
    const magnetic = BigInt(magneticDays) * 24n * HOUR;
    const kind = this.#random.integer(20);
    if (kind < 11) return 2n * MINUTE;
    if (kind < 16) return memory;
    if (kind < 18) return memory + 12n * HOUR;
    return memory + magnetic + 2n * HOUR;
  }

  #new({ nowNanos, isDistinct, isNarrow }: RecordWishes, lateness: bigint): SimRecord {
    const back = (lateness * BigInt(this.#random.integer(1_000_000))) / 1_000_000n;
    const ahead = this.#one(30) ? BigInt(this.#random.integer(20)) * MINUTE : 0n;
    const grain = this.#one(4) ? 1n : this.#one(2) ? 1_000_000n : 30_000_000_000n;
    const time = ((nowNanos - back + ahead) / grain) * grain;
    if (isNarrow) {
      const dimensions = { host: `h${this.#random.integer(2)}` };
      return { dimensions, measureName: 'count0', value: this.#bigint(), time, version: 1n };
    }
    const dimensions: Record<string, string> = { host: `h${this.#random.integer(10)}` };
    if (this.#one(2)) dimensions['region'] = this.#of(['eu', 'us', 'ü ', "q'"]);
    if (this.#one(40)) dimensions[`rack${this.#random.integer(2)}`] = 'r';
    const version = this.#one(4) ? BigInt(1 + this.#random.integer(5)) : 1n;
    return { dimensions, ...this.#measured(isDistinct), time, version };
  }

  #measured(isDistinct: boolean): Pick<SimRecord, 'measureName' | 'value'> {
    const kind = this.#random.integer(isDistinct ? 9 : 10);
    const measureName = (name: string) => `${name}${this.#random.integer(4)}`;
    if (kind < 2) return { measureName: measureName('temperature'), value: this.#double() };
    if (kind < 4) return { measureName: measureName('count'), value: this.#bigint() };
    if (kind < 6) return { measureName: measureName('state'), value: this.#varchar() };
    if (kind < 9) return { measureName: measureName('stats'), value: this.#attributes() };
    return { measureName: measureName('ok'), value: this.#boolean() };
  }

  #attributes(): Record<string, Cell> {
    const cells: Record<string, Cell> = { serial: this.#bigint() };
    if (this.#one(2)) cells['d'] = this.#double();
    if (this.#one(2)) cells['v'] = this.#varchar();
    if (this.#one(2)) cells['o'] = this.#boolean();
    if (this.#one(2)) cells['t'] = this.#timestamp();
    if (this.#one(3)) cells['b'] = this.#extreme();
    if (this.#one(40)) cells[`extra${this.#random.integer(3)}`] = this.#double();
    return cells;
  }

  /** Another version of a stored record: higher, equal or lower; with another value mostly. */
  #changed({ stored, isDistinct }: RecordWishes): SimRecord {
    const old = this.#of(stored);
    const kind = this.#random.integer(10);
    const version = kind < 6 ? old.version + BigInt(1 + this.#random.integer(3)) : old.version;
    const lower = kind === 9 && version > 1n ? version - 1n : version;
    const isSame = !isDistinct && this.#one(4);
    return { ...old, version: lower, value: isSame ? old.value : this.#valueLike(old) };
  }

  #again(record: SimRecord): SimRecord {
    const kind = this.#random.integer(3);
    if (kind === 0) return record;
    const version = kind === 1 ? record.version + 1n : record.version;
    return { ...record, version, value: this.#valueLike(record) };
  }

  #valueLike({ value }: SimRecord): SimRecord['value'] {
    const { type } = value as { readonly type?: Cell['type'] | Cell };
    if (type === 'DOUBLE') return this.#double();
    if (type === 'BIGINT') return this.#bigint();
    if (type === 'VARCHAR') return this.#varchar();
    return type === 'BOOLEAN' ? this.#boolean() : this.#attributes();
  }

  #double(): Cell {
    this.#serial += 1;
    const value = this.#serial / 4;
    const sent = this.#one(2) ? `-${value}` : `${value}`;
    return { type: 'DOUBLE', sent, read: Number.isInteger(value) ? `${sent}.0` : sent };
  }

  #bigint(): Cell {
    this.#serial += 1;
    const text = `${this.#one(2) ? BigInt(this.#serial) : -(BigInt(this.#serial) << 33n)}`;
    return { type: 'BIGINT', sent: text, read: text };
  }

  #extreme(): Cell {
    const text = this.#of(['9223372036854775807', '-9223372036854775808', '0', '-1']);
    return { type: 'BIGINT', sent: text, read: text };
  }

  #varchar(): Cell {
    this.#serial += 1;
    const text = `${this.#of(['', 'long text that is no short string ', '\'"%', 'ß\u{1f600}'])}${this.#serial}`;
    return { type: 'VARCHAR', sent: text, read: text };
  }

  #boolean(): Cell {
    const text = this.#of(['true', 'false']);
    return { type: 'BOOLEAN', sent: text, read: text };
  }

  #timestamp(): Cell {
    const nanos = this.#of([0n, 1_700_000_000_123_456_789n, 9_223_372_036_854_775_806n]);
    return { type: 'TIMESTAMP', sent: `${nanos}`, read: timeText(nanos) };
  }

  #one(of: number): boolean {
    return this.#random.integer(of) === 0;
  }

  #of<T>(all: readonly T[]): T {
    return all[this.#random.integer(all.length)] as T;
  }
}
