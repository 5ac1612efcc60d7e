/**
 * VictoriaMetrics: no SQL, so questions are PromQL in the forms of TSBS where it has one.
 *
 * A window of PromQL is open at its beginning and closed at its end, and a point stands for the
 * time before it: a negative offset of a bin less a millisecond makes both as BIN has them.
 */
import { join } from 'node:path';
import { END_MS } from '../dashboards/cpu-data.ts';
import { folderBytes } from '../dashboards/folder.ts';
import { NEWEST_BINS, type Question, THRESHOLD } from '../dashboards/questions.ts';
import type { Answer } from '../dashboards/system.ts';
import { HttpPeer } from './http-peer.ts';
import { type DebianPackage, unpackDebian } from './packages.ts';
import { PeerProcess, sleep } from './process.ts';

/** Points of a series that are asked for one by one. */
const INTERVAL_MS = 10_000;
/** For the parts that it merges on its own after a load. */
const SETTLE_MS = 10_000;

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly value?: readonly [number, string];
}

export class VictoriaMetrics extends HttpPeer {
  readonly name = 'victoria-metrics';
  readonly version: string;
  protected readonly writePath = '/write';
  readonly #folder: string;
  readonly #root: string;

  static async install(folder: string): Promise<VictoriaMetrics> {
    return new VictoriaMetrics(folder, await unpackDebian(folder, 'victoria-metrics'));
  }

  private constructor(folder: string, { root, version }: DebianPackage) {
    super();
    this.#folder = folder;
    this.#root = root;
    this.version = version;
  }

  protected launch(port: number): Promise<PeerProcess> {
    return PeerProcess.start(
      {
        program: join(this.#root, 'usr', 'bin', 'victoria-metrics'),
        args: [
          `-storageDataPath=${join(this.#folder, 'victoria-metrics-data')}`,
          `-httpListenAddr=127.0.0.1:${port}`,
          '-retentionPeriod=100y',
          '-search.latencyOffset=0s',
        ],
        logFile: join(this.#folder, 'victoria-metrics.log'),
        stopSignal: 'SIGTERM',
      },
      () => fetch(`http://127.0.0.1:${port}/health`),
    );
  }

  async settle(): Promise<void> {
    await fetch(`http://127.0.0.1:${this.http.port}/internal/force_flush`);
    await sleep(SETTLE_MS);
  }

  protected pathOf(question: Question): string {
    const { kind, binMs, fromMs, untilMs } = question;
    if (kind === 'newest-rows') {
      const query = new URLSearchParams({ query: promQl(question), time: `${END_MS / 1000}` });
      return `/api/v1/query?${query}`;
    }
    const stepMs = kind === 'above' ? INTERVAL_MS : binMs;
    const query = new URLSearchParams({
      query: promQl(question),
      start: `${(kind === 'newest-bins' ? untilMs - NEWEST_BINS * binMs : fromMs) / 1000}`,
      end: `${(untilMs - stepMs) / 1000}`,
      step: `${stepMs / 1000}s`,
      // Or it would answer a window that was asked before from memory.
      nocache: '1',
    });
    return `/api/v1/query_range?${query}`;
  }

  protected answerOf(body: unknown): Answer {
    const { data } = body as { readonly data: { readonly result: readonly Series[] } };
    const rows = new Set<string>();
    let sum = 0;
    for (const { metric, values, value } of data.result) {
      for (const [time, text] of values ?? (value === undefined ? [] : [value])) {
        rows.add(`${time} ${metric['hostname'] ?? ''}`);
        sum += Number(text);
      }
    }
    return { rows: rows.size, sum };
  }

  diskBytes(): Promise<number> {
    return Promise.resolve(folderBytes(join(this.#folder, 'victoria-metrics-data')));
  }
}

function promQl({ kind, measures, hosts, binMs }: Question): string {
  const ofHosts = hosts.length === 0 ? '' : `hostname=~"${hosts.join('|')}"`;
  const names = measures.map((name) => `cpu_${name}`).join('|');
  const one = `cpu_${measures[0]}{${ofHosts}}`;
  const some =
    measures.length === 1 ? one : `{${[`__name__=~"${names}"`, ofHosts].filter(Boolean).join()}}`;
  const window = `[${binMs / 1000}s] offset -${binMs - 1}ms`;
  switch (kind) {
    case 'max-by-time':
    case 'newest-bins':
      return `max(max_over_time(${some}${window})) by (__name__)`;
    case 'average-by-host':
      return `avg(avg_over_time(${some}${window})) by (__name__, hostname)`;
    case 'above': {
      const all = `{${['__name__=~"cpu_usage_.+"', ofHosts].filter(Boolean).join()}}`;
      return `${all} and on(hostname) (${one} > ${THRESHOLD})`;
    }
    case 'newest-rows':
      return some;
  }
}
