/** InfluxDB 1: questions as InfluxQL, in the forms of TSBS. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderBytes } from '../dashboards/folder.ts';
import { NEWEST_BINS, type Question, THRESHOLD } from '../dashboards/questions.ts';
import { type Answer, answerOf } from '../dashboards/system.ts';
import { HttpPeer } from './http-peer.ts';
import { type DebianPackage, unpackDebian } from './packages.ts';
import { freePort, PeerProcess, sleep } from './process.ts';

/** Without writes for this long, it turns its cache into files; ten minutes by default. */
const COLD_SECONDS = 10;

interface Results {
  readonly results: readonly {
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
    }[];
  }[];
}

export class InfluxDb extends HttpPeer {
  readonly name = 'influxdb';
  readonly version: string;
  protected readonly writePath = '/write?db=bench';
  readonly #folder: string;
  readonly #root: string;

  static async install(folder: string): Promise<InfluxDb> {
    return new InfluxDb(folder, await unpackDebian(folder, 'influxdb'));
  }

  private constructor(folder: string, { root, version }: DebianPackage) {
    super();
    this.#folder = folder;
    this.#root = root;
    this.version = version;
  }

  protected async launch(port: number): Promise<PeerProcess> {
    const data = join(this.#folder, 'influxdb-data');
    mkdirSync(data);
    const config = join(this.#folder, 'influxdb.conf');
    writeFileSync(
      config,
      `reporting-disabled = true
bind-address = "127.0.0.1:${await freePort()}"
[meta]
dir = "${data}/meta"
[data]
dir = "${data}/data"
wal-dir = "${data}/wal"
cache-snapshot-write-cold-duration = "${COLD_SECONDS}s"
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
[monitor]
store-enabled = false
`,
    );
    const peer = await PeerProcess.start(
      {
        program: join(this.#root, 'usr', 'bin', 'influxd'),
        args: ['-config', config],
        logFile: join(this.#folder, 'influxdb.log'),
        stopSignal: 'SIGTERM',
      },
      () => fetch(`http://127.0.0.1:${port}/ping`),
    );
    const create = `http://127.0.0.1:${port}/query?q=${encodeURIComponent('CREATE DATABASE bench')}`;
    await fetch(create, { method: 'POST' });
    return peer;
  }

  async settle(): Promise<void> {
    await sleep(COLD_SECONDS * 2000);
  }

  protected pathOf(question: Question): string {
    return `/query?${new URLSearchParams({ db: 'bench', epoch: 'ms', q: influxQl(question) })}`;
  }

  protected answerOf(body: unknown): Answer {
    const answers = ((body as Results).results[0]?.series ?? []).map(({ columns, values }) =>
      answerOf(columns, values),
    );
    return answers.reduce((a, b) => ({ rows: a.rows + b.rows, sum: a.sum + b.sum }), {
      rows: 0,
      sum: 0,
    });
  }

  diskBytes(): Promise<number> {
    return Promise.resolve(folderBytes(join(this.#folder, 'influxdb-data')));
  }
}

function influxQl({ kind, measures, hosts, binMs, fromMs, untilMs }: Question): string {
  const list = (aggregate: string): string =>
    measures.map((name) => `${aggregate}(${name}) AS ${aggregate}_${name}`).join(', ');
  const ofHosts = hosts.map((name) => `hostname = '${name}'`).join(' OR ');
  const where =
    `${ofHosts === '' ? '' : `(${ofHosts}) AND `}` + `time >= ${fromMs}ms AND time < ${untilMs}ms`;
  const bin = `time(${binMs / 60_000}m)`;
  switch (kind) {
    case 'max-by-time':
      return `SELECT ${list('max')} FROM cpu WHERE ${where} GROUP BY ${bin}`;
    case 'average-by-host':
      return `SELECT ${list('mean')} FROM cpu WHERE ${where} GROUP BY ${bin}, hostname`;
    case 'newest-bins':
      return `SELECT ${list('max')} FROM cpu WHERE time < ${untilMs}ms GROUP BY ${bin} ORDER BY time DESC LIMIT ${NEWEST_BINS}`;
    case 'above':
      return `SELECT * FROM cpu WHERE ${measures[0]} > ${THRESHOLD} AND ${where}`;
    case 'newest-rows':
      return 'SELECT * FROM cpu GROUP BY hostname ORDER BY time DESC LIMIT 1';
  }
}
