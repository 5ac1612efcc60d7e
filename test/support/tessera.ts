/**
 * A real server for tests: the built program as a child process, on a free port, with a data folder
 * of its own, and real SDK clients for it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'tessera.cjs');
const START_MS_MAX = 30_000;
const END_MS_MAX = 20_000;

export interface Tessera {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly write: TimestreamWriteClient;
  readonly query: TimestreamQueryClient;
  /** What the server has printed on stderr so far. */
  log(): string;
  /** Resolves when the process has ended, with the signal that ended it; fails when it does not. */
  ended(): Promise<NodeJS.Signals | null>;
  /** Ends the process at once, as a power cut would as far as it can tell. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** stop(), and removes the data folder. */
  dispose(): Promise<void>;
}

export interface StartOptions {
  readonly dataDir?: string;
  readonly args?: readonly string[];
}

export async function makeDataDir(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'tessera-'));
}

/** Runs a `tessera` command to its end. */
export async function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const code = await exitOf(child);
  return { code, stdout: output.stdout, stderr: output.stderr };
}

export async function startTessera(options: StartOptions = {}): Promise<Tessera> {
  const dataDir = options.dataDir ?? (await makeDataDir());
  const args = ['serve', '--port', '0', '--data', dataDir, ...(options.args ?? [])];
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, TESSERA_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const exited = exitOf(child);
  await bannerOf(child, output);
  const url = /API\s+(http:\/\/\S+)/.exec(output.stdout)?.[1] ?? '';
  const accessKeyId = /AWS_ACCESS_KEY_ID=(\S+)/.exec(output.stdout)?.[1] ?? '';
  const secretAccessKey = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(output.stdout)?.[1] ?? '';
  const settings = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  };
  const write = new TimestreamWriteClient(settings);
  const query = new TimestreamQueryClient(settings);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const code = await exited;
    write.destroy();
    query.destroy();
    return code;
  };
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    accessKeyId,
    secretAccessKey,
    write,
    query,
    log: () => output.stderr,
    async ended() {
      const late = setTimeout(END_MS_MAX, 'did not end', { ref: false });
      const code = await Promise.race([exited, late]);
      if (code === 'did not end') throw new Error(`tessera did not end:\n${output.stderr}`);
      return child.signalCode;
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    dispose: async () => {
      await end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface Output {
  stdout: string;
  stderr: string;
}

function collect(child: ChildProcess): Output {
  const output: Output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => (output.stdout += String(text)));
  child.stderr?.on('data', (text) => (output.stderr += String(text)));
  return output;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.once('close', (code) => resolve(code)));
}

/** Resolves when the server has printed how to use it, which it does when it can serve. */
async function bannerOf(child: ChildProcess, output: Output): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`tessera ${why}:\n${output.stderr}`));
    const timer = globalThis.setTimeout(() => fail('did not get ready'), START_MS_MAX);
    child.once('close', (code) => fail(`ended with ${code} while starting`));
    child.stdout?.on('data', () => {
      if (!output.stdout.includes('npx tessera demo')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
