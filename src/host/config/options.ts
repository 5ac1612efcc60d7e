/**
 * Every setting of the server, in one table. Flags, environment names, `--help`, the reference page
 * and validation are derived from it, so that a new setting is one entry here.
 *
 * Precedence: flag, then environment, then default.
 */

interface OptionBase {
  /** Flag without dashes; the environment name is derived: `in-memory` → `TESSERA_IN_MEMORY`. */
  readonly name: string;
  readonly description: string;
  readonly secret?: true;
}

export type Option =
  | (OptionBase & { readonly type: 'text'; readonly default: string })
  | (OptionBase & { readonly type: 'switch'; readonly default: false })
  | (OptionBase & {
      readonly type: 'choice';
      readonly choices: readonly string[];
      readonly default: string;
    })
  | (OptionBase & {
      readonly type: 'integer';
      readonly min: number;
      readonly max: number;
      readonly default: number;
    })
  | (OptionBase & { readonly type: 'bytes'; readonly default: string });

export const OPTIONS = [
  {
    name: 'port',
    type: 'integer',
    min: 0,
    max: 65_535,
    default: 8453,
    description: 'TCP port of the API, the console and the operations pages; 0 picks a free one',
  },
  {
    name: 'host',
    type: 'text',
    default: '127.0.0.1',
    description: 'address to listen on',
  },
  {
    name: 'data',
    type: 'text',
    default: './tessera-data',
    description: 'folder of all durable state',
  },
  {
    name: 'in-memory',
    type: 'switch',
    default: false,
    description: 'keep everything in memory: nothing survives the process',
  },
  {
    name: 'auth',
    type: 'choice',
    choices: ['sigv4', 'none'],
    default: 'sigv4',
    description: 'verify AWS signatures, or take any request (loopback addresses only)',
  },
  {
    name: 'clock',
    type: 'choice',
    choices: ['system', 'manual'],
    default: 'system',
    description: 'manual: time stands still until it is advanced, for tests',
  },
  {
    name: 'public-url',
    type: 'text',
    default: '',
    description: 'address given to SDKs by endpoint discovery, when it is not the one they used',
  },
  {
    name: 'account-id',
    type: 'text',
    default: '000000000000',
    description: 'twelve-digit account id used in ARNs',
  },
  {
    name: 'region',
    type: 'text',
    default: 'us-east-1',
    description: 'region used in ARNs when a request names none',
  },
  {
    name: 'memory-store-limit',
    type: 'bytes',
    default: '50%',
    description: 'most memory the memory store takes before writes are throttled; bytes or %',
  },
  {
    name: 'query-memory-limit',
    type: 'bytes',
    default: '25%',
    description: 'most memory all running queries take together before they spill to disk',
  },
  {
    name: 'object-cache-limit',
    type: 'bytes',
    default: '10%',
    description:
      'most memory that decoded objects of the magnetic store take, all workers together',
  },
  {
    name: 'query-workers',
    type: 'integer',
    min: 1,
    max: 64,
    default: 2,
    description: 'threads that run queries',
  },
  {
    name: 'tile-rows',
    type: 'integer',
    min: 16,
    max: 100_000_000,
    default: 2_000_000,
    description: 'rows that a tile of the memory store takes before the next one is begun',
  },
  {
    name: 'crash-at',
    type: 'text',
    default: '',
    description: 'for tests: name of the step of background work at which the process kills itself',
  },
  {
    name: 'log-level',
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'least important level that is logged',
  },
  {
    name: 'log-format',
    type: 'choice',
    choices: ['auto', 'json', 'pretty'],
    default: 'auto',
    description: 'auto: pretty on a terminal, JSON lines otherwise',
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]['name'];

export function environmentName(option: OptionName): string {
  return `TESSERA_${option.toUpperCase().replaceAll('-', '_')}`;
}
