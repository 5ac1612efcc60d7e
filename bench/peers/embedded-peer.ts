/** DuckDB, and ClickHouse as the library chdb: engines inside of a Node process of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CpuRow } from '../dashboards/cpu-data.ts';
import type { Question } from '../dashboards/questions.ts';
import { type Dialect, newestRowsBy, sqlOf } from '../dashboards/sql.ts';
import type { Reply, System } from '../dashboards/system.ts';
import { writeCsv } from './csv.ts';
import type { Demand, Done } from './embedded-engine.ts';
import { installNpm, type NpmPackage } from './packages.ts';

interface Embedded {
  readonly name: 'duckdb' | 'chdb';
  readonly package: { readonly name: string; readonly version: string };
  readonly dialect: Dialect;
}

export const DUCKDB: Embedded = {
  name: 'duckdb',
  package: { name: '@duckdb/node-api', version: '1.5.6-r.1' },
  dialect: {
    table: 'cpu',
    moment: (ms) => `epoch_ms(${ms})`,
    bin: (ms) => `time_bucket(INTERVAL '${ms / 60_000} minutes', time)`,
    newestRows: newestRowsBy('arg_max', 'cpu'),
  },
};

/** Its engine is ClickHouse 26.7. */
export const CHDB: Embedded = {
  name: 'chdb',
  package: { name: 'chdb', version: '3.4.0' },
  dialect: {
    table: 'bench.cpu',
    moment: (ms) => `fromUnixTimestamp64Milli(${ms}, 'UTC')`,
    bin: (ms) => `toStartOfInterval(time, INTERVAL ${ms / 60_000} MINUTE)`,
    newestRows: newestRowsBy('argMax', 'bench.cpu'),
  },
};

export class EmbeddedPeer implements System {
  readonly name: string;
  readonly version: string;
  readonly #folder: string;
  readonly #embedded: Embedded;
  readonly #from: string;
  #child: ChildProcess | undefined;
  /** Rejects with its end. */
  #ended: Promise<never> = new Promise(() => undefined);
  #cpuMs = 0;

  static async install(folder: string, embedded: Embedded): Promise<EmbeddedPeer> {
    return new EmbeddedPeer(folder, embedded, await installNpm(folder, embedded.package));
  }

  private constructor(folder: string, embedded: Embedded, { version, from }: NpmPackage) {
    this.name = embedded.name;
    this.version = version;
    this.#folder = folder;
    this.#embedded = embedded;
    this.#from = from;
  }

  get #dataDir(): string {
    return join(this.#folder, `${this.name}-data`);
  }

  async start(): Promise<void> {
    mkdirSync(this.#dataDir);
    const program = new URL('./embedded-engine.js', import.meta.url);
    this.#child = fork(program, [this.name, this.#from, this.#dataDir], {
      env: { ...process.env, TZ: 'UTC' },
    });
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`${this.name} ended with ${code}`);
    });
    // When it is stopped, nobody waits for this.
    this.#ended.catch(() => undefined);
    await this.#message(this.#child);
  }

  async load(rows: Iterable<CpuRow>): Promise<number> {
    const csvFile = join(this.#folder, `${this.name}.csv`);
    writeCsv([csvFile], rows);
    return (await this.#demand({ kind: 'load', csvFile })).ms / 1000;
  }

  async settle(): Promise<void> {
    await this.#demand({ kind: 'settle' });
  }

  async ask(question: Question): Promise<Reply> {
    return this.#demand({ kind: 'ask', sql: sqlOf(question, this.#embedded.dialect) });
  }

  async #demand(demand: Demand): Promise<Done> {
    const child = this.#child;
    if (child === undefined) throw new Error(`${this.name} has not been started`);
    const answer = this.#message(child);
    child.send(demand);
    const done = (await answer) as Done;
    if (done.error !== undefined) throw new Error(`${this.name}: ${done.error}`);
    this.#cpuMs += done.cpuMs;
    return done;
  }

  async #message(child: ChildProcess): Promise<unknown> {
    const [message] = await Promise.race([once(child, 'message'), this.#ended]);
    return message;
  }

  cpuSeconds(): number {
    return this.#cpuMs / 1000;
  }

  async diskBytes(): Promise<number> {
    return (await this.#demand({ kind: 'size' })).bytes;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
