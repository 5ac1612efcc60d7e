/** A peer's server process: started with its output in a file, watched, killed with the benchmark. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const TICKS_PER_SECOND = 100;
const START_MS_MAX = 30_000;
const LOG_SHOWN = 1000;

export interface PeerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Where its output goes. */
  readonly logFile: string;
  /** Whom it runs as, if not as the benchmark does. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: NodeJS.Signals;
}

export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #command: PeerCommand;
  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };

  /** Resolves when `isReady` does without an error. */
  static async start(command: PeerCommand, isReady: () => Promise<unknown>): Promise<PeerProcess> {
    const peer = new PeerProcess(command);
    const untilMs = performance.now() + START_MS_MAX;
    for (;;) {
      try {
        await isReady();
        return peer;
      } catch (error) {
        if (peer.#child.exitCode !== null || performance.now() > untilMs) {
          peer.#kill();
          const log = readFileSync(command.logFile, 'utf8').slice(-LOG_SHOWN);
          throw new Error(`${command.program} did not start: ${log}`, { cause: error });
        }
        await sleep(100);
      }
    }
  }

  private constructor(command: PeerCommand) {
    this.#command = command;
    const log = openSync(command.logFile, 'a');
    this.#child = spawn(command.program, command.args, {
      stdio: ['ignore', log, log],
      ...command.user,
    });
    this.#child.on('error', () => undefined);
    process.on('exit', this.#kill);
  }

  /** Of it and its children, whether they have ended or not; in steps of 10 ms. */
  cpuSeconds(): number {
    const own = ticksOf(this.#child.pid ?? 0);
    let ticks = own.ticks + own.endedChildren;
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const other = ticksOf(Number(entry));
        if (other.parent === this.#child.pid) ticks += other.ticks;
      } catch {
        // It has ended since the folder was read.
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(this.#command.stopSignal);
    const killer = setTimeout(this.#kill, START_MS_MAX);
    await ended;
    clearTimeout(killer);
  }
}

function ticksOf(pid: number): { parent: number; ticks: number; endedChildren: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [
    fields[1],
    ...fields.slice(11, 15),
  ];
  return { parent, ticks: user + system, endedChildren: endedUser + endedSystem };
}

/** A port of the loopback that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
