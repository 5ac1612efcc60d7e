/**
 * The server under test: started from the command line as a user starts it, in a process of its
 * own, with signatures verified and every acknowledgement after fdatasync.
 *
 * `TESSERA_BENCH_NODE="--cpu-prof --cpu-prof-dir=…"` passes flags to its Node, to profile it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sendOne } from './load.ts';
import { cpuSeconds } from './machine.ts';
import { sign, type Target } from './signed-requests.ts';

const PROGRAM = join(process.cwd(), 'bin', 'tessera.cjs');

export class BenchServer {
  readonly port: number;
  readonly target: Target;
  /** From starting the process to its being ready. */
  readonly startMs: number;
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

  static async start(dataDir: string): Promise<BenchServer> {
    const fromMs = performance.now();
    const flags = (process.env['TESSERA_BENCH_NODE'] ?? '').split(' ').filter(Boolean);
    const child = spawn(
      process.execPath,
      [...flags, PROGRAM, 'serve', '--port', '0', '--data', dataDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TESSERA_LOG_LEVEL: 'error' },
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
    return new BenchServer(child, banner, performance.now() - fromMs);
  }

  /** CPU seconds that its process, with all its threads, has used. */
  cpuSeconds(): number {
    return cpuSeconds(this.#process.pid ?? 0);
  }

  call(operation: string, input: object): Promise<string> {
    return sendOne(this.port, sign(this.target, operation, input));
  }

  /** SIGTERM drains; SIGKILL is what recovery is for. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill(signal);
    await ended;
  }
}

/** Bytes of all segments of all logs. */
export function logBytes(dataDir: string): number {
  const entries = readdirSync(join(dataDir, 'log'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
