/**
 * Which processes exist, as far as this one can tell.
 *
 * A process id alone is reused; together with the time it started (a count of clock ticks since
 * boot, from /proc) it is unique within one boot and one process space. `space` names both; ids of
 * another space say nothing here.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** Undefined where the system does not tell. */
  readonly startedAt: string | undefined;
  readonly space: string;
}

export type ProcessVerdict = 'alive' | 'dead' | 'unknown';

export interface ProcessTable {
  self(): ProcessIdentity;
  /** Of another process in this one's space. */
  identify(pid: number): ProcessIdentity;
  verdict(other: ProcessIdentity): ProcessVerdict;
}

export const systemProcesses: ProcessTable = {
  self: () => ownIdentity,
  identify: (pid) => ({ pid, startedAt: startOf(pid), space: ownIdentity.space }),
  verdict(other) {
    if (other.space !== ownIdentity.space) return 'unknown';
    if (!exists(other.pid)) return 'dead';
    const startedAt = startOf(other.pid);
    if (startedAt === undefined || other.startedAt === undefined) return 'unknown';
    return startedAt === other.startedAt ? 'alive' : 'dead';
  },
};

const ownIdentity: ProcessIdentity = {
  pid: process.pid,
  startedAt: startOf(process.pid),
  space: processSpace(),
};

/** Field 22 of /proc/<pid>/stat; the name before it may hold spaces and parentheses. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined; // No /proc, or the process has just ended: unknown either way.
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function processSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // Not Linux.
  }
}
