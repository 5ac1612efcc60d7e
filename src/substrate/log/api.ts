/** What other folders may use of the log seam: its contract (log.ts) and its implementations. */

export { InMemoryLogs } from './in-memory-log.ts';
export { LocalLogs } from './local-logs.ts';
export type {
  Log,
  LogEntry,
  LogFlush,
  LogObserver,
  LogRecovery,
  Logs,
  OpenLogOptions,
} from './log.ts';
export { LogClosed, LogCorruption, LogFailed, LogTrimmed, StaleWriter } from './log.ts';
export { logMetrics } from './metrics.ts';
export { examineLog, readStoredLog, type StoredFault, type StoredLog } from './stored-log.ts';
