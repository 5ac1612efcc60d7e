/**
 * Parts of URLs (query-language 6.14). A text that is no URI by RFC 3986 has none: NULL. A part
 * that may be missing is then the empty text, but for a port, which is NULL.
 */
import { defineKernel, type Kernel } from './kernel.ts';

interface Uri {
  readonly protocol: string;
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const PARTS =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** What may not stand in a URI without being escaped. */
const FORBIDDEN = /[\s"<>\\^`{|}\p{Cc}]|%(?![0-9A-Fa-f]{2})/u;
const AUTHORITY = /^(?:[^@]*@)?(\[[0-9A-Fa-f:.]+\]|[^:@]*)(?::(\d*))?$/;

function readUri(text: string): Uri | undefined {
  if (FORBIDDEN.test(text)) return undefined;
  const parts = PARTS.exec(text);
  if (parts === null) return undefined;
  const authority = AUTHORITY.exec(parts[2] ?? '');
  return {
    protocol: parts[1] ?? '',
    host: authority?.[1] ?? '',
    port: authority?.[2],
    path: decoded(parts[3] ?? ''),
    query: decoded(parts[4] ?? ''),
    fragment: decoded(parts[5] ?? ''),
  };
}

/** Escapes made characters, and what is no UTF-8 a replacement character. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => utf8(escapes.slice(1).split('%')));
}

function utf8(hexBytes: readonly string[]): string {
  const bytes = Uint8Array.from(hexBytes, (hex) => Number.parseInt(hex, 16));
  return new TextDecoder().decode(bytes);
}

/** The value of the first parameter of that name; '' if it has none. */
function parameter(text: string, name: string): string | null {
  if (FORBIDDEN.test(text)) return null;
  const query = PARTS.exec(text)?.[4];
  if (query === undefined) return null;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    if (decoded(key) === name) return at < 0 ? '' : decoded(pair.slice(at + 1));
  }
  return null;
}

/** As an HTML form writes it: a blank is a plus. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function decode(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    throw new Error('URLDecoder: Illegal hex characters in escape (%) pattern');
  }
  return decoded(text.replaceAll('+', ' '));
}

const TEXT_PARTS = ['protocol', 'host', 'path', 'query', 'fragment'] as const;

export const urlKernels: readonly Kernel[] = [
  ...TEXT_PARTS.map((part) =>
    defineKernel({
      name: `k_url_${part}`,
      parameters: ['varchar'],
      result: 'varchar',
      perRow: (text) => readUri(text)?.[part] ?? null,
    }),
  ),
  defineKernel({
    name: 'k_url_port',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: (text) => {
      const port = readUri(text)?.port;
      return port === undefined || port === '' ? null : BigInt(port);
    },
  }),
  defineKernel({
    name: 'k_url_parameter',
    parameters: ['varchar', 'varchar'],
    result: 'varchar',
    perRow: parameter,
  }),
  defineKernel({
    name: 'k_url_encode',
    parameters: ['varchar'],
    result: 'varchar',
    perRow: encode,
  }),
  defineKernel({
    name: 'k_url_decode',
    parameters: ['varchar'],
    result: 'varchar',
    perRow: decode,
  }),
];
