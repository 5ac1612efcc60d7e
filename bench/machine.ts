/** What a benchmark ran on: printed with every result, because a figure without it says nothing. */
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';

export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0]?.toFixed(1);
  return (
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${memory} GiB, ` +
    `${platform()} ${arch()}, Node ${process.version}, load ${load} before the run`
  );
}

const TICKS_PER_SECOND = 100;

/** User and system CPU seconds that a process has used so far (Linux), in steps of 10 ms. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** `p50 1.2 ms, p99 3.4 ms, max 5.6 ms` */
export function latencyText(latenciesMs: readonly number[]): string {
  const text = (share: number): string => `${quantile(latenciesMs, share).toFixed(1)} ms`;
  return `p50 ${text(0.5)}, p99 ${text(0.99)}, max ${text(1)}`;
}

/** CPU milliseconds that this process, with all its threads, has used so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
