/**
 * Structured logging: JSON lines on stderr, one event a line, `msg` a constant string and the
 * variables as fields. stdout stays free for what a command prints for its user.
 *
 * Records and query texts are never logged above `debug`.
 */
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
}

export function createLogger(options: LoggerOptions): Logger {
  const stderr = 2;
  const destination =
    options.format === 'pretty'
      ? pretty({ destination: stderr, ignore: 'pid,hostname', sync: true })
      : pino.destination({ dest: stderr, sync: true });
  return pino({ level: options.level, base: { pid: process.pid } }, destination);
}
