/** Hosts that report their CPUs: ten tags, ten measures, every ten seconds. The same every time. */
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

export const TAGS = [
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
/** After the last row; a whole hour, a little before the server's time. */
export const END_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000;

export interface DataScope {
  readonly hosts: number;
  readonly hours: number;
}

export interface CpuRow {
  /** From 0. */
  readonly host: number;
  readonly timeMs: number;
  /** In the order of MEASURES; whole numbers from 0 to 100. */
  readonly values: readonly number[];
}

export function rowCount({ hosts, hours }: DataScope): number {
  return hosts * hours * (3_600_000 / INTERVAL_MS);
}

/** In the order of time. */
export function* cpuRows({ hosts, hours }: DataScope): Generator<CpuRow> {
  const walks = new Walks(hosts * MEASURES.length);
  for (let timeMs = END_MS - hours * 3_600_000; timeMs < END_MS; timeMs += INTERVAL_MS) {
    for (let host = 0; host < hosts; host++) {
      const values = MEASURES.map((_, at) => percent(walks.next(host * MEASURES.length + at)));
      yield { host, timeMs, values };
    }
  }
}

export function hostName(host: number): string {
  return `host_${host}`;
}

/** In the order of TAGS. */
export function tagsOf(host: number): readonly string[] {
  return TAGS.map((name, at) => (at === 0 ? hostName(host) : `${name}-${(host * (at + 3)) % 17}`));
}

/** A walk that turns round at both ends. */
function percent(walk: number): number {
  const turn = ((walk % 200) + 200) % 200;
  return turn > 100 ? 200 - turn : turn;
}
