/**
 * A log with one owner as a guarded one: the owner's own appends are the only ones, so the check
 * of the position is a comparison. The log's fencing sees to it that there is only one owner.
 */
import type { Log } from '../log/api.ts';
import type { GuardedLog } from './metadata.ts';

export function guardOwnLog(log: Log): GuardedLog {
  return {
    get first() {
      return log.first;
    },
    async appendAt(expected, payload) {
      if (log.next !== expected) return 'conflict';
      await log.append(payload);
      return 'appended';
    },
    read: (from) => log.read(from),
    trim: (upTo) => log.trim(upTo),
    close: () => log.close(),
  };
}
