/** Rows in the formats in which systems take them: records, line protocol, CSV. */
import { type CpuRow, MEASURES, TAGS, tagsOf } from './cpu-data.ts';

/** What a host's rows have in common, as text; made once for each host. */
class PerHost {
  readonly #texts: string[] = [];
  readonly #write: (tags: readonly string[]) => string;

  constructor(write: (tags: readonly string[]) => string) {
    this.#write = write;
  }

  of(host: number): string {
    const text = this.#texts[host] ?? this.#write(tagsOf(host));
    this.#texts[host] = text;
    return text;
  }
}

const DIMENSIONS = new PerHost((tags) =>
  JSON.stringify(TAGS.map((Name, at) => ({ Name, Value: tags[at] }))),
);
const SERIES = new PerHost(
  (tags) => `cpu,${TAGS.map((name, at) => `${name}=${tags[at]}`).join(',')}`,
);
const CSV_TAGS = new PerHost((tags) => tags.join(','));

/** A record of WriteRecords. */
export function recordOf({ host, timeMs, values }: CpuRow): string {
  const measures = values.map(
    (value, at) => `{"Name":"${MEASURES[at]}","Value":"${value}","Type":"DOUBLE"}`,
  );
  return (
    `{"Dimensions":${DIMENSIONS.of(host)},"MeasureName":"cpu","MeasureValueType":"MULTI",` +
    `"MeasureValues":[${measures.join(',')}],"Time":"${timeMs}"}`
  );
}

/** With its newline; time in nanoseconds. */
export function lineOf({ host, timeMs, values }: CpuRow): string {
  const fields = values.map((value, at) => `${MEASURES[at]}=${value}`);
  return `${SERIES.of(host)} ${fields.join(',')} ${timeMs}000000\n`;
}

/** With its newline: time, tags, measures; see CSV_COLUMNS. */
export function csvOf({ host, timeMs, values }: CpuRow): string {
  const time = new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
  return `${time},${CSV_TAGS.of(host)},${values.join(',')}\n`;
}

export const CSV_COLUMNS = ['time', ...TAGS, ...MEASURES] as const;

/** Joined texts of `count` rows each. */
export function* batches(
  rows: Iterable<CpuRow>,
  { count, write, separator }: BatchFormat,
): Generator<string> {
  let texts: string[] = [];
  for (const row of rows) {
    texts.push(write(row));
    if (texts.length < count) continue;
    yield texts.join(separator);
    texts = [];
  }
  if (texts.length > 0) yield texts.join(separator);
}

export interface BatchFormat {
  readonly count: number;
  readonly write: (row: CpuRow) => string;
  readonly separator: string;
}
