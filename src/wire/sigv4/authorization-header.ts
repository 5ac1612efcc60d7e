/**
 * Reads the Authorization header of a signed request:
 *
 *   AWS4-HMAC-SHA256 Credential=<key>/<yyyymmdd>/<region>/<service>/aws4_request,
 *                    SignedHeaders=<a;b;c>, Signature=<64 hex digits>
 */
import { ServiceError } from '../../base/errors.ts';

export interface AuthorizationHeader {
  readonly accessKeyId: string;
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const PARAMETERS = ['Credential', 'Signature', 'SignedHeaders'] as const;

/** Throws IncompleteSignatureException, naming every part that is missing (write-api 3.2). */
export function parseAuthorization(header: string): AuthorizationHeader {
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw incomplete(
      `Unsupported or missing signature algorithm, expected '${ALGORITHM}'.`,
      header,
    );
  }
  const parameters = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const missing = PARAMETERS.filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    const sentences = missing.map((name) => `Authorization header requires '${name}' parameter.`);
    throw incomplete(sentences.join(' '), header);
  }
  const credential = (parameters.get('Credential') ?? '').split('/');
  const [date, region, service, terminator] = credential.slice(-4);
  const accessKeyId = credential.slice(0, -4).join('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/'aws4_request'.",
      header,
    );
  }
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (parameters.get('SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: parameters.get('Signature') ?? '',
  };
}

function incomplete(message: string, header: string): ServiceError {
  const shown = header.replace(/Signature=[^,\s]+/, 'Signature=…').slice(0, 300);
  return new ServiceError('IncompleteSignatureException', `${message} Authorization=${shown}`);
}
