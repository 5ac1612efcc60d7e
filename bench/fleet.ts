/**
 * A fleet of hosts whose measures are walks of whole numbers or random doubles (walks.ts), as write
 * requests: every host reports once in an interval, one multi-measure record.
 */
import { type PreparedRequest, sign, type Target } from './signed-requests.ts';
import { Noise, Walks } from './walks.ts';

export type ValueKind = 'integers' | 'random';

export interface FleetOptions {
  readonly target: Target;
  readonly table: string;
  readonly hosts: number;
  readonly intervalMs: number;
  readonly values: ValueKind;
  readonly measures?: number;
}

const RECORDS_PER_REQUEST = 100;
export const FLEET_MEASURES = 10;

export class Fleet {
  readonly rowBytes: number;
  readonly #options: FleetOptions;
  readonly #measures: number;
  readonly #noise = new Noise(7);
  readonly #walks: Walks;
  readonly #dimensions: readonly string[];

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#measures = options.measures ?? FLEET_MEASURES;
    // Time and measures as eight bytes each.
    this.rowBytes = 8 * (1 + this.#measures);
    this.#walks = new Walks(options.hosts * this.#measures);
    this.#dimensions = Array.from({ length: options.hosts }, (_, host) =>
      JSON.stringify([
        { Name: 'hostname', Value: `host_${host}` },
        { Name: 'region', Value: `region-${(host * 3) % 7}` },
        { Name: 'rack', Value: `rack-${(host * 5) % 17}` },
      ]),
    );
  }

  /** Every interval from one time to before another, in the order of time. */
  *requests(fromMs: number, untilMs: number): Generator<PreparedRequest> {
    let records: string[] = [];
    for (let timeMs = fromMs; timeMs < untilMs; timeMs += this.#options.intervalMs) {
      for (let host = 0; host < this.#options.hosts; host++) {
        records.push(this.#record(host, timeMs));
        if (records.length < RECORDS_PER_REQUEST) continue;
        yield this.#request(records);
        records = [];
      }
    }
    if (records.length > 0) yield this.#request(records);
  }

  #request(records: readonly string[]): PreparedRequest {
    const { target, table } = this.#options;
    const body = `{"DatabaseName":"bench","TableName":"${table}","Records":[${records.join(',')}]}`;
    return sign(target, 'WriteRecords', body);
  }

  #record(host: number, timeMs: number): string {
    const measures = Array.from({ length: this.#measures }, (_, at) => {
      const value = this.#value(host * this.#measures + at);
      return `{"Name":"usage_${at}","Value":"${value}","Type":"DOUBLE"}`;
    });
    return (
      `{"Dimensions":${this.#dimensions[host]},"MeasureName":"cpu","MeasureValueType":"MULTI",` +
      `"MeasureValues":[${measures.join(',')}],"Time":"${timeMs}"}`
    );
  }

  #value(walk: number): number {
    return this.#options.values === 'random' ? this.#noise.nextDouble() : this.#walks.next(walk);
  }
}
