/**
 * The server under test: started from the command line as a user starts it, in a process of its
 * own, with signatures verified and every acknowledgement after fdatasync.
 *
 * `TESSERA_BENCH_NODE="--cpu-prof --cpu-prof-dir=…"` passes flags to its Node, to profile it;
 * `TESSERA_BENCH_PROGRAM=…` runs another build of it, to compare two.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { known } from '../src/base/assert.ts';
import { sendOne } from './load.ts';
import { cpuSeconds } from './machine.ts';
import { sign, type Target } from './signed-requests.ts';

const PROGRAM = process.env['TESSERA_BENCH_PROGRAM'] ?? join(process.cwd(), 'bin', 'tessera.cjs');

/** Longest that one advance of the clock may take. */
const ADVANCE_MS_MAX = 600_000;
/** The level of pino's that is the last one of no concern. */
const INFO = 30;

/** What background work did, by the server's log. */
export interface TileWorkDone {
  readonly kind: string;
  /** Of the clock that Date.now() reads. */
  readonly endMs: number;
  readonly ms: number;
}

export class BenchServer {
  readonly port: number;
  readonly target: Target;
  /** From starting the process to its being ready. */
  readonly startMs: number;
  /** Everything done on tiles so far. */
  readonly tileWork: TileWorkDone[] = [];
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, banner: string, startMs: number) {
    this.#process = process;
    this.startMs = startMs;
    const url = new URL(/API\s+(http:\/\/\S+)/.exec(banner)?.[1] ?? '');
    this.port = Number(url.port);
    this.target = {
      host: url.host,
      accessKeyId: /AWS_ACCESS_KEY_ID=(\S+)/.exec(banner)?.[1] ?? '',
      secretAccessKey: /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(banner)?.[1] ?? '',
    };
  }

  static async start(dataDir: string, options: readonly string[] = []): Promise<BenchServer> {
    const fromMs = performance.now();
    const flags = (process.env['TESSERA_BENCH_NODE'] ?? '').split(' ').filter(Boolean);
    const child = spawn(
      process.execPath,
      [...flags, PROGRAM, 'serve', '--port', '0', '--data', dataDir, ...options],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TESSERA_LOG_LEVEL: 'info', TESSERA_LOG_FORMAT: 'json' },
      },
    );
    let banner = '';
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      child.stdout?.on('data', (text) => {
        banner += String(text);
        if (banner.includes('npx tessera demo')) resolve();
      });
    });
    const server = new BenchServer(child, banner, performance.now() - fromMs);
    // What is logged before this line waits in the pipe.
    createInterface({ input: known(child.stderr ?? undefined, 'its stderr') }).on('line', (line) =>
      server.#readLog(line),
    );
    return server;
  }

  get url(): string {
    return `http://${this.target.host}`;
  }

  /** Value of a metric, summed over its labels; of those with `labels` only, if given. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => new RegExp(`^${name}[ {]`).test(line) && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Moves the manual clock; resolves when all that is due is done. */
  async advance(by: string): Promise<void> {
    const answer = await fetch(`${this.url}/clock/advance`, {
      method: 'POST',
      body: JSON.stringify({ by }),
      signal: AbortSignal.timeout(ADVANCE_MS_MAX),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** CPU seconds that its process, with all its threads, has used. */
  cpuSeconds(): number {
    return cpuSeconds(this.#process.pid ?? 0);
  }

  call(operation: string, input: object): Promise<string> {
    return sendOne(this.port, sign(this.target, operation, input));
  }

  #readLog(line: string): void {
    const event = JSON.parse(line);
    if (event.msg === 'tile work done') {
      this.tileWork.push({ kind: event.kind, endMs: event.time, ms: event.ms });
    } else if (event.level > INFO) {
      console.error(line);
    }
  }

  /** SIGTERM drains; SIGKILL is what recovery is for. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill(signal);
    await ended;
  }
}

/** Bytes of the objects that are there. */
export function objectBytes(dataDir: string): number {
  return readdirSync(join(dataDir, 'objects', 'tiles'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Bytes of all segments of all logs. */
export function logBytes(dataDir: string): number {
  const entries = readdirSync(join(dataDir, 'log'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
