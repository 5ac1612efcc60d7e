/**
 * Tessera as users have it: WriteRecords of 100 records and signed queries over HTTP. Its rows stay
 * hot until `makeMagnetic`.
 */
import { readFileSync } from 'node:fs';
import { Connection } from '../load.ts';
import { BenchServer, objectBytes } from '../server.ts';
import { type PreparedRequest, sign } from '../signed-requests.ts';
import type { CpuRow } from './cpu-data.ts';
import { folderBytes } from './folder.ts';
import { batches, lineOf, recordOf } from './formats.ts';
import type { Question } from './questions.ts';
import { sendInParts } from './send-in-parts.ts';
import { type Dialect, newestRowsBy, sqlOf } from './sql.ts';
import { answerOf, type Reply, type System } from './system.ts';

const TABLE = 'bench.cpu';
const CONNECTIONS = 8;
/** Lines of a request, and connections: what the peers that take lines get. */
const LINES = 10_000;
const LINE_CONNECTIONS = 2;

const DIALECT: Dialect = {
  table: TABLE,
  moment: (ms) => `from_milliseconds(${ms})`,
  bin: (ms) => `BIN(time, ${ms / 60_000}m)`,
  newestRows: newestRowsBy('MAX_BY', TABLE),
};

/** What the API answers to Query, as far as it is read here. */
interface Page {
  readonly NextToken?: string;
  readonly ColumnInfo: readonly { readonly Name: string }[];
  readonly Rows: readonly { readonly Data: readonly { readonly ScalarValue?: string }[] }[];
}

export class Tessera implements System {
  readonly name = 'tessera';
  readonly version: string;
  readonly #dataDir: string;
  readonly #hours: number;
  readonly #takes: 'records' | 'lines';
  #server: BenchServer | undefined;
  #connection: Connection | undefined;

  constructor({ dataDir, hours, takes }: TesseraOptions) {
    this.#dataDir = dataDir;
    this.#hours = hours;
    this.#takes = takes;
    this.version = JSON.parse(readFileSync('package.json', 'utf8')).version;
  }

  get #running(): BenchServer {
    if (this.#server === undefined) throw new Error('Tessera has not been started');
    return this.#server;
  }

  async start(): Promise<void> {
    this.#server = await BenchServer.start(this.#dataDir, ['--clock', 'manual']);
    await this.#server.call('CreateDatabase', { DatabaseName: 'bench' });
    await this.#server.call('CreateTable', {
      DatabaseName: 'bench',
      TableName: 'cpu',
      RetentionProperties: {
        MemoryStoreRetentionPeriodInHours: this.#hours + 24,
        MagneticStoreRetentionPeriodInDays: 365,
      },
    });
    this.#connection = await Connection.open(this.#server.port);
  }

  async load(rows: Iterable<CpuRow>): Promise<number> {
    const { port } = this.#running;
    const connections = this.#takes === 'records' ? CONNECTIONS : LINE_CONNECTIONS;
    return sendInParts(port, this.#writes(rows), connections);
  }

  *#writes(rows: Iterable<CpuRow>): Generator<PreparedRequest> {
    const { target } = this.#running;
    if (this.#takes === 'records') {
      for (const records of batches(rows, { count: 100, write: recordOf, separator: ',' })) {
        const body = `{"DatabaseName":"bench","TableName":"cpu","Records":[${records}]}`;
        yield sign(target, 'WriteRecords', body);
      }
      return;
    }
    for (const lines of batches(rows, { count: LINES, write: lineOf, separator: '' })) {
      const body = Buffer.from(lines);
      const head =
        `POST /api/v2/write?bucket=bench HTTP/1.1\r\nhost: ${target.host}\r\n` +
        `authorization: Token ${target.accessKeyId}:${target.secretAccessKey}\r\n` +
        `content-length: ${body.length}\r\n\r\n`;
      yield { head: Buffer.from(head), body };
    }
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  /** Moves the clock until all rows are in the magnetic store. */
  async makeMagnetic(): Promise<void> {
    await this.#running.advance(`${this.#hours + 26}h`);
  }

  get http(): NonNullable<System['http']> {
    return {
      port: this.#running.port,
      request: (question) => this.#query({ QueryString: sqlOf(question, DIALECT) }),
    };
  }

  async ask(question: Question): Promise<Reply> {
    const connection = this.#connection;
    if (connection === undefined) throw new Error('Tessera has not been started');
    const QueryString = sqlOf(question, DIALECT);
    const request = this.#query({ QueryString });
    const startMs = performance.now();
    const pages: Page[] = [JSON.parse(await connection.send(request))];
    for (let token = pages[0]?.NextToken; token !== undefined; token = pages.at(-1)?.NextToken) {
      const next = this.#query({ QueryString, NextToken: token });
      pages.push(JSON.parse(await connection.send(next)));
    }
    const ms = performance.now() - startMs;
    const columns = pages[0]?.ColumnInfo.map(({ Name }) => Name) ?? [];
    const rows = pages.flatMap((page) =>
      page.Rows.map(({ Data }) => Data.map(({ ScalarValue }) => ScalarValue)),
    );
    return { ms, answer: answerOf(columns, rows) };
  }

  #query(input: object): PreparedRequest {
    return sign(this.#running.target, 'Query', input);
  }

  cpuSeconds(): number {
    return this.#running.cpuSeconds();
  }

  /** Of its whole data folder: rows are in the log and in objects for a while after they have moved. */
  diskBytes(): Promise<number> {
    return Promise.resolve(folderBytes(this.#dataDir));
  }

  objectBytes(): number {
    return objectBytes(this.#dataDir);
  }

  async stop(): Promise<void> {
    this.#connection?.close();
    await this.#server?.stop('SIGTERM');
  }
}

export interface TesseraOptions {
  readonly dataDir: string;
  readonly hours: number;
  /** WriteRecords of 100 records, or line protocol of 10,000 lines. */
  readonly takes: 'records' | 'lines';
}
