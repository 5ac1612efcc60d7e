/** The ten kinds of queries, each with parameters of its own for every run, the same every time. */
import { Noise } from '../walks.ts';
import { MEASURES } from './cpu-data.ts';

export interface QueryScope {
  readonly hosts: number;
  readonly hours: number;
  /** After the newest row. */
  readonly endMs: number;
  readonly runs: number;
}

export interface DashboardQuery {
  readonly name: string;
  /** One for each run. */
  readonly statements: readonly string[];
}

const HOUR_MS = 3_600_000;

export function dashboardQueries(scope: QueryScope): readonly DashboardQuery[] {
  return Object.entries(KINDS).map(([name, write], at) => {
    const choice = new Choice(scope, at + 1);
    return { name, statements: Array.from({ length: scope.runs }, () => write(choice)) };
  });
}

class Choice {
  readonly #scope: QueryScope;
  readonly #noise: Noise;

  constructor(scope: QueryScope, seed: number) {
    this.#scope = scope;
    this.#noise = new Noise(seed * 7919);
  }

  hosts(count: number): string {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, this.#scope.hosts)) {
      chosen.add(this.#noise.next() % this.#scope.hosts);
    }
    return `hostname IN (${[...chosen].map((host) => `'host_${host}'`).join(', ')})`;
  }

  window(hours: number): string {
    const { endMs } = this.#scope;
    const length = Math.min(hours, this.#scope.hours) * HOUR_MS;
    const room = this.#scope.hours * HOUR_MS - length;
    const until = endMs - (room === 0 ? 0 : this.#noise.next() % room);
    return `time >= from_milliseconds(${until - length}) AND time < from_milliseconds(${until})`;
  }

  moment(): string {
    const { endMs, hours } = this.#scope;
    return `from_milliseconds(${endMs - (this.#noise.next() % ((hours * HOUR_MS) / 2))})`;
  }
}

const list = (aggregate: string, count: number): string =>
  MEASURES.slice(0, count)
    .map((name) => `${aggregate}(${name})`)
    .join(', ');

const byTime = (bin: string, measures: number, where: string): string =>
  `SELECT BIN(time, ${bin}) AS t, ${list('MAX', measures)} FROM bench.cpu WHERE ${where}
   GROUP BY BIN(time, ${bin}) ORDER BY t`;

const byHost = (measures: number, where: string): string =>
  `SELECT BIN(time, 1h) AS t, hostname, ${list('AVG', measures)} FROM bench.cpu WHERE ${where}
   GROUP BY BIN(time, 1h), hostname ORDER BY t, hostname`;

const KINDS: Readonly<Record<string, (choice: Choice) => string>> = {
  'single-groupby-1-1-1': (c) => byTime('1m', 1, `${c.hosts(1)} AND ${c.window(1)}`),
  'single-groupby-5-8-1': (c) => byTime('1m', 5, `${c.hosts(8)} AND ${c.window(1)}`),
  'single-groupby-1-1-12': (c) => byTime('1m', 1, `${c.hosts(1)} AND ${c.window(12)}`),
  'cpu-max-all-8': (c) => byTime('1h', 10, `${c.hosts(8)} AND ${c.window(8)}`),
  'double-groupby-1': (c) => byHost(1, c.window(12)),
  'double-groupby-all': (c) => byHost(10, c.window(12)),
  'groupby-orderby-limit': (c) =>
    `SELECT BIN(time, 1m) AS t, MAX(usage_user) FROM bench.cpu WHERE time < ${c.moment()}
     GROUP BY BIN(time, 1m) ORDER BY t DESC LIMIT 5`,
  'high-cpu-1': (c) =>
    `SELECT * FROM bench.cpu WHERE usage_user > 90 AND ${c.hosts(1)} AND ${c.window(12)}`,
  'high-cpu-all': (c) => `SELECT * FROM bench.cpu WHERE usage_user > 90 AND ${c.window(12)}`,
  lastpoint: () =>
    `SELECT hostname, MAX(time), ${MEASURES.map((name) => `MAX_BY(${name}, time)`).join(', ')}
     FROM bench.cpu GROUP BY hostname`,
};
