/**
 * PostgreSQL: one table with the two indexes of TSBS, and a small one of the hosts. It does not run
 * as root; the benchmark starts it as the user `postgres` then.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CpuRow } from '../dashboards/cpu-data.ts';
import { CSV_COLUMNS } from '../dashboards/formats.ts';
import type { Question } from '../dashboards/questions.ts';
import { type Dialect, sqlOf } from '../dashboards/sql.ts';
import { answerOf, type Reply, type System } from '../dashboards/system.ts';
import { writeCsv } from './csv.ts';
import { installNpm, requireFrom } from './packages.ts';
import { freePort, PeerProcess } from './process.ts';

const run = promisify(execFile);
const INSTALLED = '/usr/lib/postgresql';
const CLIENT = { name: 'pg', version: '8' };
const COPIES = 2;

const COLUMNS = CSV_COLUMNS.map((name) => {
  if (name === 'time') return 'time timestamptz NOT NULL';
  return `${name} ${name.startsWith('usage_') ? 'double precision' : 'text'}`;
}).join(', ');

const DIALECT: Dialect = {
  table: 'cpu',
  moment: (ms) => `to_timestamp(${ms / 1000})`,
  bin: (ms) => `date_bin('${ms / 60_000} minutes', time, TIMESTAMPTZ '2000-01-01 00:00:00Z')`,
  newestRows: () =>
    `SELECT newest.* FROM hosts, LATERAL
     (SELECT * FROM cpu WHERE cpu.hostname = hosts.hostname ORDER BY time DESC LIMIT 1) newest`,
};

interface Client {
  connect(): Promise<void>;
  query(what: {
    readonly text: string;
    readonly rowMode: 'array';
    readonly types: { getTypeParser(): (text: string) => string };
  }): Promise<{
    readonly fields: readonly { readonly name: string }[];
    readonly rows: unknown[][];
  }>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
}

interface ClientApi {
  readonly Client: new (options: object) => Client;
}

type User = { readonly uid: number; readonly gid: number };

export class PostgreSql implements System {
  readonly name = 'postgresql';
  readonly version: string;
  readonly #folder: string;
  readonly #programs: string;
  readonly #clientFrom: string;
  #port = 0;
  #running: { readonly peer: PeerProcess; readonly client: Client } | undefined;

  static async install(folder: string): Promise<PostgreSql> {
    if (!existsSync(INSTALLED)) {
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql']);
    }
    const newest = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a))[0] ?? '';
    const programs = join(INSTALLED, newest, 'bin');
    const { stdout } = await run(join(programs, 'postgres'), ['--version']);
    const { from } = await installNpm(folder, CLIENT);
    const version = /\d+\.\d+/.exec(stdout)?.[0] ?? newest;
    return new PostgreSql({ folder, programs, clientFrom: from, version });
  }

  private constructor(made: {
    readonly folder: string;
    readonly programs: string;
    readonly clientFrom: string;
    readonly version: string;
  }) {
    this.#folder = made.folder;
    this.#programs = made.programs;
    this.#clientFrom = made.clientFrom;
    this.version = made.version;
  }

  async start(): Promise<void> {
    const data = join(this.#folder, 'postgresql-data');
    mkdirSync(data);
    const user = await userOfServer();
    if (user !== undefined) {
      chmodSync(this.#folder, 0o711);
      chownSync(data, user.uid, user.gid);
    }
    const initialise = ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C'];
    await run(join(this.#programs, 'initdb'), initialise, { ...user, cwd: '/' });
    this.#port = await freePort();
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${this.#port}`,
      'unix_socket_directories=',
      'shared_buffers=2GB',
      'timezone=UTC',
    ];
    const options = { host: '127.0.0.1', port: this.#port, user: 'postgres', database: 'postgres' };
    const { Client } = requireFrom<ClientApi>(this.#clientFrom, 'pg');
    let client = new Client(options);
    const peer = await PeerProcess.start(
      {
        program: join(this.#programs, 'postgres'),
        args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
        logFile: join(this.#folder, 'postgresql.log'),
        // Ends its sessions rather than waiting for them.
        stopSignal: 'SIGINT',
        ...(user === undefined ? {} : { user }),
      },
      async () => {
        client = new Client(options);
        client.on('error', () => undefined);
        await client.connect();
      },
    );
    this.#running = { peer, client };
    await this.#query(`CREATE TABLE cpu (${COLUMNS})`);
    await this.#query('CREATE INDEX ON cpu (hostname, time DESC)');
    await this.#query('CREATE INDEX ON cpu (time DESC)');
  }

  async load(rows: Iterable<CpuRow>): Promise<number> {
    const files = Array.from({ length: COPIES }, (_, at) =>
      join(this.#folder, `postgresql-${at}.csv`),
    );
    writeCsv(files, rows);
    const startMs = performance.now();
    await Promise.all(files.map((file) => this.#copy(file)));
    const seconds = (performance.now() - startMs) / 1000;
    await this.#query('CREATE TABLE hosts AS SELECT DISTINCT hostname FROM cpu');
    return seconds;
  }

  async #copy(csvFile: string): Promise<void> {
    const target = ['-h', '127.0.0.1', '-p', `${this.#port}`, '-U', 'postgres', 'postgres'];
    const copy = spawn(
      join(this.#programs, 'psql'),
      [...target, '-q', '-c', 'COPY cpu FROM STDIN (FORMAT csv)'],
      { stdio: ['pipe', 'inherit', 'inherit'] },
    );
    createReadStream(csvFile).pipe(copy.stdin);
    const [code] = await once(copy, 'exit');
    if (code !== 0) throw new Error(`psql ended with ${code}`);
  }

  async settle(): Promise<void> {
    await this.#query('VACUUM ANALYZE');
    await this.#query('CHECKPOINT');
  }

  async ask(question: Question): Promise<Reply> {
    const text = sqlOf(question, DIALECT);
    const startMs = performance.now();
    const { fields, rows } = await this.#query(text);
    const ms = performance.now() - startMs;
    return {
      ms,
      answer: answerOf(
        fields.map(({ name }) => name),
        rows,
      ),
    };
  }

  #query(text: string): ReturnType<Client['query']> {
    if (this.#running === undefined) throw new Error('PostgreSQL has not been started');
    // Values stay texts, as those in the JSON of others do.
    const types = { getTypeParser: () => (value: string) => value };
    return this.#running.client.query({ text, rowMode: 'array', types });
  }

  cpuSeconds(): number {
    return this.#running?.peer.cpuSeconds() ?? 0;
  }

  /** Of the table with its indexes; the log before it is not counted. */
  async diskBytes(): Promise<number> {
    const { rows } = await this.#query("SELECT pg_total_relation_size('cpu')");
    return Number(rows[0]?.[0]);
  }

  async stop(): Promise<void> {
    await this.#running?.client.end();
    await this.#running?.peer.stop();
  }
}

async function userOfServer(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
