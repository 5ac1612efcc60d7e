/**
 * The address that DescribeEndpoints gives, in the form that the client's SDK makes use of
 * (write-api 2.4, 2.5):
 *
 *     aws-sdk-js/3                      host                    keeps its own scheme and port
 *     Boto3/, Botocore/, aws-cli/       <scheme>://host[:port]  takes it as a whole URL
 *     Go, Rust and everybody else       host[:port]             keeps the scheme it has
 *
 * A port is left out where it is the scheme's own. IPv6 hosts stay in brackets. Pure.
 */
import type { Cell } from './cell-directory.ts';

/** Addresses do not change while a process runs; the value is the one Timestream gives. */
export const CACHE_PERIOD_MINUTES = 1440;

export interface DiscoveryRequest {
  /** As the client sent it: `host` or `host:port`. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly userAgent: string;
}

const BARE_HOST_AGENT = /(^|\s)aws-sdk-js\/3/;
const WHOLE_URL_AGENT = /(^|\s)(Boto3|Botocore|aws-cli)\//i;
const AUTHORITY = /^(\[[^\]]*\]|[^:]*)(?::([0-9]*))?$/;

export function addressFor(cell: Cell, request: DiscoveryRequest): string {
  const { publicUrl } = cell;
  const scheme = publicUrl === undefined ? request.scheme : schemeOf(publicUrl);
  const [, host = '', port = ''] = AUTHORITY.exec(publicUrl?.host ?? request.host) ?? [];
  const ownPort = scheme === 'https' ? '443' : '80';
  const authority = port === '' || port === ownPort ? host : `${host}:${port}`;

  if (BARE_HOST_AGENT.test(request.userAgent)) return host;
  return WHOLE_URL_AGENT.test(request.userAgent) ? `${scheme}://${authority}` : authority;
}

function schemeOf(url: URL): 'http' | 'https' {
  return url.protocol === 'https:' ? 'https' : 'http';
}
