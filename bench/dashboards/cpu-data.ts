/** Hosts that report their CPUs: ten tags, ten measures, every ten seconds. */
import { Walks } from '../walks.ts';

export const MEASURES = [
  'usage_user',
  'usage_system',
  'usage_idle',
  'usage_nice',
  'usage_iowait',
  'usage_irq',
  'usage_softirq',
  'usage_steal',
  'usage_guest',
  'usage_guest_nice',
] as const;

const TAGS = [
  'hostname',
  'region',
  'datacenter',
  'rack',
  'os',
  'arch',
  'team',
  'service',
  'service_version',
  'service_environment',
] as const;

const INTERVAL_MS = 10_000;
const RECORDS_PER_REQUEST = 100;
/** After the last row; a whole hour, a little before the server's time. */
export const END_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000;

/** Records as JSON, a request's worth at a time, in the order of time. */
export function* cpuRecords(hosts: number, hours: number): Generator<string[]> {
  const dimensions = Array.from({ length: hosts }, (_, host) =>
    JSON.stringify(
      TAGS.map((Name, at) => ({
        Name,
        Value: at === 0 ? `host_${host}` : `${Name}-${(host * (at + 3)) % 17}`,
      })),
    ),
  );
  const walks = new Walks(hosts * MEASURES.length);
  let records: string[] = [];
  for (let timeMs = END_MS - hours * 3_600_000; timeMs < END_MS; timeMs += INTERVAL_MS) {
    for (let host = 0; host < hosts; host++) {
      const values = MEASURES.map(
        (name, at) =>
          `{"Name":"${name}","Value":"${percent(walks.next(host * MEASURES.length + at))}","Type":"DOUBLE"}`,
      );
      records.push(
        `{"Dimensions":${dimensions[host]},"MeasureName":"cpu","MeasureValueType":"MULTI",` +
          `"MeasureValues":[${values.join(',')}],"Time":"${timeMs}"}`,
      );
      if (records.length < RECORDS_PER_REQUEST) continue;
      yield records;
      records = [];
    }
  }
  if (records.length > 0) yield records;
}

/** A walk that turns round at both ends. */
function percent(walk: number): number {
  const turn = ((walk % 200) + 200) % 200;
  return turn > 100 ? 200 - turn : turn;
}
