/**
 * The AWS SDK's own clients, pointed at a server: what `query` and `demo` talk through, so that
 * they use exactly what any other program uses.
 *
 * Endpoint: `--endpoint`, then AWS_ENDPOINT_URL_TIMESTREAM_*, then this machine's default port.
 * `--endpoint aws` means the real service. Credentials: what the SDK finds in the environment or
 * profile; for a local server without any, the access key in its data folder.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
import { openCredentials } from '../host/credentials.ts';
import { CommandError, EXIT } from './exit.ts';
import type { EndpointFlags } from './flags.ts';

// What the SDK says of Node versions is for its users; a user of `tessera` cannot do anything about it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const QUERY_VARIABLE = 'AWS_ENDPOINT_URL_TIMESTREAM_QUERY';
const WRITE_VARIABLE = 'AWS_ENDPOINT_URL_TIMESTREAM_WRITE';
const NO_KEY = 'none';
const WHERE_KEYS_ARE =
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what the server has printed, or give its ' +
  'data folder with --data.';
const DEFAULT_ENDPOINT = 'http://127.0.0.1:8453';

export function queryClient(flags: EndpointFlags): TimestreamQueryClient {
  const client = new TimestreamQueryClient(settings(flags, QUERY_VARIABLE));
  signAnyway(client.config, flags);
  return client;
}

export function writeClient(flags: EndpointFlags): TimestreamWriteClient {
  const client = new TimestreamWriteClient(settings(flags, WRITE_VARIABLE));
  signAnyway(client.config, flags);
  return client;
}

export function serverUrl(flags: EndpointFlags, variable = WRITE_VARIABLE): string {
  return (
    flags.endpoint ?? process.env[variable] ?? process.env['AWS_ENDPOINT_URL'] ?? DEFAULT_ENDPOINT
  );
}

function settings(flags: EndpointFlags, variable: string) {
  const endpoint =
    flags.endpoint ?? process.env[variable] ?? process.env['AWS_ENDPOINT_URL'] ?? DEFAULT_ENDPOINT;
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  if (endpoint === 'aws') return { region };
  const key = localKey(flags.data);
  return { region, endpoint, ...(key ? { credentials: key } : {}) };
}

/** The key of a server on this machine, unless the environment names another. */
function localKey(dataDir: string) {
  if (process.env['AWS_ACCESS_KEY_ID'] || process.env['AWS_PROFILE']) return undefined;
  const folder = resolve(dataDir);
  if (!existsSync(resolve(folder, 'credentials.json'))) return undefined;
  const [key] = openCredentials(folder).keys;
  return key && { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
}

/**
 * Without credentials a request is signed with a key that nobody has: a server with `--auth none`
 * takes it, and that no server is there is found out all the same.
 */
function signAnyway(config: TimestreamQueryClient['config'], { endpoint }: EndpointFlags): void {
  if (endpoint === 'aws') return;
  const found = config.credentials;
  config.credentials = async (options?: Parameters<typeof found>[0]) => {
    try {
      return await found(options);
    } catch (error) {
      if ((error as Error).name !== 'CredentialsProviderError') throw error;
      return { accessKeyId: NO_KEY, secretAccessKey: NO_KEY };
    }
  };
}

/** What went wrong, in one sentence for a terminal. */
export function explainFailure(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { name, message, code } = error as { name: string; message: string; code?: string };
  const cause = code ?? (error as { cause?: { code?: string } }).cause?.code ?? '';
  if (['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'ETIMEDOUT'].includes(cause)) {
    return new CommandError(
      EXIT.cannotConnect,
      `no server answers (${cause}). Is it running? Start one with 'npm start' or name it with --endpoint.`,
    );
  }
  if (name === 'CredentialsProviderError') {
    return new CommandError(EXIT.failed, `no credentials. ${WHERE_KEYS_ARE}`);
  }
  if (name === 'UnrecognizedClientException') {
    return new CommandError(
      EXIT.failed,
      `the server does not know this access key. ${WHERE_KEYS_ARE}`,
    );
  }
  return new CommandError(EXIT.failed, `${name}: ${message}`);
}
