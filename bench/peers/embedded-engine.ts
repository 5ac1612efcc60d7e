/**
 * An engine that has no server, in a process of its own: started by EmbeddedPeer with `duckdb` or
 * `chdb`, the file its package is resolved from, and its data folder. Each message is answered by
 * one. It measures itself, so that passing messages is in none of the figures.
 */
import { join } from 'node:path';
import { folderBytes } from '../dashboards/folder.ts';
import { CSV_COLUMNS } from '../dashboards/formats.ts';
import { type Answer, answerOf } from '../dashboards/system.ts';
import { cpuMs } from '../machine.ts';
import { requireFrom } from './packages.ts';

export type Demand =
  | { readonly kind: 'load'; readonly csvFile: string }
  | { readonly kind: 'settle' | 'size' }
  | { readonly kind: 'ask'; readonly sql: string };

export interface Done {
  readonly ms: number;
  readonly cpuMs: number;
  readonly answer: Answer;
  /** On disk; 0 unless its size was asked for. */
  readonly bytes: number;
  /** Why it failed, if it did. */
  readonly error: string | undefined;
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Engine {
  load(csvFile: string): Promise<void>;
  settle(): Promise<void>;
  bytes(): Promise<number>;
  ask(sql: string): Promise<Table>;
}

interface DuckDbConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ columnNames(): string[]; getRowsJS(): unknown[][] }>;
}

interface DuckDbApi {
  readonly DuckDBInstance: {
    create(file: string): Promise<{ connect(): Promise<DuckDbConnection> }>;
  };
}

interface ChdbApi {
  readonly Session: new (
    folder: string,
  ) => {
    query(sql: string, format?: string): string;
  };
}

const columns = (text: string, double: string, time: string): string =>
  CSV_COLUMNS.map((name) => {
    if (name === 'time') return `${name} ${time}`;
    return `${name} ${name.startsWith('usage_') ? double : text}`;
  }).join(', ');

const ENGINES: Readonly<Record<string, (from: string, folder: string) => Promise<Engine>>> = {
  async duckdb(from, folder) {
    const { DuckDBInstance } = requireFrom<DuckDbApi>(from, '@duckdb/node-api');
    const instance = await DuckDBInstance.create(join(folder, 'cpu.duckdb'));
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE cpu (${columns('VARCHAR', 'DOUBLE', 'TIMESTAMP')})`);
    return {
      async load(csvFile) {
        await connection.run(`COPY cpu FROM '${csvFile}' (FORMAT csv, HEADER false)`);
      },
      async settle() {
        await connection.run('CHECKPOINT');
      },
      bytes: () => Promise.resolve(folderBytes(folder)),
      async ask(sql) {
        const reader = await connection.runAndReadAll(sql);
        return { columns: reader.columnNames(), rows: reader.getRowsJS() };
      },
    };
  },
  chdb(from, folder) {
    const { Session } = requireFrom<ChdbApi>(from, 'chdb');
    const session = new Session(folder);
    const types = columns('LowCardinality(String)', 'Float64', "DateTime64(3, 'UTC')");
    session.query('CREATE DATABASE bench ENGINE = Atomic');
    session.query(`CREATE TABLE bench.cpu (${types}) ENGINE = MergeTree ORDER BY (hostname, time)`);
    return Promise.resolve({
      load(csvFile) {
        session.query(
          `INSERT INTO bench.cpu SELECT * FROM file('${csvFile}', 'CSV', '${types.replaceAll("'", "\\'")}')`,
        );
        return Promise.resolve();
      },
      settle() {
        session.query('OPTIMIZE TABLE bench.cpu FINAL');
        return Promise.resolve();
      },
      // Parts that have been merged stay on disk for minutes.
      bytes() {
        const sum = session.query(
          "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'bench'",
          'TSV',
        );
        return Promise.resolve(Number(sum));
      },
      ask(sql) {
        const answer = JSON.parse(session.query(sql, 'JSONCompact'));
        const names = answer.meta.map(({ name }: { readonly name: string }) => name);
        return Promise.resolve({ columns: names, rows: answer.data });
      },
    });
  },
};

const [name = '', from = '', folder = ''] = process.argv.slice(2);
const engine = await ENGINES[name]?.(from, folder);

process.on('message', (demand: Demand) => {
  void answer(demand).then((done) => process.send?.(done));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function answer(demand: Demand): Promise<Done> {
  const startMs = performance.now();
  const cpuBefore = cpuMs();
  let table: Table = { columns: [], rows: [] };
  let bytes = 0;
  let error: string | undefined;
  try {
    if (engine === undefined) throw new Error(`${name} is no engine`);
    if (demand.kind === 'ask') table = await engine.ask(demand.sql);
    else if (demand.kind === 'load') await engine.load(demand.csvFile);
    else if (demand.kind === 'size') bytes = await engine.bytes();
    else await engine.settle();
  } catch (thrown) {
    error = String(thrown);
  }
  const ms = performance.now() - startMs;
  const cpu = cpuMs() - cpuBefore;
  return { ms, cpuMs: cpu, answer: answerOf(table.columns, table.rows), bytes, error };
}
