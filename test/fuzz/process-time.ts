/**
 * How long a process has computed: of its main thread and of all its threads together. On a busy
 * machine the wall clock says how long others have computed, so that nothing is judged by it alone.
 *
 * Only Linux tells the time of one thread; elsewhere the wall clock stands in for both.
 */
import { readFileSync } from 'node:fs';

export interface ProcessTime {
  readonly wallMs: number;
  readonly mainMs: number;
  readonly allMs: number;
}

/** What the kernel counts in: USER_HZ, 100 on every architecture that Node runs on. */
const TICK_MS = 10;

export function processTime(pid: number): ProcessTime {
  const wallMs = performance.now();
  if (process.platform !== 'linux') return { wallMs, mainMs: wallMs, allMs: wallMs };
  return {
    wallMs,
    mainMs: readMs(`/proc/${pid}/task/${pid}/stat`),
    allMs: readMs(`/proc/${pid}/stat`),
  };
}

/** What has passed since: of computing, never more than of the clock. */
export function since(start: ProcessTime, pid: number): ProcessTime {
  const now = processTime(pid);
  const wallMs = now.wallMs - start.wallMs;
  return {
    wallMs,
    mainMs: Math.min(wallMs, now.mainMs - start.mainMs),
    allMs: Math.min(wallMs, now.allMs - start.allMs),
  };
}

function readMs(path: string): number {
  // The second field is the name in parentheses, which may hold blanks.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
