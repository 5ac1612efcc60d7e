/**
 * `tessera serve`: starts a server, says in ten lines how to use it, and stops it in order.
 *
 * SIGTERM and SIGINT drain: running requests are answered, nothing new is taken. A second signal
 * ends the process at once.
 */
import { totalmem } from 'node:os';
import { type Config, ConfigError, readConfig } from '../host/config/config.ts';
import type { OptionName } from '../host/config/options.ts';
import type { AccessKey } from '../host/credentials.ts';
import { createLogger } from '../host/logger.ts';
import { VERSION } from '../host/version.ts';
import { type RunningServer, startServer } from '../server.ts';
import { StartFailure } from '../start-failure.ts';
import { CommandError, EXIT, exitWith } from './exit.ts';

export async function serve(
  flags: Readonly<Partial<Record<OptionName, string | boolean>>>,
): Promise<void> {
  const startedMs = performance.now();
  const config = checkedConfig(flags);
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected failure; stopping');
    process.exit(EXIT.failed);
  });
  try {
    const server = await startServer(config, logger);
    const readyMs = Math.round(performance.now() - startedMs);
    process.stdout.write(banner({ config, server, readyMs }));
    stopOnSignals(server);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    exitWith(new CommandError(EXIT.failed, error.message));
  }
}

function checkedConfig(flags: Parameters<typeof serve>[0]): Config {
  try {
    return readConfig({
      flags,
      environment: process.env,
      machineBytes: totalmem(),
      terminal: process.stderr.isTTY ?? false,
    });
  } catch (error) {
    if (error instanceof ConfigError) exitWith(new CommandError(EXIT.usage, error.message));
    throw error;
  }
}

function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(EXIT.interrupted);
    stopping = true;
    void server.stop().then(() => process.exit(EXIT.ok));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

interface BannerOptions {
  readonly config: Config;
  readonly server: RunningServer;
  readonly readyMs: number;
}

function banner({ config, server, readyMs }: BannerOptions): string {
  const key = server.accessKey;
  const lines = [
    `tessera ${VERSION}   ready in ${(readyMs / 1000).toFixed(1)} s${recoveredText(server)}`,
    `  API        ${server.url}   write + query${config.auth === 'none' ? ', any credentials' : ''}`,
    `  Console    ${server.url}/console`,
    `  Data       ${config.inMemory ? 'in memory only' : server.dataDir}`,
    `  Durability ${durabilityText(config)}`,
    '  Point an AWS SDK here:',
    `    export AWS_ENDPOINT_URL_TIMESTREAM_WRITE=${server.url}`,
    `    export AWS_ENDPOINT_URL_TIMESTREAM_QUERY=${server.url}`,
    `    export ${regionText(config.region)} ${keyText(key)}`,
    '  Then:  npx tessera demo    npx tessera query "SHOW DATABASES"',
  ];
  return `${lines.join('\n')}\n`;
}

function durabilityText(config: Config): string {
  return config.inMemory
    ? 'none: everything is gone when this process ends'
    : 'acknowledged writes survive a crash of the process and of the machine (fdatasync)';
}

function recoveredText(server: RunningServer): string {
  const { rows } = server.recovered;
  return rows === 0 ? '' : `, ${rows} rows recovered from the log`;
}

/** The AWS CLI and boto3 know the second name only. */
function regionText(region: string): string {
  return `AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`;
}

function keyText(key: AccessKey | undefined): string {
  const { accessKeyId, secretAccessKey } = key ?? { accessKeyId: 'any', secretAccessKey: 'any' };
  return `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
}
