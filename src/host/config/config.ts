/**
 * Turns flags and environment into a checked Config. Refuses what cannot be served safely: an
 * unknown choice, a port out of range, or `--auth none` on an address that others can reach.
 */
import { environmentName, OPTIONS, type Option, type OptionName } from './options.ts';

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly inMemory: boolean;
  readonly auth: 'sigv4' | 'none';
  readonly clock: 'system' | 'manual';
  readonly publicUrl: string | undefined;
  readonly accountId: string;
  readonly region: string;
  readonly memoryStoreBytesMax: number;
  readonly queryMemoryBytesMax: number;
  readonly objectCacheBytesMax: number;
  readonly queryWorkers: number;
  readonly tileRows: number;
  readonly crashAt: string | undefined;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
}

/** A setting that cannot be used: the message says which, what was given, and what is accepted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface ConfigSources {
  /** Flags as parsed from the command line, by option name; absent when not given. */
  readonly flags: Readonly<Partial<Record<OptionName, string | boolean>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Bytes of memory of this machine, for settings given in percent. */
  readonly machineBytes: number;
  /** Whether stderr is a terminal, for `log-format auto`. */
  readonly terminal: boolean;
}

export function readConfig(sources: ConfigSources): Config {
  const value = (name: OptionName): string => rawValue(name, sources);
  const config: Config = {
    port: integer('port', value('port')),
    host: value('host'),
    dataDir: value('data'),
    inMemory: switchValue('in-memory', value('in-memory')),
    auth: choice('auth', value('auth')) as Config['auth'],
    clock: choice('clock', value('clock')) as Config['clock'],
    publicUrl: value('public-url') === '' ? undefined : value('public-url'),
    accountId: accountId(value('account-id')),
    region: value('region'),
    memoryStoreBytesMax: bytes('memory-store-limit', value('memory-store-limit'), sources),
    queryMemoryBytesMax: bytes('query-memory-limit', value('query-memory-limit'), sources),
    objectCacheBytesMax: bytes('object-cache-limit', value('object-cache-limit'), sources),
    queryWorkers: integer('query-workers', value('query-workers')),
    tileRows: integer('tile-rows', value('tile-rows')),
    crashAt: value('crash-at') === '' ? undefined : value('crash-at'),
    logLevel: choice('log-level', value('log-level')),
    logFormat: logFormat(choice('log-format', value('log-format')), sources.terminal),
  };
  if (config.auth === 'none' && !isLoopback(config.host)) {
    throw new ConfigError(
      `auth none serves anybody who can reach ${config.host}; it is only possible on a loopback ` +
        'address such as 127.0.0.1. Use auth sigv4, or listen on loopback.',
    );
  }
  return config;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function optionOf(name: OptionName): Option {
  return OPTIONS.find((option) => option.name === name) as Option;
}

function rawValue(name: OptionName, sources: ConfigSources): string {
  const flag = sources.flags[name];
  if (flag !== undefined) return String(flag);
  return sources.environment[environmentName(name)] ?? String(optionOf(name).default);
}

function integer(name: OptionName, text: string): number {
  const option = optionOf(name);
  if (option.type !== 'integer') throw new ConfigError(`${name} is not an integer option`);
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < option.min || number > option.max) {
    throw new ConfigError(
      `${name} is '${text}'; expected a whole number from ${option.min} to ${option.max}`,
    );
  }
  return number;
}

function switchValue(name: OptionName, text: string): boolean {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['false', '0', 'no', 'off', ''].includes(text.toLowerCase())) return false;
  throw new ConfigError(`${name} is '${text}'; expected true or false`);
}

function choice(name: OptionName, text: string): string {
  const option = optionOf(name);
  const choices = option.type === 'choice' ? option.choices : [];
  if (!choices.includes(text)) {
    throw new ConfigError(`${name} is '${text}'; expected one of ${choices.join(', ')}`);
  }
  return text;
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new ConfigError(`account-id is '${text}'; expected 12 digits`);
  return text;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function bytes(name: OptionName, text: string, sources: ConfigSources): number {
  const percent = /^([1-9]\d?)%$/.exec(text);
  if (percent) return Math.floor((Number(percent[1]) / 100) * sources.machineBytes);
  const size = /^(\d+)([KMG]?)(?:i?B)?$/.exec(text);
  const unit = UNITS[size?.[2] ?? ''];
  if (!size || unit === undefined || Number(size[1]) === 0) {
    throw new ConfigError(`${name} is '${text}'; expected a size such as 512M, 4G or 50%`);
  }
  return Number(size[1]) * unit;
}

function logFormat(text: string, terminal: boolean): 'json' | 'pretty' {
  if (text === 'auto') return terminal ? 'pretty' : 'json';
  return text === 'json' ? 'json' : 'pretty';
}
