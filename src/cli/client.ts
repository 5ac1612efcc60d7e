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

const WRITE_VARIABLE = 'AWS_ENDPOINT_URL_TIMESTREAM_WRITE';
const DEFAULT_ENDPOINT = 'http://127.0.0.1:8453';

export function queryClient(flags: EndpointFlags): TimestreamQueryClient {
  return new TimestreamQueryClient(settings(flags, 'AWS_ENDPOINT_URL_TIMESTREAM_QUERY'));
}

export function writeClient(flags: EndpointFlags): TimestreamWriteClient {
  return new TimestreamWriteClient(settings(flags, WRITE_VARIABLE));
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
    return new CommandError(
      EXIT.failed,
      'no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the data folder ' +
        'of a local server with --data.',
    );
  }
  return new CommandError(EXIT.failed, `${name}: ${message}`);
}
